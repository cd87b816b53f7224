package dev.podium.lambda.invoke;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// How long a pool waits whose pods don't come up.
@NullMarked
final class PoolTest {
    private final Pool pool = new Pool(new PodShape("image", 128, 512, "x86_64", false, true, null), 1);

    @Test
    void eachFailureDoublesThePauseUpToFiveMinutesAndAGoodPodBeginsAnew() {
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300}) {
            assertThat(pauseAfterAFailure()).isGreaterThanOrEqualTo(Duration.ofSeconds(seconds));
        }
        pool.came();
        assertThat(pauseAfterAFailure()).isLessThan(Duration.ofMinutes(4));
    }

    /// No less than the pool's own pause: the clock was read before it.
    private Duration pauseAfterAFailure() {
        long now = System.nanoTime();
        pool.failed("refused");
        return Duration.ofNanos(pool.due(now));
    }
}
