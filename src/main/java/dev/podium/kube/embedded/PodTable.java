package dev.podium.kube.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The pods of the cluster with their versions, and the events that watches can be resumed over.
///
/// Every change gets the next resource version. Objects are kept and handed out as bytes; a change parses,
/// changes and writes them again.
final class PodTable {
    /// A watch that was away for longer begins anew.
    private static final long SEEN = TimeUnit.SECONDS.toNanos(10);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TreeMap<String, StoredPod> pods = new TreeMap<>();
    private final ArrayDeque<PodEvent> history = new ArrayDeque<>();
    private final int historySize;
    private long version;
    private long oldest;
    private boolean closed;

    /// @param firstVersion where versions begin: later than any that a former life of this cluster gave out
    PodTable(int historySize, long firstVersion) {
        this.historySize = historySize;
        this.version = firstVersion;
        this.oldest = firstVersion;
    }

    /// A view of all pods at one version.
    record Snapshot(List<StoredPod> pods, long version) {}

    /// Adds a pod that has its name, uid and status already.
    ///
    /// @return the stored object with its version
    StoredPod create(ObjectNode pod) throws StatusException {
        String name = pod.path("metadata").path("name").asText();
        lock.lock();
        try {
            if (pods.containsKey(name)) {
                throw StatusException.alreadyExists(name);
            }
            return store(PodEvent.Type.ADDED, pod);
        } finally {
            lock.unlock();
        }
    }

    Optional<StoredPod> get(String name) {
        lock.lock();
        try {
            return Optional.ofNullable(pods.get(name));
        } finally {
            lock.unlock();
        }
    }

    Snapshot snapshot() {
        lock.lock();
        try {
            return new Snapshot(new ArrayList<>(pods.values()), version);
        } finally {
            lock.unlock();
        }
    }

    /// Changes a pod if it is still the one with this uid.
    ///
    /// @return what is stored now; empty when that pod is gone
    Optional<StoredPod> update(String name, String uid, Consumer<ObjectNode> change) {
        lock.lock();
        try {
            StoredPod old = pods.get(name);
            if (old == null || !old.uid().equals(uid)) {
                return Optional.empty();
            }
            ObjectNode tree = parse(old.json());
            ObjectNode before = tree.deepCopy();
            change.accept(tree);
            return Optional.of(tree.equals(before) ? old : store(PodEvent.Type.MODIFIED, tree));
        } finally {
            lock.unlock();
        }
    }

    /// Removes a pod if it is still the one with this uid.
    void remove(String name, String uid) {
        lock.lock();
        try {
            StoredPod old = pods.get(name);
            if (old != null && old.uid().equals(uid)) {
                store(PodEvent.Type.DELETED, parse(old.json()));
            }
        } finally {
            lock.unlock();
        }
    }

    /// The events after a version, at least one: waits for the next when there is none.
    ///
    /// @return empty when the time is over or the table was closed
    /// @throws StatusException 410 when events after that version have been forgotten
    List<PodEvent> after(long from, Duration limit) throws StatusException, InterruptedException {
        long nanos = limit.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                if (from < oldest) {
                    throw StatusException.expired(from, oldest);
                }
                List<PodEvent> found = new ArrayList<>();
                for (var newest = history.descendingIterator(); newest.hasNext(); ) {
                    PodEvent event = newest.next();
                    if (event.pod().version() <= from) {
                        break;
                    }
                    found.addFirst(event);
                }
                if (!found.isEmpty() || nanos <= 0 || closed) {
                    return found;
                }
                nanos = changed.awaitNanos(Math.min(nanos, TimeUnit.HOURS.toNanos(1)));
            }
        } finally {
            lock.unlock();
        }
    }

    boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    long version() {
        lock.lock();
        try {
            return version;
        } finally {
            lock.unlock();
        }
    }

    /// Forgets all events, so that every older resource version answers 410.
    void compact() {
        lock.lock();
        try {
            history.clear();
            oldest = ++version;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Ends all watches.
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The object as a tree of its own.
    static ObjectNode parse(byte[] json) {
        try {
            return (ObjectNode) Json.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private StoredPod store(PodEvent.Type type, ObjectNode pod) {
        version++;
        ObjectNode metadata = (ObjectNode) pod.path("metadata");
        metadata.put("resourceVersion", Long.toString(version));
        ObjectNode ordered = Json.object().put("kind", "Pod").put("apiVersion", "v1");
        pod.properties().forEach(p -> {
            if (!p.getKey().equals("kind") && !p.getKey().equals("apiVersion")) {
                ordered.set(p.getKey(), p.getValue());
            }
        });
        Map<String, String> labels = new LinkedHashMap<>();
        metadata.path("labels")
                .properties()
                .forEach(l -> labels.put(l.getKey(), l.getValue().asText()));
        StoredPod stored = new StoredPod(
                metadata.path("name").asText(),
                metadata.path("uid").asText(),
                version,
                Map.copyOf(labels),
                write(ordered),
                metadata.has("deletionTimestamp"));
        if (type == PodEvent.Type.DELETED) {
            pods.remove(stored.name());
        } else {
            pods.put(stored.name(), stored);
        }
        history.add(new PodEvent(type, stored, System.nanoTime()));
        trim();
        changed.signalAll();
        return stored;
    }

    /// Forgets events that are so old that each watch has seen them: each holds a whole pod.
    void forgetSeen() {
        lock.lock();
        try {
            trim();
        } finally {
            lock.unlock();
        }
    }

    private void trim() {
        long seen = System.nanoTime() - SEEN;
        while (history.size() > historySize
                || (!history.isEmpty() && history.element().atNanos() - seen < 0)) {
            oldest = history.remove().pod().version();
        }
    }

    private static byte[] write(@Nullable Object tree) {
        try {
            return Json.MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
