package dev.podium.sqs;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.locks.ReentrantLock;

/// The wall clock, but when that is put back this one goes on from where it was. Otherwise messages in flight would
/// stay away, and duplicates be dropped, until the wall clock has caught up.
final class SteadyClock extends Clock {
    private final Clock wall;
    private final ReentrantLock lock = new ReentrantLock();
    private long last = Long.MIN_VALUE;
    private long ahead;

    SteadyClock(Clock wall) {
        this.wall = wall;
    }

    @Override
    public long millis() {
        lock.lock();
        try {
            long now = wall.millis() + ahead;
            if (now < last) {
                ahead += last - now;
                return last;
            }
            last = now;
            return now;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return wall.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new SteadyClock(wall.withZone(zone));
    }
}
