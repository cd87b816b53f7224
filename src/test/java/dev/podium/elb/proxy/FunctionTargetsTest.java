package dev.podium.elb.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import dev.podium.http.wire.RawConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Lambda functions as targets.
@NullMarked
final class FunctionTargetsTest {
    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:web";

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final TestBalancer balancer = new TestBalancer((arn, event) -> {
        assertThat(arn).isEqualTo(ARN);
        events.add(new String(event, UTF_8));
        return returned().getBytes(UTF_8);
    });
    private volatile String result = "{}";
    private RawConnection client;

    private String returned() throws IOException {
        if (result.equals("fail")) {
            throw new IOException("the function failed");
        }
        return result;
    }

    @BeforeEach
    void start() throws IOException {
        register(false, false);
        balancer.apply();
        client = balancer.connect();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        balancer.close();
    }

    private void register(boolean multi, boolean check) {
        balancer.balancers.apply(new TargetGroup(
                TestBalancer.GROUP,
                "functions",
                TargetGroup.Protocol.LAMBDA,
                new TargetGroup.HealthCheck(
                        check,
                        TargetGroup.Protocol.HTTP,
                        0,
                        "/check",
                        "200",
                        Duration.ofMillis(100),
                        Duration.ofSeconds(30),
                        2,
                        2),
                new TargetGroup.Attributes(
                        TargetGroup.Algorithm.ROUND_ROBIN,
                        new TargetGroup.Stickiness.None(),
                        Duration.ZERO,
                        false,
                        true,
                        Duration.ZERO,
                        1,
                        0,
                        multi,
                        false),
                List.of(new TargetGroup.Target(ARN, 0, null))));
    }

    private JsonNode event() throws Exception {
        return Json.MAPPER.readTree(events.take());
    }

    @Test
    void requestsBecomeEventsAndResultsAnswers() throws Exception {
        result = """
                {"statusCode": 201, "statusDescription": "201 Made It", "headers": {"X-Own": "1"}, "body": "hé"}""";
        client.send("POST /a%20b?x=1&y=%20&x=2 HTTP/1.1\r\nHost: Shop.example\r\nContent-Length: 2\r\n"
                + "Content-Type: text/plain\r\nX-Two: 1\r\nX-Two: 2\r\n\r\nhi");
        RawConnection.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("X-Own")).isEqualTo("1");
        assertThat(answer.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(answer.header("Content-Length")).isEqualTo("3");
        JsonNode event = event();
        assertThat(event.at("/requestContext/elb/targetGroupArn").asText()).isEqualTo(TestBalancer.GROUP);
        assertThat(event.path("httpMethod").asText()).isEqualTo("POST");
        assertThat(event.path("path").asText()).isEqualTo("/a%20b");
        assertThat(event.path("queryStringParameters").toString()).isEqualTo("{\"x\":\"2\",\"y\":\"%20\"}");
        assertThat(event.at("/headers/x-two").asText()).isEqualTo("2");
        assertThat(event.at("/headers/x-forwarded-for").asText()).isEqualTo("127.0.0.1");
        assertThat(event.at("/headers/host").asText()).startsWith("Shop.example");
        assertThat(event.path("body").asText()).isEqualTo("hi");
        assertThat(event.path("isBase64Encoded").asBoolean(true)).isFalse();
    }

    @Test
    void valuesMayComeInLists() throws Exception {
        register(true, false);
        result = """
                {"statusCode": 200, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}, "isBase64Encoded": true,
                 "body": "AAH/"}""";
        client.send("POST /?x=1&x=2 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n\u00ff");
        RawConnection.Answer answer = client.answer();
        assertThat(answer.headers()).contains("Set-Cookie: a=1", "Set-Cookie: b=2");
        assertThat(answer.body()).isEqualTo("\u0000\u0001\u00ff");
        JsonNode event = event();
        assertThat(event.at("/multiValueQueryStringParameters/x").toString()).isEqualTo("[\"1\",\"2\"]");
        assertThat(event.at("/multiValueHeaders/content-type/0").asText()).isEqualTo("application/octet-stream");
        assertThat(event.path("body").asText()).isEqualTo("/w==");
        assertThat(event.path("isBase64Encoded").asBoolean()).isTrue();
    }

    @Test
    void whatIsNoAnswerMakesA502() throws Exception {
        for (String bad :
                List.of("fail", "[]", "{\"statusCode\": 99}", "{\"statusCode\": 200, \"headers\": {\"a b\": 1}}")) {
            result = bad;
            assertThat(client.call("GET", "/", "a", "").status()).isEqualTo(502);
        }
    }

    @Test
    void largeBodiesAndUpgradesAreRefused() throws Exception {
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(400);
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(413);
        assertThat(events).isEmpty();
    }

    @Test
    void healthIsAskedForOnlyWhenWanted() throws Exception {
        TargetHealth unchecked = balancer.balancers.health(TestBalancer.GROUP).getFirst();
        assertThat(unchecked.state()).isEqualTo(TargetHealth.State.UNAVAILABLE);
        assertThat(unchecked.reason()).isEqualTo("Target.HealthCheckDisabled");
        result = "{\"statusCode\": 200}";
        register(false, true);
        balancer.awaitHealthy(1);
        assertThat(event().at("/headers/user-agent").asText()).isEqualTo("ELB-HealthChecker/2.0");
    }
}
