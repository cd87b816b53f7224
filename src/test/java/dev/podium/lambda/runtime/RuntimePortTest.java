package dev.podium.lambda.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.http.wire.RawConnection;
import dev.podium.http.wire.RawConnection.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullMarked
final class RuntimePortTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String NEXT = "/2018-06-01/runtime/invocation/next";
    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:f";

    private final TestOwner owner = new TestOwner();
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private RuntimePort port;
    private RuntimeSession session;
    private RawConnection runtime;
    private String host;

    @BeforeEach
    void start() throws IOException {
        start(Duration.ofMillis(300));
    }

    private void start(Duration reconnectGrace) throws IOException {
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        port = RuntimePort.start(new RuntimeSettings(any, 100, 1000, reconnectGrace));
        session = port.open(RuntimePort.newToken(), RuntimePort.newToken(), owner);
        host = session.token() + ".runtime.internal:9001";
        runtime = new RawConnection(port.address());
    }

    @AfterEach
    void stop() throws IOException {
        runtime.close();
        port.close();
    }

    private void invoke(String id, Duration timeout) {
        Event event = new Event(
                id,
                ("{\"id\":\"" + id + "\"}").getBytes(UTF_8),
                ARN,
                System.currentTimeMillis() + timeout.toMillis(),
                "Root=1-2-3",
                "{\"client\":\n{}}",
                null,
                null);
        Thread.ofVirtual().start(() -> {
            try {
                outcomes.add(session.invoke(event, System.nanoTime() + timeout.toNanos()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                outcomes.add(new Outcome.Lost(e.toString(), false));
            }
        });
    }

    private Outcome outcome() throws InterruptedException {
        Outcome outcome = outcomes.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(outcome).as("an outcome").isNotNull();
        return java.util.Objects.requireNonNull(outcome);
    }

    private void sendNext(RawConnection client) throws IOException {
        client.send("GET " + NEXT + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    /// An event that comes now is the runtime's, however short its time is.
    private void park(RawConnection client) throws Exception {
        sendNext(client);
        Eventually.within(SOON, session::isParked);
    }

    /// An event that no runtime has asked for yet.
    private void invokeEarly(String id) throws InterruptedException {
        invoke(id, SOON);
        Eventually.within(SOON, () -> session.last() != null);
    }

    private Answer post(String path, String body) throws IOException {
        return runtime.call("POST", "/2018-06-01/runtime/" + path, host, body);
    }

    private String told() throws InterruptedException {
        return String.valueOf(owner.told.poll(SOON.toSeconds(), TimeUnit.SECONDS));
    }

    /// Brings the runtime to work on an event.
    private void deliver(String id, Duration timeout) throws Exception {
        park(runtime);
        invoke(id, timeout);
        assertThat(runtime.answer().header("Lambda-Runtime-Aws-Request-Id")).isEqualTo(id);
    }

    @Test
    void aParkedRuntimeGetsTheEventAndItsAnswerComesBack() throws Exception {
        sendNext(runtime);
        assertThat(told()).isEqualTo("ready");
        for (int i = 0; i < 3; i++) {
            invoke("id-" + i, SOON);
            Answer event = runtime.answer();
            assertThat(event.body()).isEqualTo("{\"id\":\"id-" + i + "\"}");
            assertThat(event.header("Content-Type")).isEqualTo("application/json");
            assertThat(event.header("Lambda-Runtime-Invoked-Function-Arn")).isEqualTo(ARN);
            assertThat(Long.parseLong(event.header("Lambda-Runtime-Deadline-Ms")))
                    .isGreaterThan(System.currentTimeMillis());
            assertThat(event.header("Lambda-Runtime-Trace-Id")).isEqualTo("Root=1-2-3");
            assertThat(event.header("Lambda-Runtime-Client-Context")).isEqualTo("{\"client\": {}}");
            assertThat(event.header("Lambda-Runtime-Cognito-Identity")).isEmpty();
            Answer taken = post("invocation/id-" + i + "/response", "\"done\"");
            assertThat(taken.status()).isEqualTo(202);
            assertThat(taken.body()).isEqualTo("{\"status\":\"OK\"}");
            assertThat(outcome())
                    .isInstanceOfSatisfying(
                            Outcome.Success.class,
                            s -> assertThat(s.payload()).asString().isEqualTo("\"done\""));
            sendNext(runtime);
        }
        assertThat(owner.told).isEmpty();
    }

    /// An environment may be idle for long, and an event or an answer have six megabytes.
    @Test
    void anIdleSessionKeepsNeitherTheEventNorTheAnswer() throws Exception {
        deliver("id", SOON);
        post("invocation/id/response", "an answer");
        assertThat(((Outcome.Success) outcome()).payload()).isEqualTo("an answer".getBytes(UTF_8));
        Eventually.within(SOON, () -> {
            Invocation last = java.util.Objects.requireNonNull(session.last());
            return last.event().payload().length == 0
                    && last.outcome() instanceof Outcome.Success success
                    && success.payload().length == 0;
        });
    }

    @Test
    void anEarlyInvocationWaitsForTheRuntime() throws Exception {
        invokeEarly("early");
        sendNext(runtime);
        assertThat(runtime.answer().header("Lambda-Runtime-Aws-Request-Id")).isEqualTo("early");
        post("invocation/early/response", "1");
        assertThat(outcome()).isInstanceOf(Outcome.Success.class);
        assertThat(told()).isEqualTo("ready");
    }

    @Test
    void handlerErrorsKeepTheRuntimesJson() throws Exception {
        deliver("e", SOON);
        runtime.send("POST /2018-06-01/runtime/invocation/e/error HTTP/1.1\r\nHost: " + host
                + "\r\nLambda-Runtime-Function-Error-Type: Runtime.Boom\r\nContent-Length: 2\r\n\r\n{}");
        assertThat(runtime.answer().status()).isEqualTo(202);
        assertThat(outcome()).isInstanceOfSatisfying(Outcome.HandlerError.class, error -> {
            assertThat(error.errorType()).isEqualTo("Runtime.Boom");
            assertThat(error.payload()).asString().isEqualTo("{}");
        });
    }

    @Test
    void errorsInTheMidstOfAStreamComeAsTrailers() throws Exception {
        deliver("s", SOON);
        runtime.send("POST /2018-06-01/runtime/invocation/s/response HTTP/1.1\r\nHost: " + host
                + "\r\nLambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n0\r\nLambda-Runtime-Function-Error-Type: Mid\r\n"
                + "Lambda-Runtime-Function-Error-Body: eyJhIjoxfQ==\r\n\r\n");
        assertThat(runtime.answer().status()).isEqualTo(202);
        assertThat(outcome()).isInstanceOfSatisfying(Outcome.HandlerError.class, error -> {
            assertThat(error.errorType()).isEqualTo("Mid");
            assertThat(error.payload()).asString().isEqualTo("{\"a\":1}");
        });
    }

    @Test
    void answersThatAreTooLargeBecomeErrorsAndTheRuntimeLivesOn() throws Exception {
        deliver("big", SOON);
        assertThat(post("invocation/big/response", "x".repeat(1001)).status()).isEqualTo(202);
        assertThat(outcome()).isInstanceOfSatisfying(Outcome.HandlerError.class, error -> {
            assertThat(error.errorType()).isEqualTo("Function.ResponseSizeTooLarge");
            assertThat(error.payload()).asString().contains("exceeded maximum allowed payload size (1000 bytes).");
        });
        deliver("fits", SOON);
        post("invocation/fits/response", "x".repeat(1000));
        assertThat(outcome()).isInstanceOf(Outcome.Success.class);
    }

    @Test
    void onlyTheRunningRequestCanBeAnswered() throws Exception {
        assertThat(post("invocation/none/response", "1").status()).isEqualTo(400);
        deliver("a", SOON);
        Answer wrong = post("invocation/b/response", "1");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.body())
                .isEqualTo("{\"errorMessage\":\"Invalid request ID\",\"errorType\":\"InvalidRequestID\"}");
        assertThat(post("invocation/a/response", "1").status()).isEqualTo(202);
        assertThat(post("invocation/a/response", "1").status()).isEqualTo(400);
        assertThat(post("invocation/response", "1").status()).isEqualTo(400);
        assertThat(runtime.call("GET", "/2018-06-01/runtime/else", host, "").status())
                .isEqualTo(404);
    }

    @Test
    void deadlineIsKeptAfterOthersThatWereMet() throws Exception {
        Duration enough = Duration.ofMillis(1500); // for an answer, on the slowest machine
        for (int round = 0; round < 2; round++) {
            deliver("quick", enough);
            assertThat(post("invocation/quick/response", "1").status()).isEqualTo(202);
            assertThat(outcome()).isInstanceOf(Outcome.Success.class);
            if (round == 1) { // its alarm goes off while nothing runs
                assertThat(outcomes.poll(1800, TimeUnit.MILLISECONDS)).isNull();
            }
            deliver("slow", Duration.ofMillis(1600)); // in the first round it goes off now
            assertThat(outcome()).isInstanceOf(Outcome.TimedOut.class);
        }
    }

    @Test
    void timeIsUpAtTheDeadline() throws Exception {
        long start = System.nanoTime();
        deliver("slow", Duration.ofMillis(150));
        assertThat(outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(150), Duration.ofSeconds(30));
        assertThat(post("invocation/slow/response", "1").status()).isEqualTo(400);
    }

    @Test
    void oneInvocationAtATime() throws Exception {
        deliver("first", SOON);
        invoke("second", SOON);
        assertThat(outcome()).asString().contains("an invocation is under way");
        assertThat(runtime.call("GET", NEXT, host, "").body()).contains("InvalidStateTransition");
        post("invocation/first/response", "1");
        assertThat(outcome()).isInstanceOf(Outcome.Success.class);
    }

    @Test
    void strangersLearnNothing() throws Exception {
        for (String stranger : List.of(
                "127.0.0.1:9001", RuntimePort.newToken() + ".runtime.internal", session.token(), "x" + host, "")) {
            try (var other = new RawConnection(port.address())) {
                Answer answer = other.call("GET", NEXT, stranger, "");
                assertThat(answer.status()).isEqualTo(403);
                assertThat(answer.body()).isEqualTo("{\"errorMessage\":\"Forbidden\",\"errorType\":\"Forbidden\"}");
                assertThat(other.isEnded()).isTrue();
            }
        }
        String path = "/podium/" + session.codeToken() + "/alive";
        assertThat(runtime.call("GET", path, host, "").status()).isEqualTo(200);
        Answer wrongHost = runtime.call("GET", path, "localhost", "");
        Answer wrongToken = runtime.call("GET", "/podium/" + RuntimePort.newToken() + "/alive", host, "");
        assertThat(wrongHost).isEqualTo(wrongToken);
        assertThat(wrongHost.status()).isEqualTo(404);
        assertThat(runtime.call("GET", "/podium/" + session.token() + "/alive", host, "")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void initErrorsReachTheOwnerAndTheWaitingCall() throws Exception {
        invokeEarly("i");
        runtime.send("POST /2018-06-01/runtime/init/error HTTP/1.1\r\nHost: " + host
                + "\r\nLambda-Runtime-Function-Error-Type: Runtime.ImportModuleError\r\nContent-Length: 2\r\n\r\n{}");
        assertThat(runtime.answer().status()).isEqualTo(202);
        assertThat(outcome()).isInstanceOf(Outcome.InitError.class);
        assertThat(told()).isEqualTo("initError Runtime.ImportModuleError");
        invoke("later", SOON);
        assertThat(outcome()).isInstanceOf(Outcome.InitError.class);
    }

    @Test
    void exitsEndTheCallAtOnce() throws Exception {
        session.assign(new Assignment(null, List.of(), Map.of(), Assignment.Start.ENTRYPOINT));
        deliver("x", SOON);
        assertThat(told()).isEqualTo("ready");
        String exit = "/podium/" + session.codeToken() + "/exit?status=137&oom=1";
        assertThat(runtime.call("POST", exit, host, "").body()).isEqualTo("stop\n");
        assertThat(outcome()).isEqualTo(new Outcome.Exited(new RuntimeExit(137, true)));
        assertThat(told()).isEqualTo("exited 137 oom");
        invoke("y", SOON);
        assertThat(outcome())
                .isInstanceOfSatisfying(
                        Outcome.Lost.class, lost -> assertThat(lost.delivered()).isFalse());
    }

    @Test
    void exitsBeforeTheFirstNextAreFailedStarts() throws Exception {
        session.assign(new Assignment(null, List.of(), Map.of("A", "b"), Assignment.Start.ENTRYPOINT));
        String pod = "/podium/" + session.codeToken();
        assertThat(runtime.call("GET", pod + "/code", host, "").status()).isEqualTo(200);
        invokeEarly("x");
        assertThat(runtime.call("POST", pod + "/exit?status=2&oom=0", host, "").body())
                .isEqualTo("stop\n");
        assertThat(outcome()).isEqualTo(new Outcome.Exited(new RuntimeExit(2, false)));
        assertThat(told()).isEqualTo("exited 2");
    }

    @Test
    void adoptedPodsStartTheirRuntimeAgain() throws Exception {
        String exit = "/podium/" + session.codeToken() + "/exit?status=1&oom=0";
        assertThat(runtime.call("POST", exit, host, "").body()).isEqualTo("restart\n");
        assertThat(owner.told).isEmpty();
        sendNext(runtime);
        assertThat(told()).isEqualTo("ready");
    }

    @Test
    void aRuntimeThatVanishesIdleLosesNoEvent() throws Exception {
        sendNext(runtime);
        assertThat(told()).isEqualTo("ready");
        runtime.close();
        assertThat(told()).isEqualTo("disconnected");
        invoke("a", SOON);
        assertThat(outcome()).isEqualTo(new Outcome.Lost("the connection to the runtime was lost", false));
    }

    @Test
    void aRuntimeThatComesBackInTimeGetsTheEvent() throws Exception {
        stop();
        start(SOON);
        sendNext(runtime);
        assertThat(told()).isEqualTo("ready");
        runtime.close();
        assertThat(told()).isEqualTo("disconnected");
        invoke("a", SOON);
        try (var again = new RawConnection(port.address())) {
            sendNext(again);
            assertThat(again.answer().header("Lambda-Runtime-Aws-Request-Id")).isEqualTo("a");
        }
    }

    @Test
    void aLastingConnectionThatEndsDuringACallIsLost() throws Exception {
        deliver("a", SOON);
        post("invocation/a/response", "1");
        outcome();
        deliver("b", SOON);
        long start = System.nanoTime();
        runtime.close();
        assertThat(outcome()).isEqualTo(new Outcome.Lost("the connection to the runtime was lost", true));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(250));
    }

    @Test
    void clientsThatReconnectForEveryRequestAreNotLost() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (var next = new RawConnection(port.address())) {
                park(next);
                invoke("r" + i, SOON);
                next.answer();
            }
            assertThat(outcomes.poll(500, TimeUnit.MILLISECONDS)).isNull(); // longer than the grace
            try (var response = new RawConnection(port.address())) {
                String target = "/2018-06-01/runtime/invocation/r" + i + "/response";
                assertThat(response.call("POST", target, host, "1").status()).isEqualTo(202);
            }
            assertThat(outcome()).isInstanceOf(Outcome.Success.class);
        }
    }

    @Test
    void answersThatAreCutOffDoNotCount() throws Exception {
        deliver("cut", Duration.ofMillis(700));
        runtime.send("POST /2018-06-01/runtime/invocation/cut/response HTTP/1.1\r\nHost: " + host
                + "\r\nContent-Length: 10\r\n\r\nabc");
        runtime.finish();
        assertThat(runtime.answer().status()).isEqualTo(400);
        assertThat(outcome()).isNotInstanceOf(Outcome.Success.class);
    }

    @Test
    void lostAndClosedSessionsEndTheirCallsAndRequests() throws Exception {
        deliver("gone", SOON);
        session.lost("pod deleted");
        assertThat(outcome()).isEqualTo(new Outcome.Lost("pod deleted", true));
        invoke("next", SOON);
        assertThat(outcome()).isEqualTo(new Outcome.Lost("pod deleted", false));
        assertThat(runtime.call("GET", NEXT, host, "").status()).isEqualTo(403);
        RuntimeSession second = port.open(RuntimePort.newToken(), owner);
        try (var other = new RawConnection(port.address())) {
            other.send("GET " + NEXT + " HTTP/1.1\r\nHost: " + second.token() + ".runtime.internal\r\n\r\n");
            Eventually.within(
                    SOON, () -> owner.told.stream().filter("ready"::equals).count() == 2);
            second.close();
            assertThat(other.isEnded()).isTrue();
        }
    }

    @Test
    void localProcessesReachTheirSessionThroughAnAlias() throws Exception {
        String local = port.resolve(host);
        assertThat(local).startsWith("127.0.0.1:").isEqualTo(port.resolve(host));
        assertThat(port.resolve("other.example:80")).isEqualTo("other.example:80");
        int alias = Integer.parseInt(local.substring(local.indexOf(':') + 1));
        try (var process = new RawConnection(new InetSocketAddress(InetAddress.getLoopbackAddress(), alias))) {
            process.send("GET " + NEXT + " HTTP/1.1\r\nHost: " + local + "\r\n\r\n");
            invoke("l", SOON);
            assertThat(process.answer().header("Lambda-Runtime-Aws-Request-Id")).isEqualTo("l");
        }
    }

    @Test
    void tokensAreChecked() {
        assertThatThrownBy(() -> port.open("short", owner)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> port.open(session.token(), owner)).isInstanceOf(IllegalStateException.class);
        assertThat(RuntimePort.newToken()).hasSize(32).isNotEqualTo(RuntimePort.newToken());
    }
}
