package dev.podium.lambda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.http.wire.RawConnection;
import dev.podium.http.wire.RawConnection.Answer;
import dev.podium.lambda.runtime.RuntimeExit.ExtensionFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Extensions in the life of an environment, as raw requests of a pod.
@NullMarked
final class ExtensionsTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String BOTH = "\"INVOKE\",\"SHUTDOWN\"";

    @SuppressWarnings("NullAway.Init")
    private ExtensionPod pod;

    private final BlockingQueue<String> released = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws IOException {
        pod = new ExtensionPod();
    }

    @AfterEach
    void stop() throws IOException {
        pod.close();
    }

    private void announce(String names) throws IOException {
        assertThat(pod.script("POST", "extensions?run=1&names=" + names).status())
                .isEqualTo(200);
    }

    /// A pod whose runtime and one extension are ready.
    private ExtensionPod.Member ready(String events) throws Exception {
        announce("tool");
        ExtensionPod.Member tool = pod.new Member("tool", events);
        tool.ask();
        pod.runtimeAsks();
        assertThat(pod.told()).isEqualTo("ready");
        return tool;
    }

    private @Nullable String taken() throws InterruptedException {
        return released.poll(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    private void release() {
        pod.session.ending().afterInvocation(() -> released.add("free"), () -> released.add("spent"));
    }

    @Test
    void registrationTellsTheFunction() throws Exception {
        announce("tool");
        RawConnection script = pod.connect();
        pod.send(script, "GET", "/podium/" + pod.session.codeToken() + "/extensions?count=1", "");
        Answer answer = pod.register("tool", "{\"events\":[" + BOTH + "]}");
        assertThat(answer.body())
                .isEqualTo("{\"functionName\":\"f\",\"functionVersion\":\"7\",\"handler\":\"a.b\","
                        + "\"accountId\":\"000000000000\"}");
        assertThat(script.answer().status()).isEqualTo(202);
        Answer plain = pod.call("POST", "/2020-01-01/extension/register", "{}", "Lambda-Extension-Name: other");
        assertThat(plain.body()).isEqualTo("{\"functionName\":\"f\",\"functionVersion\":\"7\",\"handler\":\"a.b\"}");
    }

    @Test
    void badRegistrationsAreRefused() throws Exception {
        announce("tool");
        assertThat(pod.call("POST", "/2020-01-01/extension/register", "{}").body())
                .contains("Extension.InvalidExtensionName");
        Answer unknown = pod.register("tool", "{\"events\":[\"DANCE\"]}");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.body()).contains("Extension.InvalidEventType");
        Answer broken = pod.register("tool", "{");
        assertThat(broken.status()).isEqualTo(400);
        assertThat(broken.body()).contains("InvalidRequestFormat");
        Answer internal = pod.register("internal", "{\"events\":[\"SHUTDOWN\"]}");
        assertThat(internal.status()).isEqualTo(403);
        assertThat(internal.body()).contains("ShutdownEventNotSupportedForInternalExtension");
        assertThat(pod.register("tool", "{}").status()).isEqualTo(200);
        Answer twice = pod.register("tool", "{}");
        assertThat(twice.status()).isEqualTo(403);
        assertThat(twice.body()).contains("Extension.AlreadyRegistered");
    }

    @Test
    void elevenAreTooMany() throws Exception {
        for (int i = 0; i < 10; i++) {
            assertThat(pod.register("e" + i, "{\"events\":[\"INVOKE\"]}").status())
                    .isEqualTo(200);
        }
        Answer eleventh = pod.register("e10", "{\"events\":[\"INVOKE\"]}");
        assertThat(eleventh.status()).isEqualTo(403);
        assertThat(eleventh.body()).contains("Extension.TooManyExtensions");
    }

    @Test
    void callsNeedTheIdentifier() throws Exception {
        String next = "/2020-01-01/extension/event/next";
        assertThat(pod.call("GET", next, "").body()).contains("Extension.MissingHeader");
        assertThat(pod.call("GET", next, "", "Lambda-Extension-Identifier: x").body())
                .contains("Extension.InvalidExtensionIdentifier");
        Answer stranger =
                pod.call("GET", next, "", "Lambda-Extension-Identifier: 123e4567-e89b-12d3-a456-426614174000");
        assertThat(stranger.status()).isEqualTo(403);
        assertThat(stranger.body()).contains("Extension.UnknownExtensionIdentifier");
    }

    @Test
    void anEnvironmentIsReadyWhenItsExtensionsAre() throws Exception {
        announce("tool/other");
        ExtensionPod.Member tool = pod.new Member("tool", BOTH);
        ExtensionPod.Member other = pod.new Member("other", "");
        pod.runtimeAsks();
        tool.ask();
        Eventually.within(SOON, pod.session::isParked);
        assertThat(pod.owner.told.poll(100, TimeUnit.MILLISECONDS)).isNull();
        other.ask();
        assertThat(pod.told()).isEqualTo("ready");
        Answer late = pod.register("late", "{}");
        assertThat(late.status()).isEqualTo(403);
        assertThat(late.body()).contains("Extension.RegistrationClosed");
    }

    @Test
    void anEnvironmentIsFreeWhenItsExtensionsAreDone() throws Exception {
        ExtensionPod.Member tool = ready(BOTH);
        pod.invoke("one", SOON);
        assertThat(tool.event().body())
                .contains(
                        "\"eventType\":\"INVOKE\"",
                        "\"requestId\":\"one\"",
                        "\"deadlineMs\":",
                        "\"invokedFunctionArn\":\"arn:aws:lambda:us-east-1:000000000000:function:f\"",
                        "\"tracing\":{\"type\":\"X-Amzn-Trace-Id\",\"value\":\"Root=1-2-3\"}");
        pod.runtimeTakes();
        pod.runtimeAnswers("one");
        assertThat(pod.outcome()).isInstanceOf(Outcome.Success.class);
        release();
        assertThat(released.poll(100, TimeUnit.MILLISECONDS)).isNull();
        tool.ask();
        assertThat(taken()).isEqualTo("free");
    }

    @Test
    void oneThatWantsNoInvocationsHoldsNobodyUp() throws Exception {
        ready("\"SHUTDOWN\"");
        pod.invoke("one", SOON);
        pod.runtimeTakes();
        pod.runtimeAnswers("one");
        pod.outcome();
        release();
        assertThat(released.poll()).isEqualTo("free");
    }

    @Test
    void anExtensionHasNoMoreTimeThanTheFunction() throws Exception {
        ExtensionPod.Member tool = ready(BOTH);
        pod.invoke("one", Duration.ofMillis(400));
        tool.event();
        pod.runtimeTakes();
        pod.runtimeTries("one");
        pod.outcome();
        release();
        assertThat(taken()).isEqualTo("spent");
        pod.session.close();
        tool.ask();
        assertThat(tool.event().body()).contains("\"shutdownReason\":\"timeout\"");
    }

    @Test
    void aCrashEndsTheInvocation() throws Exception {
        ready(BOTH);
        pod.invoke("one", SOON);
        pod.runtimeTakes();
        pod.script("POST", "extension?run=0&name=tool&status=9");
        pod.script("POST", "extension?run=1&name=tool&status=3");
        fails("Extension.Crash", "exit status 3");
    }

    @Test
    void aCrashBehindTheAnswerSpendsTheEnvironment() throws Exception {
        ready(BOTH);
        pod.invoke("one", SOON);
        pod.runtimeTakes();
        pod.runtimeAnswers("one");
        pod.outcome();
        release();
        pod.script("POST", "extension?run=1&name=tool&status=137");
        assertThat(taken()).isEqualTo("spent");
    }

    @Test
    void anInitErrorIsToldWithTheProcessesEnd() throws Exception {
        announce("tool");
        ExtensionPod.Member tool = pod.new Member("tool", BOTH);
        pod.runtimeAsks();
        Answer answer = tool.failsAndEnds("init", "Tool.NoConfig", 0);
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("{\"status\":\"OK\"}");
        assertThat(pod.told()).isEqualTo("exited 1");
        pod.invoke("one", SOON);
        fails("Extension.InitError", "exit code 0");
        tool.ask();
        assertThat(tool.event().body()).contains("Extension.InvalidExtensionState");
    }

    @Test
    void anExitErrorNeedsNoEndOfTheProcess() throws Exception {
        ExtensionPod.Member tool = ready(BOTH);
        pod.invoke("one", SOON);
        tool.event();
        pod.runtimeTakes();
        assertThat(tool.fails("exit", "Tool.Broken").status()).isEqualTo(202);
        fails("Extension.ExitError", "Tool.Broken");
    }

    @Test
    void aFileThatCantBeStartedIsALaunchError() throws Exception {
        announce("tool");
        pod.script("POST", "extension?run=1&name=tool&status=126&why=permission%20denied");
        assertThat(pod.told()).isEqualTo("exited 1");
        pod.invoke("one", SOON);
        fails("Extension.LaunchError", "fork/exec /opt/extensions/tool: permission denied");
    }

    @Test
    void extensionsHaveTimeBeforeTheEnd() throws Exception {
        ExtensionPod.Member tool = ready(BOTH);
        long start = System.nanoTime();
        AtomicLong gone = new AtomicLong();
        pod.session.close();
        pod.session.ending().afterwards(() -> {
            gone.set(System.nanoTime());
            released.add("gone");
        });
        assertThat(tool.event().body())
                .contains("\"eventType\":\"SHUTDOWN\"", "\"shutdownReason\":\"spindown\"", "\"deadlineMs\":");
        assertThat(released.poll(100, TimeUnit.MILLISECONDS)).isNull();
        pod.script("POST", "extension?run=1&name=tool&status=0");
        assertThat(taken()).isEqualTo("gone");
        // The end of the process was the reason, not the end of its time.
        assertThat(Duration.ofNanos(gone.get() - start)).isLessThan(Extensions.SHUTDOWN_LIMIT);
        assertThat(pod.owner.told).isEmpty();
    }

    @Test
    void extensionsHaveTwoSecondsAtMost() throws Exception {
        ready(BOTH);
        long start = System.nanoTime();
        pod.session.close();
        pod.session.ending().afterwards(() -> released.add("gone"));
        assertThat(taken()).isEqualTo("gone");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(1_900), Duration.ofSeconds(30));
    }

    @Test
    void withoutExtensionsNothingIsDelayed() throws Exception {
        pod.runtimeAsks();
        assertThat(pod.told()).isEqualTo("ready");
        release();
        assertThat(released.poll()).isEqualTo("free");
        pod.session.close();
        pod.session.ending().afterwards(() -> released.add("gone"));
        assertThat(released.poll()).isEqualTo("gone");
    }

    @Test
    void aFailedRuntimeIsTheReasonOfTheShutdown() throws Exception {
        ExtensionPod.Member tool = ready(BOTH);
        pod.invoke("one", SOON);
        tool.event();
        tool.ask();
        pod.runtimeTakes();
        pod.script("POST", "exit?status=1&oom=0");
        assertThat(pod.outcome()).isInstanceOf(Outcome.Exited.class);
        pod.session.close();
        assertThat(tool.event().body()).contains("\"shutdownReason\":\"failure\"");
    }

    /// The invocation under way ends with the failure of an extension.
    private void fails(String type, String cause) throws InterruptedException {
        assertThat(pod.outcome())
                .isInstanceOfSatisfying(
                        Outcome.Exited.class,
                        exited -> assertThat(exited.exit().extension()).isEqualTo(new ExtensionFailure(type, cause)));
    }
}
