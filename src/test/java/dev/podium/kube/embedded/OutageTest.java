package dev.podium.kube.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.kube.embedded.Faults.Fault;
import dev.podium.kube.embedded.Faults.Verb;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/// Functions while the API server is away.
@NullMarked
@Timeout(300)
final class OutageTest {
    private static final String ECHO = "def handler(event, context):\n    return event\n";

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(Map.of("PODIUM_LAMBDA_START_TIMEOUT", "120"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @AfterEach
    void comeBack() {
        faults().clear();
    }

    private static Faults faults() {
        return faults(server);
    }

    private static Faults faults(TestServer of) {
        return of.podium().faults().orElseThrow();
    }

    private static void goAway() {
        goAway(server);
    }

    private static void goAway(TestServer from) {
        for (Verb verb : Verb.values()) {
            faults(from).always(verb, new Fault.Failure(503, "ServiceUnavailable", null));
        }
    }

    @Test
    void warmInvocationsGoOn() {
        String name = server.python(ECHO, b -> b.timeout(60));
        server.invoke(name, "0");
        goAway();
        long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
        int invocations = 0;
        while (System.nanoTime() < end || invocations < 20) {
            InvokeResponse response = server.invoke(name, Integer.toString(++invocations));
            assertThat(response.functionError()).isNull();
            assertThat(response.payload().asUtf8String()).isEqualTo(Integer.toString(invocations));
        }
    }

    @Test
    void coldInvocationWaitsForTheServer() throws Exception {
        String name = server.python(ECHO, b -> b.timeout(60));
        goAway();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<InvokeResponse> answer = threads.submit(() -> server.invoke(name, "1"));
            Thread.sleep(2_000);
            assertThat(answer.isDone()).isFalse();
            faults().clear();
            assertThat(answer.get(100, TimeUnit.SECONDS).payload().asUtf8String())
                    .isEqualTo("1");
        }
    }

    @Test
    void coldInvocationSaysWhyItCouldNotWaitLonger() throws Exception {
        try (TestServer hasty = TestServer.start(Map.of("PODIUM_LAMBDA_START_TIMEOUT", "6"))) {
            String name = hasty.python(ECHO, b -> b.timeout(60));
            goAway(hasty);
            assertThatThrownBy(() -> hasty.invoke(name, "1")).isInstanceOfSatisfying(LambdaException.class, e -> {
                assertThat(e.statusCode()).isEqualTo(502);
                assertThat(e.awsErrorDetails().errorMessage())
                        .contains("the Kubernetes API server has not created its pod within 6 s");
            });
            faults(hasty).clear();
            // A slow machine may take longer than that for a start.
            Eventually.within(
                    Duration.ofSeconds(100),
                    () -> hasty.invoke(name, "2").payload().asUtf8String().equals("2"));
        }
    }
}
