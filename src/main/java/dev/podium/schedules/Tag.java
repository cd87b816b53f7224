package dev.podium.schedules;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A tag of a group or a rule, as the APIs have it.
public record Tag(String key, String value) {
    private static final int MOST = 50;

    /// Tags by their keys, with more of them.
    ///
    /// @param of whose they are, for the error
    /// @throws dev.podium.aws.AwsException ValidationException when there are too many then
    public static Map<String, String> plus(Map<String, String> before, @Nullable List<Tag> more, String of) {
        Map<String, String> tags = new TreeMap<>(before);
        if (more != null) {
            more.forEach(tag -> tags.put(tag.key, tag.value));
        }
        if (tags.size() > MOST) {
            throw new SchedulerError.Validation("A " + of + " can have at most " + MOST + " tags.").exception();
        }
        return tags;
    }

    /// Tags by their keys, without some.
    public static Map<String, String> minus(Map<String, String> before, List<String> keys) {
        Map<String, String> tags = new TreeMap<>(before);
        keys.forEach(tags::remove);
        return tags;
    }

    /// Tags in the order of their keys.
    public static List<Tag> list(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(tag -> new Tag(tag.getKey(), tag.getValue()))
                .toList();
    }
}
