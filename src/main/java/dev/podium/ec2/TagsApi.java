package dev.podium.ec2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import dev.podium.store.Entry;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// Tags of all resources.
final class TagsApi implements Ec2Operations {
    private static final int MOST_RESOURCES = 1000;
    private static final Filters FILTERS = Filters.of("""
            key key
            resource-id resourceId
            resource-type resourceType
            value value
            """);

    private final Tags tags;
    private final BiPredicate<Scope, String> exists;

    /// @param exists whether there is a resource of an id
    TagsApi(Tags tags, BiPredicate<Scope, String> exists) {
        this.tags = tags;
        this.exists = exists;
    }

    record CreateRequest(@Nullable Boolean dryRun, List<String> resources, List<TagSpecification.TagRequest> tags) {}

    record DeleteRequest(
            @Nullable Boolean dryRun,
            List<String> resources,
            @Nullable List<TagSpecification.TagRequest> tags) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("CreateTags", CreateRequest.class, Void.class, this::create)
                .operation("DeleteTags", DeleteRequest.class, Void.class, this::delete);
        Listing.of("DescribeTags", "tags", FILTERS, scope -> new Source()).addTo(service);
    }

    private void check(Scope scope, List<String> resources) {
        if (resources.isEmpty()) {
            throw Ec2Error.missing("resourceIdSet");
        }
        if (resources.size() > MOST_RESOURCES) {
            throw Ec2Error.invalid("Too many resources: at most " + MOST_RESOURCES);
        }
        for (String id : resources) {
            Resource kind =
                    Resource.of(id).orElseThrow(() -> Ec2Error.coded("InvalidID", "The ID '" + id + "' is not valid"));
            if (!exists.test(scope, kind.check(id))) {
                throw kind.notFound(List.of(id));
            }
        }
    }

    private @Nullable Void create(Call call, CreateRequest request) {
        check(call.scope(), request.resources());
        if (request.tags().isEmpty()) {
            throw Ec2Error.missing("tagSet");
        }
        List<Tag> given =
                request.tags().stream().map(TagSpecification.TagRequest::tag).toList();
        Tags.check(given);
        Ec2Error.dryRun(request.dryRun());
        request.resources().forEach(id -> tags.put(call.scope(), id, given));
        return null;
    }

    private @Nullable Void delete(Call call, DeleteRequest request) {
        check(call.scope(), request.resources());
        Ec2Error.dryRun(request.dryRun());
        for (String id : request.resources()) {
            if (request.tags() == null || request.tags().isEmpty()) {
                tags.clear(call.scope(), id);
            } else {
                request.tags()
                        .forEach(tag -> tags.remove(call.scope(), id, tag.tag().key(), tag.value()));
            }
        }
        return null;
    }

    private final class Source implements Listing.Source {
        @Override
        public Optional<ObjectNode> get(Scope scope, String id) {
            return Optional.empty();
        }

        @Override
        public List<Listing.Item> after(Scope scope, @Nullable String after, int limit) {
            return tags.page(scope, after == null ? null : Keys.of(scope, after), limit).stream()
                    .map(this::item)
                    .toList();
        }

        private Listing.Item item(Entry<String> entry) {
            String place = Keys.id(entry.key());
            String id = place.substring(0, place.indexOf('/'));
            return new Listing.Item(
                    place,
                    Json.object()
                            .put("key", place.substring(place.indexOf('/') + 1))
                            .put("resourceId", id)
                            .put(
                                    "resourceType",
                                    Resource.of(id).map(Resource::type).orElse(""))
                            .put("value", entry.value()));
        }
    }
}
