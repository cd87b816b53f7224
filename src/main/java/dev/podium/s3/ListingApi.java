package dev.podium.s3;

import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.s3.ListShapes.CommonPrefix;
import dev.podium.s3.ListShapes.ListRequest;
import dev.podium.s3.ListShapes.ListResponse;
import dev.podium.s3.ListShapes.ListV2Request;
import dev.podium.s3.ListShapes.ListV2Response;
import dev.podium.s3.ListShapes.ListVersionsRequest;
import dev.podium.s3.ListShapes.ListVersionsResponse;
import dev.podium.s3.ListShapes.MarkerItem;
import dev.podium.s3.ListShapes.ObjectItem;
import dev.podium.s3.ListShapes.VersionItem;
import dev.podium.store.Entry;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Operations that list objects and versions.
record ListingApi(Buckets buckets, Objects objects) implements S3Operations {
    private static final int MOST = 1000;

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("ListObjectsV2", ListV2Request.class, ListV2Response.class, this::listV2)
                .operation("ListObjects", ListRequest.class, ListResponse.class, this::list)
                .operation("ListObjectVersions", ListVersionsRequest.class, ListVersionsResponse.class, this::versions);
    }

    /// How many a page may have.
    static int limit(@Nullable Integer asked, String parameter) {
        if (asked != null && asked < 0) {
            throw S3Error.argument(
                    "Argument " + parameter + " must be an integer between 0 and 2147483647", parameter, "" + asked);
        }
        return asked == null ? MOST : Math.min(asked, MOST);
    }

    /// How names are written.
    static UnaryOperator<String> encoding(@Nullable String type) {
        if (type == null) {
            return UnaryOperator.identity();
        }
        if (!type.equals("url")) {
            throw S3Error.argument("Invalid Encoding Method specified in Request", "encoding-type", type);
        }
        // A space is a plus sign there, as S3 really answers.
        return text -> URLEncoder.encode(text, StandardCharsets.UTF_8).replace("%2F", "/");
    }

    static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    static @Nullable String shown(@Nullable String text, UnaryOperator<String> encoded) {
        return text == null || text.isEmpty() ? null : encoded.apply(text);
    }

    static List<CommonPrefix> prefixes(List<String> prefixes, UnaryOperator<String> encoded) {
        return prefixes.stream()
                .map(prefix -> new CommonPrefix(encoded.apply(prefix)))
                .toList();
    }

    private record Found(String key, ObjectVersion version, boolean latest) {}

    private Listing<StoredObject, Found> current() {
        return new Listing<>(objects.table(), entry -> {
            ObjectVersion version = StoredObject.current(entry.value());
            return version == null ? List.of() : List.of(new Found(RowKeys.key(entry.key()), version, true));
        });
    }

    private ListV2Response listV2(Call call, ListV2Request request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        int limit = limit(request.maxKeys(), "maxKeys");
        UnaryOperator<String> encoded = encoding(request.encodingType());
        String token = request.continuationToken();
        String marker = token == null ? request.startAfter() : Tokens.read(token);
        Listing.Page<Found> page = current()
                .page(Listing.Query.after(bucket, text(request.prefix()), text(request.delimiter()), marker, limit));
        Owner owner = Boolean.TRUE.equals(request.fetchOwner()) ? Owner.of(bucket.account()) : null;
        return new ListV2Response(
                bucket.name(),
                encoded.apply(text(request.prefix())),
                shown(request.startAfter(), encoded),
                token,
                page.truncated() && page.last() != null ? Tokens.write(page.last()) : null,
                page.count(),
                limit,
                shown(request.delimiter(), encoded),
                request.encodingType(),
                page.truncated(),
                items(page, encoded, owner),
                prefixes(page.prefixes(), encoded));
    }

    private ListResponse list(Call call, ListRequest request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        int limit = limit(request.maxKeys(), "max-keys");
        UnaryOperator<String> encoded = encoding(request.encodingType());
        String marker = text(request.marker()).isEmpty() ? null : request.marker();
        Listing.Page<Found> page = current()
                .page(Listing.Query.after(bucket, text(request.prefix()), text(request.delimiter()), marker, limit));
        // Without a delimiter the last key is the next marker.
        boolean marked = page.truncated() && !text(request.delimiter()).isEmpty();
        return new ListResponse(
                bucket.name(),
                encoded.apply(text(request.prefix())),
                encoded.apply(text(marker)),
                marked ? shown(page.last(), encoded) : null,
                limit,
                shown(request.delimiter(), encoded),
                request.encodingType(),
                page.truncated(),
                items(page, encoded, Owner.of(bucket.account())),
                prefixes(page.prefixes(), encoded));
    }

    private static List<ObjectItem> items(
            Listing.Page<Found> page, UnaryOperator<String> encoded, @Nullable Owner owner) {
        return page.items().stream()
                .map(found -> new ObjectItem(
                        encoded.apply(found.key),
                        found.version.modified(),
                        found.version.quotedTag(),
                        algorithms(found.version),
                        found.version.sumType(),
                        found.version.size(),
                        owner,
                        found.version.said().shownClass()))
                .toList();
    }

    private static @Nullable List<String> algorithms(ObjectVersion version) {
        Checksums.Sum sum = version.sum();
        return sum == null ? null : List.of(sum.algorithm().name());
    }

    private ListVersionsResponse versions(Call call, ListVersionsRequest request) {
        Bucket bucket = buckets.require(call, request.bucket(), request.expectedBucketOwner());
        int limit = limit(request.maxKeys(), "max-keys");
        UnaryOperator<String> encoded = encoding(request.encodingType());
        String key = text(request.keyMarker());
        String id = text(request.versionIdMarker());
        if (key.isEmpty() && !id.isEmpty()) {
            throw S3Error.argument(
                    "A version-id marker cannot be specified without a key marker.", "version-id-marker", id);
        }
        Listing<StoredObject, Found> all = new Listing<>(objects.table(), entry -> from(entry, key, id));
        Listing.Query query = Listing.Query.after(
                bucket, text(request.prefix()), text(request.delimiter()), key.isEmpty() ? null : key, limit);
        Listing.Page<Found> page = all.page(id.isEmpty() ? query : query.including(key));
        Owner owner = Owner.of(bucket.account());
        List<VersionItem> versions = new ArrayList<>();
        List<MarkerItem> markers = new ArrayList<>();
        for (Found found : page.items()) {
            ObjectVersion version = found.version;
            if (version.isMarker()) {
                markers.add(new MarkerItem(
                        encoded.apply(found.key), version.id(), found.latest, version.modified(), owner));
            } else {
                versions.add(new VersionItem(
                        encoded.apply(found.key),
                        version.id(),
                        found.latest,
                        version.modified(),
                        version.quotedTag(),
                        algorithms(version),
                        version.sumType(),
                        version.size(),
                        owner,
                        version.said().shownClass()));
            }
        }
        boolean inKey = page.truncated()
                && !page.items().isEmpty()
                && page.items().getLast().key.equals(page.last());
        return new ListVersionsResponse(
                bucket.name(),
                encoded.apply(text(request.prefix())),
                encoded.apply(key),
                id,
                page.truncated() ? shown(page.last(), encoded) : null,
                inKey ? page.items().getLast().version.id() : null,
                limit,
                shown(request.delimiter(), encoded),
                request.encodingType(),
                page.truncated(),
                versions,
                markers,
                prefixes(page.prefixes(), encoded));
    }

    /// Versions of a key; of the marked one those behind the marked version.
    private static List<Found> from(Entry<StoredObject> entry, String marked, String id) {
        String key = RowKeys.key(entry.key());
        List<Found> found = new ArrayList<>();
        boolean behind = !key.equals(marked);
        boolean latest = true;
        for (ObjectVersion version : entry.value().versions()) {
            if (behind) {
                found.add(new Found(key, version, latest));
            }
            behind |= version.id().equals(id);
            latest = false;
        }
        return found;
    }
}
