package dev.podium.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import dev.podium.http.Listener;
import dev.podium.http.ListenerSettings;
import dev.podium.http.Response;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullMarked
final class DispatcherTest {
    private static final String ROLE = "arn:aws:iam::123456789012:role/r";
    private static final String SIGNED =
            "AWS4-HMAC-SHA256 Credential=111122223333/20260101/eu-west-1/%s/aws4_request, SignedHeaders=host, Signature=0";

    private final ToyLambda lambda = new ToyLambda();
    private final HttpClient client = HttpClient.newHttpClient();
    private Listener listener;

    @BeforeEach
    void start() throws Exception {
        Dispatcher dispatcher = new Dispatcher(List.of(lambda.api()), DispatcherSettings.defaults(), null);
        listener = Listener.start(ListenerSettings.defaults(), dispatcher);
    }

    @AfterEach
    void stop() {
        listener.close();
        client.close();
    }

    @Test
    void recordIsBoundAndRendered() throws Exception {
        ObjectNode body = function("hello").put("Timeout", 5);
        body.withObject("/Environment").withObject("/Variables").put("KEY", "värde");
        HttpResponse<String> response = post("/2015-03-31/functions", body.toString());
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(json(response)).isEqualTo(Json.MAPPER.readTree("""
                                {"FunctionName": "hello", "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:hello",
                                "CodeSize": 3, "Timeout": 5, "Environment": {"Variables": {"KEY": "värde"}},
                                "LastModified": "2024-01-02T03:04:05.678+0000"}"""));
        assertThat(header(response, "Content-Type")).isEqualTo("application/json");
        assertThat(header(response, "x-amzn-RequestId"))
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-.{12}");
        assertThat(lambda.created.get().code().zipFile()).containsExactly(1, 2, 3);
        assertThat(lambda.created.get().layers()).isNull();
    }

    @Test
    void unknownAndNullMembersAreIgnored() throws Exception {
        ObjectNode body = function("hello").put("Colour", "blue");
        body.putObject("Unknown").putArray("Deep").addObject();
        body.putNull("Timeout");
        assertThat(post("/2015-03-31/functions/", body.toString()).statusCode()).isEqualTo(201);
        assertThat(lambda.created.get().timeout()).isNull();
    }

    @Test
    void scopeNamesAccountAndRegion() throws Exception {
        HttpResponse<String> response = send(request("/2015-03-31/functions?Marker=a%2Fb&MaxItems=7")
                .header("Authorization", SIGNED.formatted("lambda"))
                .GET());
        assertThat(json(response).path("NextMarker").asText()).isEqualTo("a/b");
        assertThat(lambda.call.get().scope()).isEqualTo(new Scope("111122223333", "eu-west-1"));
        assertThat(lambda.call.get().accessKeyId()).isEqualTo("111122223333");
        assertThat(lambda.call.get().operation()).isEqualTo("ListFunctions");
    }

    @Test
    void functionArnIsOneSegment() throws Exception {
        String arn = "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST";
        String raw = arn.replace(":", "%3A").replace("$", "%24");
        HttpResponse<String> response =
                send(request("/2015-03-31/functions/" + raw + "/configuration?Qualifier=%24LATEST")
                        .GET());
        assertThat(json(response).path("FunctionName").asText()).isEqualTo(arn);
        assertThat(json(response).path("LastModified").asText()).isEqualTo("$LATEST");
    }

