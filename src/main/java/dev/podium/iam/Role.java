package dev.podium.iam;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A role on disk.
///
/// @param trust      the document that says who may assume it
/// @param maxSession seconds
/// @param boundary   ARN of its permissions boundary, or null
/// @param inline     documents by policy name
/// @param attached   ARNs of managed policies, in the order in which they were attached
record Role(
        Head head,
        String trust,
        @Nullable String description,
        int maxSession,
        @Nullable String boundary,
        Map<String, String> inline,
        List<String> attached,
        Map<String, String> tags)
        implements Resource<Role> {
    Role {
        inline = Collections.unmodifiableMap(new TreeMap<>(inline));
        attached = List.copyOf(attached);
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    }

    String arn() {
        return head.arn("role");
    }

    Role withTrust(String changed) {
        return new Role(head, changed, description, maxSession, boundary, inline, attached, tags);
    }

    Role with(@Nullable String changed, int seconds) {
        return new Role(head, trust, changed, seconds, boundary, inline, attached, tags);
    }

    Role withBoundary(@Nullable String changed) {
        return new Role(head, trust, description, maxSession, changed, inline, attached, tags);
    }

    /// With one inline policy more, another or, for null, less.
    Role withInline(String name, @Nullable String document) {
        Map<String, String> changed = new TreeMap<>(inline);
        if (document == null) {
            changed.remove(name);
        } else {
            changed.put(name, document);
        }
        return new Role(head, trust, description, maxSession, boundary, changed, attached, tags);
    }

    /// With one managed policy more, or less.
    Role withAttached(String arn, boolean attach) {
        List<String> changed = new ArrayList<>(attached);
        changed.remove(arn);
        if (attach) {
            changed.add(arn);
        }
        return new Role(head, trust, description, maxSession, boundary, inline, changed, tags);
    }

    @Override
    public Role withTags(Map<String, String> changed) {
        return new Role(head, trust, description, maxSession, boundary, inline, attached, changed);
    }
}
