package dev.podium.lambda.invoke;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// How long queues wait.
@NullMarked
final class RetryDelaysTest {
    @Test
    void errorsOfTheFunctionWaitOneMinuteThenTwo() {
        RetryDelays delays = new RetryDelays(Duration.ofMinutes(1));
        assertThat(delays.afterError(1)).isEqualTo(Duration.ofMinutes(1));
        assertThat(delays.afterError(2)).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void refusalsDoubleFromOneSecondToFiveMinutes() {
        List<Long> seconds = IntStream.rangeClosed(1, 12)
                .mapToObj(n -> RetryDelays.afterRefusal(n).toSeconds())
                .toList();
        assertThat(seconds).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L, 300L);
        assertThat(RetryDelays.afterRefusal(Integer.MAX_VALUE)).isEqualTo(Duration.ofMinutes(5));
    }
}
