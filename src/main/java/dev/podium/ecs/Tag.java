package dev.podium.ecs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A tag of a resource.
record Tag(@Nullable String key, @Nullable String value) {
    private static final int MOST = 50;

    /// Checked tags.
    ///
    /// @throws dev.podium.aws.AwsException InvalidParameterException when AWS wouldn't take them
    static List<Tag> checked(@Nullable List<Tag> given) {
        return changed(List.of(), given);
    }

    /// Tags with others added; same keys get the new values.
    static List<Tag> changed(List<Tag> before, @Nullable List<Tag> added) {
        Map<String, Tag> all = new LinkedHashMap<>();
        before.forEach(tag -> all.put(String.valueOf(tag.key()), tag));
        for (Tag tag : added == null ? List.<Tag>of() : added) {
            String key = tag.key();
            if (key == null || key.isEmpty()) {
                throw EcsError.invalid("Tag key is required and can't be empty.");
            }
            if (key.startsWith("aws:")) {
                throw EcsError.invalid("aws: prefixed tag key names are not allowed for external use.");
            }
            all.put(key, new Tag(key, tag.value() == null ? "" : tag.value()));
        }
        if (all.size() > MOST) {
            throw EcsError.invalid("Tags cannot be more than " + MOST + ".");
        }
        return List.copyOf(all.values());
    }

    /// Tags without those of some keys.
    static List<Tag> without(List<Tag> before, List<String> keys) {
        List<Tag> left = new ArrayList<>(before);
        left.removeIf(tag -> keys.contains(tag.key()));
        return List.copyOf(left);
    }
}
