package dev.podium.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.MovableClock;
import dev.podium.aws.ModelRecords;
import dev.podium.aws.Scope;
import dev.podium.store.MvStore;
import dev.podium.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
final class LogGroupsTest {
    private static final Scope SCOPE = new Scope("000000000000", "us-east-1");
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    /// On a clock that tells one write from the next, however quick the machine: the oldest ones make room.
    private LogGroups groups(Store store, long maxBytes) {
        LogGroups groups = new LogGroups(store, LogsSettings.of(folder, maxBytes), MovableClock.distinct());
        groups.start();
        return groups;
    }

    private long size() throws IOException {
        try (var files = Files.walk(folder)) {
            long size = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                size += Files.size(file);
            }
            return size;
        }
    }

    private static List<String> texts(LogGroups groups, String name) throws Exception {
        OpenGroup open = groups.open(groups.get(SCOPE, name));
        return new EventQuery(s -> true, 0, Long.MAX_VALUE, null, true, 10_000, m -> true)
                .run(open.events().segments()).events().stream()
                        .map(Segment.Stored::message)
                        .toList();
    }

    @Test
    void theOldestEventsMakeRoomForNewOnes() throws Exception {
        long limit = 256 << 10;
        try (Store store = MvStore.inMemory();
                LogGroups groups = groups(store, limit)) {
            String filler = "x".repeat(900);
            long now = System.currentTimeMillis();
            for (int i = 0; i < 1000; i++) {
                List<LogEvent> events = List.of(new LogEvent(now + i, i + " " + filler));
                groups.write(new LogTarget(SCOPE, i % 2 == 0 ? "even" : "odd", "s"), events);
                if (i % 50 == 49) {
                    // Within the queue's bound, as any function is that writes less than 16 MiB at a time.
                    groups.retainSoon();
                }
            }
            assertThat(groups.dropped()).isZero();
            assertThat(size()).isBetween(limit / 2, limit + 2000);
            List<String> left = texts(groups, "odd");
            assertThat(left.getLast()).startsWith("999 ");
            assertThat(left.getFirst()).doesNotStartWith("1 ");
            assertThat(texts(groups, "even").getLast()).startsWith("998 ");
        }
    }

    @Test
    void aFullQueueDropsAndCountsInsteadOfWaiting() throws Exception {
        try (Store store = MvStore.inMemory()) {
            // Not started: nobody takes anything out of the queue.
            LogGroups groups = new LogGroups(store, LogsSettings.of(folder, 1 << 20), Clock.systemUTC());
            List<LogEvent> events = List.of(new LogEvent(1, "x".repeat(1 << 20)));
            for (int i = 0; i < 20; i++) {
                groups.write(new LogTarget(SCOPE, "g", "s"), events);
            }
            assertThat(groups.dropped()).isBetween(4L, 6L);
        }
    }

    @Test
    void retentionDeletesWhatIsOlder() throws Exception {
        try (Store store = MvStore.inMemory();
                LogGroups groups = groups(store, 1 << 20)) {
            long now = System.currentTimeMillis();
            LogTarget target = new LogTarget(SCOPE, "g", "s");
            groups.write(target, List.of(new LogEvent(now - 3 * 86_400_000L, "old"), new LogEvent(now, "new")));
            Eventually.within(
                    SOON,
                    () -> groups.find(SCOPE, "g").isPresent()
                            && texts(groups, "g").size() == 2);
            groups.change(SCOPE, "g", group -> group.retained(1));
            LogGroup group = groups.get(SCOPE, "g");
            assertThat(group.oldest(now)).isGreaterThan(now - 3 * 86_400_000L);
            assertThat(texts(groups, "g")).containsExactly("old", "new");
            EventQuery query = new EventQuery(s -> true, group.oldest(now), Long.MAX_VALUE, null, true, 10, m -> true);
            assertThat(query.run(groups.open(group).events().segments()).events())
                    .extracting(Segment.Stored::message)
                    .containsExactly("new");
        }
    }

    @Test
    void filesOfEventsPastTheirRetentionGo() throws Exception {
        MovableClock clock = new MovableClock();
        try (Store store = MvStore.inMemory();
                LogGroups groups = new LogGroups(store, LogsSettings.of(folder, 1 << 20), clock)) {
            groups.start();
            LogTarget target = new LogTarget(SCOPE, "g", "s");
            groups.write(target, List.of(new LogEvent(clock.millis(), "old")));
            Eventually.within(SOON, () -> groups.find(SCOPE, "g").isPresent() && size() > 0);
            groups.change(SCOPE, "g", group -> group.retained(1));
            groups.retainSoon();
            assertThat(texts(groups, "g")).containsExactly("old");
            clock.forward(Duration.ofDays(2));
            groups.retainSoon();
            assertThat(size()).isZero();
            groups.write(target, List.of(new LogEvent(clock.millis(), "new")));
            Eventually.within(SOON, () -> texts(groups, "g").equals(List.of("new")));
        }
    }

    @Test
    void aGroupMadeAgainIsEmptyAndItsFilesAreGone() throws Exception {
        try (Store store = MvStore.inMemory();
                LogGroups groups = groups(store, 1 << 20)) {
            groups.write(new LogTarget(SCOPE, "g", "s"), List.of(new LogEvent(1, "before")));
            Eventually.within(SOON, () -> groups.find(SCOPE, "g").isPresent() && size() > 0);
            groups.delete(SCOPE, "g");
            assertThat(size()).isZero();
            groups.create(groups.fresh(SCOPE, "g"));
            assertThat(texts(groups, "g")).isEmpty();
        }
    }

    @Test
    void everyRecordFitsItsShapeAndNoMemberIsIgnored() throws Exception {
        try (Store store = MvStore.inMemory();
                LogGroups groups = groups(store, 1 << 20)) {
            ModelRecords.verify(new LogsApi(groups).service());
            assertThat(new ArrayList<>(ModelRecords.ignored(new LogsApi(groups).service())))
                    .isEmpty();
        }
    }
}
