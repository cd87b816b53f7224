package dev.podium.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.http.Headers;
import dev.podium.http.Listener;
import dev.podium.http.ListenerSettings;
import dev.podium.http.Request;
import dev.podium.http.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/// Signatures made by the AWS SDK, and AWS's own published example.
@NullMarked
final class SigV4Test {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final Map<String, String> KEYS = Map.of("AKIDEXAMPLE", SECRET);

    private final ToyLambda lambda = new ToyLambda();
    private Listener listener;

    @BeforeEach
    void start() throws Exception {
        listener = start(Clock.systemUTC());
    }

    private Listener start(Clock clock) throws Exception {
        DispatcherSettings settings = new DispatcherSettings("000000000000", "us-east-1", KEYS, clock);
        return Listener.start(ListenerSettings.defaults(), new Dispatcher(List.of(lambda.api()), settings, null));
    }

    private void restartWithClockAhead(Duration ahead) throws Exception {
        listener.close();
        listener = start(Clock.offset(Clock.systemUTC(), ahead));
    }

    @AfterEach
    void stop() {
        listener.close();
    }

    private LambdaClient client(String id, String secret) {
        return LambdaClient.builder()
                .endpointOverride(
                        URI.create("http://127.0.0.1:" + listener.address().getPort()))
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret)))
                .httpClient(UrlConnectionHttpClient.create())
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }

    private LambdaClient client() {
        return client("AKIDEXAMPLE", SECRET);
    }

    @Test
    void signedCallsPass() {
        try (LambdaClient client = client()) {
            String arn = "arn:aws:lambda:eu-west-1:000000000000:function:f";
            assertThat(client.getFunctionConfiguration(b -> b.functionName(arn).qualifier("a"))
                            .functionName())
                    .isEqualTo(arn);
            assertThat(client.invoke(b -> b.functionName("f").payload(SdkBytes.fromUtf8String("{\"é\":1}")))
                            .payload()
                            .asUtf8String())
                    .isEqualTo("f:{\"é\":1}");
            client.untagResource(b -> b.resource(arn).tagKeys("a b", "c"));
            assertThat(client.listFunctions(b -> b.marker("x/+ =&é").maxItems(3))
                            .nextMarker())
                    .isEqualTo("x/+ =&é");
        }
        assertThat(lambda.call.get().accessKeyId()).isEqualTo("AKIDEXAMPLE");
    }

    @Test
    void wrongSecretIsRefused() {
        try (LambdaClient client = client("AKIDEXAMPLE", "wrong")) {
            assertThatThrownBy(client::listFunctions).isInstanceOfSatisfying(LambdaException.class, e -> {
                assertThat(e.statusCode()).isEqualTo(403);
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidSignatureException");
                assertThat(e.awsErrorDetails().errorMessage())
                        .startsWith("The request signature we calculated does not match");
            });
        }
    }

    @Test
    void unknownKeyIsRefused() {
        try (LambdaClient client = client("AKIDOTHER", "wrong")) {
            assertThatThrownBy(client::listFunctions).isInstanceOfSatisfying(LambdaException.class, e -> {
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("UnrecognizedClientException");
                assertThat(e.awsErrorDetails().errorMessage())
                        .isEqualTo("The security token included in the request is invalid.");
            });
        }
    }

    @Test
    void oldSignatureIsRefused() throws Exception {
        restartWithClockAhead(Duration.ofMinutes(6));
        try (LambdaClient client = client()) {
            assertThatThrownBy(client::listFunctions).isInstanceOfSatisfying(LambdaException.class, e -> {
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidSignatureException");
                assertThat(e.awsErrorDetails().errorMessage())
                        .matches("Signature expired: \\d{8}T\\d{6}Z is now earlier than \\d{8}T\\d{6}Z"
                                + " \\(\\d{8}T\\d{6}Z - 5 min\\.\\)");
            });
        }
    }

    @Test
    void futureSignatureIsRefused() throws Exception {
        restartWithClockAhead(Duration.ofMinutes(-6));
        try (LambdaClient client = client()) {
            assertThatThrownBy(client::listFunctions).hasMessageContaining("Signature not yet current");
        }
    }

    @Test
    void unsignedCallIsRefusedBeforeItIsRouted() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + listener.address().getPort() + "/2015-03-31/functions");
            HttpResponse<String> response =
                    client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(response.headers().firstValue("x-amzn-ErrorType"))
                    .contains("MissingAuthenticationTokenException");
            assertThat(response.body()).isEqualTo("{\"message\":\"Missing Authentication Token\"}");
            HttpResponse<String> basic = client.send(
                    HttpRequest.newBuilder(uri)
                            .header("Authorization", "Basic eDp5")
                            .build(),
                    BodyHandlers.ofString());
            assertThat(basic.headers().firstValue("x-amzn-ErrorType")).contains("IncompleteSignatureException");
        }
        assertThat(lambda.call.get()).isNull();
    }

    /// The presigned example of the S3 documentation.
    @Test
    void presignedExampleOfTheDocumentationIsVerified() {
        String query = "X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
        verifyS3(query, "2013-05-24T12:00:00Z");
        assertThatThrownBy(() -> verifyS3(query.replace("d404", "d405"), "2013-05-24T12:00:00Z"))
                .hasMessageContaining("does not match");
        assertThatThrownBy(() -> verifyS3(query, "2013-05-25T00:00:01Z")).hasMessageContaining("Signature expired");
        assertThatThrownBy(() -> verifyS3(query.replace("86400", "604801"), "2013-05-24T12:00:00Z"))
                .hasMessageContaining("X-Amz-Expires");
    }

    private static void verifyS3(String query, String now) {
        SigV4 signatures = new SigV4(
                Map.of("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
                Clock.fixed(Instant.parse(now), ZoneOffset.UTC));
        Request request = new Request(
                "GET",
                "/test.txt",
                query,
                Headers.of("Host", "examplebucket.s3.amazonaws.com"),
                new ByteArrayInputStream(new byte[0]),
                0,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        signatures.verify(request, Credential.of(request), new byte[0]);
    }

    @Test
    void bodyIsCoveredByTheSignature() throws Exception {
        AtomicReference<Request> seen = new AtomicReference<>();
        listener.close();
        listener = Listener.start(ListenerSettings.defaults(), request -> {
            seen.set(request);
            return Response.json(200, "{}".getBytes(StandardCharsets.UTF_8));
        });
        try (LambdaClient client = client()) {
            client.invoke(b -> b.functionName("f").payload(SdkBytes.fromUtf8String("pay 1")));
        }
        SigV4 signatures = new SigV4(KEYS, Clock.systemUTC());
        signatures.verify(seen.get(), Credential.of(seen.get()), "pay 1".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> signatures.verify(
                        seen.get(), Credential.of(seen.get()), "pay 2".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(AwsException.class)
                .hasMessageStartingWith("InvalidSignatureException");
    }

    @Test
    void chunkedFramingIsTakenOff() throws IOException {
        assertThat(chunks(
                        "b;chunk-signature=0\r\nhello world\r\n0;chunk-signature=1\r\nx-amz-checksum-crc32:a\r\n\r\n"))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("hello world");
        assertThatThrownBy(() -> chunks("b\r\nhello")).hasMessageContaining("terminated unexpectedly");
        assertThatThrownBy(() -> chunks("")).hasMessageContaining("terminated unexpectedly");
        assertThatThrownBy(() -> chunks("-1\r\n\r\n")).hasMessageContaining("Malformed");
        assertThatThrownBy(() -> chunks("fffffffffffffffff\r\n\r\n")).hasMessageContaining("Malformed");
    }

    private static byte[] chunks(String text) throws IOException {
        return AwsChunked.decode(text.getBytes(StandardCharsets.UTF_8), 100);
    }
}
