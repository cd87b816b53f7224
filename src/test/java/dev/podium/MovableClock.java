package dev.podium;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullMarked;

/// A clock that a test may put forward: the system's, or one that stands still otherwise.
@NullMarked
public final class MovableClock extends Clock {
    private final InstantSource base;
    private volatile Duration ahead = Duration.ZERO;

    /// The system's clock.
    public MovableClock() {
        this(InstantSource.system());
    }

    private MovableClock(InstantSource base) {
        this.base = base;
    }

    /// A clock that stands still.
    public static MovableClock at(String instant) {
        return new MovableClock(InstantSource.fixed(Instant.parse(instant)));
    }

    /// The system's clock, but no reading is the same millisecond as another: for tests that tell one time from the
    /// next.
    public static MovableClock distinct() {
        AtomicLong last = new AtomicLong();
        InstantSource system = InstantSource.system();
        return new MovableClock(
                () -> Instant.ofEpochMilli(last.updateAndGet(before -> Math.max(before + 1, system.millis()))));
    }

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
        return base.instant().plus(ahead);
    }
}
