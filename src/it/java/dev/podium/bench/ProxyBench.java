package dev.podium.bench;

import java.util.ArrayList;
import java.util.List;

/// A load balancer against the same client going straight to its target.
final class ProxyBench {
    private static final int ROUNDS = 5;
    private static final int CONNECTIONS = 32;

    private ProxyBench() {}

    /// Measures by turns, so that what else the machine does hits both alike, and takes the medians.
    static List<String[]> run(ServerProcess.Files files) throws Exception {
        double[] direct = new double[ROUNDS];
        double[] proxied = new double[ROUNDS];
        double[] directRate = new double[ROUNDS];
        double[] proxiedRate = new double[ROUNDS];
        try (ServerProcess target = ServerProcess.echo(files, false);
                ServerProcess proxy = ServerProcess.proxy(target)) {
            for (int i = 0; i < ROUNDS; i++) {
                direct[i] = Bench.percentile(Bench.latencies(target, "/", 3000), 50);
                proxied[i] = Bench.percentile(Bench.latencies(proxy, "/", 3000), 50);
                directRate[i] = Bench.throughput(target, "/", CONNECTIONS, 20_000);
                proxiedRate[i] = Bench.throughput(proxy, "/", CONNECTIONS, 20_000);
            }
        }
        double floor = Bench.percentile(direct, 50);
        double added = Bench.percentile(proxied, 50) - floor;
        double rate = Bench.percentile(proxiedRate, 50);
        double straight = Bench.percentile(directRate, 50);
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "load balancer, 1 connection, added p50",
            String.format("%.3f ms", added),
            String.format("%.3f ms", floor),
            "",
            "<= 0.30 ms",
            added <= 0.3 ? "yes" : "NO"
        });
        rows.add(new String[] {
            "load balancer, " + CONNECTIONS + " connections",
            String.format("%.0f/s", rate),
            String.format("%.0f/s", straight),
            String.format("%.2f", rate / straight),
            ">= 0.50 x",
            rate >= 0.5 * straight ? "yes" : "NO"
        });
        return rows;
    }
}
