package dev.podium.s3;

import dev.podium.aws.Call;
import dev.podium.aws.ChecksumAlgorithm;
import dev.podium.aws.ServiceApi;
import dev.podium.s3.UploadShapes.ListPartsRequest;
import dev.podium.s3.UploadShapes.ListPartsResponse;
import dev.podium.s3.UploadShapes.ListUploadsRequest;
import dev.podium.s3.UploadShapes.ListUploadsResponse;
import dev.podium.s3.UploadShapes.PartItem;
import dev.podium.s3.UploadShapes.UploadItem;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Operations that list uploads and their parts.
record UploadListsApi(Buckets buckets, Uploads uploads) implements S3Operations {
    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("ListParts", ListPartsRequest.class, ListPartsResponse.class, this::parts)
                .operation("ListMultipartUploads", ListUploadsRequest.class, ListUploadsResponse.class, this::uploads);
    }

    private ListPartsResponse parts(Call call, ListPartsRequest request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        StoredUpload upload = uploads.require(bucket, request.key(), request.uploadId());
        int limit = ListingApi.limit(request.maxParts(), "max-parts");
        int after = request.partNumberMarker() == null ? 0 : request.partNumberMarker();
        List<StoredPart> found = uploads.parts(upload, after, limit + 1);
        boolean more = found.size() > limit;
        List<StoredPart> shown = more ? found.subList(0, limit) : found;
        Owner owner = Owner.of(bucket.account());
        return new ListPartsResponse(
                bucket.name(),
                upload.key(),
                upload.id(),
                owner,
                owner,
                upload.headers().shownClass(),
                after,
                shown.isEmpty() ? 0 : shown.getLast().number(),
                limit,
                more,
                name(upload.algorithm()),
                upload.sumType(),
                shown.stream()
                        .map(part -> new PartItem(
                                part.number(),
                                part.modified(),
                                "\"" + part.eTag() + "\"",
                                part.piece().size(),
                                Checksums.of(
                                        upload.algorithm() == null
                                                ? null
                                                : part.piece().sum())))
                        .toList());
    }

    private static @Nullable String name(@Nullable ChecksumAlgorithm algorithm) {
        return algorithm == null ? null : algorithm.name();
    }

    private ListUploadsResponse uploads(Call call, ListUploadsRequest request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        int limit = ListingApi.limit(request.maxUploads(), "max-uploads");
        UnaryOperator<String> encoded = ListingApi.encoding(request.encodingType());
        String key = ListingApi.text(request.keyMarker());
        String id = ListingApi.text(request.uploadIdMarker());
        Listing<StoredUpload, StoredUpload> all = new Listing<>(uploads.table(), entry -> List.of(entry.value()));
        Listing.Query query = Listing.Query.after(
                bucket,
                ListingApi.text(request.prefix()),
                ListingApi.text(request.delimiter()),
                key.isEmpty() ? null : key,
                limit);
        Listing.Page<StoredUpload> page = all.page(
                key.isEmpty() ? query : query.behind(Uploads.row(bucket, key, id.isEmpty() ? RowKeys.LAST : id)));
        Owner owner = Owner.of(bucket.account());
        boolean inKey = page.truncated()
                && !page.items().isEmpty()
                && page.items().getLast().key().equals(page.last());
        return new ListUploadsResponse(
                bucket.name(),
                encoded.apply(key),
                id,
                page.truncated() ? ListingApi.shown(page.last(), encoded) : null,
                inKey ? page.items().getLast().id() : null,
                ListingApi.shown(request.prefix(), encoded),
                ListingApi.shown(request.delimiter(), encoded),
                limit,
                request.encodingType(),
                page.truncated(),
                page.items().stream()
                        .map(upload -> new UploadItem(
                                encoded.apply(upload.key()),
                                upload.id(),
                                owner,
                                owner,
                                upload.headers().shownClass(),
                                upload.initiated(),
                                name(upload.algorithm()),
                                upload.sumType()))
                        .toList(),
                ListingApi.prefixes(page.prefixes(), encoded));
    }
}
