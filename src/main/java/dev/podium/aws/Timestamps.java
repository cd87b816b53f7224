package dev.podium.aws;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The three ways in which AWS writes a point in time. Inside the front it is ISO 8601 text.
final class Timestamps {
    private static final BigDecimal MILLIS = BigDecimal.valueOf(1000);

    private Timestamps() {}

    /// The format of a member: its own, else its shape's, else the protocol's.
    static String format(Member member, Shape.Timestamp shape, String otherwise) {
        String own = member.timestampFormat() == null ? shape.format() : member.timestampFormat();
        return own == null ? otherwise : own;
    }

    /// Reads a time in any of the formats, or gives null when it is in none.
    static @Nullable Instant parse(String text) {
        try {
            if (!text.isEmpty()
                    && text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.' || c == '-' || c == 'E')
                    && text.indexOf('-', 1) < 0) {
                return ofEpochSeconds(new BigDecimal(text));
            }
            if (text.indexOf('T') > 0 && !text.endsWith("GMT")) {
                return OffsetDateTime.parse(text).toInstant();
            }
            return DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            return null;
        }
    }

    /// The time that many seconds after the epoch, to the millisecond.
    static Instant ofEpochSeconds(BigDecimal seconds) {
        return Instant.ofEpochMilli(
                seconds.multiply(MILLIS).setScale(0, RoundingMode.HALF_UP).longValueExact());
    }

    /// Seconds since the epoch, with milliseconds where there are some.
    static BigDecimal epochSeconds(Instant time) {
        BigDecimal seconds = BigDecimal.valueOf(time.toEpochMilli(), 3).stripTrailingZeros();
        return seconds.scale() < 0 ? seconds.setScale(0) : seconds;
    }

    /// Writes a time as text.
    static String text(Instant time, String format) {
        return switch (format) {
            case "unixTimestamp" -> epochSeconds(time).toPlainString();
            case "rfc822" ->
                DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                        .format(time.atOffset(ZoneOffset.UTC));
            default ->
                DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                        .format(time.atOffset(ZoneOffset.UTC));
        };
    }
}
