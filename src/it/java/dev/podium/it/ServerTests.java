package dev.podium.it;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// Tests that each have a server of their own, outside the cluster.
abstract class ServerTests {
    PodiumProcess server;
    LambdaCalls lambda;

    private final ItCluster cluster;
    private final Map<String, String> settings;

    /// @param settings variables on top of those that the cluster asks for
    ServerTests(ItCluster cluster, Map<String, String> settings) {
        this.cluster = cluster;
        this.settings = settings;
    }

    @BeforeEach
    final void startServer() throws Exception {
        server = PodiumProcess.start(cluster, settings);
        lambda = new LambdaCalls(server.endpoint());
    }

    @AfterEach
    final void stopServer() throws Exception {
        lambda.close();
        server.close();
        afterwards();
    }

    /// Tidies up when the server is gone.
    void afterwards() {}
}
