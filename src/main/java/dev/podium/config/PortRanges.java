package dev.podium.config;

import java.util.ArrayList;
import java.util.List;

/// Some ports, any, or none.
///
/// @param open   whether any port is opened at all
/// @param ranges which; empty for any port
public record PortRanges(boolean open, List<Range> ranges) {
    /// Keeps its own copy.
    public PortRanges {
        ranges = List.copyOf(ranges);
    }

    /// The ports from the first to the last.
    public record Range(int first, int last) {}

    /// Reads `any`, `none`, or ports and ranges such as `80,443,8080-8099`.
    static PortRanges parse(String text) {
        if (text.equals("any") || text.equals("none")) {
            return new PortRanges(text.equals("any"), List.of());
        }
        List<Range> ranges = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String[] ends = part.strip().split("-", 2);
            int first = port(ends[0]);
            int last = port(ends[ends.length - 1]);
            if (first == 0 || last < first) {
                throw new IllegalArgumentException("expected any, none, or ports and ranges such as 80,443,8080-8099");
            }
            ranges.add(new Range(first, last));
        }
        return new PortRanges(true, ranges);
    }

    /// The port, or 0 when it is none.
    private static int port(String text) {
        boolean number = text.matches("[1-9][0-9]{0,4}");
        return number && Integer.parseInt(text) <= 65_535 ? Integer.parseInt(text) : 0;
    }
}
