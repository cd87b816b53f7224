package dev.podium.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.logs.GroupEvents.Arrival;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
final class SegmentTest {
    @TempDir
    Path folder;

    private static Arrival event(int stream, long time, String message) {
        return new Arrival(stream, time, time + 1, message.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> texts(GroupEvents events, boolean forward, int limit) throws IOException {
        EventQuery query = new EventQuery(s -> true, 0, Long.MAX_VALUE, null, forward, limit, m -> true);
        return query.run(events.segments()).events().stream()
                .map(Segment.Stored::message)
                .toList();
    }

    private Path lastFile() throws IOException {
        try (var files = Files.list(folder)) {
            return files.sorted().reduce((a, b) -> b).orElseThrow();
        }
    }

    @Test
    void tornRecordIsCutOff() throws IOException {
        GroupEvents events = GroupEvents.open(folder, 1 << 20);
        events.append(List.of(event(1, 10, "one"), event(1, 11, "two")));
        long sound = Files.size(lastFile());
        events.append(List.of(event(1, 12, "three, which a crash tears")));
        try (RandomAccessFile file = new RandomAccessFile(lastFile().toFile(), "rw")) {
            file.setLength(file.length() - 5);
        }
        GroupEvents again = GroupEvents.open(folder, 1 << 20);
        assertThat(texts(again, true, 10)).containsExactly("one", "two");
        assertThat(Files.size(lastFile())).isEqualTo(sound);
        again.append(List.of(event(1, 13, "four")));
        assertThat(texts(GroupEvents.open(folder, 1 << 20), true, 10)).containsExactly("one", "two", "four");
    }

    @Test
    void garbageAtTheEndIsCutOff() throws IOException {
        GroupEvents.open(folder, 1 << 20).append(List.of(event(1, 10, "one")));
        Files.write(lastFile(), new byte[4096], StandardOpenOption.APPEND);
        assertThat(texts(GroupEvents.open(folder, 1 << 20), true, 10)).containsExactly("one");
    }

    @Test
    void sealedSegmentsTellTheirStreamsWithoutBeingRead() throws IOException {
        GroupEvents events = GroupEvents.open(folder, 200);
        for (int i = 0; i < 20; i++) {
            events.append(List.of(event(i % 3, 100 + i, "message number " + i)));
        }
        GroupEvents again = GroupEvents.open(folder, 200);
        assertThat(again.segments()).hasSizeGreaterThan(3);
        assertThat(again.segments().getFirst().isSealed()).isTrue();
        assertThat(again.facts()).isEqualTo(events.facts());
        assertThat(Objects.requireNonNull(again.facts().get(0)).first()).isEqualTo(100);
        assertThat(Objects.requireNonNull(again.facts().get(1)).last()).isEqualTo(119);
    }

    @Test
    void pagesFollowTimeAcrossSegments() throws IOException {
        GroupEvents events = GroupEvents.open(folder, 150);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            // Some come late.
            int time = i % 5 == 4 ? i - 3 : i;
            events.append(List.of(event(1, time * 10L, "%02d-%02d".formatted(time, i))));
            expected.add("%02d-%02d".formatted(time, i));
        }
        expected.sort(null);
        List<String> read = new ArrayList<>();
        EventQuery.Place after = null;
        while (true) {
            EventQuery.Page page =
                    new EventQuery(s -> true, 0, Long.MAX_VALUE, after, true, 7, m -> true).run(events.segments());
            page.events().forEach(e -> read.add(e.message()));
            if (!page.more()) {
                break;
            }
            after = EventQuery.Place.of(page.events().getLast());
        }
        assertThat(read).isEqualTo(expected);
        assertThat(texts(events, false, 7)).isEqualTo(expected.reversed().subList(0, 7));
    }
}
