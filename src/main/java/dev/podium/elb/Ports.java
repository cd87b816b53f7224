package dev.podium.elb;

import java.util.ArrayList;
import java.util.List;

/// The ports that listeners may have (`PODIUM_ELB_PORTS`).
///
/// @param ranges none for any port
public record Ports(List<Range> ranges) {
    /// Whichever is free on the host.
    public static final Ports ANY = new Ports(List.of());

    /// Copies the list.
    public Ports {
        ranges = List.copyOf(ranges);
    }

    /// Ports from the first to the last.
    public record Range(int first, int last) {
        @Override
        public String toString() {
            return first == last ? String.valueOf(first) : first + "-" + last;
        }
    }

    /// Reads `any`, or ports and ranges such as `80,443,8080-8099`.
    ///
    /// @throws IllegalArgumentException saying what it must be
    public static Ports parse(String text) {
        if (text.equals("any")) {
            return ANY;
        }
        List<Range> ranges = new ArrayList<>();
        for (String part : text.split(",")) {
            String[] ends = part.strip().split("-", -1);
            if (ends.length > 2 || !ActionRules.isPort(ends[0]) || !ActionRules.isPort(ends[ends.length - 1])) {
                throw new IllegalArgumentException("must be 'any', or ports and ranges such as 80,443,8080-8099");
            }
            ranges.add(new Range(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1])));
        }
        return new Ports(ranges);
    }

    /// Checks that a listener may have a port.
    ///
    /// @throws dev.podium.aws.AwsException InvalidConfigurationRequest, naming the setting
    void check(int port) {
        if (!ranges.isEmpty() && ranges.stream().noneMatch(range -> range.first <= port && port <= range.last)) {
            throw ElbError.configuration("Port " + port + " is none of those that listeners may have here: choose one"
                    + " of " + this + ", or let the operator change PODIUM_ELB_PORTS");
        }
    }

    @Override
    public String toString() {
        return ranges.isEmpty() ? "any" : String.join(",", ranges.stream().map(Range::toString).toList());
    }
}
