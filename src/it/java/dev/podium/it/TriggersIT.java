package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.FreePort;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What calls functions and tasks, and what deploys them, with boto3 and the aws CLI on a real cluster: EventBridge
/// Scheduler, EventBridge, IAM, STS, and services of an upstream.
final class TriggersIT {
    @RegisterExtension
    static final ItCluster CLUSTER = new ItCluster();

    private static PodiumProcess server;
    private static int upstream;

    @BeforeAll
    static void start() throws Exception {
        upstream = FreePort.next();
        server = PodiumProcess.start(CLUSTER, Map.of("PODIUM_UPSTREAM_URL", "http://127.0.0.1:" + upstream));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"schedules", "deployment", "upstream"})
    void clientsUse(String script) throws IOException {
        Map<String, String> env = Command.aws(server.endpoint(), "test", "test");
        env.put("PODIUM_IT_AWS", CLUSTER.fact("PODIUM_IT_AWS"));
        env.put("PODIUM_IT_NAMESPACE", CLUSTER.namespace());
        env.put("KUBECONFIG", CLUSTER.kubeconfig().toString());
        env.put("UPSTREAM_PORT", String.valueOf(upstream));
        Command.Result result = Command.run(
                env, "", List.of(CLUSTER.fact("PODIUM_IT_PYTHON"), "src/it/python/boto3_" + script + ".py"));
        assertThat(result.err()).isEmpty();
        assertThat(result.require()).endsWith("all done\n");
    }
}
