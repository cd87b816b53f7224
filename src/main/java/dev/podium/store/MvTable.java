package dev.podium.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.podium.codec.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/// A table as an MVMap of encoded records, with a cache of decoded ones.
///
/// Changes of one key exclude each other through one of a few locks, which is given back before the wait for the
/// disk.
final class MvTable<T> implements Table<T> {
    private static final int STRIPES = 32;
    private static final long CACHE_BYTES = 2L << 20;

    private final String name;
    private final Class<T> type;
    private final Supplier<MVMap<String, byte[]>> opening;
    private final Runnable durable;
    private final DecodedCache<T> decoded = new DecodedCache<>(CACHE_BYTES);
    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];
    private @Nullable MVMap<String, byte[]> map;
    private @Nullable ObjectReader reader;

    /// @param opening gives the map; asked once or twice, at first use
    /// @param durable returns when all changes made so far are on disk
    MvTable(String name, Class<T> type, Supplier<MVMap<String, byte[]>> opening, Runnable durable) {
        this.name = name;
        this.type = type;
        this.opening = opening;
        this.durable = durable;
        Arrays.setAll(stripes, i -> new ReentrantLock());
    }

    /// Opens the map at first use: by then the file has been read in the background.
    private MVMap<String, byte[]> map() {
        MVMap<String, byte[]> opened = map;
        if (opened == null) {
            opened = opening.get();
            map = opened;
        }
        return opened;
    }

    /// Does something with the map as it is now. Its pages stay where they are meanwhile: commits may come so fast
    /// that the space of those that this very version of the map lies on is used again.
    private <R> R with(Function<MVMap<String, byte[]>, R> action) {
        MVMap<String, byte[]> opened = map();
        MVStore.TxCounter use = opened.getStore().registerVersionUsage();
        try {
            return action.apply(opened);
        } finally {
            opened.getStore().deregisterVersionUsage(use);
        }
    }

    private byte @Nullable [] stored(String key) {
        return with(opened -> Optional.ofNullable(opened.get(key))).orElse(null);
    }

    Class<T> type() {
        return type;
    }

    @Override
    public Optional<T> get(String key) {
        T hit = decoded.get(key);
        return hit != null ? Optional.of(hit) : Optional.ofNullable(load(key, stored(key)));
    }

    /// Decodes a record and remembers it unless somebody is changing the key right now.
    private @Nullable T load(String key, byte @Nullable [] encoded) {
        if (encoded == null) {
            return null;
        }
        T value = decode(key, encoded);
        ReentrantLock stripe = stripe(key);
        if (stripe.tryLock()) {
            try {
                if (Arrays.equals(encoded, stored(key))) {
                    decoded.put(key, value, encoded.length);
                }
            } finally {
                stripe.unlock();
            }
        }
        return value;
    }

    @Override
    public void put(String key, T value) {
        change(key, value);
        durable.run();
    }

    @Override
    public boolean remove(String key) {
        boolean existed = change(key, null);
        if (existed) {
            durable.run();
        }
        return existed;
    }

    /// Makes one change under the lock of its key, without waiting for the disk.
    ///
    /// @param value null to remove the record
    /// @return whether there is something to wait for
    boolean change(String key, @Nullable T value) {
        byte[] encoded = value == null ? null : encode(key, value);
        ReentrantLock stripe = stripe(key);
        stripe.lock();
        try {
            return (value == null || encoded == null) ? erase(key) : write(key, value, encoded);
        } catch (MVStoreException e) {
            throw failed(key, e);
        } finally {
            stripe.unlock();
        }
    }

    @Override
    public @Nullable T compute(String key, UnaryOperator<@Nullable T> change) {
        ReentrantLock stripe = stripe(key);
        boolean changed;
        T after;
        stripe.lock();
        try {
            T before = get(key).orElse(null);
            after = change.apply(before);
            if (Objects.equals(after, before)) {
                return after;
            }
            changed = after == null ? erase(key) : write(key, after, encode(key, after));
        } catch (MVStoreException e) {
            throw failed(key, e);
        } finally {
            stripe.unlock();
        }
        if (changed) {
            durable.run();
        }
        return after;
    }

    private boolean write(String key, T value, byte[] encoded) {
        with(opened -> opened.put(key, encoded));
        decoded.put(key, value, encoded.length);
        return true;
    }

    private boolean erase(String key) {
        boolean existed = with(opened -> opened.remove(key) != null);
        decoded.remove(key);
        return existed;
    }

    @Override
    public List<Entry<T>> page(String prefix, @Nullable String afterKey, int limit) {
        return with(opened -> {
            List<Entry<T>> page = new ArrayList<>();
            for (Iterator<String> keys = after(opened, prefix, afterKey); page.size() < limit && keys.hasNext(); ) {
                String key = keys.next();
                if (!key.startsWith(prefix)) {
                    break;
                }
                if (!key.equals(afterKey)) {
                    // a record that is removed meanwhile is simply left out
                    get(key).ifPresent(value -> page.add(new Entry<>(key, value)));
                }
            }
            return page;
        });
    }

    @Override
    public List<String> keys(String prefix, @Nullable String afterKey, int limit) {
        return with(opened -> {
            List<String> found = new ArrayList<>();
            for (Iterator<String> keys = after(opened, prefix, afterKey); found.size() < limit && keys.hasNext(); ) {
                String key = keys.next();
                if (!key.startsWith(prefix)) {
                    break;
                }
                if (!key.equals(afterKey)) {
                    found.add(key);
                }
            }
            return found;
        });
    }

    private static Iterator<String> after(MVMap<String, byte[]> opened, String prefix, @Nullable String afterKey) {
        boolean inside = afterKey != null && afterKey.compareTo(prefix) >= 0;
        return opened.keyIterator(inside ? afterKey : prefix);
    }

    @Override
    public long size() {
        return map().sizeAsLong();
    }

    /// Removes everything, without waiting for the disk.
    void clear() {
        for (ReentrantLock stripe : stripes) {
            stripe.lock();
        }
        try {
            map().clear();
            decoded.clear();
        } finally {
            for (ReentrantLock stripe : stripes) {
                stripe.unlock();
            }
        }
    }

    private ReentrantLock stripe(String key) {
        int hash = key.hashCode();
        return stripes[(hash ^ hash >>> 16) & (STRIPES - 1)];
    }

    private byte[] encode(String key, T value) {
        if (value instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            byte[] encoded = Json.MAPPER.writeValueAsBytes(value);
            // As trees: the order of a map's entries may differ.
            assert Json.MAPPER.valueToTree(value).equals(Json.MAPPER.valueToTree(decode(key, encoded)))
                    : "does not survive a restart: " + value;
            return encoded;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + type.getName(), e);
        }
    }

    private T decode(String key, byte[] encoded) {
        if (type == String.class) {
            return type.cast(new String(encoded, StandardCharsets.UTF_8));
        }
        ObjectReader current = reader;
        if (current == null) {
            current = Json.MAPPER.readerFor(type);
            reader = current;
        }
        try {
            return current.readValue(encoded);
        } catch (IOException e) {
            throw new StoreException("record " + key + " of table " + name + " cannot be read as " + type.getName(), e);
        }
    }

    private StoreException failed(String key, MVStoreException e) {
        return new StoreException("record " + key + " of table " + name + " cannot be changed: " + e.getMessage(), e);
    }
}
