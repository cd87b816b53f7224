package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.SharedCluster;
import dev.podium.TestServer;
import dev.podium.kube.embedded.Faults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/// Servers on a cluster that outlives them.
@NullMarked
final class RestartTest {
    private static final String ECHO = "def handler(event, context):\n    return event\n";
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @AutoClose
    private final SharedCluster cluster = SharedCluster.start();

    @Test
    void podOfAnUnchangedFunctionServesOn() throws Exception {
        try (TestServer server = TestServer.start(cluster.settings())) {
            Path begun = folder.resolve("begun");
            String kept = server.python("open('" + begun + "', 'a').write('x')\n" + ECHO);
            String changed = server.python(ECHO);
            server.invoke(kept, "1");
            var before = cluster.podNames();
            server.invoke(changed, "1");
            server.stop();
            cluster.network(false);
            server.startAgain();
            Eventually.within(SOON, () -> server.page("/readyz").startsWith("200"));
            cluster.network(true);
            // An invocation waits three seconds for a pod to come back, and then takes another one.
            Eventually.within(SOON, () -> Files.size(begun) >= 2);
            server.lambda()
                    .updateFunctionConfiguration(b -> b.functionName(changed).memorySize(256));
            assertThat(server.invoke(kept, "2").payload().asUtf8String()).isEqualTo("2");
            Eventually.within(SOON, () -> cluster.podNames().equals(before));
        }
    }

    @Test
    void podsOfDeletedFunctionsGoAtTheStart() throws Exception {
        try (TestServer server = TestServer.start(cluster.settings())) {
            String name = server.python(ECHO);
            server.invoke(name, "1");
            cluster.faults().always(Faults.Verb.DELETE, new Faults.Fault.Failure(500, "InternalError", null));
            server.lambda().deleteFunction(b -> b.functionName(name));
            server.stop();
            cluster.faults().clear();
            assertThat(cluster.podNames()).hasSize(1);
            server.startAgain();
            Eventually.within(SOON, () -> cluster.podNames().isEmpty());
        }
    }

    @Test
    void serversInOneNamespaceLeaveEachOthersPodsAlone() throws Exception {
        try (TestServer one = TestServer.start(cluster.settings());
                TestServer other = TestServer.start(cluster.settings())) {
            String ones = one.python(ECHO);
            String others = other.python(ECHO);
            one.invoke(ones, "1");
            var before = cluster.podNames();
            other.invoke(others, "1");
            other.restart();
            Eventually.within(SOON, () -> other.page("/readyz").startsWith("200"));
            assertThat(cluster.podNames()).containsAll(before);
            other.lambda().deleteFunction(b -> b.functionName(others));
            Eventually.within(SOON, () -> cluster.podNames().equals(before));
            assertThat(one.invoke(ones, "2").payload().asUtf8String()).isEqualTo("2");
        }
    }

    @Test
    void apiServerThatIsDownAtTheStartIsWaitedFor() throws Exception {
        cluster.api(false);
        try (TestServer server = TestServer.start(cluster.settings())) {
            assertThat(server.page("/healthz")).startsWith("200");
            assertThat(server.page("/readyz")).startsWith("503").contains("Kubernetes API");
            String name = server.python(ECHO);
            cluster.api(true);
            Eventually.within(SOON, () -> server.page("/readyz").startsWith("200"));
            assertThat(server.invoke(name, "1").payload().asUtf8String()).isEqualTo("1");
        }
    }

    @Test
    void podDeletedByHandEndsItsInvocationAtOnceAndTheNextWorks() throws Exception {
        try (TestServer server = TestServer.start(cluster.settings());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String name = server.python(TestServer.HELD, b -> b.timeout(900));
            Future<InvokeResponse> call = threads.submit(() -> server.invoke(name, "\"" + folder + "\""));
            Eventually.within(SOON, () -> Files.exists(folder.resolve("running")));
            cluster.delete(cluster.podNames().getFirst());
            // Not the timeout's: the client waits for less.
            InvokeResponse answer = call.get();
            assertThat(answer.functionError()).isEqualTo("Unhandled");
            assertThat(answer.payload().asUtf8String()).contains("Runtime.", "deleted");
            Files.createFile(folder.resolve("end"));
            assertThat(server.invoke(name, "\"" + folder + "\"").functionError())
                    .isNull();
        }
    }

    @Test
    void warmInvocationsGoOnWithoutTheApiServerAndColdOnesWait() throws Exception {
        try (TestServer server = TestServer.start(cluster.settings());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String warm = server.python(ECHO);
            String cold = server.python(ECHO);
            server.invoke(warm, "1");
            cluster.api(false);
            Future<InvokeResponse> waiting = threads.submit(() -> server.invoke(cold, "3"));
            long end = System.nanoTime() + 700_000_000L;
            while (System.nanoTime() < end) {
                assertThat(server.invoke(warm, "2").functionError()).isNull();
            }
            assertThat(waiting.isDone()).isFalse();
            cluster.api(true);
            assertThat(waiting.get().payload().asUtf8String()).isEqualTo("3");
        }
    }

    @Test
    void coldInvocationSaysWhyWhenTheApiServerStaysAway() throws Exception {
        Map<String, String> settings = new java.util.HashMap<>(cluster.settings());
        settings.put("PODIUM_LAMBDA_START_TIMEOUT", "1s");
        try (TestServer server = TestServer.start(settings)) {
            String name = server.python(ECHO);
            cluster.api(false);
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> server.invoke(name, "1")))
                    .hasMessageContaining("can't be run now");
        }
    }
}
