package dev.podium.lambda;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;

/// Revision ids and times in Lambda's formats.
public final class Revision {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS+0000", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Revision() {}

    /// A new random UUID.
    public static String next() {
        return UUID.randomUUID().toString();
    }

    /// `2024-01-02T03:04:05.678+0000`.
    public static String time(Instant instant) {
        return TIME.format(instant);
    }

    /// `2024-01-02T03:04:05+0000`.
    public static String seconds(Instant instant) {
        String time = time(instant);
        return time.substring(0, time.indexOf('.')) + time.substring(time.indexOf('+'));
    }
}
