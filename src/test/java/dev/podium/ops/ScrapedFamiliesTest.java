package dev.podium.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// Many servers' numbers as one page.
@NullMarked
final class ScrapedFamiliesTest {
    private static String merged(String... pages) {
        ScrapedFamilies families = new ScrapedFamilies();
        for (int i = 0; i < pages.length; i++) {
            families.add(new Scraped(Map.of("pod", "p" + i), pages[i]));
        }
        return families.text();
    }

    @Test
    void aFamilyOfManyServersIsThereOnce() {
        String page = """
                # HELP latency Seconds.
                # TYPE latency histogram
                latency_bucket{le="0.1"} 1
                latency_bucket{le="+Inf"} 2
                latency_sum 0.5
                latency_count 2
                """;
        assertThat(merged(page, page)).isEqualTo("""
                # HELP latency Seconds.
                # TYPE latency histogram
                latency_bucket{pod="p0",le="0.1"} 1
                latency_bucket{pod="p0",le="+Inf"} 2
                latency_sum{pod="p0"} 0.5
                latency_count{pod="p0"} 2
                latency_bucket{pod="p1",le="0.1"} 1
                latency_bucket{pod="p1",le="+Inf"} 2
                latency_sum{pod="p1"} 0.5
                latency_count{pod="p1"} 2
                """);
    }

    @Test
    void numbersWithoutATypeAreUntyped() {
        assertThat(merged("up 1\nload{core=\"0\"} 2.5e-1 1700000000000\n")).isEqualTo("""
                # TYPE up untyped
                up{pod="p0"} 1
                # TYPE load untyped
                load{pod="p0",core="0"} 2.5e-1 1700000000000
                """);
    }

    @Test
    void labelsThatMeetOursAreRenamedAndTextStaysQuoted() {
        assertThat(merged("a{pod=\"x\",text=\"q\\\"},{\\\\\"} NaN # {trace=\"1\"} 2\n"))
                .isEqualTo("# TYPE a untyped\na{pod=\"p0\",exported_pod=\"x\",text=\"q\\\"},{\\\\\"} NaN\n");
    }

    @Test
    void whatIsNoNumberIsLeftOut() {
        assertThat(merged("<html>\na{\nb{x=y} 1\nc one\n# TYPE d counter\npodium_info 1\n\n9a 1\n"))
                .isEmpty();
    }
}
