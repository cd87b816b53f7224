package dev.podium.iam;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A managed policy on disk.
///
/// @param updated  when its default version last changed
/// @param standard number of its default version
/// @param next     number of its next version: none is used twice
/// @param versions the newest first, at most five
record Policy(
        Head head,
        @Nullable String description,
        Instant updated,
        int standard,
        int next,
        List<Version> versions,
        Map<String, String> tags)
        implements Resource<Policy> {
    Policy {
        versions = List.copyOf(versions);
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    }

    /// One version.
    record Version(int number, String document, Instant created) {
        String id() {
            return "v" + number;
        }
    }

    String arn() {
        return head.arn("policy");
    }

    Optional<Version> version(String id) {
        return versions.stream().filter(version -> version.id().equals(id)).findFirst();
    }

    /// With one version more.
    Policy plus(String document, boolean asStandard, Instant now) {
        List<Version> more = new ArrayList<>(versions);
        more.addFirst(new Version(next, document, now));
        return new Policy(head, description, now, asStandard ? next : standard, next + 1, more, tags);
    }

    Policy minus(Version version) {
        List<Version> fewer = new ArrayList<>(versions);
        fewer.remove(version);
        return new Policy(head, description, updated, standard, next, fewer, tags);
    }

    Policy withStandard(int number, Instant now) {
        return new Policy(head, description, now, number, next, versions, tags);
    }

    @Override
    public Policy withTags(Map<String, String> changed) {
        return new Policy(head, description, updated, standard, next, versions, changed);
    }
}
