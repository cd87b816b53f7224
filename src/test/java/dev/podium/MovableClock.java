package dev.podium;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.NullMarked;

/// The system's clock, which a test may put forward.
@NullMarked
public final class MovableClock extends Clock {
    private volatile Duration ahead = Duration.ZERO;

    /// Puts the clock forward.
    public void forward(Duration by) {
        ahead = ahead.plus(by);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(ahead);
    }
}
