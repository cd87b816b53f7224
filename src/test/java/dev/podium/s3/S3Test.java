package dev.podium.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetBucketLifecycleConfigurationResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutBucketLifecycleConfigurationRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/// S3 through the AWS SDK.
@NullMarked
final class S3Test {
    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of("PODIUM_S3_MAX_SIZE", "64MiB"));

    /// A signature of version 2; nobody checks it.
    private static final String OLD = "AWSAccessKeyId=test&Signature=x&Expires=";

    @SuppressWarnings("NullAway.Init")
    private static S3Client s3;

    @BeforeAll
    static void connect() {
        s3 = client(server.endpoint(), "test", Region.US_EAST_1);
    }

    @AfterAll
    static void disconnect() {
        s3.close();
    }

    static S3Client client(URI endpoint, String account, Region region) {
        return TestServer.aimed(S3Client.builder().forcePathStyle(true), endpoint, region)
                .credentialsProvider(software.amazon.awssdk.auth.credentials.StaticCredentialsProvider.create(
                        software.amazon.awssdk.auth.credentials.AwsBasicCredentials.create(account, "test")))
                .build();
    }

    private static String bucket() {
        String name = "b-" + UUID.randomUUID();
        s3.createBucket(b -> b.bucket(name));
        return name;
    }

    private static PutObjectResponse put(String bucket, String key, String text) {
        return s3.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString(text));
    }

    private static String get(String bucket, String key) {
        return s3.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asUtf8String();
    }

    private static void refused(int status, String code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(S3Exception.class, e -> {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(e.statusCode()).isEqualTo(status);
        });
    }

    @Test
    void objectComesBackWithWhatWasSaidAboutIt() {
        String bucket = bucket();
        String key = "a folder/ä+ü?&=#%.txt";
        PutObjectResponse put = s3.putObject(
                b -> b.bucket(bucket)
                        .key(key)
                        .contentType("text/plain")
                        .cacheControl("no-cache")
                        .metadata(Map.of("colour", "blue"))
                        .tagging("a=1&b=two%20words"),
                RequestBody.fromString("hello"));
        assertThat(put.eTag()).isEqualTo("\"5d41402abc4b2a76b9719d911017c592\"");
        assertThat(put.checksumCRC32()).isEqualTo("NhCmhg==");
        assertThat(put.versionId()).isNull();
        ResponseBytes<GetObjectResponse> got =
                s3.getObjectAsBytes(b -> b.bucket(bucket).key(key).checksumMode(ChecksumMode.ENABLED));
        assertThat(got.asUtf8String()).isEqualTo("hello");
        assertThat(got.response().contentType()).isEqualTo("text/plain");
        assertThat(got.response().cacheControl()).isEqualTo("no-cache");
        assertThat(got.response().contentEncoding()).isNull();
        assertThat(got.response().metadata()).isEqualTo(Map.of("colour", "blue"));
        assertThat(got.response().tagCount()).isEqualTo(2);
        assertThat(got.response().checksumCRC32()).isEqualTo("NhCmhg==");
        assertThat(got.response().serverSideEncryptionAsString()).isEqualTo("AES256");
        assertThat(s3.headObject(b -> b.bucket(bucket).key(key)).contentLength())
                .isEqualTo(5);
        assertThat(s3.getObjectTagging(b -> b.bucket(bucket).key(key)).tagSet()).hasSize(2);
        s3.deleteObject(b -> b.bucket(bucket).key(key));
        refused(404, "NoSuchKey", () -> get(bucket, key));
        s3.deleteObject(b -> b.bucket(bucket).key(key));
    }

    @Test
    void emptyObjectIsOne() {
        String bucket = bucket();
        put(bucket, "empty", "");
        assertThat(get(bucket, "empty")).isEmpty();
        refused(
                416,
                "InvalidRange",
                () -> s3.getObjectAsBytes(b -> b.bucket(bucket).key("empty").range("bytes=0-1")));
    }

    @Test
    void everyChecksumIsVerifiedAndShown() {
        String bucket = bucket();
        for (ChecksumAlgorithm algorithm : List.of(
                ChecksumAlgorithm.CRC32, ChecksumAlgorithm.CRC32_C, ChecksumAlgorithm.SHA1, ChecksumAlgorithm.SHA256)) {
            s3.putObject(b -> b.bucket(bucket).key("k").checksumAlgorithm(algorithm), RequestBody.fromString("hello"));
            assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").checksumMode(ChecksumMode.ENABLED))
                            .asUtf8String())
                    .isEqualTo("hello");
        }
        refused(
                400,
                "BadDigest",
                () -> s3.putObject(
                        b -> b.bucket(bucket).key("k").checksumSHA256("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCR="),
                        RequestBody.fromString("hello")));
        refused(
                400,
                "BadDigest",
                () -> s3.putObject(
                        b -> b.bucket(bucket).key("k").contentMD5("1B2M2Y8AsgTpgAmY7PhCfg=="),
                        RequestBody.fromString("hello")));
    }

    @Test
    void rangesAndConditions() {
        String bucket = bucket();
        String tag = put(bucket, "k", "0123456789").eTag();
        assertThat(range(bucket, "bytes=2-4")).isEqualTo("206 bytes 2-4/10 234");
        assertThat(range(bucket, "bytes=7-")).isEqualTo("206 bytes 7-9/10 789");
        assertThat(range(bucket, "bytes=-3")).isEqualTo("206 bytes 7-9/10 789");
        assertThat(range(bucket, "bytes=8-100")).isEqualTo("206 bytes 8-9/10 89");
        assertThat(range(bucket, "bytes=4-2")).isEqualTo("200 null 0123456789");
        refused(416, "InvalidRange", () -> range(bucket, "bytes=10-"));
        assertThatThrownBy(
                        () -> s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").ifNoneMatch(tag)))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(304));
        refused(
                412,
                "PreconditionFailed",
                () -> s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").ifMatch("\"x\"")));
        refused(
                412,
                "PreconditionFailed",
                () -> s3.putObject(b -> b.bucket(bucket).key("k").ifNoneMatch("*"), RequestBody.fromString("x")));
        refused(
                412,
                "PreconditionFailed",
                () -> s3.putObject(b -> b.bucket(bucket).key("k").ifMatch("\"x\""), RequestBody.fromString("x")));
        refused(
                404,
                "NoSuchKey",
                () -> s3.putObject(b -> b.bucket(bucket).key("absent").ifMatch(tag), RequestBody.fromString("x")));
        s3.putObject(b -> b.bucket(bucket).key("k").ifMatch(tag), RequestBody.fromString("x"));
        assertThat(get(bucket, "k")).isEqualTo("x");
    }

    private static String range(String bucket, String range) {
        ResponseBytes<GetObjectResponse> got =
                s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").range(range));
        return got.response().sdkHttpResponse().statusCode() + " "
                + got.response().contentRange() + " " + got.asUtf8String();
    }

    @Test
    void versionsAndDeleteMarkers() {
        String bucket = bucket();
        put(bucket, "k", "before");
        s3.putBucketVersioning(
                b -> b.bucket(bucket).versioningConfiguration(c -> c.status(BucketVersioningStatus.ENABLED)));
        String first = put(bucket, "k", "one").versionId();
        String second = put(bucket, "k", "two").versionId();
        assertThat(get(bucket, "k")).isEqualTo("two");
        assertThat(version(bucket, first)).isEqualTo("one");
        assertThat(version(bucket, "null")).isEqualTo("before");
        var marker = s3.deleteObject(b -> b.bucket(bucket).key("k"));
        assertThat(marker.deleteMarker()).isTrue();
        refused(404, "NoSuchKey", () -> get(bucket, "k"));
        refused(405, "MethodNotAllowed", () -> version(bucket, marker.versionId()));
        refused(404, "NoSuchVersion", () -> version(bucket, "absent"));
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket)).contents()).isEmpty();
        var all = s3.listObjectVersions(b -> b.bucket(bucket));
        assertThat(all.versions()).extracting(v -> v.versionId()).containsExactly(second, first, "null");
        assertThat(all.deleteMarkers())
                .singleElement()
                .satisfies(m -> assertThat(m.isLatest()).isTrue());
        var page = s3.listObjectVersions(b -> b.bucket(bucket).maxKeys(2));
        assertThat(page.isTruncated()).isTrue();
        var rest = s3.listObjectVersions(
                b -> b.bucket(bucket).keyMarker(page.nextKeyMarker()).versionIdMarker(page.nextVersionIdMarker()));
        assertThat(rest.versions()).extracting(v -> v.versionId()).containsExactly(first, "null");
        s3.deleteObject(b -> b.bucket(bucket).key("k").versionId(marker.versionId()));
        assertThat(get(bucket, "k")).isEqualTo("two");
        s3.deleteObject(b -> b.bucket(bucket).key("k").versionId(second));
        assertThat(get(bucket, "k")).isEqualTo("one");
        s3.putBucketVersioning(
                b -> b.bucket(bucket).versioningConfiguration(c -> c.status(BucketVersioningStatus.SUSPENDED)));
        put(bucket, "k", "suspended");
        assertThat(s3.listObjectVersions(b -> b.bucket(bucket)).versions())
                .extracting(v -> v.versionId())
                .containsExactly("null", first);
        refused(409, "BucketNotEmpty", () -> s3.deleteBucket(b -> b.bucket(bucket)));
    }

    private static String version(String bucket, String id) {
        return s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").versionId(id)).asUtf8String();
    }

    @Test
    void listingsRollUpPrefixesAndGoOn() {
        String bucket = bucket();
        for (String key : List.of("a", "b/1", "b/2", "b/3/x", "c", "d/1", "ä", "z\uD83D\uDE00", "z\uFF5E")) {
            put(bucket, key, key);
        }
        var top = s3.listObjectsV2(b -> b.bucket(bucket).delimiter("/"));
        // By their bytes in UTF-8, not by UTF-16.
        assertThat(top.contents()).extracting(S3Object::key).containsExactly("a", "c", "z\uFF5E", "z\uD83D\uDE00", "ä");
        assertThat(top.commonPrefixes()).extracting(CommonPrefix::prefix).containsExactly("b/", "d/");
        assertThat(top.keyCount()).isEqualTo(7);
        var inside = s3.listObjectsV2(b -> b.bucket(bucket).delimiter("/").prefix("b/"));
        assertThat(inside.contents()).extracting(S3Object::key).containsExactly("b/1", "b/2");
        assertThat(inside.commonPrefixes()).extracting(CommonPrefix::prefix).containsExactly("b/3/");
        List<String> pages = s3
                .listObjectsV2Paginator(b -> b.bucket(bucket).delimiter("/").maxKeys(1))
                .stream()
                .map(page -> page.contents().isEmpty()
                        ? page.commonPrefixes().getFirst().prefix()
                        : page.contents().getFirst().key())
                .toList();
        assertThat(pages).containsExactly("a", "b/", "c", "d/", "z\uFF5E", "z\uD83D\uDE00", "ä");
        assertThat(s3.listObjects(b -> b.bucket(bucket).marker("c")).contents())
                .extracting(S3Object::key)
                .containsExactly("d/1", "z\uFF5E", "z\uD83D\uDE00", "ä");
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket).startAfter("d/0").maxKeys(1))
                        .contents())
                .extracting(S3Object::key)
                .containsExactly("d/1");
        refused(
                400,
                "InvalidArgument",
                () -> s3.listObjectsV2(b -> b.bucket(bucket).continuationToken("%%%")));
        s3.deleteObjects(b -> b.bucket(bucket)
                .delete(d -> d.objects(
                        ObjectIdentifier.builder().key("a").build(),
                        ObjectIdentifier.builder().key("absent").build())));
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket).prefix("a")).contents())
                .isEmpty();
    }

    @Test
    void partsBecomeOneObject() throws Exception {
        String bucket = bucket();
        byte[] whole = new byte[(11 << 20) + 7];
        new Random(1).nextBytes(whole);
        for (ChecksumAlgorithm algorithm :
                Arrays.asList(null, ChecksumAlgorithm.CRC32, ChecksumAlgorithm.SHA256, ChecksumAlgorithm.CRC64_NVME)) {
            Consumer<software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest.Builder> create =
                    b -> b.bucket(bucket).key("large").contentType("x/y").checksumAlgorithm(algorithm);
            String upload = s3.createMultipartUpload(create).uploadId();
            List<CompletedPart> parts = IntStream.of(1, 2, 3)
                    .mapToObj(number -> {
                        int from = (number - 1) * (5 << 20);
                        byte[] part = Arrays.copyOfRange(whole, from, Math.min(whole.length, from + (5 << 20)));
                        var put = s3.uploadPart(
                                b -> b.bucket(bucket)
                                        .key("large")
                                        .uploadId(upload)
                                        .partNumber(number)
                                        .checksumAlgorithm(algorithm == ChecksumAlgorithm.CRC64_NVME ? null : algorithm)
                                        .checksumCRC64NVME(
                                                algorithm == ChecksumAlgorithm.CRC64_NVME
                                                        ? dev.podium.aws.ChecksumAlgorithm.CRC64NVME.of(part)
                                                        : null),
                                RequestBody.fromBytes(part));
                        return CompletedPart.builder()
                                .eTag(put.eTag())
                                .partNumber(number)
                                .checksumCRC32(algorithm == ChecksumAlgorithm.CRC32 ? put.checksumCRC32() : null)
                                .checksumSHA256(algorithm == ChecksumAlgorithm.SHA256 ? put.checksumSHA256() : null)
                                .build();
                    })
                    .toList();
            assertThat(s3.listParts(b -> b.bucket(bucket).key("large").uploadId(upload))
                            .parts())
                    .hasSize(3);
            assertThat(s3.listMultipartUploads(b -> b.bucket(bucket)).uploads())
                    .singleElement()
                    .satisfies(u -> assertThat(u.uploadId()).isEqualTo(upload));
            refused(
                    400,
                    "InvalidPartOrder",
                    () -> complete(
                            bucket,
                            upload,
                            parts.stream()
                                    .sorted(Comparator.comparing(CompletedPart::partNumber)
                                            .reversed())
                                    .toList()));
            var done = complete(bucket, upload, parts);
            assertThat(done.eTag()).endsWith("-3\"");
            if (algorithm == ChecksumAlgorithm.CRC64_NVME) {
                assertThat(done.checksumCRC64NVME()).isEqualTo(dev.podium.aws.ChecksumAlgorithm.CRC64NVME.of(whole));
            }
            refused(404, "NoSuchUpload", () -> complete(bucket, upload, parts));
            assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("large")).asByteArray())
                    .isEqualTo(whole);
            assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("large").range("bytes=5242870-5242890"))
                            .asByteArray())
                    .isEqualTo(Arrays.copyOfRange(whole, 5242870, 5242891));
            assertThat(s3.headObject(b -> b.bucket(bucket).key("large").partNumber(3))
                            .partsCount())
                    .isEqualTo(3);
        }
        var copy = s3.copyObject(b -> b.sourceBucket(bucket)
                .sourceKey("large")
                .destinationBucket(bucket)
                .destinationKey("copy"));
        assertThat(copy.copyObjectResult().eTag()).doesNotContain("-");
        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("copy")).asByteArray())
                .isEqualTo(whole);
        s3.deleteObject(b -> b.bucket(bucket).key("large"));
        s3.deleteObject(b -> b.bucket(bucket).key("copy"));
        // Who read it last lets go of its file after the last byte.
        Eventually.within(Duration.ofMinutes(1), () -> files() == 0);
    }

    private static software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse complete(
            String bucket, String upload, List<CompletedPart> parts) {
        return s3.completeMultipartUpload(
                b -> b.bucket(bucket).key("large").uploadId(upload).multipartUpload(m -> m.parts(parts)));
    }

    /// Files larger than a note that lie on disk.
    private static long files() throws IOException {
        try (var all = Files.walk(server.state().resolve("s3"))) {
            return all.filter(file -> file.toFile().length() > 1 << 20 && Files.isRegularFile(file))
                    .count();
        }
    }

    @Test
    void smallPartsAreRefusedAndAbortedUploadsLeaveNothing() throws Exception {
        String bucket = bucket();
        String upload =
                s3.createMultipartUpload(b -> b.bucket(bucket).key("large")).uploadId();
        List<CompletedPart> parts = IntStream.of(1, 2)
                .mapToObj(number -> CompletedPart.builder()
                        .partNumber(number)
                        .eTag(s3.uploadPart(
                                        b -> b.bucket(bucket)
                                                .key("large")
                                                .uploadId(upload)
                                                .partNumber(number),
                                        RequestBody.fromString("small"))
                                .eTag())
                        .build())
                .toList();
        refused(400, "EntityTooSmall", () -> complete(bucket, upload, parts));
        s3.abortMultipartUpload(b -> b.bucket(bucket).key("large").uploadId(upload));
        refused(404, "NoSuchUpload", () -> complete(bucket, upload, parts));
        s3.deleteBucket(b -> b.bucket(bucket));
    }

    @Test
    void copyKeepsOrReplacesMetadata() {
        String bucket = bucket();
        s3.putObject(
                b -> b.bucket(bucket).key("from").contentType("a/b").metadata(Map.of("x", "1")),
                RequestBody.fromString("text"));
        s3.copyObject(b -> b.sourceBucket(bucket)
                .sourceKey("from")
                .destinationBucket(bucket)
                .destinationKey("kept"));
        s3.copyObject(b -> b.sourceBucket(bucket)
                .sourceKey("from")
                .destinationBucket(bucket)
                .destinationKey("replaced")
                .metadataDirective(MetadataDirective.REPLACE)
                .metadata(Map.of("y", "2")));
        assertThat(s3.headObject(b -> b.bucket(bucket).key("kept")).metadata()).isEqualTo(Map.of("x", "1"));
        assertThat(s3.headObject(b -> b.bucket(bucket).key("replaced")).metadata())
                .isEqualTo(Map.of("y", "2"));
        refused(
                400,
                "InvalidRequest",
                () -> s3.copyObject(b -> b.sourceBucket(bucket)
                        .sourceKey("from")
                        .destinationBucket(bucket)
                        .destinationKey("from")));
        refused(
                404,
                "NoSuchKey",
                () -> s3.copyObject(b -> b.sourceBucket(bucket)
                        .sourceKey("absent")
                        .destinationBucket(bucket)
                        .destinationKey("x")));
    }

    @Test
    void bucketsBelongToAccounts() {
        String bucket = bucket();
        s3.createBucket(b -> b.bucket(bucket));
        try (S3Client other = client(server.endpoint(), "111111111111", Region.EU_WEST_1)) {
            refused(
                    409,
                    "BucketAlreadyExists",
                    () -> other.createBucket(
                            b -> b.bucket(bucket).createBucketConfiguration(c -> c.locationConstraint("eu-west-1"))));
            refused(403, "AccessDenied", () -> other.listObjectsV2(b -> b.bucket(bucket)));
            String far = "far-" + UUID.randomUUID();
            refused(
                    400,
                    "IllegalLocationConstraintException",
                    () -> other.createBucket(
                            b -> b.bucket(far).createBucketConfiguration(c -> c.locationConstraint("eu-west-2"))));
            other.createBucket(b -> b.bucket(far).createBucketConfiguration(c -> c.locationConstraint("eu-west-1")));
            assertThat(other.getBucketLocation(b -> b.bucket(far)).locationConstraintAsString())
                    .isEqualTo("eu-west-1");
            assertThat(other.headBucket(b -> b.bucket(far)).bucketRegion()).isEqualTo("eu-west-1");
            assertThat(other.listBuckets().buckets()).extracting(b -> b.name()).containsExactly(far);
        }
        refused(404, "NoSuchBucket", () -> s3.listObjectsV2(b -> b.bucket("absent-" + UUID.randomUUID())));
    }

    @Test
    void settingsOfDeploymentToolsComeBack() {
        String bucket = bucket();
        refused(404, "NoSuchBucketPolicy", () -> s3.getBucketPolicy(b -> b.bucket(bucket)));
        s3.putBucketPolicy(b -> b.bucket(bucket).policy("{\"Version\":\"2012-10-17\"}"));
        assertThat(s3.getBucketPolicy(b -> b.bucket(bucket)).policy()).isEqualTo("{\"Version\":\"2012-10-17\"}");
        assertThat(s3.getPublicAccessBlock(b -> b.bucket(bucket))
                        .publicAccessBlockConfiguration()
                        .blockPublicAcls())
                .isTrue();
        s3.putPublicAccessBlock(b -> b.bucket(bucket).publicAccessBlockConfiguration(c -> c.blockPublicAcls(false)));
        assertThat(s3.getPublicAccessBlock(b -> b.bucket(bucket))
                        .publicAccessBlockConfiguration()
                        .blockPublicAcls())
                .isFalse();
        // Terraform waits for these once it has deleted them.
        s3.deletePublicAccessBlock(b -> b.bucket(bucket));
        refused(404, "NoSuchPublicAccessBlockConfiguration", () -> s3.getPublicAccessBlock(b -> b.bucket(bucket)));
        s3.deleteBucketOwnershipControls(b -> b.bucket(bucket));
        refused(404, "OwnershipControlsNotFoundError", () -> s3.getBucketOwnershipControls(b -> b.bucket(bucket)));
        s3.deleteBucketEncryption(b -> b.bucket(bucket));
        assertThat(s3.getBucketAcl(b -> b.bucket(bucket)).grants()).hasSize(1);
        assertThat(s3.getBucketEncryption(b -> b.bucket(bucket))
                        .serverSideEncryptionConfiguration()
                        .rules())
                .hasSize(1);
        refused(
                501,
                "NotImplemented",
                () -> s3.putObject(
                        b -> b.bucket(bucket)
                                .key("k")
                                .sseCustomerAlgorithm("AES256")
                                .sseCustomerKey("k"),
                        RequestBody.fromString("x")));
        refused(
                501,
                "NotImplemented",
                () -> s3.putBucketWebsite(
                        b -> b.bucket(bucket).websiteConfiguration(c -> c.indexDocument(i -> i.suffix("i")))));
    }

    @Test
    void lifecycleComesBackWithItsSmallestSize() {
        String bucket = bucket();
        refused(404, "NoSuchLifecycleConfiguration", () -> s3.getBucketLifecycleConfiguration(b -> b.bucket(bucket)));
        assertThat(s3.putBucketLifecycleConfiguration(b -> lifecycle(b.bucket(bucket)))
                        .transitionDefaultMinimumObjectSizeAsString())
                .isEqualTo("all_storage_classes_128K");
        s3.putBucketLifecycleConfiguration(
                b -> lifecycle(b.bucket(bucket)).transitionDefaultMinimumObjectSize("varies_by_storage_class"));
        GetBucketLifecycleConfigurationResponse got = s3.getBucketLifecycleConfiguration(b -> b.bucket(bucket));
        assertThat(got.transitionDefaultMinimumObjectSizeAsString()).isEqualTo("varies_by_storage_class");
        assertThat(got.rules()).hasSize(1);
    }

    private static PutBucketLifecycleConfigurationRequest.Builder lifecycle(
            PutBucketLifecycleConfigurationRequest.Builder request) {
        LifecycleRule rule = LifecycleRule.builder()
                .id("old")
                .status("Enabled")
                .filter(f -> f.prefix(""))
                .noncurrentVersionExpiration(e -> e.noncurrentDays(30))
                .build();
        return request.lifecycleConfiguration(c -> c.rules(rule));
    }

    /// As Terraform's provider names it.
    @Test
    void copySourceMayHaveItsSlashEscaped() throws Exception {
        String bucket = bucket();
        put(bucket, "from", "text");
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> copied = http.send(
                    HttpRequest.newBuilder(server.endpoint().resolve("/" + bucket + "/to?" + OLD + "4000000000"))
                            .header("x-amz-copy-source", bucket + "%2Ffrom")
                            .PUT(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(copied.statusCode()).as(copied.body()).isEqualTo(200);
        }
        assertThat(get(bucket, "to")).isEqualTo("text");
    }

    @Test
    void moreThanTheServerTakesIsRefusedAndLeavesNothing() {
        String bucket = bucket();
        byte[] large = new byte[65 << 20];
        refused(
                507,
                "InsufficientStorage",
                () -> s3.putObject(b -> b.bucket(bucket).key("k"), RequestBody.fromBytes(large)));
        s3.deleteBucket(b -> b.bucket(bucket));
    }

    @Test
    void presignedLinksAndHostNames() throws Exception {
        String bucket = bucket();
        try (S3Presigner presigner = S3Presigner.builder()
                        .endpointOverride(server.endpoint())
                        .region(Region.US_EAST_1)
                        .serviceConfiguration(software.amazon.awssdk.services.s3.S3Configuration.builder()
                                .pathStyleAccessEnabled(true)
                                .build())
                        .credentialsProvider(software.amazon.awssdk.auth.credentials.StaticCredentialsProvider.create(
                                software.amazon.awssdk.auth.credentials.AwsBasicCredentials.create("test", "test")))
                        .build();
                HttpClient http = HttpClient.newHttpClient()) {
            URI link = presigner
                    .presignPutObject(b -> b.signatureDuration(Duration.ofMinutes(1))
                            .putObjectRequest(p -> p.bucket(bucket).key("k")))
                    .url()
                    .toURI();
            assertThat(http.send(
                                    HttpRequest.newBuilder(link)
                                            .PUT(HttpRequest.BodyPublishers.ofString("linked"))
                                            .expectContinue(true)
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            String old = "/" + bucket + "/k?" + OLD;
            assertThat(text(http, old + "4000000000", null)).isEqualTo("200 linked");
            assertThat(text(http, old + "1000000000", null)).startsWith("403").contains("Request has expired");
            assertThat(text(http, "/k", bucket + ".s3.localhost")).isEqualTo("200 linked");
            assertThat(text(http, "/k", bucket + ".s3.eu-west-1.localhost:4566"))
                    .isEqualTo("200 linked");
            // Nobody said that this is S3.
            assertThat(text(http, "/" + bucket + "/k", null)).startsWith("501");
        }
    }

    /// Status and body of an unsigned request. A host is only named by hand: the JDK's client doesn't let one.
    private static String text(HttpClient http, String path, @org.jspecify.annotations.Nullable String host)
            throws Exception {
        if (host == null) {
            var response = http.send(
                    HttpRequest.newBuilder(server.endpoint().resolve(path)).build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        }
        try (Socket socket =
                new Socket(server.endpoint().getHost(), server.endpoint().getPort())) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.substring(9, 13) + answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }
}
