package dev.podium.logs;

import dev.podium.logs.Segment.Facts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The events of one group: its segments, the last of which grows.
///
/// One thread changes it, [LogWriter]; readers see a list that is replaced as a whole.
final class GroupEvents {
    private final Path folder;
    private final int segmentBytes;
    private volatile List<Segment> segments;

    private GroupEvents(Path folder, int segmentBytes, List<Segment> segments) {
        this.folder = folder;
        this.segmentBytes = segmentBytes;
        this.segments = List.copyOf(segments);
    }

    /// Reads what an earlier run has left; makes the folder.
    static GroupEvents open(Path folder, int segmentBytes) throws IOException {
        Files.createDirectories(folder);
        List<Segment> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.log")) {
            for (Path file : files) {
                found.add(Segment.open(file));
            }
        }
        found.sort(Comparator.comparingLong(Segment::number));
        return new GroupEvents(folder, segmentBytes, found);
    }

    /// The segments now, oldest first.
    List<Segment> segments() {
        return segments;
    }

    /// Bytes of all segments.
    long bytes() {
        return segments.stream().mapToLong(Segment::length).sum();
    }

    /// An event on its way to the disk.
    ///
    /// @param stream the stream's number
    record Arrival(int stream, long timestamp, long ingestionTime, byte[] message) {
        static Arrival of(int stream, LogEvent event, long ingestionTime) {
            return new Arrival(
                    stream, event.timestamp(), ingestionTime, event.message().getBytes(StandardCharsets.UTF_8));
        }
    }

    /// Appends events in this order.
    ///
    /// @return the segments that were written to
    List<Segment> append(List<Arrival> arrivals) throws IOException {
        List<Segment> touched = new ArrayList<>(1);
        int from = 0;
        while (from < arrivals.size()) {
            Segment segment = growing();
            long room = segmentBytes - segment.length();
            int to = from;
            int size = 0;
            do {
                size += Segment.size(arrivals.get(to).message().length);
                to++;
            } while (to < arrivals.size()
                    && size + Segment.size(arrivals.get(to).message().length) <= room);
            write(segment, arrivals.subList(from, to), size);
            touched.add(segment);
            from = to;
        }
        return touched;
    }

    private static void write(Segment segment, List<Arrival> arrivals, int size) throws IOException {
        byte[] out = new byte[size];
        int at = 0;
        Map<Integer, Facts> facts = new HashMap<>();
        for (Arrival arrival : arrivals) {
            at = Segment.encode(
                    out, at, arrival.stream(), arrival.timestamp(), arrival.ingestionTime(), arrival.message());
            facts.merge(
                    arrival.stream(),
                    new Facts(arrival.timestamp(), arrival.timestamp(), arrival.ingestionTime()),
                    Facts::and);
        }
        segment.append(out, facts);
    }

    private Segment growing() throws IOException {
        List<Segment> now = segments;
        Segment last = now.isEmpty() ? null : now.getLast();
        if (last != null && !last.isSealed() && last.length() < segmentBytes) {
            return last;
        }
        if (last != null && !last.isSealed()) {
            last.seal();
        }
        Segment next = Segment.create(folder, last == null ? 1 : last.number() + 1);
        List<Segment> more = new ArrayList<>(now);
        more.add(next);
        segments = List.copyOf(more);
        return next;
    }

    /// Deletes a segment; the next event begins a new one if it was the last.
    void drop(Segment segment) throws IOException {
        List<Segment> left = new ArrayList<>(segments);
        left.remove(segment);
        if (left.isEmpty()) {
            // Numbers must go on rising: they are part of the events' ids.
            left.add(Segment.create(folder, segment.number() + 1));
        }
        segments = List.copyOf(left);
        Files.deleteIfExists(segment.file());
    }

    /// What is known of each stream, by its number.
    Map<Integer, Facts> facts() {
        Map<Integer, Facts> all = new HashMap<>();
        for (Segment segment : segments) {
            segment.streams().forEach((stream, facts) -> all.merge(stream, facts, Facts::and));
        }
        return all;
    }
}
