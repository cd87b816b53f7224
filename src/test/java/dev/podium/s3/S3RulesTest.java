package dev.podium.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.TestServer;
import dev.podium.aws.ChecksumAlgorithm;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.Tag;

/// The rules of S3 that clients seldom meet: each is a line of its documentation.
@NullMarked
@SuppressWarnings("unchecked") // the varargs of the SDK
final class S3RulesTest {
    private static final byte[] PART = new byte[5 << 20];
    private static final byte[] LAST = "the end".getBytes(StandardCharsets.US_ASCII);

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @AutoClose
    @SuppressWarnings("NullAway.Init")
    private static S3Client s3;

    @BeforeAll
    static void connect() {
        new Random(3).nextBytes(PART);
        s3 = S3Test.client(server.endpoint(), "test", Region.US_EAST_1);
    }

    private static String bucket() {
        String name = "b-" + UUID.randomUUID();
        s3.createBucket(b -> b.bucket(name));
        return name;
    }

    private static String put(String bucket, String key, String text) {
        return s3.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString(text))
                .eTag();
    }

    private static void refused(int status, String code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(S3Exception.class, e -> {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(e.statusCode()).isEqualTo(status);
        });
    }

    private static HttpResponse<String> get(String pathAndQuery) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(server.endpoint()
                                    .resolve(
                                            "/" + pathAndQuery + "&AWSAccessKeyId=test&Signature=x&Expires=4000000000"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void aConditionOfATagCanNotBePutOn() {
        String bucket = bucket();
        refused(
                501,
                "NotImplemented",
                () -> s3.putObject(b -> b.bucket(bucket).key("k").ifNoneMatch("\"x\""), RequestBody.fromString("x")));
    }

    @Test
    void aReadMayAskForWhatWasChangedSince() {
        String bucket = bucket();
        put(bucket, "k", "text");
        Instant later = Instant.now().plus(Duration.ofHours(1));
        Instant before = Instant.now().minus(Duration.ofHours(1));
        assertThatThrownBy(() -> s3.headObject(b -> b.bucket(bucket).key("k").ifModifiedSince(later)))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(304));
        s3.headObject(b -> b.bucket(bucket).key("k").ifModifiedSince(before));
        assertThatThrownBy(() -> s3.headObject(b -> b.bucket(bucket).key("k").ifUnmodifiedSince(before)))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
        s3.headObject(b -> b.bucket(bucket).key("k").ifUnmodifiedSince(later));
    }

    @Test
    void aCopyMayHaveConditionsOnItsSource() {
        String bucket = bucket();
        String tag = put(bucket, "k", "text");
        refused(
                412,
                "PreconditionFailed",
                () -> s3.copyObject(b -> b.sourceBucket(bucket)
                        .sourceKey("k")
                        .destinationBucket(bucket)
                        .destinationKey("to")
                        .copySourceIfNoneMatch(tag)));
        s3.copyObject(b -> b.sourceBucket(bucket)
                .sourceKey("k")
                .destinationBucket(bucket)
                .destinationKey("to")
                .copySourceIfMatch(tag));
    }

    /// An upload of two parts.
    private record Upload(String bucket, String id, List<CompletedPart> parts) {
        static Upload begun(String algorithm, ChecksumType type) {
            String bucket = S3RulesTest.bucket();
            String id = s3.createMultipartUpload(b -> b.bucket(bucket)
                            .key("k")
                            .checksumAlgorithm(algorithm)
                            .checksumType(type))
                    .uploadId();
            List<CompletedPart> parts = IntStream.of(1, 2)
                    .mapToObj(number -> {
                        var put = s3.uploadPart(
                                b -> b.bucket(bucket)
                                        .key("k")
                                        .uploadId(id)
                                        .partNumber(number)
                                        .checksumAlgorithm(algorithm),
                                RequestBody.fromBytes(number == 1 ? PART : LAST));
                        return CompletedPart.builder()
                                .partNumber(number)
                                .eTag(put.eTag())
                                .checksumCRC32(put.checksumCRC32())
                                .checksumSHA256(put.checksumSHA256())
                                .build();
                    })
                    .toList();
            return new Upload(bucket, id, parts);
        }

        CompleteMultipartUploadResponse complete(
                java.util.function.Consumer<
                                software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest.Builder>
                        change) {
            return s3.completeMultipartUpload(b -> {
                b.bucket(bucket).key("k").uploadId(id).multipartUpload(m -> m.parts(parts));
                change.accept(b);
            });
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    void theChecksumOfPartsIsMadeOfTheirs() {
        var done = Upload.begun("SHA256", ChecksumType.COMPOSITE).complete(b -> {});
        byte[] sums = joined(
                java.util.Base64.getDecoder().decode(ChecksumAlgorithm.SHA256.of(PART)),
                java.util.Base64.getDecoder().decode(ChecksumAlgorithm.SHA256.of(LAST)));
        assertThat(done.checksumSHA256()).isEqualTo(ChecksumAlgorithm.SHA256.of(sums) + "-2");
        assertThat(done.checksumType()).isEqualTo(ChecksumType.COMPOSITE);
    }

    @Test
    void theChecksumOfTheWholeIsThatOfItsBytes() {
        String whole = ChecksumAlgorithm.CRC32.of(joined(PART, LAST));
        Upload upload = Upload.begun("CRC32", ChecksumType.FULL_OBJECT);
        refused(
                400,
                "BadDigest",
                () -> upload.complete(
                        b -> b.checksumType(ChecksumType.FULL_OBJECT).checksumCRC32("AAAAAA==")));
        var done = upload.complete(b -> b.checksumType(ChecksumType.FULL_OBJECT).checksumCRC32(whole));
        assertThat(done.checksumCRC32()).isEqualTo(whole);
        assertThat(done.checksumType()).isEqualTo(ChecksumType.FULL_OBJECT);
    }

    @Test
    void partsAreThoseThatWereUploaded() {
        Upload upload = Upload.begun("CRC32", ChecksumType.COMPOSITE);
        CompletedPart first = upload.parts.getFirst();
        CompletedPart second = upload.parts.getLast();
        refused(
                400,
                "InvalidPart",
                () -> upload.complete(b -> b.multipartUpload(
                        m -> m.parts(first.toBuilder().eTag(second.eTag()).build(), second))));
        refused(
                400,
                "InvalidPart",
                () -> upload.complete(b -> b.multipartUpload(m -> m.parts(
                        first,
                        second.toBuilder().checksumCRC32(first.checksumCRC32()).build()))));
        refused(
                400,
                "InvalidPart",
                () -> upload.complete(b -> b.multipartUpload(
                        m -> m.parts(first, second.toBuilder().partNumber(3).build()))));
        refused(400, "MalformedXML", () -> upload.complete(b -> b.multipartUpload(m -> m.parts(List.of()))));
        upload.complete(b -> {});
    }

    @Test
    void anUploadIsAsLargeAsItsClientThinks() {
        Upload upload = Upload.begun("CRC32", ChecksumType.COMPOSITE);
        refused(400, "InvalidRequest", () -> upload.complete(b -> b.mpuObjectSize(7L)));
        refused(400, "InvalidRequest", () -> upload.complete(b -> b.checksumType(ChecksumType.FULL_OBJECT)));
        upload.complete(b -> b.mpuObjectSize((long) PART.length + LAST.length).checksumType(ChecksumType.COMPOSITE));
    }

    @Test
    void aPartHasANumberUpToTenThousandAndTheChecksumOfItsUpload() {
        String bucket = bucket();
        String id = s3.createMultipartUpload(b -> b.bucket(bucket).key("k").checksumAlgorithm("SHA256"))
                .uploadId();
        for (int number : List.of(0, 10_001)) {
            refused(
                    400,
                    "InvalidArgument",
                    () -> s3.uploadPart(
                            b -> b.bucket(bucket).key("k").uploadId(id).partNumber(number),
                            RequestBody.fromBytes(LAST)));
        }
        refused(
                400,
                "InvalidRequest",
                () -> s3.uploadPart(
                        b -> b.bucket(bucket)
                                .key("k")
                                .uploadId(id)
                                .partNumber(10_000)
                                .checksumAlgorithm("CRC32"),
                        RequestBody.fromBytes(LAST)));
        s3.uploadPart(
                b -> b.bucket(bucket).key("k").uploadId(id).partNumber(10_000).checksumAlgorithm("SHA256"),
                RequestBody.fromBytes(LAST));
        var parts = s3.listParts(b -> b.bucket(bucket).key("k").uploadId(id).partNumberMarker(9_999));
        assertThat(parts.parts()).singleElement().satisfies(part -> {
            assertThat(part.partNumber()).isEqualTo(10_000);
            assertThat(part.checksumSHA256()).isEqualTo(ChecksumAlgorithm.SHA256.of(LAST));
        });
    }

    @Test
    void notEveryChecksumIsOfEveryType() {
        String bucket = bucket();
        refused(
                400,
                "InvalidRequest",
                () -> s3.createMultipartUpload(b ->
                        b.bucket(bucket).key("k").checksumAlgorithm("SHA256").checksumType(ChecksumType.FULL_OBJECT)));
        refused(
                400,
                "InvalidRequest",
                () -> s3.createMultipartUpload(b ->
                        b.bucket(bucket).key("k").checksumAlgorithm("CRC64NVME").checksumType(ChecksumType.COMPOSITE)));
    }

    @Test
    void aPartMayBeAStretchOfAnObject() {
        String bucket = bucket();
        put(bucket, "from", "0123456789");
        String id = s3.createMultipartUpload(b -> b.bucket(bucket).key("k")).uploadId();
        refused(
                400,
                "InvalidArgument",
                () -> s3.uploadPartCopy(b -> b.sourceBucket(bucket)
                        .sourceKey("from")
                        .destinationBucket(bucket)
                        .destinationKey("k")
                        .uploadId(id)
                        .partNumber(1)
                        .copySourceRange("bytes=5-10")));
        String tag = s3.uploadPartCopy(b -> b.sourceBucket(bucket)
                        .sourceKey("from")
                        .destinationBucket(bucket)
                        .destinationKey("k")
                        .uploadId(id)
                        .partNumber(1)
                        .copySourceRange("bytes=5-9"))
                .copyPartResult()
                .eTag();
        s3.completeMultipartUpload(b -> b.bucket(bucket)
                .key("k")
                .uploadId(id)
                .multipartUpload(m -> m.parts(p -> p.partNumber(1).eTag(tag))));
        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k")).asUtf8String())
                .isEqualTo("56789");
    }

    @Test
    void namesAreWrittenAsAUrlHasThem() throws Exception {
        String bucket = bucket();
        put(bucket, "a b/\u00e4+\u0001", "x");
        String listed =
                get(bucket + "?list-type=2&encoding-type=url&prefix=a%20b").body();
        assertThat(listed)
                .contains("<EncodingType>url</EncodingType>", "<Prefix>a+b</Prefix>", "<Key>a+b/%C3%A4%2B%01</Key>");
        assertThat(get(bucket + "?list-type=2&encoding-type=xml").body())
                .contains("<Code>InvalidArgument</Code>", "<ArgumentName>encoding-type</ArgumentName>");
    }

    @Test
    void aPageHasAThousandKeysAtMost() throws Exception {
        String bucket = bucket();
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket).maxKeys(2000)).maxKeys())
                .isEqualTo(1000);
        assertThat(get(bucket + "?list-type=2&max-keys=-1").body()).contains("<Code>InvalidArgument</Code>");
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket).maxKeys(0)).isTruncated())
                .isFalse();
    }

    @Test
    void anOwnerIsShownToWhoAsks() {
        String bucket = bucket();
        put(bucket, "k", "x");
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket)).contents().getFirst().owner())
                .isNull();
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket).fetchOwner(true))
                        .contents()
                        .getFirst()
                        .owner())
                .isNotNull();
    }

    @Test
    void theOldListingHasAMarkerOnlyWithADelimiter() {
        String bucket = bucket();
        List.of("a/1", "a/2", "b/1").forEach(key -> put(bucket, key, "x"));
        var rolled = s3.listObjects(b -> b.bucket(bucket).delimiter("/").maxKeys(1));
        assertThat(rolled.isTruncated()).isTrue();
        assertThat(rolled.nextMarker()).isEqualTo("a/");
        assertThat(s3.listObjects(b -> b.bucket(bucket).delimiter("/").marker("a/"))
                        .commonPrefixes())
                .extracting(prefix -> prefix.prefix())
                .containsExactly("b/");
        var plain = s3.listObjects(b -> b.bucket(bucket).maxKeys(1));
        assertThat(plain.isTruncated()).isTrue();
        assertThat(plain.nextMarker()).isNull();
    }

    @Test
    void aVersionsMarkerNeedsAKeys() {
        String bucket = bucket();
        refused(
                400,
                "InvalidArgument",
                () -> s3.listObjectVersions(b -> b.bucket(bucket).versionIdMarker("v")));
    }

    @Test
    void aKeyHas1024BytesAtMost() {
        String bucket = bucket();
        refused(400, "KeyTooLongError", () -> put(bucket, "\u00e4".repeat(513), "x"));
        put(bucket, "\u00e4".repeat(512), "x");
    }

    @Test
    void nobodyElseCanBeGivenAccess() {
        String bucket = bucket();
        refused(
                400,
                "AccessControlListNotSupported",
                () -> s3.putObject(b -> b.bucket(bucket).key("k").acl("public-read"), RequestBody.fromString("x")));
        s3.putObject(b -> b.bucket(bucket).key("k").acl("private"), RequestBody.fromString("x"));
    }

    @Test
    void aBodySaysHowLongItIs() throws Exception {
        String bucket = bucket();
        assertThat(raw(bucket, "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 411")
                .contains("<Code>MissingContentLength</Code>");
        // Five GiB and a byte.
        assertThat(raw(bucket, "Content-Length: 5368709121\r\n\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("<Code>EntityTooLarge</Code>");
    }

    private static String raw(String bucket, String rest) throws Exception {
        try (Socket socket =
                new Socket(server.endpoint().getHost(), server.endpoint().getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("PUT /" + bucket + "/k HTTP/1.1\r\nHost: s3.localhost\r\nConnection: close\r\n" + rest)
                            .getBytes(StandardCharsets.US_ASCII));
            // The answer comes once the body has ended, or much of it has.
            socket.shutdownOutput();
            byte[] answer = new byte[2000];
            StringBuilder all = new StringBuilder();
            for (int n = socket.getInputStream().read(answer);
                    n > 0 && !all.toString().contains("</Error>");
                    n = socket.getInputStream().read(answer)) {
                all.append(new String(answer, 0, n, StandardCharsets.US_ASCII));
            }
            return all.toString();
        }
    }

    @Test
    void aPartOfAnObjectIsReadByItsNumber() {
        Upload upload = Upload.begun("CRC32", ChecksumType.COMPOSITE);
        upload.complete(b -> {});
        var second = s3.getObjectAsBytes(b -> b.bucket(upload.bucket).key("k").partNumber(2));
        assertThat(second.asByteArray()).isEqualTo(LAST);
        assertThat(second.response().contentRange())
                .isEqualTo("bytes %d-%d/%d"
                        .formatted(PART.length, PART.length + LAST.length - 1, PART.length + LAST.length));
        refused(
                416,
                "InvalidPartNumber",
                () -> s3.getObjectAsBytes(b -> b.bucket(upload.bucket).key("k").partNumber(3)));
        refused(
                400,
                "InvalidRequest",
                () -> s3.getObjectAsBytes(
                        b -> b.bucket(upload.bucket).key("k").partNumber(1).range("bytes=0-1")));
    }

    @Test
    void aReaderMaySayHowAnAnswerIsLabelled() {
        String bucket = bucket();
        put(bucket, "k", "x");
        var got = s3.getObjectAsBytes(b -> b.bucket(bucket)
                        .key("k")
                        .responseContentType("text/x-own")
                        .responseContentDisposition("attachment"))
                .response();
        assertThat(got.contentType()).isEqualTo("text/x-own");
        assertThat(got.contentDisposition()).isEqualTo("attachment");
        assertThat(got.checksumCRC32()).isNull();
    }

    @Test
    void aCopyOntoItselfMayChangeItsClass() {
        String bucket = bucket();
        put(bucket, "k", "x");
        s3.copyObject(b -> b.sourceBucket(bucket)
                .sourceKey("k")
                .destinationBucket(bucket)
                .destinationKey("k")
                .storageClass("STANDARD_IA"));
        assertThat(s3.headObject(b -> b.bucket(bucket).key("k")).storageClassAsString())
                .isEqualTo("STANDARD_IA");
    }

    @Test
    void aCopyMayHaveOtherTagsAndAnotherChecksum() {
        String bucket = bucket();
        s3.putObject(b -> b.bucket(bucket).key("k").tagging("a=1"), RequestBody.fromString("x"));
        s3.copyObject(b ->
                b.sourceBucket(bucket).sourceKey("k").destinationBucket(bucket).destinationKey("kept"));
        var copied = s3.copyObject(b -> b.sourceBucket(bucket)
                .sourceKey("k")
                .destinationBucket(bucket)
                .destinationKey("replaced")
                .taggingDirective("REPLACE")
                .tagging("b=2")
                .checksumAlgorithm("SHA1"));
        assertThat(s3.getObjectTagging(b -> b.bucket(bucket).key("kept")).tagSet())
                .containsExactly(Tag.builder().key("a").value("1").build());
        assertThat(s3.getObjectTagging(b -> b.bucket(bucket).key("replaced")).tagSet())
                .containsExactly(Tag.builder().key("b").value("2").build());
        assertThat(copied.copyObjectResult().checksumSHA1())
                .isEqualTo(ChecksumAlgorithm.SHA1.of("x".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void metadataHasTwoKibibytesAtMost() {
        String bucket = bucket();
        refused(
                400,
                "MetadataTooLarge",
                () -> s3.putObject(
                        b -> b.bucket(bucket).key("k").metadata(Map.of("a", "x".repeat(2048))),
                        RequestBody.fromString("x")));
        s3.putObject(
                b -> b.bucket(bucket).key("k").metadata(Map.of("a", "x".repeat(2047))), RequestBody.fromString("x"));
    }

    @Test
    void aStorageClassIsOneThatNeedsNoRestore() {
        String bucket = bucket();
        for (String unknown : List.of("GLACIER", "NONSENSE")) {
            refused(
                    400,
                    "InvalidStorageClass",
                    () -> s3.putObject(
                            b -> b.bucket(bucket).key("k").storageClass(unknown), RequestBody.fromString("x")));
        }
    }

    @Test
    void whatIsNoChoiceIsRefusedInS3sWords() {
        String bucket = bucket();
        put(bucket, "k", "x");
        assertThatThrownBy(() -> s3.putObject(
                        b -> b.bucket(bucket).key("k").serverSideEncryption("rot13"), RequestBody.fromString("x")))
                .hasMessageContaining("The encryption method specified is not supported");
        assertThatThrownBy(() ->
                        s3.createMultipartUpload(b -> b.bucket(bucket).key("k").checksumAlgorithm("CRC16")))
                .hasMessageContaining("Checksum algorithm provided is unsupported.");
        assertThatThrownBy(() -> s3.copyObject(b -> b.sourceBucket(bucket)
                        .sourceKey("k")
                        .destinationBucket(bucket)
                        .destinationKey("to")
                        .metadataDirective("MAYBE")))
                .hasMessageContaining("Unknown metadata directive.");
        assertThatThrownBy(() -> s3.copyObject(b -> b.sourceBucket(bucket)
                        .sourceKey("k")
                        .destinationBucket(bucket)
                        .destinationKey("to")
                        .taggingDirective("MAYBE")))
                .hasMessageContaining("Unknown tagging directive.");
    }

    @Test
    void aTokenHasNoMeaningForOthers() throws Exception {
        String bucket = bucket();
        List.of("a", "b").forEach(key -> put(bucket, key, "x"));
        String token = s3.listObjectsV2(b -> b.bucket(bucket).maxKeys(1)).nextContinuationToken();
        assertThat(token).isNotEqualTo("a");
        String page = get(bucket + "?list-type=2&continuation-token="
                        + URLEncoder.encode(token, StandardCharsets.UTF_8))
                .body();
        assertThat(page).contains("<Key>b</Key>", "<KeyCount>1</KeyCount>", "<ContinuationToken>" + token + "<");
    }
}
