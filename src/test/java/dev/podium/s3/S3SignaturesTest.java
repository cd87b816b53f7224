package dev.podium.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.TestServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// A server that checks signatures.
@NullMarked
final class S3SignaturesTest {
    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of("PODIUM_ACCESS_KEYS", "AKIDEXAMPLE:secret"));

    private static S3Client client(String key, String secret) {
        return TestServer.aimed(S3Client.builder().forcePathStyle(true), server.endpoint(), Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret)))
                .build();
    }

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        S3Exception.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
    }

    @Test
    void whoeverSignsRightIsLetIn() throws Exception {
        try (S3Client right = client("AKIDEXAMPLE", "secret");
                S3Client wrong = client("AKIDEXAMPLE", "guess");
                S3Client unknown = client("AKIDOTHER", "secret");
                HttpClient http = HttpClient.newHttpClient()) {
            right.createBucket(b -> b.bucket("signed"));
            // The SDK signs each chunk, and the trailer with the checksum.
            right.putObject(b -> b.bucket("signed").key("a k"), RequestBody.fromBytes(new byte[300_000]));
            assertThat(right.getObjectAsBytes(b -> b.bucket("signed").key("a k"))
                            .asByteArray())
                    .hasSize(300_000);
            refused("SignatureDoesNotMatch", () -> wrong.listBuckets());
            refused(
                    "SignatureDoesNotMatch",
                    () -> wrong.putObject(b -> b.bucket("signed").key("k"), RequestBody.fromString("x")));
            refused("InvalidAccessKeyId", () -> unknown.listBuckets());
            assertThat(status(http, "/signed/a%20k?" + version2("secret"))).isEqualTo(200);
            assertThat(status(http, "/signed/a%20k?" + version2("guess"))).isEqualTo(403);
        }
    }

    private static String version2(String secret) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
        byte[] signature = mac.doFinal("GET\n\n\n4000000000\n/signed/a%20k".getBytes(StandardCharsets.UTF_8));
        return "AWSAccessKeyId=AKIDEXAMPLE&Expires=4000000000&Signature="
                + java.net.URLEncoder.encode(Base64.getEncoder().encodeToString(signature), StandardCharsets.UTF_8);
    }

    private static int status(HttpClient http, String path) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create(server.endpoint() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }
}
