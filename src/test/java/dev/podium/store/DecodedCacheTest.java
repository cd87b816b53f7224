package dev.podium.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
final class DecodedCacheTest {
    @Test
    void staysWithinItsBytesAndKeepsWhatIsUsed() {
        DecodedCache<String> cache = new DecodedCache<>(10_000);
        cache.put("hot", "hot", 1000);
        for (int i = 0; i < 1000; i++) {
            cache.put("k" + i, "v", 1000);
            assertThat(cache.get("hot")).isEqualTo("hot");
        }
        assertThat(cache.size()).isBetween(2, 10);
    }

    @Test
    void largeRecordsAreForgotten() {
        DecodedCache<String> cache = new DecodedCache<>(1 << 20);
        cache.put("k", "small", 10);
        cache.put("k", "large", 100_000);
        assertThat(cache.get("k")).isNull();
    }
}
