package dev.podium.iam;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An instance profile on disk.
///
/// @param role name of its one role, or null
record InstanceProfile(Head head, @Nullable String role, Map<String, String> tags)
        implements Resource<InstanceProfile> {
    InstanceProfile {
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    }

    InstanceProfile withRole(@Nullable String changed) {
        return new InstanceProfile(head, changed, tags);
    }

    @Override
    public InstanceProfile withTags(Map<String, String> changed) {
        return new InstanceProfile(head, role, changed);
    }
}
