package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;

/// Spare pods on a real kubelet, and what of them and of assigned ones outlives the server.
final class PoolIT extends ServerTests {
    private static final Duration SOON = Duration.ofMinutes(3);

    @RegisterExtension
    static final ItCluster CLUSTER = new ItCluster();


    PoolIT() {
        super(CLUSTER, Map.of("PODIUM_LOG_LEVEL", "debug"));
    }

    @Override
    void afterwards() {
        CLUSTER.kubectl("delete", "pods", "--all", "--grace-period=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"python", "node", "go"})
    void functionOfAnyRuntimeGetsASparePod(String language) throws Exception {
        create("first", language);
        assertThat(lambda.invoke("first", "{}").error()).isNull();
        awaitPods(1, 1);
        List<String> before = names();
        create("second", language);
        LambdaCalls.Answer answer = lambda.invoke("second", "{}");
        assertThat(answer.error()).as(answer.payload().toString()).isNull();
        assertThat(answer.text("function")).isEqualTo("second");
        assertThat(server.log()).contains("function=second");
        awaitPods(1, 2);
        assertThat(names()).containsAll(before);
    }

    private void create(String name, String language) throws Exception {
        switch (language) {
            case "python" -> lambda.createPython(name, b -> {});
            case "node" ->
                lambda.create(name, b -> b.runtime("nodejs22.x")
                        .handler("index.handler")
                        .code(c -> c.zipFile(LambdaCalls.archive("node", "index.mjs"))));
            default ->
                lambda.create(name, b -> b.runtime("provided.al2023")
                        .handler("any")
                        .code(c -> c.zipFile(SdkBytes.fromByteArray(readArchive("go")))));
        }
    }

    private static byte[] readArchive(String language) {
        try {
            return Files.readAllBytes(CLUSTER.functionArchive(language));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void imageWithoutBashGetsSparePodsWithAnInitContainer() throws Exception {
        lambda.create("first", b -> b.runtime("provided.al2").handler("any").timeout(60)
                .code(c -> c.zipFile(SdkBytes.fromByteArray(readArchive("go")))));
        assertThat(lambda.invoke("first", "{}").error()).isNull();
        Eventually.within(SOON, () -> spare().stream()
                .anyMatch(pod -> pod.path("status").path("initContainerStatuses").path(0).path("state").has("running")));
        lambda.create("second", b -> b.runtime("provided.al2").handler("any").timeout(60)
                .code(c -> c.zipFile(SdkBytes.fromByteArray(readArchive("go")))));
        assertThat(lambda.invoke("second", "{}").text("function")).isEqualTo("second");
        assertThat(server.log()).contains("function=second");
    }

    /// After twenty seconds without a server: not one pod more or less, and nobody waits for one.
    @Test
    void everyPodIsBackAfterTheServerWasKilled() throws Exception {
        List<String> functions = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String name = "kept" + i;
            lambda.createPython(name, b -> {});
            assertThat(lambda.invoke(name, "{}").error()).isNull();
            awaitPods(1, i + 1);
            functions.add(name);
        }
        List<String> before = names();
        Map<String, String> pods = podsOf(functions);
        boolean quick = false;
        // What else this machine does may cost a restart its second.
        for (int away = 20; away >= 16 && !quick; away--) {
            server.kill();
            TimeUnit.SECONDS.sleep(away);
            quick = restart(functions.size());
            for (String function : functions) {
                LambdaCalls.Answer answer = lambda.invoke(function, "{}");
                assertThat(answer.error()).isNull();
                assertThat(pod(answer)).isEqualTo(pods.get(function));
            }
            assertThat(names()).isEqualTo(before);
        }
        assertThat(quick).isTrue();
        TimeUnit.SECONDS.sleep(5);
        assertThat(names()).isEqualTo(before);
        lambda.createPython("new", b -> {});
        assertThat(before).contains(pod(lambda.invoke("new", "{}")));
    }

    /// Starts the server again.
    ///
    /// @return whether all pods were back within a second of its being there, or, on a machine where already the
    ///     server's own start took longer, within that time
    private boolean restart(int count) throws Exception {
        int earlier = server.log().length();
        Instant start = Instant.now();
        server.startUnready();
        server.awaitAnswer();
        Instant answered = Instant.now();
        Eventually.within(SOON, () -> back(earlier).size() == count);
        Instant last = Collections.max(back(earlier));
        long own = Duration.between(start, answered).toMillis();
        long back = Duration.between(answered, last).toMillis();
        System.out.printf("the server answered after %d ms, %d pods were back %d ms later%n", own, count, back);
        return back < Math.max(1000, own);
    }

    /// When the server says that pods of before were back.
    private List<Instant> back(int from) throws IOException {
        return server.log()
                .substring(from)
                .lines()
                .filter(line -> line.contains(" pod back "))
                .map(line -> Instant.parse(line.substring(0, line.indexOf(' '))))
                .toList();
    }

    private Map<String, String> podsOf(List<String> functions) {
        Map<String, String> pods = new HashMap<>();
        functions.forEach(function -> pods.put(function, pod(lambda.invoke(function, "{}"))));
        return pods;
    }

    /// The pod's name is its host name.
    private static String pod(LambdaCalls.Answer answer) {
        String environment = answer.text("environment");
        return environment.substring(0, environment.lastIndexOf('-'));
    }

    @Test
    void functionThatFindsNoRoomGetsThatOfTheSparePods() throws Exception {
        assumeTrue(CLUSTER.isBare(), "the nodes of other clusters have room for anything");
        int cpus = CLUSTER.get("nodes").path("items").path(0).path("status").path("allocatable").path("cpu").asInt();
        int small = (int) (0.2 * cpus * 1769);
        int large = (int) (0.65 * cpus * 1769);
        lambda.createPython("small", b -> b.memorySize(small));
        assertThat(lambda.invoke("small", "{}").error()).isNull();
        awaitPods(1, 1);
        lambda.createPython("large", b -> b.memorySize(large));
        LambdaCalls.Answer answer = lambda.invoke("large", "{}");
        assertThat(answer.error()).as(answer.payload().toString()).isNull();
        assertThat(server.log()).contains("spare pods given up");
        assertThat(spare()).isEmpty();
    }

    @Test
    void usedUpQuotaIsFreedOfTheSparePods() throws Exception {
        CLUSTER.apply("""
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: small}
                spec: {hard: {requests.memory: 600Mi}}
                """);
        try {
            lambda.createPython("first", b -> b.memorySize(256));
            assertThat(lambda.invoke("first", "{}").error()).isNull();
            awaitPods(1, 1);
            lambda.createPython("second", b -> b.memorySize(320));
            LambdaCalls.Answer answer = lambda.invoke("second", "{}");
            assertThat(answer.error()).as(answer.payload().toString()).isNull();
        } finally {
            CLUSTER.kubectl("delete", "resourcequota", "small");
        }
    }

    /// Waits for so many pods of functions' own, and of the pool, spare or assigned.
    private static void awaitPods(int own, int pooled) throws InterruptedException, TimeoutException {
        Eventually.within(SOON, () -> {
            List<JsonNode> all = pods();
            long running = all.stream()
                    .filter(pod -> pod.path("status").path("containerStatuses").path(0).path("state").has("running"))
                    .count();
            return running == own + pooled && all.size() == running && spare().size() == pooled;
        });
    }

    private static List<JsonNode> pods() throws IOException {
        List<JsonNode> pods = new ArrayList<>();
        for (JsonNode pod : CLUSTER.get("pods").path("items")) {
            if (!pod.path("metadata").has("deletionTimestamp")) {
                pods.add(pod);
            }
        }
        return pods;
    }

    private static List<JsonNode> spare() throws IOException {
        return pods().stream()
                .filter(pod -> pod.path("metadata").path("labels").has("podium.dev/pool"))
                .toList();
    }

    private static List<String> names() throws IOException {
        return pods().stream()
                .map(pod -> pod.path("metadata").path("name").asText())
                .sorted()
                .toList();
    }
}
