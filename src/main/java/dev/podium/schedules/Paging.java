package dev.podium.schedules;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Collects one page of a listing; a token is the key of a page's last item.
public final class Paging<T> {
    private final int most;
    private final List<T> items = new ArrayList<>();
    private String last = "";
    private boolean over;

    /// @param most at least one
    public Paging(int most) {
        this.most = most;
    }

    /// The key after which a page begins; null for the first one. A token of nobody's begins where its text
    /// stands.
    ///
    /// @throws dev.podium.aws.AwsException ValidationException when it isn't one
    public static @Nullable String after(@Nullable String token) {
        try {
            return token == null ? null : new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new SchedulerError.Validation("Invalid NextToken.").exception();
        }
    }

    /// Adds an item unless the page is full, and notes then that there are more.
    public void add(String key, T item) {
        if (items.size() == most) {
            over = true;
        } else if (!over) {
            items.add(item);
            last = key;
        }
    }

    /// Tells whether the page is full and there are more.
    public boolean isOver() {
        return over;
    }

    /// The page.
    public List<T> items() {
        return items;
    }

    /// The token of the next page; null when there is none.
    public @Nullable String nextToken() {
        return over
                ? Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.UTF_8))
                : null;
    }
}
