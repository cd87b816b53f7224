package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.Eventually;
import dev.podium.SharedCluster;
import dev.podium.TestServer;
import dev.podium.Zips;
import dev.podium.kube.embedded.Faults;
import dev.podium.pods.Labels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;

/// Spare pods become any function's.
@NullMarked
final class PoolTest {
    private static final String WHO = """
            import os
            def handler(event, context):
                return {"name": os.environ["AWS_LAMBDA_FUNCTION_NAME"], "letter": os.environ.get("LETTER"),
                        "region": os.environ["AWS_REGION"], "account": os.environ["AWS_ACCESS_KEY_ID"],
                        "runtime": os.environ["AWS_EXECUTION_ENV"]}
            """;
    private static final Duration SOON = Duration.ofMinutes(1);

    @AutoClose
    private final SharedCluster cluster = SharedCluster.start();

    private TestServer server(String... more) throws Exception {
        Map<String, String> settings = new HashMap<>(cluster.settings());
        settings.put("PODIUM_LAMBDA_POOL", "auto");
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return TestServer.start(settings);
    }

    @Test
    void coldInvocationTakesTheSparePodAndAnotherFollows() throws Exception {
        try (TestServer server = server()) {
            String first = server.python(WHO);
            server.invoke(first, "1");
            Eventually.within(SOON, () -> spare().size() == 1);
            String spare = spare().getFirst();
            assertThat(manifest(spare)).doesNotContain(first, "us-east-1", "000000000000", "python3.12\"");
            String second = server.python(WHO, b -> b.environment(e -> e.variables(Map.of("LETTER", "it's"))));
            assertThat(server.invoke(second, "1").payload().asUtf8String())
                    .contains(second, "it's", "us-east-1", "000000000000", "AWS_Lambda_python3.12");
            Eventually.within(SOON, () -> spare().size() == 2);
            server.lambda().deleteFunction(b -> b.functionName(second));
            Eventually.within(SOON, () -> spare().size() == 1 && !spare().contains(spare));
        }
    }

    @Test
    void changesOfAFunctionCostNoPodStart() throws Exception {
        try (TestServer server = server()) {
            String name = server.python(WHO);
            server.invoke(name, "1");
            Eventually.within(SOON, () -> spare().size() == 1);
            List<String> before = spare();
            server.lambda()
                    .updateFunctionConfiguration(
                            b -> b.functionName(name).environment(e -> e.variables(Map.of("LETTER", "b"))));
            assertThat(server.invoke(name, "1").payload().asUtf8String()).contains("\"b\"");
            Eventually.within(SOON, () -> spare().size() == 2 && spare().containsAll(before));
            server.lambda().waiter().waitUntilFunctionUpdatedV2(b -> b.functionName(name));
            server.lambda()
                    .updateFunctionCode(b -> b.functionName(name)
                            .zipFile(SdkBytes.fromByteArray(Zips.python("def handler(e, c):\n    return 'new'\n"))));
            assertThat(server.invoke(name, "1").payload().asUtf8String()).isEqualTo("\"new\"");
            Eventually.within(SOON, () -> spare().size() == 2 && !spare().containsAll(before));
        }
    }

    @Test
    void functionsOfAnotherShapeGetPodsOfTheirOwn() throws Exception {
        try (TestServer server = server()) {
            server.invoke(server.python(WHO), "1");
            Eventually.within(SOON, () -> spare().size() == 1);
            String large = server.python(WHO, b -> b.memorySize(256));
            server.invoke(large, "1");
            Eventually.within(
                    SOON,
                    () -> cluster.pods().stream()
                            .anyMatch(pod -> pod.path("metadata")
                                    .path("labels")
                                    .path(Labels.FUNCTION)
                                    .asText()
                                    .equals(large)));
            Eventually.within(SOON, () -> spare().size() == 2);
        }
    }

    @Test
    void sparePodsThatNobodyUsesGoAfterTheKeepalive() throws Exception {
        // Both pods have to come up within it.
        try (TestServer server = server("PODIUM_LAMBDA_KEEPALIVE", "10s")) {
            server.invoke(server.python(WHO), "1");
            Eventually.within(SOON, () -> spare().size() == 1);
            Eventually.within(SOON, () -> cluster.podNames().isEmpty());
        }
    }

