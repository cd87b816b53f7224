package dev.podium.s3;

import dev.podium.aws.Call;
import dev.podium.aws.ChecksumAlgorithm;
import dev.podium.aws.Content;
import dev.podium.aws.ServiceApi;
import dev.podium.aws.StreamOperation.Flowing;
import dev.podium.s3.ObjectShapes.CopyPartResult;
import dev.podium.s3.S3Error.Kind;
import dev.podium.s3.UploadShapes.AbortRequest;
import dev.podium.s3.UploadShapes.CompleteUploadRequest;
import dev.podium.s3.UploadShapes.CompleteUploadResponse;
import dev.podium.s3.UploadShapes.CreateUploadRequest;
import dev.podium.s3.UploadShapes.CreateUploadResponse;
import dev.podium.s3.UploadShapes.UploadPartCopyRequest;
import dev.podium.s3.UploadShapes.UploadPartCopyResponse;
import dev.podium.s3.UploadShapes.UploadPartRequest;
import dev.podium.s3.UploadShapes.UploadPartResponse;
import dev.podium.store.RecordFiles;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Operations on uploads in parts.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html">Multipart upload</a>
record MultipartApi(Buckets buckets, Objects objects, Uploads uploads, S3Settings settings) implements S3Operations {
    private static final int MOST_PARTS = 10_000;

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("CreateMultipartUpload", CreateUploadRequest.class, CreateUploadResponse.class, this::create)
                .streaming("UploadPart", UploadPartRequest.class, UploadPartResponse.class, this::upload)
                .operation("UploadPartCopy", UploadPartCopyRequest.class, UploadPartCopyResponse.class, this::copy)
                .operation(
                        "CompleteMultipartUpload",
                        CompleteUploadRequest.class,
                        CompleteUploadResponse.class,
                        this::complete)
                .operation("AbortMultipartUpload", AbortRequest.class, this::abort)
                .partial("CreateMultipartUpload", "As PutObject.");
    }

    private CreateUploadResponse create(Call call, CreateUploadRequest request) throws IOException {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        String key = ObjectsApi.key(request.key());
        ObjectsApi.requireNoAcl(request.acl());
        ObjectHeaders headers = request.headers().stored();
        ChecksumAlgorithm algorithm =
                request.checksumAlgorithm() == null ? null : ObjectsApi.algorithm(request.checksumAlgorithm());
        StoredUpload upload = new StoredUpload(
                key,
                Uploads.newId(),
                objects.now(),
                headers,
                Tags.ofHeader(request.tagging()),
                algorithm,
                sumType(algorithm, request.checksumType()),
                false);
        uploads.begin(bucket, upload);
        if (!buckets.takes(bucket)) {
            uploads.abortAll(bucket);
            throw S3Error.of(Kind.NO_SUCH_BUCKET, "BucketName", bucket.name());
        }
        return new CreateUploadResponse(
                bucket.name(),
                key,
                upload.id(),
                headers.serverSideEncryption(),
                headers.ssekmsKeyId(),
                headers.bucketKeyEnabled(),
                algorithm == null ? null : algorithm.name(),
                upload.sumType());
    }

    private static @Nullable String sumType(@Nullable ChecksumAlgorithm algorithm, @Nullable String asked) {
        if (algorithm == null) {
            if (asked != null) {
                throw S3Error.request(
                        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm"
                                + " header.");
            }
            return null;
        }
        boolean whole = algorithm == ChecksumAlgorithm.CRC64NVME;
        String type = asked == null ? (whole ? "FULL_OBJECT" : "COMPOSITE") : asked;
        boolean fits = type.equals("FULL_OBJECT") ? algorithm.combines() : type.equals("COMPOSITE") && !whole;
        if (!fits) {
            throw S3Error.request("The " + type + " checksum type cannot be used with the " + Arrival.lower(algorithm)
                    + " checksum algorithm.");
        }
        return type;
    }

    /// What a part's checksum is made by.
    private static @Nullable ChecksumAlgorithm wanted(StoredUpload upload) {
        return upload.algorithm() == null ? ChecksumAlgorithm.CRC64NVME : upload.algorithm();
    }

    private static void requireNumber(int number) {
        if (number < 1 || number > MOST_PARTS) {
            throw S3Error.argument(
                    "Part number must be an integer between 1 and 10000, inclusive", "partNumber", "" + number);
        }
    }

    private Flowing<UploadPartResponse> upload(Call call, UploadPartRequest request, Content content)
            throws IOException {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        requireNumber(request.partNumber());
        StoredUpload upload = uploads.require(bucket, request.key(), request.uploadId());
        ObjectsApi.requireLength(content);
        // Without an algorithm of the upload, any checksum is verified; the object's is another then.
        Arrival arrival = Arrival.of(call.request().headers(), request.checksums(), content, upload.algorithm());
        try (RecordFiles.Change change = objects.files().change(bucket.row(upload.key()))) {
            Arrival.Arrived arrived = arrival.write(objects.files(), change, content, settings.mostBytes());
            uploads.put(bucket, upload, part(request.partNumber(), arrived), change);
            return Flowing.of(new UploadPartResponse(
                    "\"" + arrived.eTag() + "\"",
                    Checksums.of(arrived.sum()),
                    upload.headers().serverSideEncryption()));
        }
    }

    private StoredPart part(int number, Arrival.Arrived arrived) {
        return new StoredPart(number, arrived.piece(), arrived.eTag(), objects.now());
    }

    private UploadPartCopyResponse copy(Call call, UploadPartCopyRequest request) throws IOException {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        requireNumber(request.partNumber());
        StoredUpload upload = uploads.require(bucket, request.key(), request.uploadId());
        CopySource named = CopySource.parse(request.copySource());
        Bucket from = buckets.require(call, named.bucket(), request.expectedSourceBucketOwner());
        ObjectVersion source = named.require(objects, from);
        request.conditions().copy(source);
        ByteRange range = ByteRange.ofCopy(request.copySourceRange(), source.size());
        if (range.size() > Arrival.LARGEST) {
            throw Arrival.tooLarge(range.size());
        }
        ChecksumAlgorithm algorithm = java.util.Objects.requireNonNull(wanted(upload));
        try (RecordFiles.Change change = objects.files().change(bucket.row(upload.key()));
                ObjectBody body = objects.body(named.key(), source, range)) {
            Arrival.Arrived arrived =
                    Arrival.copied(algorithm).write(objects.files(), change, body, settings.mostBytes());
            StoredPart part = part(request.partNumber(), arrived);
            uploads.put(bucket, upload, part, change);
            return new UploadPartCopyResponse(
                    from.showsVersions() ? source.id() : null,
                    new CopyPartResult(
                            "\"" + arrived.eTag() + "\"",
                            part.modified(),
                            Checksums.of(upload.algorithm() == null ? null : arrived.sum())),
                    upload.headers().serverSideEncryption());
        }
    }

    private CompleteUploadResponse complete(Call call, CompleteUploadRequest request) throws IOException {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        StoredUpload found = uploads.require(bucket, request.key(), request.uploadId());
        Conditions conditions = Conditions.ofWrite(request.ifMatch(), request.ifNoneMatch());
        ObjectVersion done;
        if (uploads.completed(bucket, found)) {
            done = objects.require(bucket, found.key(), null);
        } else {
            Assembly.of(uploads, found, request); // finds what is wrong while the upload is as it was
            StoredUpload upload = uploads.complete(bucket, found);
            Assembly assembly = Assembly.of(uploads, upload, request);
            ObjectVersion version = assembly.version(objects.now());
            try (RecordFiles.Change change = objects.files().change(bucket.row(upload.key()))) {
                done = objects.put(bucket, upload.key(), version, conditions, change);
            }
        }
        uploads.end(bucket, found);
        ObjectHeaders headers = found.headers();
        String host = call.request().headers().first("Host", "localhost");
        return new CompleteUploadResponse(
                "http://" + host + "/" + bucket.name() + "/"
                        + ListingApi.encoding("url").apply(found.key()),
                bucket.name(),
                found.key(),
                done.quotedTag(),
                Checksums.of(done.sum()),
                done.sumType(),
                headers.serverSideEncryption(),
                bucket.versioned() ? done.id() : null,
                headers.ssekmsKeyId(),
                headers.bucketKeyEnabled());
    }

    private @Nullable Void abort(Call call, AbortRequest request) throws IOException {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        uploads.end(bucket, uploads.require(bucket, request.key(), request.uploadId()));
        return null;
    }
}
