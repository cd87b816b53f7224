import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// The whole of Podium in one run: starts a server of its own, deploys the example functions through the AWS API, invokes
/// each one cold and warm, prints what came back; then divides calls between two versions, reads a stream as it is
/// written, lets an asynchronous call fail until it ends in a dead-letter queue, and goes on with [Compute].
///
/// `java examples/Demo.java [target/podium.jar]`, from the project's folder. Needs nothing but a JDK; an example whose
/// interpreter is missing on this machine says so in its row. Ends with 1 if anything else went wrong.
public final class Demo {
    private static final Path EXAMPLES = Path.of("examples");
    private static final Duration READY = Duration.ofSeconds(30);
    private static final Duration ACTIVE = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(40);

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private Demo() {}

    /// An example: its code by path in the archive, or why it cannot run here.
    record Example(String name, String runtime, String handler, Map<String, byte[]> code, String missing) {}

    /// What one invocation gave.
    record Answer(double millis, String body, String error, List<String> log) {}

    public static void main(String[] args) throws Exception {
        Path jar = Path.of(args.length > 0 ? args[0] : "target/podium.jar");
        if (!Files.exists(jar)) {
            System.err.println(jar + " is missing: run `make build` first");
            System.exit(2);
        }
        Path folder = Files.createTempDirectory("podium-demo");
        Path log = folder.resolve("server.log");
        boolean good = false;
        try {
            int port = freePort();
            long start = System.nanoTime();
            Process server = start(jar, folder, log, port);
            try {
                Server api = new Server("http://127.0.0.1:" + port);
                awaitReady(api, server);
                System.out.printf(Locale.ROOT, "server ready at %s after %.0f ms%n%n", api.endpoint(), since(start));
                good = run(api, examples(folder));
                good &= weightedAlias(api);
                good &= stream(api);
                good &= deadLetter(api);
                Compute compute = new Compute(api.endpoint());
                good &= compute.instance();
                good &= version("python3", "Python (3\\.\\d+)").isEmpty() || compute.service();
            } finally {
                good &= stop(server);
            }
        } finally {
            if (!good && Files.exists(log)) {
                System.err.println("\nthe server's log:");
                Files.readAllLines(log).forEach(line -> System.err.println("  " + line));
            }
            delete(folder);
        }
        System.exit(good ? 0 : 1);
    }

    // --- the server -------------------------------------------------------------------------------------------------

