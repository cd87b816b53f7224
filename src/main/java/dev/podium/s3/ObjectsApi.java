package dev.podium.s3;

import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ChecksumAlgorithm;
import dev.podium.aws.Content;
import dev.podium.aws.ServiceApi;
import dev.podium.aws.StreamOperation.Flowing;
import dev.podium.http.Body;
import dev.podium.s3.Checksums.Sum;
import dev.podium.s3.ObjectShapes.CopyObjectRequest;
import dev.podium.s3.ObjectShapes.CopyObjectResponse;
import dev.podium.s3.ObjectShapes.CopyResult;
import dev.podium.s3.ObjectShapes.GetObjectRequest;
import dev.podium.s3.ObjectShapes.GetObjectResponse;
import dev.podium.s3.ObjectShapes.PutObjectRequest;
import dev.podium.s3.ObjectShapes.PutObjectResponse;
import dev.podium.s3.S3Error.Kind;
import dev.podium.store.RecordFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Operations that write and read objects.
record ObjectsApi(Buckets buckets, Objects objects, S3Settings settings) implements S3Operations {
    private static final int LONGEST_KEY = 1024;
    private static final String WITHOUT_EFFECT =
            "Storage class, encryption and redirects are shown with the object and have no effect; classes that need a"
                    + " restore, customers' own keys, ACLs and object lock are refused.";

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.streaming("PutObject", PutObjectRequest.class, PutObjectResponse.class, this::put)
                .streaming("GetObject", GetObjectRequest.class, GetObjectResponse.class, this::get)
                .streaming("HeadObject", GetObjectRequest.class, GetObjectResponse.class, this::head)
                .operation("CopyObject", CopyObjectRequest.class, CopyObjectResponse.class, this::copy)
                .partial("PutObject", WITHOUT_EFFECT)
                .partial("CopyObject", "As PutObject. The checksum is computed anew.");
    }

    /// The key of a new object.
    static String key(String key) {
        int length = key.getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_KEY) {
            throw S3Error.of(Kind.KEY_TOO_LONG, "Size", length, "MaxSizeAllowed", LONGEST_KEY);
        }
        return key;
    }

    /// Refuses an ACL that would give somebody else something.
    static void requireNoAcl(@Nullable String acl) {
        if (acl != null && !acl.equals("bucket-owner-full-control") && !acl.equals("private")) {
            throw S3Error.of(Kind.ACLS_OFF);
        }
    }

    private Flowing<PutObjectResponse> put(Call call, PutObjectRequest request, Content content) throws IOException {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        String key = key(request.key());
        requireNoAcl(request.acl());
        Conditions conditions = Conditions.ofWrite(request.ifMatch(), request.ifNoneMatch());
        conditions.write(
                StoredObject.current(objects.table().get(bucket.row(key)).orElse(null)), key);
        ObjectHeaders headers = request.headers().stored();
        Map<String, String> tags = Tags.ofHeader(request.tagging());
        requireLength(content);
        Arrival arrival = Arrival.of(call.request().headers(), request.checksums(), content, null);
        try (RecordFiles.Change change = objects.files().change(bucket.row(key))) {
            Arrival.Arrived arrived = arrival.write(objects.files(), change, content, settings.mostBytes());
            ObjectVersion put = objects.put(bucket, key, version(arrived, headers, tags), conditions, change);
            return Flowing.of(new PutObjectResponse(
                    put.quotedTag(),
                    Checksums.of(put.sum()),
                    put.sumType(),
                    headers.serverSideEncryption(),
                    headers.ssekmsKeyId(),
                    headers.bucketKeyEnabled(),
                    bucket.versioned() ? put.id() : null));
        }
    }

    /// Refuses a body that does not say how long it is, or is too long.
    static void requireLength(Content content) {
        if (content.length() < 0) {
            throw S3Error.of(Kind.MISSING_LENGTH);
        }
        if (content.length() > Arrival.LARGEST) {
            throw Arrival.tooLarge(content.length());
        }
    }

    private ObjectVersion version(Arrival.Arrived arrived, ObjectHeaders headers, Map<String, String> tags) {
        return new ObjectVersion(
                ObjectVersion.NULL,
                objects.now(),
                arrived.piece().size(),
                arrived.eTag(),
                arrived.sum(),
                "FULL_OBJECT",
                headers,
                tags,
                List.of(arrived.piece()));
    }

    private Flowing<GetObjectResponse> get(Call call, GetObjectRequest request, Content content) {
        Reading reading = read(call, request);
        ObjectBody body = objects.body(request.key(), reading.version, reading.range());
        return new Flowing<>(reading.status(), reading.shown(request), new Body.Stream(body.size(), body));
    }

    private Flowing<GetObjectResponse> head(Call call, GetObjectRequest request, Content content) {
        Reading reading = read(call, request);
        // Its length is that of the body that is not sent.
        Body none = new Body.Stream(reading.range().size(), out -> {});
        return new Flowing<>(reading.status(), reading.shown(request), none);
    }

    private Reading read(Call call, GetObjectRequest request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        ObjectVersion version = objects.require(bucket, request.key(), request.versionId());
        request.conditions().read(version);
        if (request.partNumber() == null) {
            return new Reading(bucket, version, ByteRange.of(request.range(), version.size()), null);
        }
        if (request.range() != null) {
            throw S3Error.request("Cannot specify both Range header and partNumber query parameter");
        }
        int part = request.partNumber();
        if (part < 1 || part > version.pieces().size()) {
            throw S3Error.of(
                    Kind.INVALID_PART_NUMBER,
                    "PartNumberRequested",
                    part,
                    "ActualPartCount",
                    version.pieces().size());
        }
        long from = Objects.size(version.pieces().subList(0, part - 1));
        long size = version.pieces().get(part - 1).size();
        return new Reading(bucket, version, size == 0 ? null : new ByteRange(from, size), part);
    }

    /// @param asked stretch; null for the whole
    private record Reading(
            Bucket bucket,
            ObjectVersion version,
            @Nullable ByteRange asked,
            @Nullable Integer part) {
        ByteRange range() {
            return asked == null ? new ByteRange(0, version.size()) : asked;
        }

        int status() {
            return asked == null ? 200 : 206;
        }

        GetObjectResponse shown(GetObjectRequest request) {
            boolean sums = "ENABLED".equals(request.checksumMode()) && asked == null;
            return new GetObjectResponse(
                    "bytes",
                    version.modified(),
                    version.quotedTag(),
                    Checksums.of(sums ? version.sum() : null),
                    sums ? version.sumType() : null,
                    bucket.showsVersions() ? version.id() : null,
                    asked == null ? null : asked.shown(version.size()),
                    overridden(version.said(), request),
                    part != null && version.inParts() ? version.pieces().size() : null,
                    version.tags().isEmpty() ? null : version.tags().size());
        }

        private static ObjectHeaders overridden(ObjectHeaders said, GetObjectRequest request) {
            return new ObjectHeaders(
                    or(request.responseCacheControl(), said.cacheControl()),
                    or(request.responseContentDisposition(), said.contentDisposition()),
                    or(request.responseContentEncoding(), said.contentEncoding()),
                    or(request.responseContentLanguage(), said.contentLanguage()),
                    or(request.responseContentType(), said.contentType()),
                    request.responseExpires() == null ? said.expires() : request.responseExpires(),
                    said.metadata(),
                    said.serverSideEncryption(),
                    said.ssekmsKeyId(),
                    said.bucketKeyEnabled(),
                    said.storageClass(),
                    said.websiteRedirectLocation());
        }

        private static @Nullable String or(@Nullable String asked, @Nullable String otherwise) {
            return asked == null ? otherwise : asked;
        }
    }

    private CopyObjectResponse copy(Call call, CopyObjectRequest request) throws IOException {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        String key = key(request.key());
        requireNoAcl(request.acl());
        CopySource named = CopySource.parse(request.copySource());
        Bucket from = buckets.require(call, named.bucket(), request.expectedSourceBucketOwner());
        ObjectVersion source = named.require(objects, from);
        request.conditions().copy(source);
        boolean replace = directive("x-amz-metadata-directive", request.metadataDirective());
        boolean retag = directive("x-amz-tagging-directive", request.taggingDirective());
        if (from.equals(bucket)
                && named.key().equals(key)
                && named.versionId() == null
                && !replace
                && !request.headers().changesCopy()) {
            throw S3Error.request(
                    "This copy request is illegal because it is trying to copy an object to itself without"
                            + " changing the object's metadata, storage class, website redirect location or encryption"
                            + " attributes.");
        }
        if (source.size() > Arrival.LARGEST) {
            throw S3Error.request(
                    "The specified copy source is larger than the maximum allowable size for a copy source: "
                            + Arrival.LARGEST);
        }
        ObjectHeaders headers = replace
                ? request.headers().stored()
                : request.headers().copied(source.said()).stored();
        Map<String, String> tags = retag ? Tags.ofHeader(request.tagging()) : source.tags();
        Conditions conditions = Conditions.ofWrite(request.ifMatch(), request.ifNoneMatch());
        try (RecordFiles.Change change = objects.files().change(bucket.row(key));
                ObjectBody body = objects.body(named.key(), source, new ByteRange(0, source.size()))) {
            Arrival.Arrived arrived = Arrival.copied(algorithm(request, source))
                    .write(objects.files(), change, body, settings.mostBytes());
            ObjectVersion put = objects.put(bucket, key, version(arrived, headers, tags), conditions, change);
            return new CopyObjectResponse(
                    new CopyResult(put.quotedTag(), put.modified(), put.sumType(), Checksums.of(put.sum())),
                    from.showsVersions() ? source.id() : null,
                    bucket.versioned() ? put.id() : null,
                    headers.serverSideEncryption(),
                    headers.ssekmsKeyId(),
                    headers.bucketKeyEnabled());
        }
    }

    private static ChecksumAlgorithm algorithm(CopyObjectRequest request, ObjectVersion source) {
        String named = request.checksumAlgorithm();
        if (named != null) {
            return algorithm(named);
        }
        Sum sum = source.sum();
        return sum == null ? ChecksumAlgorithm.CRC64NVME : sum.algorithm();
    }

    /// The algorithm of that name.
    ///
    /// @throws AwsException InvalidRequest
    static ChecksumAlgorithm algorithm(String name) {
        ChecksumAlgorithm algorithm = ChecksumAlgorithm.named(name);
        if (algorithm == null) {
            throw S3Error.request("Checksum algorithm provided is unsupported. Please try again with any of the valid"
                    + " types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256, SHA512, MD5]");
        }
        return algorithm;
    }

    /// Whether a directive says `REPLACE`.
    private static boolean directive(String header, @Nullable String value) {
        if (value == null || value.equals("COPY")) {
            return false;
        }
        if (!value.equals("REPLACE")) {
            throw S3Error.argument(
                    "Unknown " + (header.contains("tagging") ? "tagging" : "metadata") + " directive.", header, value);
        }
        return true;
    }
}
