package dev.podium.s3;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.TestServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// Checksums as they come over the wire, in headers and behind bodies that are framed as `aws-chunked`.
@NullMarked
final class S3ChecksumsTest {
    /// The text whose CRCs every description of a CRC gives.
    private static final String TEXT = "123456789";

    private static final String SHA1 = digest("SHA-1");
    private static final String FRAMED = "5\r\n12345\r\n4\r\n6789\r\n0\r\n";

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @AutoClose
    private static final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void makeBucket() {
        try (S3Client s3 = S3Test.client(server.endpoint(), "test", Region.US_EAST_1)) {
            s3.createBucket(b -> b.bucket("sums"));
        }
    }

    private static String digest(String name) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance(name).digest(TEXT.getBytes(US_ASCII)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String crc(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }

    /// The checksum of the text.
    private static String sum(String algorithm) {
        return switch (algorithm) {
            case "crc32" -> crc("cbf43926");
            case "crc32c" -> crc("e3069283");
            case "crc64nvme" -> crc("ae8b14860a799888");
            case "sha1" -> SHA1;
            case "sha256" -> digest("SHA-256");
            default -> throw new IllegalArgumentException(algorithm);
        };
    }

    /// A checksum of the same size, of something else.
    private static String other(String sum) {
        byte[] bytes = Base64.getDecoder().decode(sum);
        bytes[0] ^= 1;
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static HttpRequest.Builder request(String key) {
        return HttpRequest.newBuilder(
                server.endpoint().resolve("/sums/" + key + "?AWSAccessKeyId=test&Signature=x&Expires=4000000000"));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /// @param announced what the header says of the trailer; null for nothing
    private static HttpResponse<String> trailing(String key, @Nullable String announced, String trailers)
            throws Exception {
        HttpRequest.Builder request = request(key)
                .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
                .header("x-amz-decoded-content-length", String.valueOf(TEXT.length()))
                .header("Content-Encoding", "aws-chunked");
        if (announced != null) {
            request.header("x-amz-trailer", announced);
        }
        return send(request.PUT(HttpRequest.BodyPublishers.ofString(FRAMED + trailers + "\r\n")));
    }

    private static void refused(HttpResponse<String> answer, String code, String message) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("<Code>" + code + "</Code>", "<Message>" + message + "</Message>");
    }

    private static void absent(String key) throws Exception {
        assertThat(send(request(key)).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"crc32", "crc32c", "crc64nvme", "sha1", "sha256"})
    void aTrailerIsVerified(String algorithm) throws Exception {
        String header = "x-amz-checksum-" + algorithm;
        String sum = sum(algorithm);
        HttpResponse<String> stored = trailing(algorithm, header, header + ":" + sum + "\r\n");
        assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
        assertThat(stored.headers().firstValue(header)).contains(sum);
        assertThat(stored.headers().firstValue("x-amz-checksum-type")).contains("FULL_OBJECT");
        HttpResponse<String> got = send(request(algorithm).header("x-amz-checksum-mode", "ENABLED"));
        assertThat(got.body()).isEqualTo(TEXT);
        assertThat(got.headers().firstValue(header)).contains(sum);
        assertThat(got.headers().firstValue("Content-Encoding")).isEmpty();
        String key = "bad-" + algorithm;
        refused(
                trailing(key, header, header + ":" + other(sum) + "\r\n"),
                "BadDigest",
                "The " + algorithm.toUpperCase(java.util.Locale.ROOT)
                        + " you specified did not match the calculated checksum.");
        refused(
                trailing(key, header, header + ":eA==\r\n"),
                "InvalidRequest",
                "Value for " + header + " trailing header is invalid.");
        absent(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"crc32", "crc32c", "crc64nvme", "sha1", "sha256"})
    void aHeaderIsVerified(String algorithm) throws Exception {
        String header = "x-amz-checksum-" + algorithm;
        String sum = sum(algorithm);
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofString(TEXT);
        assertThat(send(request("h-" + algorithm).header(header, sum).PUT(body))
                        .headers()
                        .firstValue(header))
                .contains(sum);
        String key = "h-bad-" + algorithm;
        refused(
                send(request(key).header(header, other(sum)).PUT(body)),
                "BadDigest",
                "The " + algorithm.toUpperCase(java.util.Locale.ROOT)
                        + " you specified did not match the calculated checksum.");
        refused(
                send(request(key).header(header, "bad").PUT(body)),
                "InvalidRequest",
                "Value for " + header + " header is invalid.");
        absent(key);
    }

    /// What is announced, and what comes.
    @ParameterizedTest
    @CsvSource({
        "x-amz-checksum-sha1, ''",
        "x-amz-checksum-sha1, x-amz-checksum-crc32:y/Q5Jg==",
        ", x-amz-checksum-crc32:y/Q5Jg=="
    })
    void aTrailerComesWhereItIsAnnouncedAndNowhereElse(@Nullable String announced, String trailer) throws Exception {
        refused(
                trailing("unannounced", announced, trailer.isEmpty() ? "" : trailer + "\r\n"),
                "MalformedTrailerError",
                "The request contained trailing data that was not well-formed or did not conform to our published schema.");
        absent("unannounced");
    }

    @Test
    void withoutAnyTheServerMakesOne() throws Exception {
        assertThat(trailing("made", null, "").headers().firstValue("x-amz-checksum-crc64nvme"))
                .contains(sum("crc64nvme"));
    }

    @Test
    void severalAreRefused() throws Exception {
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofString(TEXT);
        refused(
                send(request("two")
                        .header("x-amz-checksum-crc32", sum("crc32"))
                        .header("x-amz-checksum-sha1", SHA1)
                        .PUT(body)),
                "InvalidRequest",
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
        refused(
                send(request("two")
                        .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
                        .header("x-amz-decoded-content-length", "9")
                        .header("x-amz-trailer", "x-amz-checksum-crc32")
                        .header("x-amz-checksum-sha1", SHA1)
                        .PUT(HttpRequest.BodyPublishers.ofString(FRAMED + "x-amz-checksum-crc32:y/Q5Jg==\r\n\r\n"))),
                "InvalidRequest",
                "Expecting a single x-amz-checksum- header");
        refused(
                send(request("two")
                        .header("x-amz-sdk-checksum-algorithm", "CRC32")
                        .PUT(body)),
                "InvalidRequest",
                "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers"
                        + " were found.");
        absent("two");
    }

    @Test
    void aChunkThatIsCutOffLeavesNothing() throws Exception {
        HttpResponse<String> answer = send(request("cut")
                .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
                .header("x-amz-decoded-content-length", "9")
                .PUT(HttpRequest.BodyPublishers.ofString("9\r\n12345")));
        refused(answer, "IncompleteBody", "The request body terminated unexpectedly");
        absent("cut");
    }
}
