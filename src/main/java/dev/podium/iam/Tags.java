package dev.podium.iam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// The three operations on the tags of any kind of resource. They differ in their names only, so that their
/// requests
/// are
/// read as they are.
final class Tags {
    private static final int MOST = 50;

    private Tags() {}

    /// One tag.
    record Tag(String key, String value) {}

    /// The answer of all of them that list.
    record Listed(
            List<Tag> tags, boolean isTruncated, @Nullable String marker) {}

    /// Where the resource of a request is.
    record Place(String account, String name) {}

    /// Adds `Tag…`, `Untag…` and `List…Tags`.
    ///
    /// @param kind   as the operations name it
    /// @param member that names the resource
    /// @param place  by the account and the member's value
    static <T extends Resource<T>> void addTo(
            ServiceApi.Builder service,
            Resources<T> resources,
            String kind,
            String member,
            BiFunction<String, String, Place> place) {
        service.operation("Tag" + kind, ObjectNode.class, Void.class, (call, request) -> {
            Map<String, String> fresh = of(request.path("Tags"));
            change(resources, place(call, request, member, place), tags -> tags.putAll(fresh));
            return null;
        });
        service.operation("Untag" + kind, ObjectNode.class, Void.class, (call, request) -> {
            change(
                    resources,
                    place(call, request, member, place),
                    tags -> request.path("TagKeys")
                            .forEach(key -> tags.keySet().removeIf(key.asText()::equalsIgnoreCase)));
            return null;
        });
        service.operation("List" + kind + "Tags", ObjectNode.class, Listed.class, (call, request) -> {
            Place at = place(call, request, member, place);
            JsonNode marker = request.path("Marker");
            JsonNode most = request.path("MaxItems");
            Page<Tag> page = Page.of(
                    shown(resources.get(at.account, at.name).tags()),
                    marker.isMissingNode() ? null : marker.asText(),
                    most.isMissingNode() ? null : most.asInt());
            return new Listed(page.items(), page.truncated(), page.marker());
        });
    }

    private static Place place(Call call, ObjectNode request, String member, BiFunction<String, String, Place> place) {
        return place.apply(call.scope().account(), request.path(member).asText());
    }

    /// What is done to the tags.
    @FunctionalInterface
    private interface Change {
        void to(Map<String, String> tags);
    }

    private static <T extends Resource<T>> void change(Resources<T> resources, Place at, Change change) {
        resources.update(at.account, at.name, resource -> {
            Map<String, String> tags = new LinkedHashMap<>(resource.tags());
            change.to(tags);
            if (tags.size() > MOST) {
                throw IamError.Kind.LIMIT_EXCEEDED.of(
                        "The number of tags has reached the maximum limit of %d.".formatted(MOST));
            }
            return resource.withTags(tags);
        });
    }

    /// Tags of a request, by their keys.
    ///
    /// @param given an array, or nothing; may be null
    /// @throws dev.podium.aws.AwsException InvalidInput when a key is there twice
    static Map<String, String> of(@Nullable JsonNode given) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (JsonNode tag : given == null ? List.<JsonNode>of() : given) {
            String key = tag.path("Key").asText();
            if (tags.keySet().stream().anyMatch(key::equalsIgnoreCase)) {
                throw IamError.Kind.INVALID_INPUT.of(
                        "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
            }
            if (key.toLowerCase(Locale.ROOT).startsWith("aws:")) {
                throw IamError.Kind.INVALID_INPUT.of(
                        "The tag key %s is invalid: keys can't begin with aws:.".formatted(key));
            }
            tags.put(key, tag.path("Value").asText());
        }
        return tags;
    }

    static List<Tag> shown(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(tag -> new Tag(tag.getKey(), tag.getValue()))
                .toList();
    }

    /// Null when there are none: then most answers leave them out.
    static @Nullable List<Tag> some(Map<String, String> tags) {
        return tags.isEmpty() ? null : shown(tags);
    }
}
