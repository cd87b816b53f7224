package dev.podium.ecs;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A part of a listing.
///
/// @param items in order, each once
/// @param nextToken for the next page; null on the last one
record Page(List<String> items, @Nullable String nextToken) {
    private static final int MOST = 100;

    /// Cuts a page out of a listing.
    ///
    /// @param token of the page before, or null
    /// @param limit at most so many; null or too many: 100
    /// @throws dev.podium.aws.AwsException InvalidParameterException for a token that isn't one
    static Page of(Stream<String> all, Comparator<String> order, @Nullable String token, @Nullable Integer limit) {
        int most = limit == null || limit > MOST ? MOST : limit;
        if (most < 1) {
            throw EcsError.invalid("maxResults must be between 1 and 100.");
        }
        String after = token == null ? null : decoded(token);
        List<String> found = all.filter(item -> after == null || order.compare(item, after) > 0)
                .sorted(order)
                .limit(most + 1L)
                .toList();
        return found.size() <= most
                ? new Page(found, null)
                : new Page(found.subList(0, most), encoded(found.get(most - 1)));
    }

    /// The same in alphabetical order.
    static Page of(Stream<String> all, @Nullable String token, @Nullable Integer limit) {
        return of(all, Comparator.naturalOrder(), token, limit);
    }

    private static String encoded(String item) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(item.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw EcsError.invalid("Invalid token.");
        }
    }
}
