package dev.podium.s3;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A key with all its versions, the newest first; never empty.
record StoredObject(List<ObjectVersion> versions) {
    /// Makes the one after a change; null when no version is left.
    static @Nullable StoredObject of(List<ObjectVersion> versions) {
        return versions.isEmpty() ? null : new StoredObject(List.copyOf(versions));
    }

    /// The versions of a key that may not be there.
    static List<ObjectVersion> all(@Nullable StoredObject stored) {
        return stored == null ? new ArrayList<>() : new ArrayList<>(stored.versions);
    }

    /// What is there without a version id: null when it is a delete marker.
    static @Nullable ObjectVersion current(@Nullable StoredObject stored) {
        ObjectVersion newest = stored == null ? null : stored.versions.getFirst();
        return newest == null || newest.isMarker() ? null : newest;
    }

    @JsonIgnore
    Set<String> files() {
        return versions.stream().flatMap(version -> version.files().stream()).collect(Collectors.toSet());
    }
}
