package dev.podium.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// Blocks of addresses.
@NullMarked
final class CidrTest {
    @Test
    void blocksAreReadAndWrittenWithoutTheirHostBits() {
        assertThat(Cidr.parse("10.1.2.3/16").orElseThrow()).hasToString("10.1.0.0/16");
        assertThat(Cidr.parse("0.0.0.0/0").orElseThrow().size()).isEqualTo(1L << 32);
        for (String bad : new String[] {"10.0.0.0", "10.0.0.256/8", "10.0.0.0/33", "a/8", ""}) {
            assertThat(Cidr.parse(bad)).as(bad).isEmpty();
        }
    }

    @Test
    void blocksContainAndOverlap() {
        Cidr large = Cidr.of("10.0.0.0/8", "c");
        Cidr small = Cidr.of("10.255.255.0/24", "c");
        Cidr other = Cidr.of("11.0.0.0/24", "c");
        assertThat(large.contains(small)).isTrue();
        assertThat(small.contains(large)).isFalse();
        assertThat(small.overlaps(large)).isTrue();
        assertThat(large.overlaps(other)).isFalse();
    }
}
