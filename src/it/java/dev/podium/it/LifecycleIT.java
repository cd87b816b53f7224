package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.podium.Eventually;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/// Environments come and go as pods: concurrency, changes, deletion, crashes of either side.
final class LifecycleIT extends ServerTests {
    private static final Duration SOON = Duration.ofMinutes(2);

    @RegisterExtension
    static final ItCluster CLUSTER = new ItCluster();


    LifecycleIT() {
        // By the function's label it finds only pods that were made for it.
        super(CLUSTER, Map.of("PODIUM_LAMBDA_POOL", "off", "PODIUM_LOG_LEVEL", "debug"));
    }

    @Test
    void tenAtOnceGetTenEnvironments() throws Exception {
        lambda.createPython("ten", b -> b.timeout(170));
        Set<String> environments = new HashSet<>();
        // None of them ends before all have begun: a call that waits would get the environment of one that is over.
        CountDownLatch begun = new CountDownLatch(10);
        HttpServer meeting = HttpServer.create(new InetSocketAddress(CLUSTER.hostAddress(), 0), 0);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            meeting.setExecutor(threads);
            meeting.createContext("/", exchange -> meet(begun, exchange));
            meeting.start();
            String event = "{\"meet\": \"http://%s:%d/\"}"
                    .formatted(
                            CLUSTER.hostAddress().getHostAddress(), meeting.getAddress().getPort());
            for (LambdaCalls.Answer answer : together("ten", 10, event)) {
                assertThat(answer.error()).as(answer.payload().toString()).isNull();
                environments.add(answer.text("environment"));
            }
        } finally {
            meeting.stop(0);
        }
        assertThat(environments).hasSize(10);
        assertThat(CLUSTER.functionPods("ten")).hasSize(10);
        for (LambdaCalls.Answer answer : together("ten", 10, "{\"sleepMillis\": 500}")) {
            assertThat(environments).contains(answer.text("environment"));
        }
        deleteAndAwaitNoPods("ten");
    }

    private static void meet(CountDownLatch begun, HttpExchange exchange) throws IOException {
        begun.countDown();
        try (exchange) {
            exchange.sendResponseHeaders(begun.await(150, TimeUnit.SECONDS) ? 204 : 504, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<LambdaCalls.Answer> together(String function, int times, String event) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<LambdaCalls.Answer>> calls = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                calls.add(threads.submit(() -> lambda.invoke(function, event)));
            }
            List<LambdaCalls.Answer> answers = new ArrayList<>();
            for (Future<LambdaCalls.Answer> call : calls) {
                answers.add(call.get(4, TimeUnit.MINUTES));
            }
            return answers;
        }
    }

    private void deleteAndAwaitNoPods(String function) throws Exception {
        lambda.client().deleteFunction(b -> b.functionName(function));
        Eventually.within(SOON, () -> CLUSTER.functionPods(function).isEmpty());
    }

    @Test
    void newCodeGetsNewPodsAndOldOnesLeave() throws Exception {
        lambda.createPython("changing", b -> b.environment(e -> e.variables(Map.of("LETTER", "1"))));
        LambdaCalls.Answer first = lambda.invoke("changing", "{\"variable\": \"LETTER\"}");
        assertThat(first.text("variable")).isEqualTo("1");
        String pod = onlyPod("changing");
        lambda.client().updateFunctionConfiguration(b -> b.functionName("changing")
                .environment(e -> e.variables(Map.of("LETTER", "2"))));
        lambda.client().waiter().waitUntilFunctionUpdatedV2(b -> b.functionName("changing"));
        LambdaCalls.Answer second = lambda.invoke("changing", "{\"variable\": \"LETTER\"}");
        assertThat(second.text("variable")).isEqualTo("2");
        Eventually.within(SOON, () -> !onlyPod("changing").equals(pod));
        deleteAndAwaitNoPods("changing");
    }

    private static String onlyPod(String function) throws Exception {
        List<JsonNode> pods = CLUSTER.functionPods(function);
        assertThat(pods).hasSize(1);
        return pods.getFirst().path("metadata").path("name").asText();
    }

    @Test
    void serverKilledWithNineFindsItsFunctionsAndPodsAgain() throws Exception {
        lambda.createPython("kept", b -> {});
        String environment = lambda.invoke("kept", "{}").text("environment");
        String pod = onlyPod("kept");
        server.kill();
        server.startAgain();
        // A pod that takes longer than a few seconds to come back gets company.
        Eventually.within(SOON, () -> server.log().contains(" pod back "));
        LambdaCalls.Answer after = lambda.invoke("kept", "{}");
        assertThat(after.error()).isNull();
        assertThat(onlyPod("kept")).isEqualTo(pod);
        assertThat(environment).isNotEmpty();
        deleteAndAwaitNoPods("kept");
    }

    @Test
    void podsOfFunctionsThatAreGoneAreCollectedAtStart() throws Exception {
        lambda.createPython("gone", b -> {});
        lambda.invoke("gone", "{}");
        assertThat(CLUSTER.functionPods("gone")).hasSize(1);
        lambda.client().deleteFunction(b -> b.functionName("gone"));
        server.kill();
        server.startAgain();
        Eventually.within(SOON, () -> CLUSTER.functionPods("gone").isEmpty());
    }

    @Test
    void secondServerInTheNamespaceLeavesThePodsAlone() throws Exception {
        lambda.createPython("mine", b -> {});
        lambda.invoke("mine", "{}");
        String pod = onlyPod("mine");
        try (PodiumProcess other = PodiumProcess.start(CLUSTER, Map.of());
                LambdaCalls calls = new LambdaCalls(other.endpoint())) {
            calls.createPython("theirs", b -> {});
            assertThat(calls.invoke("theirs", "{}").error()).isNull();
            assertThat(onlyPod("mine")).isEqualTo(pod);
        }
        assertThat(onlyPod("mine")).isEqualTo(pod);
        assertThat(lambda.invoke("mine", "{}").error()).isNull();
        deleteAndAwaitNoPods("mine");
    }

    @Test
    void podDeletedByHandFailsTheCallAndTheNextWorks() throws Exception {
        lambda.createPython("victim", b -> b.timeout(60));
        lambda.invoke("victim", "{}");
        String pod = onlyPod("victim");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<LambdaCalls.Answer> call =
                    threads.submit(() -> lambda.invoke("victim", "{\"sleepMillis\": 40000}"));
            Eventually.within(SOON, () -> CLUSTER.kubectl("logs", pod).contains("sleepMillis"));
            CLUSTER.kubectl("delete", "pod", pod, "--grace-period=0", "--force");
            LambdaCalls.Answer answer = call.get(2, TimeUnit.MINUTES);
            assertThat(answer.error()).isEqualTo("Unhandled");
            assertThat(answer.text("errorType")).startsWith("Runtime.");
        }
        assertThat(lambda.invoke("victim", "{}").error()).isNull();
        assertThat(onlyPod("victim")).isNotEqualTo(pod);
        deleteAndAwaitNoPods("victim");
    }

    @Test
    void deletedFunctionIsGoneForEveryClient() throws Exception {
        lambda.createPython("short", b -> {});
        lambda.invoke("short", "{}");
        deleteAndAwaitNoPods("short");
        assertThatThrownBy(() -> lambda.invoke("short", "{}")).isInstanceOf(ResourceNotFoundException.class);
    }

    @Test
    void warmCallsGoOnWhileTheApiServerIsAway() throws Exception {
        assumeTrue(CLUSTER.isBare(), "only the bare cluster's API server may be stopped");
        lambda.createPython("steady", b -> {});
        lambda.invoke("steady", "{}");
        String pid = Files.readString(CLUSTER.kubeconfig().resolveSibling("apiserver.pid")).split(" ", 2)[0];
        signal("STOP", pid);
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (System.nanoTime() < end) {
                assertThat(lambda.invoke("steady", "{}").error()).isNull();
                TimeUnit.MILLISECONDS.sleep(200);
            }
        } finally {
            signal("CONT", pid);
        }
        lambda.createPython("afterwards", b -> b.timeout(60));
        assertThat(lambda.invoke("afterwards", "{}").error()).isNull();
    }

    private static void signal(String name, String pid) {
        Command.run(Map.of(), "", List.of("kill", "-" + name, pid)).require();
    }

    @Test
    void environmentVariablesOfTheServerStayOutOfThePods() throws Exception {
        lambda.createPython("clean", b -> {});
        lambda.invoke("clean", "{}");
        String manifest = CLUSTER.functionPods("clean").toString();
        assertThat(manifest).doesNotContain("KUBECONFIG", Path.of("").toAbsolutePath().toString());
    }
}
