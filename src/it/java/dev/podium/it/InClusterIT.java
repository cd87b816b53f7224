package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The very image of `make image` as a Deployment, with its ServiceAccount and no more rights than the manifests'
/// Role.
@TestMethodOrder(OrderAnnotation.class)
final class InClusterIT {
    @RegisterExtension
    static final ItCluster CLUSTER = new ItCluster();

    private static PodiumDeployment server;
    private static LambdaCalls lambda;

    @BeforeAll
    static void start() throws Exception {
        server = PodiumDeployment.start(CLUSTER);
        lambda = new LambdaCalls(server.endpoint());
        lambda.createPython("inside", b -> {});
    }

    @AfterAll
    static void stop() {
        lambda.close();
        server.close();
    }

    @Test
    @Order(1)
    void functionAnswersColdAndWarm() {
        LambdaCalls.Answer cold = lambda.invoke("inside", "{\"n\": 1}");
        assertThat(cold.error()).as(cold.payload().toString()).isNull();
        assertThat(cold.text("runtime")).isEqualTo("python");
        assertThat(lambda.invoke("inside", "{}").text("environment")).isEqualTo(cold.text("environment"));
    }

    @Test
    @Order(2)
    void podsBelongToPodiumsOwnController() throws Exception {
        JsonNode owner = CLUSTER.functionPods("inside").getFirst().path("metadata").path("ownerReferences").path(0);
        JsonNode own = server.pod().path("metadata").path("ownerReferences").path(0);
        assertThat(owner.path("uid").asText()).isNotEmpty().isEqualTo(own.path("uid").asText());
    }

    @Test
    @Order(3)
    void serverRunsWithoutRightsItDoesNotNeed() throws Exception {
        JsonNode container = server.pod().path("spec").path("containers").path(0);
        assertThat(container.path("securityContext").path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(CLUSTER.tryKubectl(
                                "auth", "can-i", "list", "secrets",
                                "--as=system:serviceaccount:" + CLUSTER.namespace() + ":podium")
                        .out())
                .startsWith("no");
        assertThat(server.pod().path("status").path("containerStatuses").path(0).path("restartCount").asInt())
                .isZero();
    }

    @Test
    @Order(4)
    void warmPodOutlivesTheServersPod() throws Exception {
        assertThat(lambda.invoke("inside", "{}").error()).isNull();
        List<String> before = names(CLUSTER.functionPods("inside"));
        server.kill();
        // A pod that takes longer than a few seconds to come back gets company.
        Eventually.within(Duration.ofMinutes(1), () -> server.log().contains(" pod back "));
        LambdaCalls again = new LambdaCalls(server.endpoint());
        lambda.close();
        lambda = again;
        LambdaCalls.Answer after = lambda.invoke("inside", "{}");
        assertThat(after.error()).isNull();
        assertThat(before).isNotEmpty();
        assertThat(names(CLUSTER.functionPods("inside"))).isEqualTo(before);
    }

    private static List<String> names(List<JsonNode> pods) {
        return pods.stream()
                .map(pod -> pod.path("metadata").path("name").asText())
                .sorted()
                .toList();
    }

    @Test
    @Order(5)
    void uninstallingCollectsEveryPod() throws Exception {
        lambda.invoke("inside", "{}");
        server.uninstall();
        Eventually.within(Duration.ofMinutes(3), () -> {
            List<JsonNode> pods = CLUSTER.functionPods("inside");
            return pods.isEmpty();
        });
    }
}
