package dev.podium.logs;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/// The clients that watch events as they are written.
final class LiveTails implements AutoCloseable {
    /// As in AWS: sessions at a time, and events per session and second; what is more is left out.
    static final int MAX_SESSIONS = 15;

    private static final int MAX_EVENTS = 500;

    private final List<Session> sessions = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /// What a client watches.
    ///
    /// @param groups ids of the groups
    /// @param streams names of the streams; empty for all
    /// @param prefixes beginnings of the names of streams; empty for all
    record Interest(Set<String> groups, List<String> streams, List<String> prefixes, Predicate<String> matches) {
        boolean covers(LogGroup group, String stream) {
            return groups.contains(group.id())
                    && (streams.isEmpty() || streams.contains(stream))
                    && (prefixes.isEmpty() || prefixes.stream().anyMatch(stream::startsWith));
        }
    }

    /// An event that was just written.
    record Seen(LogGroup group, String stream, LogEvent event, long ingestionTime) {}

    /// One client.
    final class Session implements AutoCloseable {
        private final Interest interest;
        private final BlockingQueue<Seen> queue = new ArrayBlockingQueue<>(MAX_EVENTS);
        private volatile boolean sampled;

        private Session(Interest interest) {
            this.interest = interest;
        }

        /// Takes what came since the last time.
        List<Seen> take() {
            List<Seen> taken = new ArrayList<>();
            queue.drainTo(taken);
            return taken;
        }

        /// Whether events were left out since the last time.
        boolean sampled() {
            boolean was = sampled;
            sampled = false;
            return was;
        }

        boolean over() {
            return closed;
        }

        @Override
        public void close() {
            sessions.remove(this);
        }
    }

    /// Begins to watch.
    Session open(Interest interest) {
        if (sessions.size() >= MAX_SESSIONS) {
            throw new LogsError.LimitExceeded("Too many Live Tail sessions: at most " + MAX_SESSIONS + " at a time.")
                    .thrown();
        }
        Session session = new Session(interest);
        sessions.add(session);
        return session;
    }

    /// Shows events to those who watch. Never waits.
    void written(LogGroup group, String stream, List<LogEvent> events, long ingestionTime) {
        for (Session session : sessions) {
            if (!session.interest.covers(group, stream)) {
                continue;
            }
            for (LogEvent event : events) {
                if (session.interest.matches().test(event.message())
                        && !session.queue.offer(new Seen(group, stream, event, ingestionTime))) {
                    session.sampled = true;
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
