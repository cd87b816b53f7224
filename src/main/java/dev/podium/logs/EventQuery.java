package dev.podium.logs;

import dev.podium.logs.Segment.Stored;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds the events of a group in the order of their times, a page at a time.
///
/// Holds no more than the page: of each segment it keeps the best so far, and leaves out segments that can't hold
/// better ones.
///
/// @param streams which streams, by number
/// @param from first timestamp
/// @param to last timestamp
/// @param after only what comes behind this place (in the direction of reading), or null
/// @param forward from the oldest on, or from the newest back
/// @param limit most events
/// @param matches what the message must be like
record EventQuery(
        IntPredicate streams,
        long from,
        long to,
        @Nullable Place after,
        boolean forward,
        int limit,
        Predicate<String> matches) {
    /// AWS's limit for one answer.
    private static final int MAX_BYTES = 1 << 20;
    /// What AWS counts for an event besides its text.
    private static final int OVERHEAD = 26;

    /// A place among the events: by time, and in the order of arrival for one time.
    record Place(long timestamp, long position) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byTime = Long.compare(timestamp, other.timestamp);
            return byTime != 0 ? byTime : Long.compare(position, other.position);
        }

        /// The place so many positions further on.
        Place moved(long by) {
            return new Place(timestamp, position + by);
        }

        static Place of(Stored event) {
            return new Place(event.timestamp(), event.position());
        }
    }

    /// What was found.
    ///
    /// @param events in the direction of reading
    /// @param more whether there may be more
    record Page(List<Stored> events, boolean more) {}

    /// Reads the segments.
    Page run(List<Segment> segments) throws IOException {
        Comparator<Segment> nearest = forward
                ? Comparator.comparingLong(Segment::firstTime)
                : Comparator.comparingLong(Segment::lastTime).reversed();
        Comparator<Stored> order = Comparator.comparing(Place::of);
        Best best = new Best(forward ? order : order.reversed());
        List<Segment> candidates = segments.stream()
                .filter(s -> s.lastTime() >= from && s.firstTime() <= to)
                .sorted(nearest)
                .toList();
        for (Segment segment : candidates) {
            if (best.full && best.beyond(forward ? segment.firstTime() : segment.lastTime())) {
                return new Page(new ArrayList<>(best.events), true);
            }
            segment.read(best);
        }
        return new Page(new ArrayList<>(best.events), best.full);
    }

    /// The best events so far.
    private final class Best implements Segment.Visitor {
        private final NavigableSet<Stored> events;
        private long bytes;
        private boolean full;

        Best(Comparator<Stored> order) {
            this.events = new TreeSet<>(order);
        }

        boolean beyond(long time) {
            long last = events.last().timestamp();
            return forward ? time > last : time < last;
        }

        @Override
        public void visit(
                int stream, long timestamp, long ingestion, long position, byte[] buffer, int offset, int length) {
            if (timestamp < from || timestamp > to || !streams.test(stream)) {
                return;
            }
            if (full && beyond(timestamp)) {
                return;
            }
            Place start = after;
            if (start != null) {
                int relation = new Place(timestamp, position).compareTo(start);
                if (forward ? relation <= 0 : relation >= 0) {
                    return;
                }
            }
            String message = Segment.text(buffer, offset, length);
            if (!matches.test(message)) {
                return;
            }
            events.add(new Stored(stream, timestamp, ingestion, message, position));
            bytes += message.length() + OVERHEAD;
            while (events.size() > limit || (bytes > MAX_BYTES && events.size() > 1)) {
                Stored worst = events.removeLast();
                bytes -= worst.message().length() + OVERHEAD;
                full = true;
            }
        }
    }
}
