package dev.podium.logs;

import java.nio.file.Path;
import java.time.Duration;

/// How events are kept.
///
/// @param folder of the segments
/// @param maxBytes on disk, for all groups together; the oldest segments go first
/// @param segmentBytes size from which a group begins a new segment
/// @param retentionCheck how often retention policies are applied
/// @param temporary whether the folder goes when the server stops
public record LogsSettings(Path folder, long maxBytes, int segmentBytes, Duration retentionCheck, boolean temporary) {
    private static final int SMALLEST_SEGMENT = 16 << 10;
    private static final int LARGEST_SEGMENT = 1 << 20;

    /// Segments in proportion to the limit: what goes at a time is at most a 256th of it, or 16 KiB.
    public static LogsSettings of(Path folder, long maxBytes) {
        int segment = Math.clamp(maxBytes / 256, SMALLEST_SEGMENT, LARGEST_SEGMENT);
        return new LogsSettings(folder, maxBytes, segment, Duration.ofMinutes(10), false);
    }

    /// The same in a folder that goes when the server stops.
    public LogsSettings passing() {
        return new LogsSettings(folder, maxBytes, segmentBytes, retentionCheck, true);
    }
}
