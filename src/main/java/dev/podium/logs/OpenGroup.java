package dev.podium.logs;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A group that is in use: its events, and its streams by name and by number.
final class OpenGroup {
    private final String id;
    private final GroupEvents events;
    private final Map<String, LogStream> byName = new ConcurrentHashMap<>();
    private final Map<Integer, LogStream> byNumber = new ConcurrentHashMap<>();
    private final AtomicInteger lastNumber = new AtomicInteger();

    OpenGroup(String id, GroupEvents events) {
        this.id = id;
        this.events = events;
        events.facts().keySet().forEach(number -> lastNumber.accumulateAndGet(number, Math::max));
    }

    String id() {
        return id;
    }

    GroupEvents events() {
        return events;
    }

    /// Takes in a stream that the store has.
    void add(LogStream stream) {
        byName.put(stream.name(), stream);
        byNumber.put(stream.number(), stream);
        lastNumber.accumulateAndGet(stream.number(), Math::max);
    }

    void remove(LogStream stream) {
        byName.remove(stream.name(), stream);
        byNumber.remove(stream.number());
    }

    int nextNumber() {
        return lastNumber.incrementAndGet();
    }

    Optional<LogStream> stream(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /// Name of a stream; null when it was deleted.
    @Nullable
    String name(int number) {
        LogStream stream = byNumber.get(number);
        return stream == null ? null : stream.name();
    }

    Collection<LogStream> streams() {
        return byName.values();
    }
}
