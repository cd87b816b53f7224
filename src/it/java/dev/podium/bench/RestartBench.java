package dev.podium.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/// A server that is killed, is away for twenty seconds and comes back: how long until the runtimes in the pods of
/// before are connected again. No pod may have been made or lost, and the first invocations find theirs.
final class RestartBench {
    private static final int FUNCTIONS = 5;
    private static final int ROUNDS = 3;
    private static final int AWAY_SECONDS = 20;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final double LIMIT_MILLIS = 1000;
    private static final byte[] EVENT = "{}".getBytes(StandardCharsets.US_ASCII);
    /// Answers which pod it runs in.
    private static final String POD = "import os\ndef handler(event, context):\n    return os.uname().nodename\n";

    private RestartBench() {}

    /// Runs it.
    static List<String[]> run(ServerProcess.Files files, String image) throws Exception {
        double[] back = new double[ROUNDS];
        double[] first = new double[ROUNDS * FUNCTIONS];
        try (ServerProcess server =
                ServerProcess.cluster(files, image, Map.of("PODIUM_LOG_LEVEL", "debug"))) {
            List<String> functions = new ArrayList<>();
            List<String> served = new ArrayList<>();
            for (int i = 0; i < FUNCTIONS; i++) {
                String name = Bench.create(server, POD);
                functions.add(name);
                served.add(invoke(server, name));
                PodFloor.awaitRunning("app.kubernetes.io/managed-by", i + 2); // with the next spare one
            }
            Set<String> pods = names();
            for (int round = 0; round < ROUNDS; round++) {
                long earlier = server.logged();
                server.kill();
                TimeUnit.SECONDS.sleep(AWAY_SECONDS);
                server.startAgain();
                Instant answers = Instant.now();
                back[round] = millis(answers, lastBack(server, earlier));
                for (int i = 0; i < FUNCTIONS; i++) {
                    long start = System.nanoTime();
                    String pod = invoke(server, functions.get(i));
                    first[round * FUNCTIONS + i] = (System.nanoTime() - start) / 1e6;
                    if (!pod.equals(served.get(i))) {
                        throw new IllegalStateException("the first invocation after the restart was a cold one");
                    }
                }
                if (!names().equals(pods)) {
                    throw new IllegalStateException("pods were " + pods + " and are " + names());
                }
            }
            for (String function : functions) {
                Bench.delete(server, function);
            }
            PodFloor.awaitRunning("podium.dev/pool", 1); // only the spare one is left
        }
        PodFloor.deleteSpare();
        double slowest = Arrays.stream(back).max().orElseThrow();
        return List.of(
                new String[] {
                    FUNCTIONS + " pods back after a restart, slowest of " + ROUNDS,
                    String.format("%.0f ms", slowest),
                    "-",
                    "",
                    String.format("<= %.0f ms", LIMIT_MILLIS),
                    slowest <= LIMIT_MILLIS ? "yes" : "NO"
                },
                new String[] {
                    "first (warm) invocations after it, p50",
                    String.format("%.2f ms", Bench.percentile(first, 50)),
                    "-",
                    "",
                    "-",
                    ""
                });
    }

    private static String invoke(ServerProcess server, String name) throws Exception {
        return Bench.require(server.probe().send("POST", Bench.invokePath(name), EVENT)).text();
    }

    /// When the last of the pods was back.
    private static Instant lastBack(ServerProcess server, long from) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            List<Instant> back = server.log(from)
                    .lines()
                    .filter(line -> line.contains(" pod back "))
                    .map(line -> Instant.parse(line.substring(0, line.indexOf(' '))))
                    .sorted()
                    .toList();
            if (back.size() >= FUNCTIONS) {
                return back.getLast();
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException("only " + back.size() + " pods are back");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static double millis(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toNanos() / 1e6);
    }

    private static Set<String> names() throws Exception {
        Set<String> names = new TreeSet<>();
        for (ObjectNode pod : PodFloor.pods()) {
            names.add(pod.path("metadata").path("name").asText());
        }
        return names;
    }
}
