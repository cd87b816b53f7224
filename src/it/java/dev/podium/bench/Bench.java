package dev.podium.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// All figures of the README's table. Arguments: `jar`, `aot cache or -`, `python image`, and which parts
/// (`start`, `warm`, `cold`, `pool`, `restart`, `list`, `async`, `stream`, `sqs`, `kafka`, `proxy`, `tasks`, `rolling`,
/// `schedules`, `memory`, `many`; all of them when none is named). KUBECONFIG names the cluster.
public final class Bench {
    private static final String ECHO = "def handler(event, context):\n    return event\n";
    /// Sleeps so long that all its environments are there at once, and tells which one it is.
    private static final String SLOW =
            """
            import time, uuid
            ID = str(uuid.uuid4())
            def handler(event, context):
                time.sleep(event.get('seconds', 1))
                return ID
            """;
    private static final String STREAM =
            """
            exports.handler = awslambda.streamifyResponse(async (event, stream) => {
              stream.write(String(performance.timeOrigin + performance.now()));
              await new Promise((done) => setTimeout(done, 20));
              stream.end();
            });
            """;
    private static final int STREAMS = 300;
    private static final byte[] EVENT = "{\"key\":\"value\"}".getBytes(StandardCharsets.US_ASCII);
    private static final int STARTS = 15;
    /// Calls before those that count: after fewer the JIT compilers still take the second core.
    private static final int WARM_UP = 15_000;
    private static final int FEW = 20;
    private static final int MANY = 95;
    private static final int AT_ONCE = 200;
    private static final int AT_ONCE_SECONDS = 20;
    private static final int FUNCTIONS = 1000;
    private static final int LISTS = 30;
    private static final List<String> PARTS = List.of("start", "warm", "cold", "pool", "restart", "list", "async", "stream", "sqs", "kafka", "proxy", "tasks", "rolling", "schedules", "memory", "many");
    private static final Map<String, String> WITHOUT_POOL = Map.of("PODIUM_LAMBDA_POOL", "off");
    private static final int FROM_POOL = 21;
    private static final AtomicLong NUMBER = new AtomicLong();

    private final List<String[]> rows = new ArrayList<>();
    private final String image;
    private final ServerProcess.Files files;

    private Bench(ServerProcess.Files files, String image) {
        this.files = files;
        this.image = image;
    }

    /// Runs all of it and prints the table.
    public static void main(String[] args) throws Exception {
        Bench bench = new Bench(new ServerProcess.Files(args[0], args[1].equals("-") ? null : args[1]), args[2]);
        List<String> parts = args.length > 3 ? Arrays.asList(args).subList(3, args.length) : PARTS;
        for (String part : parts) {
            switch (part) {
                case "start" -> bench.start();
                case "memory" -> bench.memory();
                case "many" -> bench.many();
                case "warm" -> bench.warm();
                case "async" -> bench.async();
                case "cold" -> bench.cold();
                case "list" -> bench.list();
                case "pool" -> bench.pool();
                case "stream" -> bench.stream();
                case "sqs" -> bench.rows.addAll(SourcesBench.sqs(bench.files));
                case "kafka" -> bench.rows.addAll(SourcesBench.kafka(bench.files));
                case "proxy" -> bench.rows.addAll(ProxyBench.run(bench.files));
                case "tasks" -> bench.rows.addAll(TaskBench.tasks(bench.files, bench.image));
                case "schedules" -> bench.rows.addAll(SchedulesBench.run(bench.files));
                case "restart" -> bench.rows.addAll(RestartBench.run(bench.files, bench.image));
                case "rolling" -> bench.rows.addAll(TaskBench.rolling(bench.files, bench.image));
                default -> throw new IllegalArgumentException("no part " + part + ", but " + PARTS);
            }
        }
        bench.print();
    }

    private void start() throws Exception {
        start("start to first answer", false, 3.0);
        if (files.aot() != null) {
            start("start to first answer, AOT cache", true, 2.0);
        }
    }

    /// By turns, so that what else the machine does hits both alike.
    private void start(String what, boolean aot, double ratio) throws Exception {
        double[] bare = new double[STARTS];
        double[] ours = new double[STARTS];
        for (int i = 0; i < STARTS; i++) {
            bare[i] = ServerProcess.echoStartMillis(files, aot);
            ours[i] = ServerProcess.startMillis(files, aot);
        }
        row(what, percentile(ours, 50), "ms", percentile(bare, 50), ratio);
    }

