package dev.podium.s3;

import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.s3.BucketShapes.TaggingResponse;
import dev.podium.s3.ObjectShapes.AttributesChecksum;
import dev.podium.s3.ObjectShapes.AttributesPart;
import dev.podium.s3.ObjectShapes.AttributesParts;
import dev.podium.s3.ObjectShapes.AttributesRequest;
import dev.podium.s3.ObjectShapes.AttributesResponse;
import dev.podium.s3.ObjectShapes.DeleteObjectRequest;
import dev.podium.s3.ObjectShapes.DeleteObjectResponse;
import dev.podium.s3.ObjectShapes.DeleteObjectsRequest;
import dev.podium.s3.ObjectShapes.DeleteObjectsResponse;
import dev.podium.s3.ObjectShapes.DeletedObject;
import dev.podium.s3.ObjectShapes.FailedObject;
import dev.podium.s3.ObjectShapes.GetTaggingRequest;
import dev.podium.s3.ObjectShapes.ObjectIdentifier;
import dev.podium.s3.ObjectShapes.ObjectTaggingRequest;
import dev.podium.s3.ObjectShapes.ObjectVersionRequest;
import dev.podium.s3.ObjectShapes.VersionResponse;
import dev.podium.s3.ObjectVersion.Piece;
import dev.podium.s3.S3Error.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Operations that delete objects, and those on their tags and attributes.
record ObjectDetailsApi(Buckets buckets, Objects objects) implements S3Operations {
    private static final int MOST_DELETED = 1000;
    private static final int MOST_PARTS = 1000;

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("DeleteObject", DeleteObjectRequest.class, DeleteObjectResponse.class, this::delete)
                .operation("DeleteObjects", DeleteObjectsRequest.class, DeleteObjectsResponse.class, this::deleteAll)
                .operation("GetObjectAttributes", AttributesRequest.class, AttributesResponse.class, this::attributes)
                .operation("PutObjectTagging", ObjectTaggingRequest.class, VersionResponse.class, this::tag)
                .operation("GetObjectTagging", GetTaggingRequest.class, TaggingResponse.class, this::tags)
                .operation("DeleteObjectTagging", ObjectVersionRequest.class, VersionResponse.class, this::untag)
                .partial("DeleteObject", "MFA, governance and conditions on size and time are refused.")
                .partial("DeleteObjects", "MFA, governance and conditions on size and time are refused.");
    }

    private DeleteObjectResponse delete(Call call, DeleteObjectRequest request) throws IOException {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        Objects.Deleted deleted =
                objects.delete(bucket, request.key(), request.versionId(), Conditions.ofWrite(request.ifMatch(), null));
        return new DeleteObjectResponse(deleted.marker() ? true : null, deleted.versionId());
    }

    private DeleteObjectsResponse deleteAll(Call call, DeleteObjectsRequest request) throws IOException {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        List<ObjectIdentifier> named = request.delete().objects();
        if (named.isEmpty() || named.size() > MOST_DELETED) {
            throw S3Error.of(Kind.MALFORMED_XML);
        }
        List<DeletedObject> deleted = new ArrayList<>();
        List<FailedObject> failed = new ArrayList<>();
        for (ObjectIdentifier object : named) {
            try {
                Objects.Deleted done = objects.delete(
                        bucket, object.key(), object.versionId(), Conditions.ofWrite(object.eTag(), null));
                deleted.add(new DeletedObject(
                        object.key(),
                        object.versionId(),
                        done.marker() ? true : null,
                        done.marker() ? done.versionId() : null));
            } catch (AwsException e) {
                failed.add(new FailedObject(
                        object.key(),
                        object.versionId(),
                        e.error().code(),
                        e.error().message()));
            }
        }
        return new DeleteObjectsResponse(Boolean.TRUE.equals(request.delete().quiet()) ? List.of() : deleted, failed);
    }

    private AttributesResponse attributes(Call call, AttributesRequest request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        ObjectVersion version = objects.require(bucket, request.key(), request.versionId());
        List<String> asked = request.objectAttributes();
        return new AttributesResponse(
                version.modified(),
                bucket.showsVersions() ? version.id() : null,
                asked.contains("ETag") ? version.eTag() : null,
                asked.contains("Checksum")
                        ? new AttributesChecksum(Checksums.of(version.sum()), version.sumType())
                        : null,
                asked.contains("ObjectParts") && version.inParts() ? parts(request, version) : null,
                asked.contains("StorageClass") ? version.said().shownClass() : null,
                asked.contains("ObjectSize") ? version.size() : null);
    }

    /// Parts are told one by one where they were uploaded with checksums.
    private static AttributesParts parts(AttributesRequest request, ObjectVersion version) {
        List<Piece> pieces = version.pieces();
        if (version.pieces().getFirst().sum() == null) {
            return new AttributesParts(pieces.size(), null, null, null, null, null);
        }
        int from = request.partNumberMarker() == null ? 0 : Math.max(0, request.partNumberMarker());
        int most = request.maxParts() == null ? MOST_PARTS : Math.clamp(request.maxParts(), 0, MOST_PARTS);
        int end = Math.min(pieces.size(), from + most);
        List<AttributesPart> shown = new ArrayList<>();
        for (int i = from; i < end; i++) {
            Piece piece = pieces.get(i);
            shown.add(new AttributesPart(i + 1, piece.size(), Checksums.of(piece.sum())));
        }
        return new AttributesParts(pieces.size(), from, Math.max(from, end), most, end < pieces.size(), shown);
    }

    private VersionResponse tag(Call call, ObjectTaggingRequest request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        Map<String, String> tags = Tags.ofObject(request.tagging().tagSet());
        return shown(bucket, objects.tag(bucket, request.key(), request.versionId(), tags));
    }

    private TaggingResponse tags(Call call, GetTaggingRequest request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        ObjectVersion version = objects.require(bucket, request.key(), request.versionId());
        return new TaggingResponse(shown(bucket, version.id()).versionId(), Tags.set(version.tags()));
    }

    private VersionResponse untag(Call call, ObjectVersionRequest request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        return shown(bucket, objects.tag(bucket, request.key(), request.versionId(), Map.of()));
    }

    private static VersionResponse shown(Bucket bucket, @Nullable String id) {
        return new VersionResponse(bucket.showsVersions() ? id : null);
    }
}
