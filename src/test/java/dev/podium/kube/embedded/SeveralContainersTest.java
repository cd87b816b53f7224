package dev.podium.kube.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.Eventually;
import dev.podium.codec.Json;
import dev.podium.kube.KubeClient;
import dev.podium.kube.KubeClientSettings;
import dev.podium.kube.PodLogOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pods of several containers on the embedded cluster: addresses, probes, sidecars, shared volumes, exit codes.
@NullMarked
final class SeveralContainersTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static EmbeddedCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private static KubeClient client;

    private static int pods;

    @BeforeAll
    static void start() throws Exception {
        cluster = EmbeddedCluster.start(
                EmbeddedSettings.defaults(folder).withContainers(1 << 20, Duration.ofMillis(200)));
        client = KubeClient.connect(cluster.access(), KubeClientSettings.defaults());
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    @Test
    void everyPodHasAnAddressAndItsVariable() throws Exception {
        ObjectNode first = pod("main", "echo $POD_IP; sleep 600");
        ObjectNode second = pod("main", "sleep 600");
        for (ObjectNode pod : new ObjectNode[] {first, second}) {
            ObjectNode variable =
                    container(pod, "containers", 0).putArray("env").addObject().put("name", "POD_IP");
            variable.putObject("valueFrom").putObject("fieldRef").put("fieldPath", "status.podIP");
            client.createPod(pod);
        }
        JsonNode one = await(first, p -> running(p, 0));
        JsonNode other = await(second, p -> running(p, 0));
        String ip = one.at("/status/podIP").asText();
        assertThat(ip).startsWith("127.").isNotEqualTo(other.at("/status/podIP").asText());
        Eventually.within(SOON, () -> log(first, "main").strip().equals(ip));
    }

    @Test
    void containersEndEachWithItsOwnCodeAndShareAVolume() throws Exception {
        ObjectNode pod = pod("main", "until [ -f /shared/word ]; do sleep 0.05; done; cat /shared/word; exit 3");
        add(pod, "containers", "other", "echo hello > /shared/word; exit 4");
        ((ObjectNode) pod.path("spec"))
                .putArray("volumes")
                .addObject()
                .put("name", "v")
                .putObject("emptyDir");
        for (JsonNode c : pod.path("spec").path("containers")) {
            ((ObjectNode) c)
                    .putArray("volumeMounts")
                    .addObject()
                    .put("name", "v")
                    .put("mountPath", "/shared");
        }
        client.createPod(pod);
        JsonNode ended = await(pod, p -> p.at("/status/phase").asText().equals("Failed"));
        assertThat(ended.at("/status/containerStatuses/0/state/terminated/exitCode")
                        .asInt())
                .isEqualTo(3);
        assertThat(ended.at("/status/containerStatuses/1/state/terminated/exitCode")
                        .asInt())
                .isEqualTo(4);
        assertThat(log(pod, "main").strip()).isEqualTo("hello");
    }

    @Test
    void readinessFollowsItsProbe() throws Exception {
        Path file = folder.resolve("ready");
        ObjectNode pod = pod("main", "sleep 600");
        probe(container(pod, "containers", 0), "readinessProbe", "test -f " + file);
        client.createPod(pod);
        assertThat(await(pod, p -> running(p, 0))
                        .at("/status/containerStatuses/0/ready")
                        .asBoolean())
                .isFalse();
        Files.createFile(file);
        await(pod, p -> p.at("/status/containerStatuses/0/ready").asBoolean());
        Files.delete(file);
        await(pod, p -> !p.at("/status/containerStatuses/0/ready").asBoolean());
    }

    @Test
    void failedLivenessEndsTheContainer() throws Exception {
        Path file = folder.resolve("trapped");
        ObjectNode pod = pod("main", "trap 'exit 9' TERM; touch " + file + "; while :; do sleep 0.05; done");
        probe(container(pod, "containers", 0), "livenessProbe", "! test -f " + file);
        client.createPod(pod);
        JsonNode ended = await(pod, p -> p.at("/status/phase").asText().equals("Failed"));
        assertThat(ended.at("/status/containerStatuses/0/state/terminated/exitCode")
                        .asInt())
                .isEqualTo(9);
    }

    @Test
    void sidecarStartsFirstAndEndsLast() throws Exception {
        Path file = folder.resolve("started");
        Path story = folder.resolve("story");
        ObjectNode pod = pod("main", "test -f " + file + " && echo main >> " + story);
        add(
                pod,
                "initContainers",
                "beside",
                "trap 'echo end >> " + story + "; exit 0' TERM; sleep 0.4; touch " + file
                        + "; while :; do sleep 0.05; done");
        ObjectNode sidecar = container(pod, "initContainers", 0).put("restartPolicy", "Always");
        probe(sidecar, "startupProbe", "test -f " + file);
        ((ObjectNode) sidecar.path("startupProbe")).put("failureThreshold", 1000);
        client.createPod(pod);
        await(pod, p -> p.at("/status/phase").asText().equals("Succeeded"));
        assertThat(Files.readString(story)).isEqualTo("main\nend\n");
    }

    @Test
    void podThatWaitsForItsSidecarCanBeDeleted() throws Exception {
        ObjectNode pod = pod("main", "true");
        add(pod, "initContainers", "beside", "sleep 600");
        probe(container(pod, "initContainers", 0).put("restartPolicy", "Always"), "startupProbe", "exit 1");
        ((ObjectNode) container(pod, "initContainers", 0).path("startupProbe")).put("failureThreshold", 1000);
        client.createPod(pod);
        await(pod, p -> p.at("/status/initContainerStatuses/0/state").has("running"));
        client.deletePod(name(pod), null, Duration.ofMinutes(10));
        Eventually.within(SOON, () -> client.pod(name(pod)).isEmpty());
    }

    @Test
    void endingTakesNoLongerThanTheGrace() throws Exception {
        ObjectNode pod = pod("main", "trap '' TERM; echo up; while :; do sleep 0.05; done");
        ((ObjectNode) pod.path("spec")).put("terminationGracePeriodSeconds", 1);
        client.createPod(pod);
        await(pod, p -> running(p, 0));
        Eventually.within(SOON, () -> log(pod, "main").equals("up\n"));
        client.deletePod(name(pod), null, Duration.ofSeconds(1));
        // Less than what is usual where nothing is said.
        Eventually.within(Duration.ofSeconds(25), () -> client.pod(name(pod)).isEmpty());
    }

    private static ObjectNode pod(String container, String script) {
        ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
        pod.putObject("metadata").put("name", "several-" + pods++);
        pod.putObject("spec").put("restartPolicy", "Never");
        add(pod, "containers", container, script);
        return pod;
    }

    private static void add(ObjectNode pod, String list, String name, String script) {
        ArrayNode all = ((ObjectNode) pod.path("spec")).withArray("/" + list);
        all.addObject()
                .put("name", name)
                .put("image", "busybox")
                .putArray("command")
                .add("sh")
                .add("-c")
                .add(script);
    }

    private static void probe(ObjectNode container, String kind, String script) {
        ObjectNode probe = container.putObject(kind).put("periodSeconds", 1).put("failureThreshold", 1);
        probe.put("timeoutSeconds", 60); // the usual second may be too short for a shell on a slow machine
        probe.putObject("exec").putArray("command").add("sh").add("-c").add(script);
    }

    private static ObjectNode container(ObjectNode pod, String list, int index) {
        return (ObjectNode) pod.path("spec").path(list).path(index);
    }

    private static boolean running(JsonNode pod, int container) {
        return pod.at("/status/containerStatuses/" + container + "/state").has("running");
    }

    private static String name(ObjectNode pod) {
        return pod.at("/metadata/name").asText();
    }

    private static String log(ObjectNode pod, String container) throws Exception {
        try (var in = client.podLog(name(pod), PodLogOptions.all(container))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JsonNode await(ObjectNode pod, Predicate<JsonNode> wanted) throws InterruptedException {
        JsonNode[] last = {Json.object()};
        Eventually.within(SOON, () -> {
            last[0] = client.pod(name(pod)).orElseThrow();
            return wanted.test(last[0]);
        });
        return last[0];
    }
}