    private void memory() throws Exception {
        try (ServerProcess bare = ServerProcess.echo(files, false);
                ServerProcess server = ServerProcess.embedded(files, true)) {
            bare.probe().send("GET", "/", new byte[0]);
            Thread.sleep(1500);
            limit("server memory after start", server.rssKb() / 1024.0, "MB RSS", 90, bare.rssKb() / 1024.0);
        }
        try (ServerProcess server = ServerProcess.cluster(files, image, WITHOUT_POOL)) {
            limit("server memory per idle environment", idle(server, MANY, 1), "kB", 50, Double.NaN);
            PodFloor.awaitNone();
        }
    }

    /// Environments of the embedded cluster, which are processes on this machine.
    private void many() throws Exception {
        try (ServerProcess server = ServerProcess.embedded(files, true)) {
            double each = idle(server, AT_ONCE, AT_ONCE_SECONDS);
            limit(AT_ONCE + " at once, embedded: server memory of each", each, "kB", 50, Double.NaN);
        }
    }

    /// Kilobytes that each further environment costs once the server has had as many before: not the loading and
    /// compiling of the code that they run through.
    private double idle(ServerProcess server, int many, int seconds) throws Exception {
        byte[] event = "{\"seconds\":%d}".formatted(seconds).getBytes(StandardCharsets.US_ASCII);
        String before = create(server, SLOW);
        together(server, before, many, event);
        delete(server, before);
        // Their pods end, and a minute later the threads in which the JDK waited for the embedded cluster's processes.
        Thread.sleep(75_000);
        String name = create(server, SLOW);
        together(server, name, FEW);
        long few = server.rssAfterGcKb();
        int distinct = together(server, name, many, event);
        if (seconds > 1 && distinct < many) {
            throw new IllegalStateException("only " + distinct + " environments were there at once");
        }
        together(server, name, FEW);
        long all = server.rssAfterGcKb();
        delete(server, name);
        return Math.max(0, all - few) / (double) (many - FEW);
    }

    private void warm() throws Exception {
        try (ServerProcess bare = ServerProcess.echo(files, false);
                ServerProcess server = ServerProcess.cluster(files, image, Map.of("PODIUM_LAMBDA_MAX_ENVIRONMENTS", "1", "PODIUM_LAMBDA_POOL", "off"))) {
            String name = create(server, ECHO);
            String path = invokePath(name);
            double[] floor = latencies(bare, "/", 3000);
            double[] ours = latencies(server, path, 5000);
            double[] floorAgain = latencies(bare, "/", 3000);
            double floorP50 = Math.min(percentile(floor, 50), percentile(floorAgain, 50));
            row("warm invoke, 1 connection, p50", percentile(ours, 50), "ms", floorP50, 6.0);
            limit("warm invoke, 1 connection, p50 (absolute)", percentile(ours, 50), "ms", 0.6, floorP50);
            limit("warm invoke, 1 connection, p99", percentile(ours, 99), "ms", Double.NaN, percentile(floor, 99));
            double rate = throughput(server, path, 16, 8000);
            rows.add(new String[] {
                "warm throughput, 1 environment, 16 connections",
                String.format("%.0f/s", rate),
                String.format("%.0f/s", throughput(bare, "/", 16, 8000)),
                "",
                ">= 2500/s",
                rate >= 2500 ? "yes" : "NO"
            });
            delete(server, name);
            PodFloor.awaitNone();
        }
    }

    /// Events accepted: the floor is how often this disk can sync a small write, one after another.
    private void async() throws Exception {
        try (ServerProcess server = ServerProcess.embedded(files, true)) {
            String name = create(server, ECHO);
            String path = "/2014-11-13/functions/" + name + "/invoke-async/";
            double floor = syncsPerSecond();
            accepted(server, path, 1, 2000);
            rate("async events accepted, 1 connection", accepted(server, path, 1, 2000), 200, floor);
            rate("async events accepted, 32 connections", accepted(server, path, 32, 20_000), 2000, floor);
        }
    }

