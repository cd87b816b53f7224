package dev.podium.iam;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One page of a list, as all of IAM's lists have them.
///
/// @param marker where the next page begins; null on the last one
record Page<T>(List<T> items, @Nullable String marker) {
    private static final int USUAL = 100;

    /// Cuts a page out of a list.
    ///
    /// @param marker   of the page before, or null for the first page
    /// @param maxItems at most so many; 100 when null
    /// @throws dev.podium.aws.AwsException ValidationError when the marker isn't one
    static <T> Page<T> of(List<T> all, @Nullable String marker, @Nullable Integer maxItems) {
        int from = marker == null ? 0 : Math.min(offset(marker), all.size());
        int to = Math.min(all.size(), from + (maxItems == null ? USUAL : maxItems));
        return new Page<>(all.subList(from, to), to == all.size() ? null : token(to));
    }

    boolean truncated() {
        return marker != null;
    }

    private static String token(int offset) {
        return Base64.getEncoder().encodeToString(("page " + offset).getBytes(StandardCharsets.UTF_8));
    }

    private static int offset(String marker) {
        try {
            String text = new String(Base64.getDecoder().decode(marker), StandardCharsets.UTF_8);
            if (text.startsWith("page ")) {
                return Integer.parseUnsignedInt(text.substring(5));
            }
        } catch (IllegalArgumentException e) {
            throw IamError.Kind.VALIDATION.of("Invalid Marker.");
        }
        throw IamError.Kind.VALIDATION.of("Invalid Marker.");
    }
}
