package dev.podium.ec2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Scope;
import dev.podium.codec.Json;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import dev.podium.store.Write;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The tags of all resources, by resource and key.
final class Tags {
    private static final int MOST = 50;

    private final Store store;
    private final Table<String> table;

    Tags(Store store) {
        this.store = store;
        this.table = store.table("ec2-tags", String.class);
    }

    /// A tag with the resource that has it.
    record Tagged(String id, Tag tag) {}

    /// A resource's tags, in the order of their keys.
    List<Tag> of(Scope scope, String id) {
        String prefix = Keys.of(scope, id) + "/";
        return table.page(prefix, null, MOST).stream()
                .map(entry -> new Tag(entry.key().substring(prefix.length()), entry.value()))
                .toList();
    }

    /// A page of all tags of a scope.
    ///
    /// @param after the last key of the page before, or null
    List<Entry<String>> page(Scope scope, @Nullable String after, int limit) {
        return table.page(Keys.of(scope, ""), after, limit);
    }

    /// Adds or replaces tags, after checking them against what is there.
    void put(Scope scope, String id, List<Tag> tags) {
        check(tags);
        Set<String> keys = new HashSet<>();
        of(scope, id).forEach(tag -> keys.add(tag.key()));
        tags.forEach(tag -> keys.add(tag.key()));
        if (keys.size() > MOST) {
            throw Ec2Error.coded("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.");
        }
        store.write(writes(scope, id, tags));
    }

    /// The changes that add tags to a resource that is made by the same write.
    List<Write<?>> writes(Scope scope, String id, List<Tag> tags) {
        List<Write<?>> writes = new ArrayList<>();
        tags.forEach(tag -> writes.add(Write.put(table, Keys.of(scope, id) + "/" + tag.key(), tag.value())));
        return writes;
    }

    /// Removes a tag.
    ///
    /// @param value only if it has this value; null for any
    void remove(Scope scope, String id, String key, @Nullable String value) {
        table.compute(Keys.of(scope, id) + "/" + key, before -> value == null || value.equals(before) ? null : before);
    }

    /// Removes all tags of a resource.
    void clear(Scope scope, String id) {
        List<Write<?>> writes = new ArrayList<>();
        table.keys(Keys.of(scope, id) + "/", null, MOST).forEach(key -> writes.add(Write.remove(table, key)));
        store.write(writes);
    }

    /// A resource as the API shows it, with its tags.
    ///
    /// @param member name of the list of tags
    /// @param always whether the list is shown when it is empty
    ObjectNode show(Scope scope, String id, Object resource, String member, boolean always) {
        ObjectNode shown = Json.MAPPER.valueToTree(resource);
        List<Tag> tags = of(scope, id);
        if (always || !tags.isEmpty()) {
            shown.set(member, Json.MAPPER.valueToTree(tags));
        }
        return shown;
    }

    /// Checks tags for what EC2 takes.
    static void check(List<Tag> tags) {
        Set<String> keys = new HashSet<>();
        for (Tag tag : tags) {
            if (tag.key().isEmpty()) {
                throw Ec2Error.missing("Tag.Key");
            }
            if (tag.key().length() > 127 || tag.value().length() > 255) {
                boolean key = tag.key().length() > 127;
                throw Ec2Error.invalid("Tag " + (key ? "key" : "value") + " exceeds the maximum length of "
                        + (key ? 127 : 255) + " characters.");
            }
            if (tag.key().startsWith("aws:")) {
                throw Ec2Error.invalid("Tag keys starting with 'aws:' are reserved for internal use");
            }
            if (!keys.add(tag.key())) {
                throw Ec2Error.invalid("Duplicate tag key '" + tag.key() + "' specified.");
            }
        }
        if (tags.size() > MOST) {
            throw Ec2Error.coded("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.");
        }
    }
}