    private static Process start(Path jar, Path folder, Path log, int port) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar.toString());
        builder.environment().keySet().removeIf(name -> name.startsWith("PODIUM_"));
        builder.environment()
                .putAll(Map.of(
                        "PODIUM_LISTEN", "127.0.0.1:" + port,
                        "PODIUM_RUNTIME_LISTEN", "127.0.0.1:" + freePort(),
                        "PODIUM_STATE_DIR", folder.resolve("state").toString(),
                        "PODIUM_CLUSTER", "embedded",
                        // AWS waits a minute before the first retry and two before the second.
                        "LAMBDA_RETRY_BASE_DELAY", "1"));
        return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitReady(Server api, Process server) throws Exception {
        long end = System.nanoTime() + READY.toNanos();
        while (System.nanoTime() < end) {
            if (!server.isAlive()) {
                throw new IllegalStateException("the server ended with " + server.exitValue());
            }
            try {
                if (api.get("/readyz").statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // not listening yet
            }
            Thread.sleep(5);
        }
        throw new IllegalStateException("the server was not ready within " + READY.toSeconds() + " s");
    }

    private static boolean stop(Process server) throws InterruptedException {
        long start = System.nanoTime();
        server.destroy();
        if (!server.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
            server.destroyForcibly().waitFor();
            System.out.println("the server did not stop within " + STOP.toSeconds() + " s and was killed");
            return false;
        }
        System.out.printf(Locale.ROOT, "server stopped after %.0f ms, exit code %d%n", since(start), server.exitValue());
        return server.exitValue() == 0;
    }

    // --- the examples -----------------------------------------------------------------------------------------------

    private static List<Example> examples(Path folder) throws IOException, InterruptedException {
        String python = version("python3", "Python (3\\.\\d+)");
        String node = version("node", "v(\\d+)\\.");
        return List.of(
                new Example(
                        "hello-python",
                        "python" + oneOf(python, "3.12", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"),
                        "handler.handler",
                        Map.of("handler.py", Files.readAllBytes(EXAMPLES.resolve("python/handler.py"))),
                        python.isEmpty() ? "python3 is not installed here" : ""),
                new Example(
                        "hello-node",
                        "nodejs" + oneOf(node, "22", "18", "20", "22", "24") + ".x",
                        "index.handler",
                        Map.of("index.mjs", Files.readAllBytes(EXAMPLES.resolve("node/index.mjs"))),
                        node.isEmpty() ? "node is not installed here" : ""),
                new Example("hello-java", "java21", "example.Handler::handleRequest", compile(folder), ""));
    }

    /// Gives what the pattern's group finds in the output of `<program> --version`, or an empty string.
    private static String version(String program, String pattern) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher matcher = Pattern.compile(pattern).matcher(out);
            return process.waitFor() == 0 && matcher.find() ? matcher.group(1) : "";
        } catch (IOException e) {
            return "";
        }
    }

    private static String oneOf(String version, String otherwise, String... known) {
        return List.of(known).contains(version) ? version : otherwise;
    }

    private static Map<String, byte[]> compile(Path folder) throws IOException {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        int status = javax.tools.ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "--release",
                        "21",
                        "-Xlint:-options",
                        "-d",
                        classes.toString(),
                        EXAMPLES.resolve("java/example/Handler.java").toString());
        if (status != 0) {
            throw new IOException("the Java example does not compile");
        }
        Map<String, byte[]> code = new TreeMap<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                code.put(classes.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        }
        return code;
    }

    private static byte[] zip(Map<String, byte[]> code) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : code.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    // --- the run ----------------------------------------------------------------------------------------------------

    private static boolean run(Server api, List<Example> examples) throws Exception {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("function", "runtime", "start", "ms", "answer", "log"));
        boolean good = true;
        for (Example example : examples) {
            if (!example.missing().isEmpty()) {
                rows.add(List.of(example.name(), example.runtime(), "-", "-", example.missing(), ""));
                continue;
            }
            Optional<String> problem = deploy(api, example);
            if (problem.isPresent()) {
                rows.add(List.of(example.name(), example.runtime(), "-", "-", problem.get(), ""));
                good = false;
                continue;
            }
            for (String start : List.of("cold", "warm")) {
                Answer answer = api.invoke(example.name(), "{\"name\":\"" + start + " caller\"}");
                good &= answer.error().isEmpty();
                add(rows, example, start, answer);
            }
        }
        print(rows);
        return good;
    }

    /// A version that gets a quarter of the calls of the alias `live`.
    private static boolean weightedAlias(Server api) throws Exception {
        Optional<Example> example = python("versions", "versioned");
        if (example.isEmpty()) {
            return true;
        }
        String function = "/2015-03-31/functions/versions";
        deploy(api, example.get());
        api.post(function + "/versions", "{}");
        api.put(function + "/configuration", "{\"Description\": \"the next one\", \"MemorySize\": 512}");
        awaitUpdate(api, "versions");
        api.post(function + "/versions", "{}");
        api.post(
                function + "/aliases",
                """
                {"Name": "live", "FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.25}}}
                """);
        Map<String, Integer> calls = new TreeMap<>();
        for (int i = 0; i < 200; i++) {
            calls.merge(api.invokeAlias("versions", "live").body(), 1, Integer::sum);
        }
        System.out.println("200 calls of the alias live, 25 % of them for version 2:");
        calls.forEach((answer, count) -> System.out.printf("  %4d  %s%n", count, answer));
        System.out.println();
        return calls.size() == 2;
    }

    /// A function URL whose answer arrives while the function writes it.
    private static boolean stream(Server api) throws Exception {
        String node = version("node", "v(\\d+)\\.");
        if (node.isEmpty()) {
            System.out.println("no stream: node is not installed here\n");
            return true;
        }
        Optional<String> problem = deploy(
                api,
                new Example(
                        "stream-node",
                        "nodejs" + oneOf(node, "22", "18", "20", "22", "24") + ".x",
                        "stream.handler",
                        Map.of("stream.mjs", Files.readAllBytes(EXAMPLES.resolve("node/stream.mjs"))),
                        ""));
        HttpResponse<String> created = api.post(
                "/2021-10-31/functions/stream-node/url", "{\"AuthType\": \"NONE\", \"InvokeMode\": \"RESPONSE_STREAM\"}");
        String url = member(created.body(), "FunctionUrl");
        if (problem.isPresent() || url.isEmpty()) {
            System.out.println("no stream: " + problem.orElse(created.body()));
            return false;
        }
        String id = URI.create(url).getHost().replaceFirst("\\..*", "");
        System.out.println("GET " + url);
        long start = System.nanoTime();
        int pieces = 0;
        HttpResponse<InputStream> response = HTTP.send(
                HttpRequest.newBuilder(URI.create(api.endpoint() + "/_podium/url/" + id + "/")).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            byte[] buffer = new byte[1024];
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                pieces++;
                System.out.printf(
                        Locale.ROOT,
                        "  after %4.0f ms  %s%n",
                        since(start),
                        new String(buffer, 0, n, StandardCharsets.UTF_8));
            }
        }
        System.out.println();
        return response.statusCode() == 200 && pieces > 1;
    }

    /// An event that fails three times and is then found in a queue.
    private static boolean deadLetter(Server api) throws Exception {
        Optional<Example> example = python("unlucky", "unlucky");
        if (example.isEmpty()) {
            return true;
        }
        deploy(api, example.get());
        String queue = member(api.sqs("CreateQueue", "{\"QueueName\": \"failed-orders\"}").body(), "QueueUrl");
        HttpResponse<String> set = api.put(
                "/2015-03-31/functions/unlucky/configuration",
                "{\"DeadLetterConfig\": {\"TargetArn\": \"arn:aws:sqs:us-east-1:000000000000:failed-orders\"}}");
        awaitUpdate(api, "unlucky");
        long start = System.nanoTime();
        HttpResponse<String> accepted = api.invokeAsync("unlucky", "{\"order\": \"4711\"}");
        System.out.println("asynchronous call answered " + accepted.statusCode() + "; two retries, then the queue " + queue);
        String message = "";
        for (int i = 0; i < 3 && !message.contains("4711"); i++) {
            message = api.sqs(
                            "ReceiveMessage",
                            "{\"QueueUrl\": \"" + queue
                                    + "\", \"WaitTimeSeconds\": 10, \"MessageAttributeNames\": [\"All\"]}")
                    .body();
        }
        System.out.printf(Locale.ROOT, "  after %.1f s  %s%n", since(start) / 1000, member(message, "Body").replace("\\\"", "\""));
        Matcher error = Pattern.compile("\"ErrorMessage\":\\{[^}]*\"StringValue\":\"((?:[^\"\\\\]|\\\\.)*)\"")
                .matcher(message);
        System.out.println("  ErrorMessage " + (error.find() ? error.group(1).replace("\\\"", "\"") : "is missing: " + message));
        System.out.println();
        return set.statusCode() == 200 && accepted.statusCode() == 202 && message.contains("4711");
    }

    /// A function from one of the Python examples, when there is a Python here.
    private static Optional<Example> python(String name, String module) throws Exception {
        String python = version("python3", "Python (3\\.\\d+)");
        if (python.isEmpty()) {
            System.out.println(name + " is left out: python3 is not installed here\n");
            return Optional.empty();
        }
        return Optional.of(new Example(
                name,
                "python" + oneOf(python, "3.12", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"),
                module + ".handler",
                Map.of(module + ".py", Files.readAllBytes(EXAMPLES.resolve("python/" + module + ".py"))),
                ""));
    }

    private static void awaitUpdate(Server api, String function) throws Exception {
        long end = System.nanoTime() + ACTIVE.toNanos();
        while (!member(api.get("/2015-03-31/functions/" + function + "/configuration").body(), "LastUpdateStatus")
                .equals("Successful")) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(function + " was not updated within " + ACTIVE.toSeconds() + " s");
            }
            Thread.sleep(10);
        }
    }

    private static void add(List<List<String>> rows, Example example, String start, Answer answer) {
        String body = answer.error().isEmpty() ? answer.body() : answer.error() + ": " + answer.body();
        List<String> log = answer.log().isEmpty() ? List.of("") : answer.log();
        rows.add(List.of(
                example.name(),
                example.runtime(),
                start,
                String.format(Locale.ROOT, "%.1f", answer.millis()),
                body,
                log.getFirst()));
        log.stream().skip(1).forEach(line -> rows.add(List.of("", "", "", "", "", line)));
    }

    private static Optional<String> deploy(Server api, Example example) throws Exception {
        HttpResponse<String> created = api.post(
                "/2015-03-31/functions",
                """
                {"FunctionName": "%s", "Runtime": "%s", "Handler": "%s", "Timeout": 30, "MemorySize": 256,
                 "Role": "arn:aws:iam::000000000000:role/demo", "Code": {"ZipFile": "%s"}}
                """
                        .formatted(
                                example.name(),
                                example.runtime(),
                                example.handler(),
                                Base64.getEncoder().encodeToString(zip(example.code()))));
        if (created.statusCode() != 201) {
            return Optional.of("CreateFunction answered " + created.statusCode() + " " + created.body());
        }
        long end = System.nanoTime() + ACTIVE.toNanos();
        while (System.nanoTime() < end) {
            String configuration = api.get("/2015-03-31/functions/" + example.name() + "/configuration")
                    .body();
            String state = member(configuration, "State");
            if (state.equals("Active")) {
                return Optional.empty();
            }
            if (!state.equals("Pending")) {
                return Optional.of(state + ": " + member(configuration, "StateReason").replace("\\\"", "\""));
            }
            Thread.sleep(10);
        }
        return Optional.of("not Active within " + ACTIVE.toSeconds() + " s");
    }

    /// Finds a string member of a flat JSON object, well enough for the two that are asked for here.
    private static String member(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"")
                .matcher(json);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static void print(List<List<String>> rows) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (int r = 0; r < rows.size(); r++) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String cell = rows.get(r).get(i);
                String pad = " ".repeat(widths[i] - cell.length());
                line.append(i == 3 ? pad + cell : cell + pad).append("  ");
            }
            System.out.println(line.toString().stripTrailing());
            if (r == 0) {
                System.out.println("-".repeat(line.toString().strip().length()));
            }
        }
        System.out.println();
    }

    private static double since(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /// The AWS API of the server, called the way an SDK does, with a signature that nobody checks.
    record Server(String endpoint) {
        private static final String SIGNATURE = "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/lambda/"
                + "aws4_request, SignedHeaders=host, Signature=0";

        HttpResponse<String> get(String path) throws IOException, InterruptedException {
            return send(request(path).GET());
        }

        HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
            return send(request(path)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(json)));
        }

        HttpResponse<String> put(String path, String json) throws IOException, InterruptedException {
            return send(request(path)
                    .header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString(json)));
        }

        HttpResponse<String> sqs(String action, String json) throws IOException, InterruptedException {
            return send(HttpRequest.newBuilder(URI.create(endpoint + "/"))
                    .timeout(Duration.ofSeconds(60))
                    .header("Authorization", SIGNATURE.replace("/lambda/", "/sqs/"))
                    .header("X-Amz-Target", "AmazonSQS." + action)
                    .header("Content-Type", "application/x-amz-json-1.0")
                    .POST(HttpRequest.BodyPublishers.ofString(json)));
        }

        HttpResponse<String> invokeAlias(String function, String alias) throws IOException, InterruptedException {
            return send(request("/2015-03-31/functions/" + function + "/invocations?Qualifier=" + alias)
                    .POST(HttpRequest.BodyPublishers.ofString("{}")));
        }

        HttpResponse<String> invokeAsync(String function, String event) throws IOException, InterruptedException {
            return send(request("/2015-03-31/functions/" + function + "/invocations")
                    .header("X-Amz-Invocation-Type", "Event")
                    .POST(HttpRequest.BodyPublishers.ofString(event)));
        }

        Answer invoke(String function, String event) throws IOException, InterruptedException {
            HttpRequest.Builder invocation = request("/2015-03-31/functions/" + function + "/invocations")
                    .header("X-Amz-Log-Type", "Tail")
                    .POST(HttpRequest.BodyPublishers.ofString(event));
            long start = System.nanoTime();
            HttpResponse<String> response = send(invocation);
            double millis = since(start);
            String error = response.statusCode() == 200
                    ? response.headers().firstValue("X-Amz-Function-Error").orElse("")
                    : "HTTP " + response.statusCode();
            String log = response.headers()
                    .firstValue("X-Amz-Log-Result")
                    .map(text -> new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8))
                    .orElse("");
            return new Answer(
                    millis,
                    response.body().strip(),
                    error,
                    log.lines()
                            .map(line -> line.replace('\t', ' ').strip())
                            .filter(line -> !line.isEmpty())
                            .toList());
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create(endpoint + path))
                    .timeout(Duration.ofSeconds(60))
                    .header("Authorization", SIGNATURE);
        }

        private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
