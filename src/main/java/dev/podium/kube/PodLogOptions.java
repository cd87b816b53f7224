package dev.podium.kube;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Which part of a pod's log to read.
///
/// @param container needed when the pod has several
/// @param follow go on until the container ends
/// @param sinceTime leave out older lines
/// @param tailLines at most so many lines from the end
/// @param timestamps begin every line with an RFC 3339 time
public record PodLogOptions(
        @Nullable String container,
        boolean follow,
        @Nullable Instant sinceTime,
        @Nullable Integer tailLines,
        boolean timestamps) {
    /// The whole log of one container, as far as it exists.
    public static PodLogOptions all(String container) {
        return new PodLogOptions(container, false, null, null, false);
    }

    /// The log of one container from its beginning until it ends.
    public static PodLogOptions following(String container) {
        return new PodLogOptions(container, true, null, null, false);
    }

    /// The last lines of one container's log.
    public static PodLogOptions tail(String container, int lines) {
        return new PodLogOptions(container, false, null, lines, false);
    }
}