    @Test
    void listsRepeatInTheQuery() throws Exception {
        HttpResponse<String> response =
                send(request("/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af"
                                + "?tagKeys=a%20b&tagKeys=c")
                        .DELETE());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void rawOperationSeesTheBodyUntouched() throws Exception {
        HttpResponse<String> response = post("/2015-03-31/functions/my%2Ffunction/invocations", "{ \"a\" :1}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("my/function:{ \"a\" :1}");
        assertThat(header(response, "X-Amz-Executed-Version")).isEqualTo("$LATEST");
        assertThat(header(response, "x-amzn-RequestId"))
                .isEqualTo(lambda.call.get().requestId());
    }

    @Test
    void errorOfRawOperationIsRendered() throws Exception {
        HttpResponse<String> response = post("/2015-03-31/functions/f/invocations", "");
        assertError(response, 404, "ResourceNotFoundException", "{\"Type\":\"User\",\"Message\":\"nothing at f\"}");
    }

    @Test
    void errorHasTypeAndTheModelsMemberNames() throws Exception {
        assertError(
                get("missing"),
                404,
                "ResourceNotFoundException",
                "{\"Type\":\"User\",\"Message\":\"Function not found: missing\"}");
        HttpResponse<String> throttled = get("throttled");
        assertError(
                throttled,
                429,
                "TooManyRequestsException",
                "{\"Type\":\"User\",\"message\":\"Rate Exceeded.\",\"Reason\":\"ConcurrentInvocationLimitExceeded\"}");
        assertThat(header(throttled, "Retry-After")).isEqualTo("3");
    }

    @Test
    void unexpectedFailureNamesTheRequestOnly() throws Exception {
        HttpResponse<String> response = get("broken");
        String id = header(response, "x-amzn-RequestId");
        assertError(
                response,
                500,
                "ServiceException",
                "{\"Type\":\"Service\",\"Message\":\"An internal error occurred. Request id: " + id + "\"}");
    }

    @Test
    void operationWithoutHandlerIsNotSupported() throws Exception {
        HttpResponse<String> response = send(request("/2018-10-31/layers").GET());
        assertError(
                response,
                501,
                "NotImplemented",
                "{\"message\":\"The operation ListLayers of Lambda is not supported by Podium\"}");
    }

    @Test
    void unknownServiceIsNamed() throws Exception {
        HttpResponse<String> response = send(request("/")
                .header("Authorization", SIGNED.formatted("dynamodb"))
                .header("X-Amz-Target", "DynamoDB_20120810.ListTables")
                .POST(BodyPublishers.ofString("{}")));
        assertThat(response.statusCode()).isEqualTo(501);
        assertThat(response.body())
                .isEqualTo(
                        "{\"__type\":\"NotImplemented\",\"message\":\"The service dynamodb is not supported by Podium\"}");
        HttpResponse<String> form = send(request("/")
                .header("Authorization", SIGNED.formatted("sns"))
                .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                .POST(BodyPublishers.ofString("Action=ListTopics&Version=2010-03-31")));
        assertThat(form.body()).contains("<Code>NotImplemented</Code>").contains("The service sns is not");
        assertThat(send(request("/no/such/path").GET()).statusCode()).isEqualTo(501);
    }

    @Test
    void unknownServiceGoesUpstreamWithItsBody() throws Exception {
        List<String> seen = new ArrayList<>();
        Dispatcher dispatcher =
                new Dispatcher(List.of(lambda.api()), DispatcherSettings.defaults(), (request, service) -> {
                    seen.add(service + " " + new String(request.bytes(100), StandardCharsets.UTF_8));
                    return Response.json(200, new byte[] {'1'});
                });
        try (Listener other = Listener.start(ListenerSettings.defaults(), dispatcher)) {
            URI uri = URI.create("http://127.0.0.1:" + other.address().getPort() + "/");
            client.send(
                    HttpRequest.newBuilder(uri)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString("Action=ListTopics"))
                            .build(),
                    BodyHandlers.ofString());
        }
        assertThat(seen).containsExactly(" Action=ListTopics");
    }

    @Test
    void unknownPathOfTheServiceIsAnUnknownOperation() throws Exception {
        HttpResponse<String> response = send(request("/2015-03-31/nothing")
                .header("Authorization", SIGNED.formatted("lambda"))
                .GET());
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(header(response, "x-amzn-ErrorType")).isEqualTo("UnknownOperationException");
    }

    @Test
    void malformedJsonIsASerializationFault() throws Exception {
        HttpResponse<String> response = post("/2015-03-31/functions", "{\"FunctionName\": \"a\"");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(header(response, "x-amzn-ErrorType")).isEqualTo("SerializationException");
        assertThat(json(response).path("message").asText())
                .startsWith("Could not parse request body into json: Unexpected end-of-input")
                .endsWith("(start marker at [line: 1, column: 1])");
    }

    @Test
    void gzipBodyIsInflatedWithinTheLimit() throws Exception {
        assertThat(gzip(function("hello").toString()).statusCode()).isEqualTo(201);
        HttpResponse<String> bomb = gzip("{\"Description\":\"" + " ".repeat(80 << 20) + "\"}");
        assertThat(bomb.statusCode()).isEqualTo(413);
        HttpResponse<String> broken = send(request("/2015-03-31/functions")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofString("no gzip at all")));
        assertThat(header(broken, "x-amzn-ErrorType")).isEqualTo("SerializationException");
    }

    @Test
    void bodyOverTheLimitIsRefusedInAwsWords() throws Exception {
        HttpResponse<String> response = send(request("/2015-03-31/functions").POST(body(70_167_212)));
        assertError(
                response,
                413,
                "RequestEntityTooLargeException",
                "{\"message\":\"Request must be smaller than 70167211 bytes for the CreateFunction operation\"}");
    }

    private static BodyPublisher body(int size) {
        return BodyPublishers.ofByteArray(new byte[size]);
    }

    private HttpResponse<String> gzip(String text) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return send(request("/2015-03-31/functions")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(bytes.toByteArray())));
    }

    private static void assertError(HttpResponse<String> response, int status, String code, String body) {
        assertThat(response.body()).isEqualTo(body);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(header(response, "x-amzn-ErrorType")).isEqualTo(code);
        assertThat(header(response, "x-amzn-RequestId")).hasSize(36);
    }

    private static ObjectNode function(String name) {
        ObjectNode body = Json.object().put("FunctionName", name).put("Role", ROLE);
        body.withObject("/Code").put("ZipFile", "AQID");
        return body;
    }

    private HttpResponse<String> get(String function) throws Exception {
        return send(
                request("/2015-03-31/functions/" + function + "/configuration").GET());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send(request(path).POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + listener.address().getPort() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return Json.MAPPER.readTree(response.body());
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