    private static double accepted(ServerProcess server, String path, int connections, int times) throws Exception {
        return load(server.address(), path, connections, times);
    }

    private static double syncsPerSecond() throws IOException {
        Path file = java.nio.file.Files.createTempFile("podium-bench", "sync");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            int times = 1000;
            long start = System.nanoTime();
            for (int i = 0; i < times; i++) {
                channel.write(ByteBuffer.allocate(4096));
                channel.force(false);
            }
            return times / ((System.nanoTime() - start) / 1e9);
        } finally {
            java.nio.file.Files.delete(file);
        }
    }

    private void rate(String what, double value, double least, double floor) {
        rows.add(new String[] {
            what,
            String.format("%.0f/s", value),
            String.format("%.0f/s", floor),
            String.format("%.2f", value / floor),
            String.format(">= %.0f/s", least),
            value >= least ? "yes" : "NO"
        });
    }

    private void cold() throws Exception {
        try (ServerProcess server = ServerProcess.cluster(files, image, WITHOUT_POOL)) {
            double[] bare = new double[5];
            double[] without = new double[5];
            double[] ours = new double[5];
            for (int i = 0; i < 5; i++) {
                bare[i] = PodFloor.millis(image, 1);
                PodFloor.awaitNone();
                without[i] = PodFloor.millis(image, 1, false);
                PodFloor.awaitNone();
                String name = create(server, ECHO);
                long start = System.nanoTime();
                require(server.probe().send("POST", invokePath(name), EVENT));
                ours[i] = (System.nanoTime() - start) / 1e6;
                delete(server, name);
                PodFloor.awaitNone();
            }
            row("cold first invoke, image present", percentile(ours, 50), "ms", percentile(bare, 50), 1.15);
            limit(
                    "the same against a pod without volumes",
                    percentile(ours, 50),
                    "ms",
                    Double.NaN,
                    percentile(without, 50));
            double[] bareTen = new double[5];
            double[] oursTen = new double[5];
            for (int i = 0; i < 5; i++) {
                bareTen[i] = PodFloor.millis(image, 10);
                PodFloor.awaitNone();
                String name = create(server, SLOW);
                long start = System.nanoTime();
                together(server, name, 10);
                oursTen[i] = (System.nanoTime() - start) / 1e6 - 1000;
                delete(server, name);
                PodFloor.awaitNone();
            }
            row("10 concurrent cold invocations", percentile(oursTen, 50), "ms", percentile(bareTen, 50), 1.3);
        }
    }

    /// A thousand functions, page by page as an SDK's paginator asks for them; the floor is as many requests
    /// to the bare
    /// server.
    private void list() throws Exception {
        try (ServerProcess bare = ServerProcess.echo(files, false);
                ServerProcess server = ServerProcess.embedded(files, true)) {
            for (int i = 0; i < FUNCTIONS; i++) {
                create(server, ECHO);
            }
            double[] ours = new double[LISTS];
            double[] floor = new double[LISTS];
            for (int i = 0; i < LISTS; i++) {
                long start = System.nanoTime();
                for (int page = 0; page < FUNCTIONS / 50; page++) {
                    bare.probe().send("GET", "/", new byte[0]);
                }
                floor[i] = (System.nanoTime() - start) / 1e6;
                ours[i] = listMillis(server);
            }
            limit("1,000 functions listed", percentile(ours, 50), "ms", 50, percentile(floor, 50));
        }
    }

    private static double listMillis(ServerProcess server) throws IOException {
        long start = System.nanoTime();
        String marker = "";
        int found = 0;
        do {
            HttpProbe.Answer answer =
                    require(server.probe().send("GET", "/2015-03-31/functions/?MaxItems=50" + marker, new byte[0]));
            JsonNode page = Json.MAPPER.readTree(answer.body());
            found += page.path("Functions").size();
            marker = page.hasNonNull("NextMarker")
                    ? "&Marker=" + page.path("NextMarker").asText()
                    : "";
        } while (!marker.isEmpty());
        double millis = (System.nanoTime() - start) / 1e6;
        if (found != FUNCTIONS) {
            throw new IllegalStateException(found + " functions listed");
        }
        return millis;
    }

    /// Cold invocations that find a spare pod, and the first ones after a change.
    private void pool() throws Exception {
        try (ServerProcess server = ServerProcess.cluster(files, image, Map.of())) {
            String first = create(server, ECHO);
            require(server.probe().send("POST", invokePath(first), EVENT));
            double[] cold = new double[FROM_POOL];
            double[] changed = new double[FROM_POOL];
            String name = first;
            for (int i = 0; i < FROM_POOL; i++) {
                delete(server, name);
                PodFloor.awaitSpare(1);
                name = create(server, ECHO);
                cold[i] = invokeMillis(server, name);
                PodFloor.awaitSpare(2);
                byte[] change = "{\"Environment\":{\"Variables\":{\"NUMBER\":\"%d\"}}}".formatted(i).getBytes(StandardCharsets.UTF_8);
                require(server.probe().send("PUT", "/2015-03-31/functions/" + name + "/configuration", change));
                changed[i] = invokeMillis(server, name);
            }
            delete(server, name);
            limit("cold first invoke with a spare pod, p50", percentile(cold, 50), "ms", 120, Double.NaN);
            limit("the same, slowest of " + FROM_POOL, percentile(cold, 100), "ms", Double.NaN, Double.NaN);
            limit("first invoke after a change, p50", percentile(changed, 50), "ms", 120, Double.NaN);
        } finally {
            PodFloor.deleteSpare();
        }
    }

    /// From the function's first write to the client's first read of it: the function writes the time at which it
    /// does, and both are on this machine. The function goes on for a moment, so that a stream that is
    /// collected would be
    /// seen.
    private void stream() throws Exception {
        try (ServerProcess server = ServerProcess.embedded(files, true)) {
            String name = create(server, "nodejs22.x", "index", "index.js", STREAM);
            URI uri = URI.create("http://" + server.address().getHostString() + ":" + server.address().getPort()
                    + "/2021-11-15/functions/" + name + "/response-streaming-invocations");
            double[] first = new double[STREAMS];
            try (HttpClient http =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
                for (int i = -STREAMS; i < STREAMS; i++) {
                    HttpRequest request = HttpRequest.newBuilder(uri)
                            .POST(HttpRequest.BodyPublishers.ofByteArray(EVENT))
                            .build();
                    try (InputStream body = http.send(request, HttpResponse.BodyHandlers.ofInputStream())
                            .body()) {
                        double millis = firstByteMillis(body);
                        first[Math.max(i, 0)] = millis;
                    }
                }
            }
            delete(server, name);
            limit("first byte of a stream after its write, p50", percentile(first, 50), "ms", 5, Double.NaN);
            limit("the same, p99", percentile(first, 99), "ms", Double.NaN, Double.NaN);
        }
    }

    /// Reads a stream whose first chunk is the time in epoch milliseconds.
    private static double firstByteMillis(InputStream body) throws IOException {
        byte[] prelude = body.readNBytes(12);
        Instant now = Instant.now();
        int total = ByteBuffer.wrap(prelude).getInt();
        int headers = ByteBuffer.wrap(prelude).getInt(4);
        byte[] rest = body.readNBytes(total - 12);
        double written = Double.parseDouble(
                new String(rest, headers, rest.length - headers - 4, StandardCharsets.US_ASCII));
        body.readAllBytes();
        return now.getEpochSecond() * 1e3 + now.getNano() / 1e6 - written;
    }

    private static double invokeMillis(ServerProcess server, String name) throws IOException {
        long start = System.nanoTime();
        require(server.probe().send("POST", invokePath(name), EVENT));
        return (System.nanoTime() - start) / 1e6;
    }

    static String create(ServerProcess server, String source) throws Exception {
        return create(server, "python3.11", "app", "app.py", source);
    }

    private static String create(ServerProcess server, String runtime, String module, String file, String source)
            throws Exception {
        String name = "bench-" + NUMBER.incrementAndGet() + "-" + ProcessHandle.current().pid();
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry(file));
            out.write(source.getBytes(StandardCharsets.UTF_8));
        }
        String body = Json.object()
                .put("FunctionName", name)
                .put("Runtime", runtime)
                .put("Handler", module + ".handler")
                .put("Role", "arn:aws:iam::000000000000:role/bench")
                .put("Timeout", 60)
                .set("Code", Json.object().put("ZipFile", Base64.getEncoder().encodeToString(zip.toByteArray())))
                .toString();
        require(server.probe().send("POST", "/2015-03-31/functions", body.getBytes(StandardCharsets.UTF_8)));
        for (int i = 0; i < 200; i++) {
            HttpProbe.Answer answer = server.probe().send("GET", "/2015-03-31/functions/" + name, new byte[0]);
            JsonNode function = Json.MAPPER.readTree(answer.body());
            if (function.path("Configuration").path("State").asText().equals("Active")) {
                return name;
            }
            Thread.sleep(5);
        }
        throw new IllegalStateException(name + " did not become active");
    }

    static void delete(ServerProcess server, String name) throws IOException {
        require(server.probe().send("DELETE", "/2015-03-31/functions/" + name, new byte[0]));
    }

    static String invokePath(String name) {
        return "/2015-03-31/functions/" + name + "/invocations";
    }

    static HttpProbe.Answer require(HttpProbe.Answer answer) {
        if (answer.status() >= 300 || answer.headers().contains("x-amz-function-error")) {
            throw new IllegalStateException("answered " + answer.status() + ": " + answer.text());
        }
        return answer;
    }

    private static int together(ServerProcess server, String name, int times) throws Exception {
        return together(server, name, times, EVENT);
    }

    /// Invokes a function so often at the same time.
    ///
    /// @return how many different answers came
    private static int together(ServerProcess server, String name, int times, byte[] event) throws Exception {
        Set<String> answers = new HashSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpProbe.Answer>> all = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                all.add(threads.submit(() -> {
                    try (HttpProbe probe = new HttpProbe(server.address())) {
                        return require(probe.send("POST", invokePath(name), event));
                    }
                }));
            }
            for (Future<HttpProbe.Answer> one : all) {
                answers.add(one.get().text());
            }
        }
        return answers.size();
    }

    static double[] latencies(ServerProcess server, String path, int times) throws IOException {
        HttpProbe probe = server.probe();
        for (int i = 0; i < WARM_UP; i++) {
            require(probe.send("POST", path, EVENT));
        }
        double[] millis = new double[times];
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            probe.send("POST", path, EVENT);
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        return millis;
    }

    static double throughput(ServerProcess server, String path, int connections, int times) throws Exception {
        load(server.address(), path, connections, times / 4);
        return load(server.address(), path, connections, times);
    }

    private static double load(InetSocketAddress address, String path, int connections, int times) throws Exception {
        AtomicLong left = new AtomicLong(times);
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                all.add(threads.submit(() -> {
                    try (HttpProbe probe = new HttpProbe(address)) {
                        while (left.decrementAndGet() >= 0) {
                            require(probe.send("POST", path, EVENT));
                        }
                    }
                    return null;
                }));
            }
            for (Future<Void> one : all) {
                one.get();
            }
        }
        return times / ((System.nanoTime() - start) / 1e9);
    }

    static double percentile(double[] values, int percent) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }

    private void row(String what, double value, String unit, double floor, double ratio) {
        rows.add(new String[] {
            what,
            String.format("%.2f %s", value, unit),
            String.format("%.2f %s", floor, unit),
            String.format("%.2f", value / floor),
            String.format("<= %.2f x", ratio),
            value <= ratio * floor ? "yes" : "NO"
        });
    }

    private void limit(String what, double value, String unit, double limit, double floor) {
        boolean open = Double.isNaN(limit);
        rows.add(new String[] {
            what,
            String.format("%.2f %s", value, unit),
            Double.isNaN(floor) ? "-" : String.format("%.2f %s", floor, unit),
            Double.isNaN(floor) ? "" : String.format("%.2f", value / floor),
            open ? "-" : String.format("<= %.2f %s", limit, unit),
            open ? "" : value <= limit ? "yes" : "NO"
        });
    }

    private void print() {
        System.out.printf("%n%-48s %16s %16s %7s %14s %s%n", "figure", "Podium", "floor", "ratio", "to reach", "reached");
        for (String[] row : rows) {
            System.out.printf("%-48s %16s %16s %7s %14s %s%n", (Object[]) row);
        }
    }
}
