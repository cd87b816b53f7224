package dev.podium.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
final class TablesTest {
    record Thing(String name, int count, @Nullable String note) {}

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void recordsSurviveReopening() {
        try (Store store = MvStore.open(folder)) {
            Table<Thing> things = store.table("things", Thing.class);
            things.put("a", new Thing("a", 1, null));
            things.put("b", new Thing("b", 2, "ünïcode"));
            things.put("b", new Thing("b", 3, "changed"));
            things.put("c", new Thing("c", 4, null));
            assertThat(things.remove("c")).isTrue();
            assertThat(things.remove("c")).isFalse();
        }
        try (Store store = MvStore.open(folder)) {
            Table<Thing> things = store.table("things", Thing.class);
            assertThat(things.get("a")).contains(new Thing("a", 1, null));
            assertThat(things.get("b")).contains(new Thing("b", 3, "changed"));
            assertThat(things.get("c")).isEmpty();
            assertThat(things.size()).isEqualTo(2);
        }
    }

    @Test
    void tablesWithRecordsAreKnownByTheirNames() {
        try (Store store = MvStore.open(folder)) {
            store.table("ec2-instances", Thing.class).put("a", new Thing("a", 1, null));
            Table<Thing> emptied = store.table("ecs-tasks", Thing.class);
            emptied.put("a", new Thing("a", 1, null));
            emptied.remove("a");
        }
        try (Store store = MvStore.open(folder)) {
            assertThat(store.hasRecords("ec2-")).isTrue();
            assertThat(store.hasRecords("ecs-")).isFalse();
            assertThat(store.hasRecords("elb-")).isFalse();
        }
    }

    @Test
    void hotRecordsAreTheSameObject() {
        try (Store store = MvStore.open(folder)) {
            store.table("things", Thing.class).put("a", new Thing("a", 1, null));
        }
        try (Store store = MvStore.open(folder)) {
            Table<Thing> things = store.table("things", Thing.class);
            assertThat(things.get("a").orElseThrow()).isSameAs(things.get("a").orElseThrow());
        }
    }

    @Test
    void computeIsAtomicPerKey() throws Exception {
        try (Store store = MvStore.inMemory()) {
            Table<Thing> things = store.table("things", Thing.class);
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < 500; i++) {
                        things.compute("n", old -> new Thing("n", old == null ? 1 : old.count() + 1, null));
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(things.get("n").orElseThrow().count()).isEqualTo(4000);
        }
    }

    @Test
    void computeRemovesOnNullAndKeepsOnException() {
        try (Store store = MvStore.open(folder)) {
            Table<Thing> things = store.table("things", Thing.class);
            Thing thing = new Thing("a", 1, null);
            things.put("a", thing);
            assertThatThrownBy(() -> things.compute("a", old -> {
                        throw new IllegalStateException("no");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(things.get("a")).contains(thing);
            assertThat(things.compute("a", old -> null)).isNull();
            assertThat(things.get("a")).isEmpty();
            assertThat(things.compute("absent", old -> null)).isNull();
        }
    }

    @Test
    void pagesFollowTheOrderOfKeysWithinAPrefix() {
        try (Store store = MvStore.inMemory()) {
            Table<Thing> things = store.table("things", Thing.class);
            for (String key : List.of("b/2", "a/1", "b/1", "b/3", "c/1", "b0")) {
                things.put(key, new Thing(key, 0, null));
            }
            assertThat(keys(things.page("b/", null, 10))).containsExactly("b/1", "b/2", "b/3");
            assertThat(keys(things.page("b/", null, 2))).containsExactly("b/1", "b/2");
            assertThat(keys(things.page("b/", "b/2", 2))).containsExactly("b/3");
            assertThat(keys(things.page("b/", "b/1x", 2))).containsExactly("b/2", "b/3");
            assertThat(keys(things.page("b/", "a", 1))).containsExactly("b/1");
            assertThat(keys(things.page("b/", "z", 10))).isEmpty();
            assertThat(keys(things.page("", null, 10))).containsExactly("a/1", "b/1", "b/2", "b/3", "b0", "c/1");
            assertThat(things.page("x", null, 10)).isEmpty();
        }
    }

    private static List<String> keys(List<Entry<Thing>> page) {
        return page.stream().map(Entry::key).toList();
    }

    @Test
    void clearEmptiesTablesAndBlobs() throws Exception {
        try (Store store = MvStore.open(folder)) {
            store.table("unused later", Thing.class).put("a", new Thing("a", 1, null));
        }
        try (Store store = MvStore.open(folder)) {
            Table<Thing> things = store.table("things", Thing.class);
            things.put("a", new Thing("a", 1, null));
            Blob blob = store.blobs().put(new java.io.ByteArrayInputStream(new byte[10]), 10);
            store.clear();
            assertThat(things.get("a")).isEmpty();
            assertThat(things.size()).isZero();
            assertThat(store.table("unused later", Thing.class).size()).isZero();
            assertThat(store.blobs().exists(blob.sha256Hex())).isFalse();
            things.put("b", new Thing("b", 1, null));
        }
        try (Store store = MvStore.open(folder)) {
            assertThat(keys(store.table("things", Thing.class).page("", null, 10)))
                    .containsExactly("b");
        }
    }

    @Test
    void aTableHasOneType() {
        try (Store store = MvStore.inMemory()) {
            store.table("things", Thing.class);
            assertThatThrownBy(() -> store.table("things", String.class))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("things");
        }
    }

    @Test
    void aRecordThatCannotBeReadBackIsRefused() {
        record Lossy(
                @JsonProperty(access = JsonProperty.Access.READ_ONLY)
                String lost) {}
        try (Store store = MvStore.inMemory()) {
            assertThatThrownBy(() -> store.table("lossy", Lossy.class).put("a", new Lossy("x")))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("does not survive");
        }
    }

    @Test
    void readersNeverSeeAnOldRecordAfterAWriterReturned() throws Exception {
        try (Store store = MvStore.inMemory()) {
            Table<Thing> things = store.table("things", Thing.class);
            AtomicInteger written = new AtomicInteger();
            AtomicInteger stale = new AtomicInteger();
            Thread reader = Thread.ofVirtual().start(() -> {
                while (written.get() < 20_000) {
                    int atLeast = written.get();
                    int seen = things.get("k").map(Thing::count).orElse(0);
                    if (seen < atLeast) {
                        stale.incrementAndGet();
                    }
                }
            });
            // large records are not cached, small ones are: alternate to go both ways
            String large = "x".repeat(70_000);
            for (int i = 1; i <= 20_000; i++) {
                things.put("k", new Thing("k", i, i % 100 == 0 ? large : null));
                written.set(i);
            }
            reader.join();
            assertThat(stale).hasValue(0);
        }
    }
}
