package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.TestServer;
import dev.podium.Zips;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/// Functions and layers whose archives lie in S3, Podium's own or the upstream's.
@NullMarked
final class CodeInS3Test {
    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @SuppressWarnings("NullAway.Init")
    private static S3Client s3;

    @BeforeAll
    static void fill() {
        s3 = TestServer.aimed(S3Client.builder().forcePathStyle(true), server.endpoint(), Region.US_EAST_1)
                .build();
        s3.createBucket(b -> b.bucket("code"));
        s3.putBucketVersioning(
                b -> b.bucket("code").versioningConfiguration(c -> c.status(BucketVersioningStatus.ENABLED)));
    }

    @AfterAll
    static void disconnect() {
        s3.close();
    }

    private static String put(String key, String answer) {
        return s3.putObject(
                        b -> b.bucket("code").key(key),
                        RequestBody.fromBytes(Zips.python("def handler(event, context): return " + answer)))
                .versionId();
    }

    private static CreateFunctionRequest.Builder standard(CreateFunctionRequest.Builder b, String name) {
        return b.functionName(name)
                .runtime(Runtime.PYTHON3_12)
                .handler("app.handler")
                .role(TestServer.ROLE);
    }

    private static String answer(TestServer of, String name) {
        of.lambda().waiter().waitUntilFunctionActiveV2(b -> b.functionName(name));
        of.lambda().waiter().waitUntilFunctionUpdatedV2(b -> b.functionName(name));
        return of.invoke(name, "{}").payload().asUtf8String();
    }

    private static void refused(String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(InvalidParameterValueException.class)
                .hasMessageContaining(message);
    }

    @Test
    void functionRunsWhatLiesInS3() {
        String first = put("f.zip", "1");
        put("f.zip", "2");
        server.lambda()
                .createFunction(
                        b -> standard(b, "f").code(c -> c.s3Bucket("code").s3Key("f.zip")));
        assertThat(answer(server, "f")).isEqualTo("2");
        server.lambda()
                .updateFunctionCode(
                        b -> b.functionName("f").s3Bucket("code").s3Key("f.zip").s3ObjectVersion(first));
        assertThat(answer(server, "f")).isEqualTo("1");
        // The function has its archive now.
        s3.deleteObject(b -> b.bucket("code").key("f.zip"));
        assertThat(answer(server, "f")).isEqualTo("1");
        put("layer.zip", "3");
        assertThat(server.lambda()
                        .publishLayerVersion(b ->
                                b.layerName("l").content(c -> c.s3Bucket("code").s3Key("layer.zip")))
                        .content()
                        .codeSize())
                .isPositive();
    }

    @Test
    void whatCannotBeHadIsRefusedInAwsWords() {
        String error = "Error occurred while GetObject. S3 Error Code: ";
        refused(
                error + "NoSuchKey. S3 Error Message: The specified key does not exist.",
                () -> server.lambda()
                        .createFunction(b ->
                                standard(b, "x").code(c -> c.s3Bucket("code").s3Key("absent"))));
        refused(
                error + "NoSuchBucket. S3 Error Message: The specified bucket does not exist",
                () -> server.lambda()
                        .createFunction(b ->
                                standard(b, "x").code(c -> c.s3Bucket("absent").s3Key("k"))));
        s3.putObject(b -> b.bucket("code").key("text"), RequestBody.fromString("no zip"));
        refused(
                "Could not unzip uploaded file.",
                () -> server.lambda()
                        .createFunction(b ->
                                standard(b, "x").code(c -> c.s3Bucket("code").s3Key("text"))));
        try (LambdaClient far = TestServer.aimed(LambdaClient.builder(), server.endpoint(), Region.EU_WEST_1)
                .build()) {
            refused(
                    error + "PermanentRedirect. S3 Error Message: The bucket is in this region: us-east-1."
                            + " Please use this region to retry the request",
                    () -> far.createFunction(
                            b -> standard(b, "x").code(c -> c.s3Bucket("code").s3Key("text"))));
        }
    }

    /// The same name in both: what is asked for by the choice is what comes.
    @Test
    void allBucketsMayBeUpstream() throws Exception {
        put("f2.zip", "5");
        try (TestServer below = TestServer.start(Map.of(
                        "PODIUM_UPSTREAM_URL",
                        server.endpoint().toString(),
                        "PODIUM_S3",
                        "upstream",
                        "PODIUM_ACCESS_KEYS",
                        "test:test"));
                S3Client there = TestServer.aimed(
                                S3Client.builder().forcePathStyle(true), below.endpoint(), Region.US_EAST_1)
                        .build()) {
            assertThat(there.listBuckets().buckets()).extracting(b -> b.name()).contains("code");
            there.putObject(
                    b -> b.bucket("code").key("below/ü.zip"),
                    RequestBody.fromBytes(Zips.python("def handler(event, context): return 6")));
            assertThat(s3.headObject(b -> b.bucket("code").key("below/ü.zip")).contentLength())
                    .isPositive();
            below.lambda()
                    .createFunction(
                            b -> standard(b, "f").code(c -> c.s3Bucket("code").s3Key("below/ü.zip")));
            assertThat(answer(below, "f")).isEqualTo("6");
            refused(
                    "Error occurred while GetObject. S3 Error Code: NoSuchBucket.",
                    () -> below.lambda()
                            .createFunction(b -> standard(b, "x")
                                    .code(c -> c.s3Bucket("absent").s3Key("k"))));
        }
    }

    @Test
    void bucketThatIsNotHereMayBeUpstream() throws Exception {
        put("up stream.zip", "4");
        try (TestServer below =
                TestServer.start(Map.of("PODIUM_UPSTREAM_URL", server.endpoint().toString()))) {
            below.lambda()
                    .createFunction(
                            b -> standard(b, "f").code(c -> c.s3Bucket("code").s3Key("up stream.zip")));
            assertThat(answer(below, "f")).isEqualTo("4");
            refused(
                    "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key",
                    () -> below.lambda()
                            .createFunction(b -> standard(b, "x")
                                    .code(c -> c.s3Bucket("code").s3Key("absent"))));
        }
    }
}
