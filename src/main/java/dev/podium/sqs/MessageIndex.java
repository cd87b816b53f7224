package dev.podium.sqs;

import dev.podium.sqs.Entry.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Where every message of a queue is and when that changes; each step takes logarithmic time. Knows no clock, no
/// disk and no threads: its queue's lock guards it.
final class MessageIndex {
    /// So many messages at most go to the dead-letter queue in one step.
    private static final int SPENT_AT_A_TIME = 100;

    private final boolean fifo;
    private final Map<Long, Entry> all = new HashMap<>();
    private final TreeSet<Entry> byAge = new TreeSet<>(Entry.BY_AGE);
    private final TreeSet<Entry> timed = new TreeSet<>(Entry.BY_AVAILABLE);
    /// What can be received now of a standard queue.
    private final TreeSet<Entry> ready = new TreeSet<>(Entry.BY_SEQUENCE);
    private final Map<String, Group> groups = new HashMap<>();
    /// Groups of a FIFO queue that can be received from now, by the sequence of their first message.
    private final TreeMap<Long, Group> open = new TreeMap<>();
    private final Map<State, Integer> counts = new EnumMap<>(State.class);

    MessageIndex(boolean fifo) {
        this.fifo = fifo;
    }

    /// What a receive takes.
    ///
    /// @param taken in flight now
    /// @param spent received too often: not in this index any more
    record Taken(List<Entry> taken, List<Entry> spent) {}

    /// Adds a message that is not on disk yet: it can't be received, and in its group nothing behind it.
    void arrive(Entry entry) {
        add(entry);
        enqueue(entry);
    }

    private void add(Entry entry) {
        all.put(entry.sequence, entry);
        byAge.add(entry);
        count(entry.state, 1);
    }

    /// Makes a message that arrived available, at its time.
    void settle(Entry entry, long now) {
        if (entry.state != State.ARRIVING) {
            return;
        }
        dequeue(entry);
        schedule(entry, now, State.DELAYED);
    }

    /// Adds a message that was stored before.
    void restore(Entry entry, long now) {
        add(entry);
        schedule(entry, now, entry.receivesHere() > 0 ? State.IN_FLIGHT : State.DELAYED);
    }

    /// Makes available what is due.
    void advance(long now) {
        while (!timed.isEmpty() && timed.first().available <= now) {
            Entry entry = timed.pollFirst();
            leaveFlight(entry);
            state(entry, State.READY);
            enqueue(entry);
        }
    }

    /// Takes out what is older than the queue keeps messages.
    List<Entry> expire(long now, long retentionMillis) {
        List<Entry> expired = new ArrayList<>(0);
        while (!byAge.isEmpty() && byAge.first().sent + retentionMillis <= now) {
            Entry oldest = byAge.first();
            if (oldest.state == State.ARRIVING) {
                break;
            }
            remove(oldest);
            expired.add(oldest);
        }
        return expired;
    }

    /// Receives messages; of a FIFO queue as many of one group as possible.
    ///
    /// @param until       when they become visible again
    /// @param maxReceives after so many receives a message is spent; 0 for never
    Taken take(int max, long now, long until, int maxReceives) {
        List<Entry> taken = new ArrayList<>(max);
        List<Entry> spent = new ArrayList<>(0);
        while (taken.size() < max && spent.size() < SPENT_AT_A_TIME) {
            Entry entry = fifo ? nextOfGroups(taken) : ready.isEmpty() ? null : ready.first();
            if (entry == null) {
                break;
            }
            if (maxReceives > 0 && entry.receivesHere() >= maxReceives) {
                remove(entry);
                spent.add(entry);
            } else {
                dequeue(entry);
                state(entry, State.IN_FLIGHT);
                entry.receives++;
                entry.lastReceived = now;
                entry.firstReceived = entry.firstReceived == 0 ? now : entry.firstReceived;
                entry.available = until;
                timed.add(entry);
                enterFlight(entry);
                taken.add(entry);
            }
        }
        return new Taken(taken, spent);
    }

