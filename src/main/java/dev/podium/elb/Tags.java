package dev.podium.elb;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Checks and changes the tags of a resource.
final class Tags {
    private static final int MOST = 50;

    private Tags() {}

    /// The tags of a request, none when it has none.
    ///
    /// @throws dev.podium.aws.AwsException DuplicateTagKeys, TooManyTags or ValidationError
    static Map<String, String> of(@Nullable List<Tag> given) {
        return given == null ? Map.of() : added(Map.of(), given);
    }

    /// The tags after some were added or replaced.
    static Map<String, String> added(Map<String, String> before, List<Tag> given) {
        Map<String, String> fresh = new LinkedHashMap<>();
        for (Tag tag : given) {
            if (tag.key().startsWith("aws:")) {
                throw ElbError.validation("The tag key '" + tag.key() + "' is reserved: 'aws:' can't begin it");
            }
            if (fresh.put(tag.key(), tag.value() == null ? "" : tag.value()) != null) {
                throw ElbError.of("DuplicateTagKeys", "The tag key '" + tag.key() + "' was specified more than once");
            }
        }
        Map<String, String> after = new LinkedHashMap<>(before);
        after.putAll(fresh);
        if (after.size() > MOST) {
            throw ElbError.of("TooManyTags", "A resource cannot have more than '" + MOST + "' tags");
        }
        return after;
    }

    /// The tags after some were removed; keys that aren't there are no error.
    static Map<String, String> removed(Map<String, String> before, Collection<String> keys) {
        Map<String, String> after = new LinkedHashMap<>(before);
        after.keySet().removeAll(keys);
        return after;
    }

    /// As the API shows them.
    static List<Tag> list(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(tag -> new Tag(tag.getKey(), tag.getValue()))
                .toList();
    }
}
