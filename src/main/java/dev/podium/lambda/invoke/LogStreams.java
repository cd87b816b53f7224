package dev.podium.lambda.invoke;

import dev.podium.lambda.LambdaFunction;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;

/// Names of log streams.
final class LogStreams {
    private LogStreams() {}

    /// A new stream: `2026/11/21/[$LATEST]0123456789abcdef0123456789abcdef`.
    static String name(LambdaFunction function) {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        return String.format(
                "%d/%02d/%02d/[%s]%s",
                today.getYear(),
                today.getMonthValue(),
                today.getDayOfMonth(),
                function.version(),
                UUID.randomUUID().toString().replace("-", ""));
    }
}
