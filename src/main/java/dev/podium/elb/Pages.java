package dev.podium.elb;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A page of a list, and the marker of the next one.
///
/// @param nextMarker null at the end
record Pages<T>(List<T> items, @Nullable String nextMarker) {
    private static final int MOST = 400;

    /// Cuts a page out of a list.
    ///
    /// @param key    by which the list is ordered, different for each element
    /// @param marker as the last page gave it, or null at the beginning
    /// @param size   from 1 to 400, or null for 400
    static <T> Pages<T> of(
            Collection<T> all, Function<T, String> key, @Nullable String marker, @Nullable Integer size) {
        String after = marker == null || marker.isEmpty() ? "" : decode(marker);
        int limit = size == null ? MOST : size;
        List<T> rest = all.stream()
                .filter(item -> key.apply(item).compareTo(after) > 0)
                .sorted(Comparator.comparing(key))
                .limit(limit + 1L)
                .toList();
        return rest.size() <= limit
                ? new Pages<>(rest, null)
                : new Pages<>(rest.subList(0, limit), encode(key.apply(rest.get(limit - 1))));
    }

    private static String encode(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String marker) {
        try {
            return new String(Base64.getUrlDecoder().decode(marker), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ElbError.validation("The marker '" + marker + "' is not valid");
        }
    }
}