    /// The next message of the group that was taken from last, else of the group that waits longest.
    private @Nullable Entry nextOfGroups(List<Entry> taken) {
        if (!taken.isEmpty()) {
            Group last = group(taken.getLast());
            Entry next = last.waiting.isEmpty() ? null : last.waiting.first();
            if (next != null && next.state == State.READY) {
                return next;
            }
        }
        Map.Entry<Long, Group> first = open.firstEntry();
        return first == null ? null : first.getValue().waiting.first();
    }

    /// Moves the time at which a message in flight becomes visible.
    void postpone(Entry entry, long available, long now) {
        timed.remove(entry);
        leaveFlight(entry);
        entry.available = available;
        schedule(entry, now, State.IN_FLIGHT);
    }

    /// Takes a message out, wherever it is.
    void remove(Entry entry) {
        if (all.remove(entry.sequence) == null) {
            return;
        }
        byAge.remove(entry);
        if (timed.remove(entry)) {
            leaveFlight(entry);
        }
        dequeue(entry);
        count(entry.state, -1);
        entry.state = State.GONE;
    }

    @Nullable
    Entry find(long sequence) {
        return all.get(sequence);
    }

    Collection<Entry> all() {
        return all.values();
    }

    int count(State state) {
        return counts.getOrDefault(state, 0);
    }

    int size() {
        return all.size();
    }

    /// Tells whether a receive would find something.
    boolean hasReady() {
        return fifo ? !open.isEmpty() : !ready.isEmpty();
    }

    /// When a message becomes available next; [Long#MAX_VALUE] when none is on its way.
    long nextChange() {
        return timed.isEmpty() ? Long.MAX_VALUE : timed.first().available;
    }

    private void schedule(Entry entry, long now, State otherwise) {
        if (entry.available <= now) {
            state(entry, State.READY);
            enqueue(entry);
            return;
        }
        state(entry, otherwise);
        timed.add(entry);
        if (otherwise == State.IN_FLIGHT) {
            enterFlight(entry);
        } else {
            enqueue(entry);
        }
    }

    private void state(Entry entry, State state) {
        count(entry.state, -1);
        entry.state = state;
        count(state, 1);
    }

    private void count(State state, int by) {
        counts.merge(state, by, Integer::sum);
    }

    private Group group(Entry entry) {
        return groups.computeIfAbsent(entry.group == null ? "" : entry.group, Group::new);
    }

    private void enqueue(Entry entry) {
        if (fifo) {
            Group group = group(entry);
            group.waiting.add(entry);
            review(group);
        } else if (entry.state == State.READY) {
            ready.add(entry);
        }
    }

    private void dequeue(Entry entry) {
        if (fifo) {
            Group group = group(entry);
            group.waiting.remove(entry);
            review(group);
        } else {
            ready.remove(entry);
        }
    }

    private void enterFlight(Entry entry) {
        if (fifo) {
            Group group = group(entry);
            group.inFlight++;
            review(group);
        }
    }

    private void leaveFlight(Entry entry) {
        if (fifo && entry.state == State.IN_FLIGHT) {
            Group group = group(entry);
            group.inFlight--;
            review(group);
        }
    }

    /// Opens or closes a group after a change; one without messages is forgotten.
    private void review(Group group) {
        if (group.openAt >= 0) {
            open.remove(group.openAt);
            group.openAt = -1;
        }
        if (group.waiting.isEmpty()) {
            if (group.inFlight == 0) {
                groups.remove(group.name);
            }
            return;
        }
        Entry first = group.waiting.first();
        if (group.inFlight == 0 && first.state == State.READY) {
            group.openAt = first.sequence;
            open.put(first.sequence, group);
        }
    }

    /// The messages of one group of a FIFO queue.
    private static final class Group {
        final String name;
        /// Those not in flight, in their order.
        final TreeSet<Entry> waiting = new TreeSet<>(Entry.BY_SEQUENCE);
        int inFlight;
        long openAt = -1;

        Group(String name) {
            this.name = name;
        }
    }
}
