package dev.podium.lambda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.codec.Json;
import dev.podium.http.wire.RawConnection;
import dev.podium.http.wire.RawConnection.Answer;
import dev.podium.http.wire.WireExchange;
import dev.podium.http.wire.WireHeaders;
import dev.podium.http.wire.WireServer;
import dev.podium.http.wire.WireSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What subscribers of the Telemetry API and the Logs API get.
@NullMarked
final class TelemetryTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String TELEMETRY = "/2022-07-01/telemetry";
    private static final String LOGS = "/2020-08-15/logs";

    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger batches = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private ExtensionPod pod;

    @SuppressWarnings("NullAway.Init")
    private WireServer subscriber;

    @BeforeEach
    void start() throws IOException {
        pod = new ExtensionPod();
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Duration long1 = Duration.ofMinutes(1);
        subscriber = WireServer.start(
                new WireSettings("subscriber", any, 10, 64 << 10, 100, 64 << 20, long1, long1, long1), this::take);
    }

    @Test
    void memoryIsAskedForNowAndThenAndTheAnswerComesWithTheNextRequest() throws Exception {
        StartScript script = pod.session.telemetry().script();
        assertThat(script.measure()).isFalse(); // nobody there
        String path = "/podium/" + pod.session.codeToken() + "/memory?peak=";
        RawConnection asked = pod.send(pod.connect(), "GET", path + 2000, "");
        Eventually.within(SOON, () -> script.peakMemoryBytes() == 2000 << 10);
        Eventually.within(SOON, script::measure);
        assertThat(asked.answer().status()).isEqualTo(200);
        pod.send(asked, "GET", path + 3000, "");
        Eventually.within(SOON, () -> script.peakMemoryBytes() == 3000 << 10);
        assertThat(script.peakMemoryMib()).isEqualTo(3);
        RawConnection other = pod.send(pod.connect(), "GET", path + 1000, "");
        assertThat(asked.isEnded()).isTrue();
        assertThat(script.peakMemoryBytes()).isEqualTo(3000 << 10);
        Eventually.within(SOON, script::measure);
        assertThat(other.answer().status()).isEqualTo(200);
        assertThat(script.measure()).isFalse(); // it hasn't come again
    }

    @Test
    void fencesAreWrittenByAScriptThatHasComeAndWaitedFor() throws Exception {
        StartScript script = pod.session.telemetry().script();
        assertThat(script.fence(7, true)).isFalse(); // nobody there
        String path = "/podium/" + pod.session.codeToken() + "/memory?peak=1000&fence=";
        RawConnection asked = pod.send(pod.connect(), "GET", path + 0, "");
        Eventually.within(SOON, script::isKnown);
        assertThat(script.fence(8, false)).isTrue(); // however soon
        assertThat(asked.answer().body()).isEqualTo("fence 8\n");
        AtomicBoolean written = new AtomicBoolean();
        Thread invoker = Thread.ofVirtual().start(() -> written.set(script.fence(9, true)));
        pod.send(asked, "GET", path + 8, "");
        assertThat(asked.answer().body()).isEqualTo("fence 9\n");
        assertThat(invoker.isAlive()).isTrue();
        pod.send(asked, "GET", path + 9, "");
        assertThat(invoker.join(SOON)).isTrue();
        assertThat(written).isTrue();
    }

    @AfterEach
    void stop() throws IOException {
        pod.close();
        subscriber.close();
    }

    private void take(WireExchange x) throws IOException {
        byte[] body = x.body().readAllBytes();
        if (refusals.getAndDecrement() > 0) {
            x.respond(500, WireHeaders.empty(), new byte[0]);
            return;
        }
        assertThat(x.rawTarget()).isEqualTo("/telemetry?a=b");
        batches.incrementAndGet(); // first: tests look when they have seen the events
        Json.MAPPER.readTree(body).forEach(events::add);
        x.respond(200, WireHeaders.empty(), new byte[0]);
    }

    private String request(String version, String types, String buffering) {
        return "{\"schemaVersion\":\"" + version + "\",\"types\":[" + types + "]," + buffering
                + "\"destination\":{\"protocol\":\"HTTP\",\"URI\":\"http://sandbox.localdomain:"
                + subscriber.address().getPort() + "/telemetry?a=b\"}}";
    }

    private ExtensionPod.Member member() throws IOException {
        pod.script("POST", "extensions?run=1&names=tool/other");
        return pod.new Member("tool", "\"INVOKE\",\"SHUTDOWN\"");
    }

    private static final String QUICK = "\"buffering\":{\"maxItems\":1000,\"maxBytes\":262144,\"timeoutMs\":25},";

    private void initialise(ExtensionPod.Member tool) throws Exception {
        ExtensionPod.Member other = pod.new Member("other", "");
        other.ask();
        tool.ask();
        pod.runtimeAsks();
        assertThat(pod.told()).isEqualTo("ready");
    }

    private JsonNode event(String type) throws InterruptedException {
        Eventually.within(
                SOON,
                () -> events.stream().anyMatch(e -> e.path("type").asText().equals(type)));
        return events.stream()
                .filter(e -> e.path("type").asText().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private void runOne(ExtensionPod.Member tool) throws Exception {
        pod.invoke("one", SOON);
        tool.event();
        pod.runtimeTakes();
        pod.runtimeAnswers("one");
        pod.outcome();
        CountDownLatch free = new CountDownLatch(1);
        pod.session.ending().afterInvocation(free::countDown, () -> {});
        tool.ask();
        assertThat(free.await(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    }

    @Test
    void aSubscriberIsToldTheWholeLifeOfAnEnvironment() throws Exception {
        ExtensionPod.Member tool = member();
        Answer answer = tool.subscribe(TELEMETRY, request("2022-12-13", "\"platform\",\"function\"", QUICK));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("\"OK\"");
        initialise(tool);
        pod.session.telemetry().address("127.0.0.1");
        runOne(tool);
        assertThat(event("platform.initStart").path("record").toString())
                .isEqualTo("{\"initializationType\":\"on-demand\",\"phase\":\"init\",\"functionName\":\"f\","
                        + "\"functionVersion\":\"7\",\"instanceMaxMemory\":268435456}");
        assertThat(event("platform.telemetrySubscription").path("record").toString())
                .isEqualTo("{\"name\":\"tool\",\"state\":\"Subscribed\",\"types\":[\"platform\",\"function\"]}");
        assertThat(event("platform.extension").path("record").toString())
                .isEqualTo("{\"name\":\"tool\",\"state\":\"Registered\",\"events\":[\"INVOKE\",\"SHUTDOWN\"]}");
        assertThat(event("platform.initRuntimeDone")
                        .path("record")
                        .path("status")
                        .asText())
                .isEqualTo("success");
        assertThat(event("platform.initReport").at("/record/metrics/durationMs").asDouble())
                .isPositive();
        assertThat(event("platform.start").path("record").toString())
                .isEqualTo("{\"requestId\":\"one\",\"version\":\"7\",\"tracing\":{\"type\":\"X-Amzn-Trace-Id\","
                        + "\"value\":\"Root=1-2-3\"}}");
        JsonNode done = event("platform.runtimeDone").path("record");
        assertThat(done.path("status").asText()).isEqualTo("success");
        assertThat(done.at("/metrics/producedBytes").asInt()).isEqualTo(6);
        assertThat(done.at("/spans/0/name").asText()).isEqualTo("responseLatency");
        JsonNode report = event("platform.report").path("record");
        assertThat(report.at("/metrics/memorySizeMB").asInt()).isEqualTo(256);
        assertThat(report.at("/metrics/initDurationMs").asDouble()).isPositive();
        assertThat(report.at("/metrics/durationMs").asDouble())
                .isGreaterThanOrEqualTo(done.at("/metrics/durationMs").asDouble());
        assertThat(event("platform.report").path("time").asText()).matches("\\d{4}-.*T.*\\.\\d{3}Z");
        assertThat(events.stream().map(e -> e.path("type").asText()))
                .doesNotContain("platform.end", "platform.logsSubscription", "extension");
    }

    @Test
    void aFailedInitialisationIsToldOnceWithItsError() throws Exception {
        ExtensionPod.Member tool = member();
        tool.subscribe(TELEMETRY, request("2022-07-01", "\"platform\"", QUICK));
        pod.session.telemetry().address("127.0.0.1");
        String error = "{\"errorType\":\"Runtime.ImportModuleError\",\"errorMessage\":\"no\"}";
        assertThat(pod.call("POST", "/2018-06-01/runtime/init/error", error).status())
                .isEqualTo(202);
        assertThat(event("platform.initRuntimeDone").path("record").toString())
                .isEqualTo("{\"initializationType\":\"on-demand\",\"phase\":\"init\",\"status\":\"error\","
                        + "\"errorType\":\"Runtime.ImportModuleError\"}");
        JsonNode report = event("platform.initReport").path("record");
        assertThat(report.path("status").asText()).isEqualTo("error");
        assertThat(report.path("errorType").asText()).isEqualTo("Runtime.ImportModuleError");
        assertThat(report.at("/metrics/durationMs").asDouble()).isPositive();
        pod.script("POST", "extension?run=1&name=tool&status=3");
        Eventually.within(SOON, () -> pod.owner.told.contains("exited 1"));
        assertThat(events.stream().filter(e -> e.path("type").asText().startsWith("platform.initR")))
                .hasSize(2);
    }

    @Test
    void linesGoToThoseWhoWantThem() throws Exception {
        ExtensionPod.Member tool = member();
        tool.subscribe(TELEMETRY, request("2022-07-01", "\"function\"", QUICK));
        Telemetry telemetry = pod.session.telemetry();
        telemetry.address("127.0.0.1");
        assertThat(telemetry.isWanted()).isTrue();
        Instant time = Instant.parse("2026-01-02T03:04:05.678Z");
        telemetry.line(time, PodLine.of("\u001fextension\u001fown line"));
        telemetry.line(time, PodLine.of("hello {"));
        assertThat(event("function").toString())
                .isEqualTo("{\"time\":\"2026-01-02T03:04:05.678Z\",\"type\":\"function\",\"record\":\"hello {\"}");
        assertThat(events).hasSize(1);
    }

    @Test
    void jsonLinesStayJson() throws Exception {
        pod.session.describe(new FunctionFacts(null, "f", "1", "h", 128, "on-demand", true));
        ExtensionPod.Member tool = member();
        tool.subscribe(TELEMETRY, request("2022-12-13", "\"function\"", QUICK));
        pod.session.telemetry().address("127.0.0.1");
        pod.session.telemetry().line(Instant.now(), PodLine.of("{\"level\":\"INFO\"}"));
        assertThat(event("function").path("record").path("level").asText()).isEqualTo("INFO");
    }

    @Test
    void theLogsApiHasItsOwnShapes() throws Exception {
        ExtensionPod.Member tool = member();
        assertThat(tool.subscribe(LOGS, request("2021-03-18", "\"platform\"", QUICK))
                        .status())
                .isEqualTo(200);
        initialise(tool);
        pod.session.telemetry().address("127.0.0.1");
        runOne(tool);
        assertThat(event("platform.report").at("/record/requestId").asText()).isEqualTo("one");
        assertThat(event("platform.runtimeDone").path("record").toString())
                .isEqualTo("{\"requestId\":\"one\",\"status\":\"success\"}");
        assertThat(event("platform.end").path("record").toString()).isEqualTo("{\"requestId\":\"one\"}");
        assertThat(event("platform.logsSubscription")
                        .path("record")
                        .path("state")
                        .asText())
                .isEqualTo("Subscribed");
        assertThat(events.stream().map(e -> e.path("type").asText()))
                .doesNotContain("platform.initStart", "platform.telemetrySubscription");
    }

    @Test
    void badSubscriptionsAreRefusedWithAllReasons() throws Exception {
        ExtensionPod.Member tool = member();
        Answer answer = tool.subscribe(
                TELEMETRY,
                "{\"schemaVersion\":\"2022-07-01\",\"types\":[],\"destination\":{\"protocol\":\"HTTP\","
                        + "\"URI\":\"http://sandbox.localdomain\"}}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body())
                .contains("\"errorType\":\"ValidationError\"")
                .contains("URI port is not provided; types should not be empty");
        assertThat(tool.subscribe(TELEMETRY, request("1999-01-01", "\"platform\"", ""))
                        .body())
                .contains("schemaVersion should be one of [2022-07-01, 2022-12-13, 2025-01-29]");
        assertThat(tool.subscribe(
                                TELEMETRY,
                                request(
                                        "2022-07-01",
                                        "\"platform\"",
                                        "\"buffering\":{\"maxItems\":1,\"maxBytes\":5,\"timeoutMs\":10},"))
                        .body())
                .contains("maxItems should be between 1000 and 10000")
                .contains("maxBytes should be between 262144 and 1048576")
                .contains("timeoutMs should be between 25 and 30000");
        assertThat(tool.subscribe(TELEMETRY, request("2022-07-01", "\"weather\"", ""))
                        .body())
                .contains("types should be of [platform, function, extension]");
        assertThat(tool.subscribe(
                                LOGS,
                                "{\"types\":[\"platform\"],\"destination\":{\"protocol\":\"HTTP\","
                                        + "\"URI\":\"http://elsewhere.example:80\"}}")
                        .body())
                .contains("\"errorType\":\"Logs.ValidationError\"", "sandbox.localdomain");
    }

    @Test
    void subscriptionsEndWithTheInitialisation() throws Exception {
        ExtensionPod.Member tool = member();
        initialise(tool);
        Answer answer = tool.subscribe(TELEMETRY, request("2022-07-01", "\"platform\"", ""));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("Telemetry.SubscriptionClosed");
    }

    @Test
    void oneEnvironmentUsesOneOfTheTwoApis() throws Exception {
        ExtensionPod.Member tool = member();
        ExtensionPod.Member other = pod.new Member("other", "");
        tool.subscribe(TELEMETRY, request("2022-07-01", "\"platform\"", ""));
        assertThat(other.subscribe(LOGS, request("2020-08-15", "\"platform\"", ""))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void whatIsRefusedIsSentAgain() throws Exception {
        refusals.set(2);
        ExtensionPod.Member tool = member();
        tool.subscribe(TELEMETRY, request("2022-07-01", "\"platform\"", QUICK));
        pod.session.telemetry().address("127.0.0.1");
        assertThat(event("platform.initStart")).isNotNull();
        assertThat(events.stream().filter(e -> e.path("type").asText().equals("platform.initStart")))
                .hasSize(1);
    }

    @Test
    void tooMuchIsDroppedAndSaidSo() throws Exception {
        ExtensionPod.Member tool = member();
        tool.subscribe(TELEMETRY, request("2022-07-01", "\"function\"", QUICK));
        Telemetry telemetry = pod.session.telemetry();
        String line = "x".repeat(1000);
        for (int i = 0; i < 1000; i++) {
            telemetry.line(Instant.now(), PodLine.of(line));
        }
        telemetry.address("127.0.0.1");
        JsonNode dropped = event("platform.logsDropped").path("record");
        assertThat(dropped.path("droppedRecords").asInt()).isBetween(400, 600);
        assertThat(dropped.path("droppedBytes").asInt()).isGreaterThan(400_000);
        assertThat(dropped.path("reason").asText()).startsWith("Consumer seems to have fallen behind");
    }

    @Test
    void whatIsLeftIsSentAtTheEnd() throws Exception {
        ExtensionPod.Member tool = member();
        String slow = "\"buffering\":{\"timeoutMs\":30000},";
        tool.subscribe(TELEMETRY, request("2022-07-01", "\"platform\"", slow));
        pod.session.telemetry().address("127.0.0.1");
        initialise(tool);
        runOne(tool);
        assertThat(batches.get()).isZero();
        pod.session.close();
        assertThat(event("platform.report")).isNotNull();
        assertThat(batches.get()).isEqualTo(1);
    }

    @Test
    void tcpSubscribersGetLines() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ExtensionPod.Member tool = member();
            Answer answer = tool.subscribe(
                    TELEMETRY,
                    "{\"schemaVersion\":\"2022-07-01\",\"types\":[\"platform\"]," + QUICK
                            + "\"destination\":{\"protocol\":\"TCP\",\"port\":" + listener.getLocalPort() + "}}");
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            pod.session.telemetry().address("127.0.0.1");
            listener.setSoTimeout(60_000);
            try (var socket = listener.accept();
                    var in = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
                socket.setSoTimeout(60_000);
                assertThat(Json.MAPPER.readTree(in.readLine()).path("type").asText())
                        .isEqualTo("platform.initStart");
            }
        }
    }
}
