package dev.podium.kube.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.codec.Json;
import dev.podium.kube.ClusterContract;
import dev.podium.kube.Credentials;
import dev.podium.kube.KubeAccess;
import dev.podium.kube.PodLogOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract over the embedded cluster, and what is particular to it.
@NullMarked
final class EmbeddedClusterTest extends ClusterContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static EmbeddedCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = EmbeddedCluster.start(
                EmbeddedSettings.defaults(folder.resolve("cluster")).withContainers(4_096, Duration.ofMillis(300)));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Override
    protected KubeAccess access() {
        return cluster.access();
    }

    @Override
    protected String image() {
        return "busybox:1.36-musl";
    }

    @Override
    protected String absentImage() {
        return "registry.invalid/absent:1";
    }

    @Override
    protected List<String> shell() {
        return List.of("/bin/sh", "-c");
    }

    @Test
    void forgottenVersionIsGone() throws Exception {
        String old = get("/pods").body().at("/metadata/resourceVersion").asText();
        created(pod("true"));
        cluster.compact();
        HttpResponse<String> answer = send("/pods?watch=true&timeoutSeconds=5&resourceVersion=" + old, token());
        JsonNode event = Json.MAPPER.readTree(answer.body());
        assertThat(event.path("type").asText()).isEqualTo("ERROR");
        assertThat(event.at("/object/code").asInt()).isEqualTo(410);
        assertThat(event.at("/object/reason").asText()).isEqualTo("Expired");
    }

    @Test
    void failuresAreStatusObjects() throws Exception {
        Answer answer = get("/pods/absent");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo(Json.MAPPER.readTree("""
                        {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
                         "message":"pods \\"absent\\" not found","reason":"NotFound",
                         "details":{"name":"absent","kind":"pods"},"code":404}"""));
    }

    @Test
    void nobodyGetsInWithoutTheToken() throws Exception {
        for (String token : List.of("", "wrong", token().substring(1))) {
            HttpResponse<String> answer = send("/pods", token);
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).contains("\"Unauthorized\"").doesNotContain("items");
        }
        assertThat(URI.create(cluster.access().server().toString()).getHost()).isEqualTo("127.0.0.1");
    }

    @Test
    void filesOfPodsAreForTheirOwnerOnly() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("cluster/pods"))))
                .isEqualTo("rwx------");
    }

    @Test
    void oneClusterAtATimeUsesAFolder() {
        assertThatThrownBy(() -> EmbeddedCluster.start(EmbeddedSettings.defaults(folder.resolve("cluster"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another embedded cluster is running");
    }

    @Test
    void logKeepsItsNewerPartWhenItGrowsTooLarge() throws Exception {
        Path first = folder.resolve("first-seen");
        Path second = folder.resolve("second-seen");
        // What is said while the log is cut may be lost, so each part ends with what is said again and again.
        String name = created(pod("i=0; while [ $i -lt 2000 ]; do echo one-$i; i=$((i+1)); done; until [ -f " + first
                + " ]; do echo end-one; sleep 0.05; done; while [ $i -lt 2600 ]; do echo two-$i; i=$((i+1)); done; until [ -f "
                + second + " ]; do echo end-two; sleep 0.05; done; echo three; echo four"));
        awaitInLog(name, "end-one\n");
        Files.createFile(first);
        awaitInLog(name, "end-two\n");
        Eventually.within(
                Duration.ofMinutes(1),
                () -> !log(name, PodLogOptions.all("main")).contains("one-1\n"));
        Files.createFile(second);
        await(name, p -> p.at("/status/phase").asText().equals("Succeeded"));
        String log = log(name, PodLogOptions.all("main"));
        assertThat(log.length()).isLessThan(15_000); // of more than 20,000
        assertThat(log).endsWith("three\nfour\n").doesNotContain("one-1\n");
    }

    private void awaitInLog(String name, String text) throws InterruptedException {
        Eventually.within(
                Duration.ofMinutes(1),
                () -> log(name, PodLogOptions.all("main")).contains(text));
    }

    @Test
    void deletedPodLeavesNoProcessAndNoFile() throws Exception {
        Path file = folder.resolve("pids");
        String name = created(pod("sleep 601 & echo $! >> " + file + "; setsid sh -c 'sleep 602 & echo $! >> " + file
                + "; exit 0' & wait"));
        Eventually.within(
                Duration.ofMinutes(1),
                () -> Files.exists(file) && Files.readAllLines(file).size() == 2);
        List<Long> pids = Files.readAllLines(file).stream().map(Long::parseLong).toList();
        String uid = client().pod(name).orElseThrow().at("/metadata/uid").asText();
        assertThat(pids).allMatch(pid -> ProcessHandle.of(pid).isPresent());
        client().deletePod(name, null, Duration.ZERO);
        Eventually.within(
                Duration.ofMinutes(1),
                () -> pids.stream().noneMatch(pid -> ProcessTree.startOf(pid) != 0)
                        && Files.notExists(folder.resolve("cluster/pods").resolve(uid)));
    }

    @Test
    void twoHundredPodsRunAtOnce() throws Exception {
        int before = Thread.activeCount();
        for (int i = 0; i < 200; i++) {
            created(pod("sleep 600"));
        }
        Eventually.within(
                Duration.ofMinutes(2),
                () -> client().pods(selector()).pods().stream()
                        .allMatch(p -> p.at("/status/phase").asText().equals("Running")));
        // One per process: the JDK's reaper, which waits for its exit.
        assertThat(Thread.activeCount() - before).isLessThan(220);
        assertThat(client().pods(selector()).pods()).hasSize(200);
    }

    private record Answer(int status, JsonNode body) {}

    private static String token() {
        return ((Credentials.Token) cluster.access().credentials()).token();
    }

    private static Answer get(String path) throws Exception {
        HttpResponse<String> answer = send(path, token());
        return new Answer(answer.statusCode(), Json.MAPPER.readTree(answer.body()));
    }

    private static HttpResponse<String> send(String path, String token) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI target = cluster.access().server().resolve("/api/v1/namespaces/default" + path);
            return http.send(
                    HttpRequest.newBuilder(target)
                            .header("Authorization", "Bearer " + token)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
