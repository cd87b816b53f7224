package dev.podium.store;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Decoded records of one table, bounded by the bytes that they take encoded; what was not used lately goes first.
///
/// A hit is one lookup in a concurrent map. Writers of the same key exclude each other outside.
final class DecodedCache<T> {
    private static final int MAX_ENTRY_BYTES = 64 * 1024;

    private final ConcurrentHashMap<String, Slot<T>> slots = new ConcurrentHashMap<>();
    private final LongAdder bytes = new LongAdder();
    private final ReentrantLock evicting = new ReentrantLock();
    private final long maxBytes;

    /// @param maxBytes the most that all records may take, in encoded form
    DecodedCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Nullable
    T get(String key) {
        Slot<T> slot = slots.get(key);
        if (slot == null) {
            return null;
        }
        if (!slot.used) {
            slot.used = true;
        }
        return slot.value;
    }

    /// Remembers a record; large ones are not worth it and are forgotten instead.
    void put(String key, T value, int encodedBytes) {
        if (encodedBytes > MAX_ENTRY_BYTES) {
            remove(key);
            return;
        }
        Slot<T> before = slots.put(key, new Slot<>(value, encodedBytes));
        bytes.add(encodedBytes - (before == null ? 0L : before.bytes));
        if (bytes.sum() > maxBytes) {
            evict();
        }
    }

    void remove(String key) {
        Slot<T> before = slots.remove(key);
        if (before != null) {
            bytes.add(-before.bytes);
        }
    }

    void clear() {
        slots.keySet().forEach(this::remove);
    }

    int size() {
        return slots.size();
    }

    /// Second chance: a slot that was read since the last round stays for one more.
    private void evict() {
        if (!evicting.tryLock()) {
            return;
        }
        try {
            for (int round = 0; round < 2 && bytes.sum() > maxBytes; round++) {
                Iterator<Map.Entry<String, Slot<T>>> all = slots.entrySet().iterator();
                while (all.hasNext() && bytes.sum() > maxBytes * 3 / 4) {
                    Map.Entry<String, Slot<T>> entry = all.next();
                    Slot<T> slot = entry.getValue();
                    if (slot.used) {
                        slot.used = false;
                    } else if (slots.remove(entry.getKey(), slot)) {
                        bytes.add(-slot.bytes);
                    }
                }
            }
        } finally {
            evicting.unlock();
        }
    }

    /// `used` is written without any order: losing a write costs at most a decoding.
    private static final class Slot<T> {
        final T value;
        final int bytes;
        boolean used;

        Slot(T value, int bytes) {
            this.value = value;
            this.bytes = bytes;
        }
    }
}
