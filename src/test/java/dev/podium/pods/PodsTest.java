package dev.podium.pods;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Names, manifests and states, without a cluster.
@NullMarked
final class PodsTest {
    @Test
    void namesAreLegalAndNeverTheSame() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            String name = Labels.podName("fn", "My_Function+/=" + "x".repeat(100));
            assertThat(name).matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?").hasSizeLessThanOrEqualTo(63);
            names.add(name);
        }
        assertThat(names).hasSize(1000);
    }

    @Test
    void anyTextBecomesALegalLabel() {
        for (String text : List.of("abc+/==", "-a-", "", "=", "ü", "a".repeat(100), "a.b_c-D")) {
            assertThat(Labels.value(text))
                    .matches("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
                    .hasSizeLessThan(64);
        }
    }

    @Test
    void templateIsMergedUnderThePod() throws Exception {
        ObjectNode template = read("""
                {"metadata":{"labels":{"team":"a","app.kubernetes.io/managed-by":"me"}},
                 "spec":{"nodeSelector":{"disk":"ssd"},"tolerations":[{"key":"gpu","operator":"Exists"}],
                         "containers":[{"name":"function","env":[{"name":"A","value":"template"},{"name":"B","value":"b"}],
                                        "resources":{"limits":{"nvidia.com/gpu":"1"}}},
                                       {"name":"side","image":"side:1"}]}}""");
        ObjectNode pod = new PodManifests(settings(template))
                .of(new PodRequest("fn", "f", "lambda", Map.of(Labels.FUNCTION, "f"), Map.of(), read("""
                                        {"containers":[{"name":"function","image":"python:3","env":[{"name":"A","value":"$(X) $"}],
                                          "command":["a","$b"],"resources":{"limits":{"memory":"128Mi"}}}]}"""), null), true);
        JsonNode container = pod.path("spec").path("containers").path(0);
        assertThat(container.path("image").asText()).isEqualTo("python:3");
        assertThat(container.path("env").toString())
                .isEqualTo("[{\"name\":\"A\",\"value\":\"$$(X) $$\"},{\"name\":\"B\",\"value\":\"b\"}]");
        assertThat(container.path("command").path(1).asText()).isEqualTo("$$b");
        assertThat(container.path("resources").path("limits")).hasSize(2);
        assertThat(container
                        .path("securityContext")
                        .path("allowPrivilegeEscalation")
                        .asBoolean(true))
                .isFalse();
        assertThat(pod.path("spec").path("containers")).hasSize(2);
        assertThat(pod.path("spec").path("nodeSelector").path("disk").asText()).isEqualTo("ssd");
        assertThat(pod.path("spec").path("automountServiceAccountToken").asBoolean(true))
                .isFalse();
        JsonNode labels = pod.path("metadata").path("labels");
        assertThat(labels.path(Labels.MANAGED_BY).asText()).isEqualTo("podium");
        assertThat(labels.path("team").asText()).isEqualTo("a");
        assertThat(labels.path(Labels.INSTANCE).asText()).isEqualTo("one");
    }

    @Test
    void whereNobodyMayBeRootPodsGetAUserUnlessTheyNameOne() throws Exception {
        PodManifests manifests = new PodManifests(settings(Json.object()));
        assertThat(user(manifests, "{\"containers\":[]}", true).isMissingNode()).isTrue();
        assertThat(user(manifests, "{\"containers\":[]}", false).asInt()).isEqualTo(1000);
        String own = "{\"securityContext\":{\"runAsNonRoot\":true,\"runAsUser\":993},\"containers\":[]}";
        assertThat(user(manifests, own, false).asInt()).isEqualTo(993);
    }

    private static JsonNode user(PodManifests manifests, String spec, boolean asRoot) throws Exception {
        return manifests
                .of(new PodRequest("task", "t", "ecs", Map.of(), Map.of(), read(spec), null), asRoot)
                .path("spec")
                .path("securityContext")
                .path("runAsUser");
    }

    @Test
    void kubernetesReasonsBecomeTroubles() throws Exception {
        assertThat(
                        trouble(
                                "{\"containerStatuses\":[{\"image\":\"x:1\",\"state\":{\"waiting\":{\"reason\":\"ImagePullBackOff\",\"message\":\"no\"}}}]}"))
                .isEqualTo(new PodTrouble.ImageUnavailable("ImagePullBackOff", "x:1: no"));
        assertThat(
                        trouble(
                                "{\"containerStatuses\":[{\"state\":{\"terminated\":{\"reason\":\"OOMKilled\",\"exitCode\":137}}}]}"))
                .isInstanceOfSatisfying(
                        PodTrouble.Ended.class,
                        ended -> assertThat(ended.outOfMemory()).isTrue());
        assertThat(
                        trouble(
                                "{\"conditions\":[{\"type\":\"PodScheduled\",\"status\":\"False\",\"message\":\"0/1 nodes\"}]}"))
                .isEqualTo(new PodTrouble.Unschedulable("0/1 nodes"));
        assertThat(trouble("{\"phase\":\"Failed\",\"reason\":\"Evicted\",\"message\":\"disk\"}"))
                .isEqualTo(new PodTrouble.Evicted("disk"));
        ObjectNode drained = read("""
                {"metadata":{"name":"p","deletionTimestamp":"2026-01-01T00:00:00Z"},"status":{"phase":"Running",
                 "containerStatuses":[{"state":{"terminated":{"exitCode":143}}}],
                 "conditions":[{"type":"DisruptionTarget","status":"True","reason":"EvictionByEvictionAPI",
                  "message":"Eviction API: evicting"}]}}""");
        assertThat(PodState.of(drained).trouble()).isEqualTo(new PodTrouble.Evicted("Eviction API: evicting"));
        assertThat(
                        trouble(
                                "{\"initContainerStatuses\":[{\"state\":{\"terminated\":{\"exitCode\":0}}}],\"phase\":\"Pending\"}"))
                .isNull();
    }

    private static @Nullable PodTrouble trouble(String status) throws Exception {
        ObjectNode pod = Json.object();
        pod.putObject("metadata").put("name", "p");
        pod.set("status", read(status));
        return PodState.of(pod).trouble();
    }

    private static PodSettings settings(ObjectNode template) {
        return new PodSettings(
                "one", template, Map.of(), Map.of(), List.of(), () -> null, Json.object(), null, Duration.ZERO);
    }

    private static ObjectNode read(String json) throws Exception {
        return (ObjectNode) Json.MAPPER.readTree(json);
    }
}