    @Test
    void namedRuntimesHaveSparePodsFromTheStartAndOthersNone() throws Exception {
        try (TestServer server = server("PODIUM_LAMBDA_POOL", "python3.12:2")) {
            Eventually.within(SOON, () -> spare().size() == 2);
            String name = server.python(WHO);
            List<String> before = spare();
            server.invoke(name, "1");
            Eventually.within(SOON, () -> spare().size() == 3 && spare().containsAll(before));
            server.lambda().deleteFunction(b -> b.functionName(name));
            String other = server.python(WHO, b -> b.runtime("python3.11"));
            server.invoke(other, "1");
            Eventually.within(
                    SOON, () -> spare().size() == 2 && cluster.podNames().size() == 3);
        }
    }

    @Test
    void poolThatCannotBeFilledLeavesInvocationsAloneAndIsTriedAgain() throws Exception {
        try (TestServer server = server()) {
            String name = server.python(WHO);
            server.invoke(name, "1");
            Eventually.within(SOON, () -> spare().size() == 1);
            cluster.faults().add(Faults.Verb.CREATE, 1000, new Faults.Fault.Failure(403, "Forbidden", null));
            cluster.delete(spare().getFirst());
            Eventually.within(SOON, () -> cluster.faults().pending() < 999);
            assertThat(server.invoke(name, "1").payload().asUtf8String()).contains(name);
            cluster.faults().clear();
            Eventually.within(SOON, () -> spare().size() == 1);
            String next = server.python(WHO, b -> b.environment(e -> e.variables(Map.of("LETTER", "c"))));
            assertThat(server.invoke(next, "1").payload().asUtf8String()).contains(next, "\"c\"");
        }
    }

    @Test
    void restartedServerFindsItsAssignedAndItsSparePodsAgain(@TempDir Path folder) throws Exception {
        try (TestServer server = server()) {
            Path firstBegun = folder.resolve("first");
            Path secondBegun = folder.resolve("second");
            String first = server.python("open('" + firstBegun + "', 'a').write('x')\n" + WHO);
            String second = server.python("open('" + secondBegun + "', 'a').write('x')\n" + WHO);
            server.invoke(first, "1");
            Eventually.within(SOON, () -> spare().size() == 1);
            server.invoke(second, "1");
            Eventually.within(SOON, () -> spare().size() == 2);
            List<String> before = cluster.podNames();
            server.stop();
            cluster.network(false);
            cluster.network(true);
            server.startAgain();
            // An invocation waits three seconds for a pod to come back, and then takes another one.
            Eventually.within(SOON, () -> Files.size(firstBegun) >= 2 && Files.size(secondBegun) >= 2);
            assertThat(server.invoke(second, "1").payload().asUtf8String()).contains(second);
            assertThat(server.invoke(first, "1").payload().asUtf8String()).contains(first);
            assertThat(cluster.podNames()).isEqualTo(before);
            String third = server.python(WHO);
            assertThat(server.invoke(third, "1").payload().asUtf8String()).contains(third);
            Eventually.within(SOON, () -> cluster.podNames().size() == 4);
            assertThat(cluster.podNames()).containsAll(before);
        }
    }

    @Test
    void assignedPodsOfChangedFunctionsGoAtTheStart() throws Exception {
        try (TestServer server = server()) {
            server.invoke(server.python(WHO), "1");
            Eventually.within(SOON, () -> spare().size() == 1);
            String name = server.python(WHO);
            List<String> taken = spare();
            server.invoke(name, "1");
            cluster.faults().always(Faults.Verb.DELETE, new Faults.Fault.Failure(500, "InternalError", null));
            server.lambda().deleteFunction(b -> b.functionName(name));
            server.stop();
            cluster.faults().clear();
            assertThat(cluster.podNames()).containsAll(taken);
            server.startAgain();
            Eventually.within(SOON, () -> !cluster.podNames().containsAll(taken));
        }
    }

    /// Names of all pods that were made without a function, once they ask for their code.
    private List<String> spare() throws Exception {
        return cluster.pods().stream()
                .filter(pod -> pod.path("metadata").path("labels").has(Labels.POOL))
                .filter(pod -> {
                    JsonNode state = pod.path("status")
                            .path("initContainerStatuses")
                            .path(0)
                            .path("state");
                    return state.has("running") || state.has("terminated");
                })
                .map(pod -> pod.path("metadata").path("name").asText())
                .sorted()
                .toList();
    }

    private String manifest(String name) throws Exception {
        for (ObjectNode pod : cluster.pods()) {
            if (pod.path("metadata").path("name").asText().equals(name)) {
                return pod.toString();
            }
        }
        return "";
    }
}
