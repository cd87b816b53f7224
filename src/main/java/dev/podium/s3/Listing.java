package dev.podium.s3;

import dev.podium.store.Entry;
import dev.podium.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Walks the keys of a bucket in their order, a page at a time: what begins with a prefix, with the keys that
/// share
/// what comes up to a delimiter rolled up in one.
///
/// @param <T> record of a row
/// @param <R> what a row shows, none or several
record Listing<T, R>(Table<T> table, Function<Entry<T>, List<R>> shows) {
    private static final int BATCH = 256;

    /// What is asked for.
    ///
    /// @param after row behind which it goes on, or null
    /// @param rolled common prefix that was shown last, whose keys are left out; empty when none was
    record Query(
            Bucket bucket,
            String prefix,
            String delimiter,
            @Nullable String after,
            String rolled,
            int limit) {
        /// One that goes on behind a key or common prefix.
        static Query after(Bucket bucket, String prefix, String delimiter, @Nullable String marker, int limit) {
            boolean rolled = marker != null
                    && !delimiter.isEmpty()
                    && marker.endsWith(delimiter)
                    && marker.startsWith(prefix)
                    && marker.indexOf(delimiter, prefix.length()) == marker.length() - delimiter.length();
            String after = marker == null ? null : bucket.row(marker);
            return new Query(bucket, prefix, delimiter, after, rolled && marker != null ? marker : "", limit);
        }

        /// One that goes on behind a row.
        Query behind(String row) {
            return new Query(bucket, prefix, delimiter, row, rolled, limit);
        }

        /// One that goes on at a key of which something was shown.
        Query including(String key) {
            String row = bucket.row(key);
            // Just before it: no row ends with NUL.
            String before =
                    row.substring(0, row.length() - 1) + (char) (row.charAt(row.length() - 1) - 1) + RowKeys.LAST;
            return new Query(bucket, prefix, delimiter, before, "", limit);
        }
    }

    /// A page.
    ///
    /// @param last key or common prefix that was shown last; null when nothing was
    record Page<R>(
            List<R> items,
            List<String> prefixes,
            boolean truncated,
            @Nullable String last) {
        int count() {
            return items.size() + prefixes.size();
        }
    }

    Page<R> page(Query query) {
        List<R> items = new ArrayList<>();
        List<String> prefixes = new ArrayList<>();
        String rows = query.bucket.row(query.prefix);
        String after = query.rolled.isEmpty() ? query.after : query.bucket.row(query.rolled) + RowKeys.LAST;
        String last = null;
        while (query.limit > 0) {
            List<Entry<T>> batch = table.page(rows, after, BATCH);
            for (Entry<T> entry : batch) {
                after = entry.key();
                List<R> shown = shows.apply(entry);
                if (shown.isEmpty()) {
                    continue;
                }
                String key = RowKeys.key(entry.key());
                String common = common(key, query);
                if (common != null && common.equals(last)) {
                    continue;
                }
                if (items.size() + prefixes.size() + (common == null ? shown.size() : 1) > query.limit) {
                    int room = query.limit - items.size() - prefixes.size();
                    if (common == null && room > 0) {
                        items.addAll(shown.subList(0, room));
                        last = key;
                    }
                    return new Page<>(items, prefixes, true, last);
                }
                if (common != null) {
                    prefixes.add(common);
                    last = common;
                    after = query.bucket.row(common) + RowKeys.LAST;
                    break;
                }
                items.addAll(shown);
                last = key;
            }
            boolean jumped = after != null && after.endsWith(RowKeys.LAST);
            if (batch.isEmpty() || (batch.size() < BATCH && !jumped)) {
                break;
            }
        }
        return new Page<>(items, prefixes, false, last);
    }

    private static @Nullable String common(String key, Query query) {
        if (query.delimiter.isEmpty()) {
            return null;
        }
        int at = key.indexOf(query.delimiter, query.prefix.length());
        return at < 0 ? null : key.substring(0, at + query.delimiter.length());
    }
}
