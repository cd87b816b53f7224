package dev.podium.s3;

import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.XmlWriter;
import dev.podium.http.Headers;
import dev.podium.http.Response;
import dev.podium.s3.BucketShapes.BucketItem;
import dev.podium.s3.BucketShapes.BucketRequest;
import dev.podium.s3.BucketShapes.BucketTaggingRequest;
import dev.podium.s3.BucketShapes.BucketTaggingResponse;
import dev.podium.s3.BucketShapes.CreateBucketConfiguration;
import dev.podium.s3.BucketShapes.CreateBucketRequest;
import dev.podium.s3.BucketShapes.CreateBucketResponse;
import dev.podium.s3.BucketShapes.HeadBucketResponse;
import dev.podium.s3.BucketShapes.ListBucketsRequest;
import dev.podium.s3.BucketShapes.ListBucketsResponse;
import dev.podium.s3.BucketShapes.VersioningRequest;
import dev.podium.s3.BucketShapes.VersioningResponse;
import dev.podium.s3.S3Error.Kind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Operations on buckets.
record BucketsApi(Buckets buckets, Objects objects, Uploads uploads) implements S3Operations {
    private static final int MOST = 10_000;
    private static final String REGION = "EU|[a-z]{2}(-[a-z]+)+-\\d";

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("CreateBucket", CreateBucketRequest.class, CreateBucketResponse.class, this::create)
                .operation("HeadBucket", BucketRequest.class, HeadBucketResponse.class, this::head)
                .operation("DeleteBucket", BucketRequest.class, this::delete)
                .operation("ListBuckets", ListBucketsRequest.class, ListBucketsResponse.class, this::list)
                .raw("GetBucketLocation", this::location)
                .operation("PutBucketVersioning", VersioningRequest.class, this::putVersioning)
                .operation("GetBucketVersioning", BucketRequest.class, VersioningResponse.class, this::versioning)
                .operation("PutBucketTagging", BucketTaggingRequest.class, this::putTagging)
                .operation("GetBucketTagging", BucketRequest.class, BucketTaggingResponse.class, this::tagging)
                .operation("DeleteBucketTagging", BucketRequest.class, this::deleteTagging)
                .partial(
                        "CreateBucket",
                        "ACLs, object lock and directory buckets are refused. A bucket answers in all regions.")
                .partial("PutBucketVersioning", "MFA delete is refused.");
    }

    private CreateBucketResponse create(Call call, CreateBucketRequest request) {
        if (request.acl() != null && !request.acl().equals("private")) {
            throw S3Error.of(Kind.INVALID_BUCKET_ACL);
        }
        if (Boolean.TRUE.equals(request.objectLockEnabledForBucket())) {
            throw S3Error.of(Kind.NOT_IMPLEMENTED, "Header", "x-amz-bucket-object-lock-enabled");
        }
        CreateBucketConfiguration configuration = request.createBucketConfiguration();
        String constraint = configuration == null ? null : configuration.locationConstraint();
        if (constraint != null && (constraint.equals("us-east-1") || !constraint.matches(REGION))) {
            throw S3Error.of(Kind.INVALID_LOCATION, "LocationConstraint", constraint);
        }
        String region = call.scope().region();
        String placed = constraint == null ? "us-east-1" : constraint.equals("EU") ? "eu-west-1" : constraint;
        if (!region.equals(placed) && !region.equals("us-east-1")) {
            throw constraint == null
                    ? S3Error.of(Kind.ILLEGAL_LOCATION)
                    : S3Error.with(
                            Kind.ILLEGAL_LOCATION,
                            "The " + constraint + " location constraint is incompatible for the region"
                                    + " specific endpoint this request was sent to.");
        }
        Map<String, String> tags =
                configuration == null || configuration.tags() == null ? Map.of() : Tags.ofBucket(configuration.tags());
        Bucket made = buckets.create(call, request.bucket(), placed, tags);
        if (request.objectOwnership() != null) {
            buckets.set(made, "BucketOwnershipControls", BucketSettings.ownership(request.objectOwnership()));
        }
        return new CreateBucketResponse("/" + request.bucket(), arn(made));
    }

    private static String arn(Bucket bucket) {
        return "arn:aws:s3:::" + bucket.name();
    }

    private HeadBucketResponse head(Call call, BucketRequest request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        return new HeadBucketResponse(arn(bucket), bucket.region(), false);
    }

    private @Nullable Void delete(Call call, BucketRequest request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        buckets.delete(bucket, objects.table(), () -> uploads.abortAll(bucket));
        return null;
    }

    private ListBucketsResponse list(Call call, ListBucketsRequest request) {
        int limit = request.maxBuckets() == null ? MOST : request.maxBuckets();
        if (limit < 1 || limit > MOST) {
            throw S3Error.argument(
                    "Argument max-buckets must be an integer between 1 and 10000", "max-buckets", "" + limit);
        }
        String prefix = request.prefix() == null ? "" : request.prefix();
        String account = call.scope().account();
        String after = request.continuationToken() == null ? null : Tokens.read(request.continuationToken());
        List<Bucket> found = buckets.page(account, prefix, after, limit + 1, request.bucketRegion());
        boolean more = found.size() > limit;
        List<Bucket> shown = more ? found.subList(0, limit) : found;
        // Regions are shown to whoever asks for pages.
        boolean paged = request.maxBuckets() != null || request.bucketRegion() != null;
        return new ListBucketsResponse(
                Owner.of(account),
                shown.stream()
                        .map(bucket -> new BucketItem(
                                bucket.name(), bucket.created(), paged ? bucket.region() : null, arn(bucket)))
                        .toList(),
                more ? Tokens.write(shown.getLast().name()) : null,
                request.prefix());
    }

    private Response location(Call call, Map<String, String> labels) {
        Bucket bucket = buckets.require(call, BucketSettings.bucket(labels));
        XmlWriter xml = new XmlWriter().start("LocationConstraint").attribute("xmlns", BucketSettings.NAMESPACE);
        if (!bucket.region().equals("us-east-1")) {
            xml.text(bucket.region());
        }
        return new Response(
                200,
                Headers.of("Content-Type", "application/xml"),
                new dev.podium.http.Body.Bytes(xml.end().bytes()));
    }

    private @Nullable Void putVersioning(Call call, VersioningRequest request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        String status = request.versioningConfiguration().status();
        if (status == null || !(status.equals("Enabled") || status.equals("Suspended"))) {
            throw S3Error.with(Kind.ILLEGAL_VERSIONING, "The Versioning element must be specified");
        }
        if ("Enabled".equals(request.versioningConfiguration().mfaDelete())) {
            throw S3Error.of(Kind.NOT_IMPLEMENTED, "Header", "x-amz-mfa");
        }
        buckets.change(bucket, before -> before.withVersioning(status));
        return null;
    }

    private VersioningResponse versioning(Call call, BucketRequest request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        return new VersioningResponse(bucket.showsVersions() ? bucket.versioning() : null);
    }

    private @Nullable Void putTagging(Call call, BucketTaggingRequest request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        Map<String, String> tags = Tags.ofBucket(request.tagging().tagSet());
        buckets.change(bucket, before -> before.withTags(tags));
        return null;
    }

    private BucketTaggingResponse tagging(Call call, BucketRequest request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        if (bucket.tags().isEmpty()) {
            throw S3Error.of(Kind.NO_SUCH_TAGS, "BucketName", bucket.name());
        }
        return new BucketTaggingResponse(Tags.set(bucket.tags()));
    }

    private @Nullable Void deleteTagging(Call call, BucketRequest request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        buckets.change(bucket, before -> before.withTags(Map.of()));
        return null;
    }
}
