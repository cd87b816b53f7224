package dev.podium.elb;

import java.util.List;

/// The ports that listeners may have (`PODIUM_ELB_PORTS`).
///
/// @param open   whether they are opened; if not, load balancers are reached by their host names alone
/// @param ranges which; empty for any port
public record Ports(boolean open, List<Range> ranges) {
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
        return ranges.isEmpty()
                ? "any"
                : String.join(",", ranges.stream().map(Range::toString).toList());
    }
}
