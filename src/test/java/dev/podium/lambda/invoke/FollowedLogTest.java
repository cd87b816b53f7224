package dev.podium.lambda.invoke;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.lambda.invoke.LogFeed.Reading;
import dev.podium.lambda.invoke.LogFeed.Stretch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is made of a pod's log that comes over the network.
@NullMarked
final class FollowedLogTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final long ALL = Long.MAX_VALUE;

    private final Kubelet kubelet = new Kubelet();
    private final StandingTime time = new StandingTime();
    private final FollowedLog log = new FollowedLog(kubelet, "pod", Instant.EPOCH, time);
    private final List<String> given = new ArrayList<>();

    /// Passes only when the test says so: a busy machine makes no log quiet.
    private static final class StandingTime implements FollowedLog.Time {
        private volatile Instant now = Instant.parse("2026-03-04T05:06:07.891Z");

        void forward(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public long nanos() {
            return Duration.between(Instant.EPOCH, now).toNanos();
        }
    }

    /// Answers each request for the log with the next stream; null stands for "not found".
    private static final class Kubelet implements FollowedLog.Source {
        final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
        final List<Instant> asked = new CopyOnWriteArrayList<>();
        volatile boolean inUse = true;

        @Override
        public @Nullable InputStream follow(Instant since) throws IOException, InterruptedException {
            asked.add(since);
            Object answer = answers.poll(10, TimeUnit.SECONDS);
            if (answer instanceof IOException e) {
                throw e;
            }
            return answer instanceof InputStream stream ? stream : null;
        }

        @Override
        public boolean inUse() {
            return inUse;
        }

        /// The next answer is a stream into which to write.
        OutputStream opens() throws IOException {
            Pipe pipe = Pipe.open();
            answers.add(Channels.newInputStream(pipe.source()));
            return Channels.newOutputStream(pipe.sink());
        }
    }

    @AfterEach
    void close() {
        log.close();
    }

    private static void write(OutputStream out, Instant time, String line) throws IOException {
        out.write((time + " " + line + "\n").getBytes(UTF_8));
        out.flush();
    }

    private Reading read(long until, long next) {
        return read(until, next, 0);
    }

    private Reading read(long until, long next, long fence) {
        return log.read(new Stretch(until, next, fence, false), (millis, line) -> given.add(line));
    }

    private void awaitLines(String... lines) throws Exception {
        Eventually.within(SOON, () -> {
            read(ALL, ALL);
            return given.size() >= lines.length;
        });
        assertThat(given).containsExactly(lines);
    }

    @Test
    void aLogIsCompleteOnceALaterLineHasCome() throws Exception {
        OutputStream out = kubelet.opens();
        log.wake();
        write(out, time.now(), "in time");
        long end = log.end();
        Eventually.within(SOON, () -> {
            Reading reading = read(end, ALL);
            return reading == Reading.OPEN && !given.isEmpty();
        });
        write(out, time.now().plusSeconds(1), "of the next one");
        Eventually.within(SOON, () -> read(end, ALL) == Reading.COMPLETE);
        assertThat(given).containsExactly("in time");
        awaitLines("in time", "of the next one");
    }

    /// Whatever the clocks say: what stands before the fence is wanted, what stands behind it isn't.
    @Test
    void aFenceCountsInsteadOfTimes() throws Exception {
        OutputStream out = kubelet.opens();
        log.wake();
        long end = log.end();
        write(out, time.now().plusSeconds(5), "late");
        write(out, time.now().plusSeconds(5), "\u001ffence\u001f1"); // of an earlier invocation
        Eventually.within(SOON, () -> {
            Reading reading = read(end, end, 2);
            return reading == Reading.OPEN && !given.isEmpty();
        });
        write(out, time.now().plusSeconds(5), "without a line feed\u001ffence\u001f2");
        write(out, time.now().minusSeconds(5), "of the next one");
        Eventually.within(SOON, () -> read(end, end, 2) == Reading.COMPLETE);
        assertThat(given).containsExactly("late", "without a line feed");
        assertThat(read(end, end, 2)).as("of the same fence").isEqualTo(Reading.COMPLETE);
        awaitLines("late", "without a line feed", "of the next one");
    }

    /// It may come while nobody has said yet that it would.
    @Test
    void aFenceThatNobodyExpectedEndsAReading() throws Exception {
        OutputStream out = kubelet.opens();
        log.wake();
        long end = log.end();
        write(out, time.now(), "this one's");
        write(out, time.now(), "\u001ffence\u001f7");
        write(out, time.now(), "the next one's");
        Eventually.within(SOON, () -> read(end, ALL, 0) == Reading.COMPLETE && !given.isEmpty());
        assertThat(read(end, ALL, 7)).isEqualTo(Reading.COMPLETE);
        assertThat(given).containsExactly("this one's");
        awaitLines("this one's", "the next one's");
    }

    @Test
    void whatWasWrittenBeforeItWasOpenedDoesNotCountAgain() throws Exception {
        Instant since = time.now();
        try (FollowedLog adopted = new FollowedLog(kubelet, "pod", since, time)) {
            OutputStream out = kubelet.opens();
            write(out, since.minusMillis(1), "long ago");
            write(out, since, "now");
            adopted.wake();
            Eventually.within(SOON, () -> {
                adopted.read(Stretch.all(false), (millis, line) -> given.add(line));
                return !given.isEmpty();
            });
        }
        assertThat(given).containsExactly("now");
        assertThat(kubelet.asked).containsExactly(since);
    }

    @Test
    void aLogIsCompleteWhenNothingHasComeForAWhile() throws Exception {
        OutputStream out = kubelet.opens();
        log.wake();
        write(out, time.now(), "the only one");
        long end = log.end();
        Eventually.within(SOON, () -> {
            Reading reading = read(end, ALL);
            return reading == Reading.OPEN && !given.isEmpty();
        });
        time.forward(Duration.ofMillis(200));
        assertThat(read(end, ALL)).isEqualTo(Reading.OPEN);
        time.forward(Duration.ofMillis(1));
        assertThat(read(end, ALL)).isEqualTo(Reading.COMPLETE);
        assertThat(given).containsExactly("the only one");
    }

    @Test
    void linesOfTheNextInvocationAreKeptForIt() throws Exception {
        OutputStream out = kubelet.opens();
        log.wake();
        Instant now = time.now();
        write(out, now, "this one's");
        write(out, now.plusMillis(20), "the next one's");
        long next = now.plusMillis(10).toEpochMilli() * 1_000_000L;
        Eventually.within(SOON, () -> read(next - 1, next) == Reading.COMPLETE && !given.isEmpty());
        assertThat(given).containsExactly("this one's");
    }

    @Test
    void aStreamThatWasCutGoesOnWithoutALineTwice() throws Exception {
        OutputStream first = kubelet.opens();
        log.wake();
        Instant stamp = Instant.parse("2026-01-02T03:04:05.123456789Z");
        write(first, stamp.minusMillis(700), "one");
        write(first, stamp, "two");
        write(first, stamp, "three");
        awaitLines("one", "two", "three");
        first.close();
        OutputStream second = kubelet.opens();
        write(second, stamp.minusMillis(700), "one"); // since is to the second
        write(second, stamp, "two");
        write(second, stamp, "three");
        write(second, stamp, "four");
        write(second, stamp.plusMillis(1), "five");
        awaitLines("one", "two", "three", "four", "five");
        assertThat(kubelet.asked).startsWith(Instant.EPOCH, stamp);
    }

    @Test
    void aLogThatIsNotThereYetIsAskedForAgain() throws Exception {
        kubelet.answers.add("not found");
        kubelet.answers.add(new IOException("the API server is away"));
        OutputStream out = kubelet.opens();
        write(out, time.now(), "after all");
        log.wake();
        awaitLines("after all");
        assertThat(log.ended()).isFalse();
    }

    @Test
    void itEndsWithThePod() throws Exception {
        OutputStream out = kubelet.opens();
        log.wake();
        write(out, time.now(), "the last");
        out.close();
        kubelet.inUse = false;
        kubelet.answers.add("not found");
        Eventually.within(SOON, () -> {
            read(ALL, ALL);
            return log.ended();
        });
        assertThat(given).containsExactly("the last");
        assertThat(read(log.end(), ALL)).isEqualTo(Reading.COMPLETE);
    }

    @Test
    void nothingIsFollowedWhileTheEnvironmentRests() throws Exception {
        OutputStream first = kubelet.opens();
        log.wake();
        Instant stamp = time.now();
        write(first, stamp, "before");
        awaitLines("before");
        log.rest();
        assertThat(read(log.end(), ALL)).isEqualTo(Reading.COMPLETE);
        Eventually.within(SOON, () -> !accepts(first));
        assertThat(kubelet.asked).hasSize(1);
        OutputStream second = kubelet.opens();
        write(second, stamp, "before");
        write(second, stamp.plusMillis(5), "after");
        log.wake();
        awaitLines("before", "after");
    }

    private static boolean accepts(OutputStream out) {
        try {
            out.write('x');
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
