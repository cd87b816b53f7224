package dev.podium.ec2;

import dev.podium.ec2.SecurityGroup.PeerKind;
import dev.podium.ec2.SecurityGroup.Rule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A protocol and its ports with all their peers, in requests and answers.
record IpPermission(
        @Nullable String ipProtocol,
        @Nullable Integer fromPort,
        @Nullable Integer toPort,
        @Nullable List<GroupPair> userIdGroupPairs,
        @Nullable List<IpRange> ipRanges,
        @Nullable List<Ipv6Range> ipv6Ranges,
        @Nullable List<PrefixListId> prefixListIds) {
    /// A group of an account.
    record GroupPair(
            @Nullable String description,
            @Nullable String userId,
            @Nullable String groupName,
            @Nullable String groupId,
            @Nullable String vpcId) {}

    /// A block of IPv4 addresses.
    record IpRange(@Nullable String description, @Nullable String cidrIp) {}

    /// A block of IPv6 addresses.
    record Ipv6Range(@Nullable String description, @Nullable String cidrIpv6) {}

    /// A prefix list.
    record PrefixListId(
            @Nullable String description, @Nullable String prefixListId) {}

    /// What rules of one protocol and range of ports allow together.
    static IpPermission of(List<Rule> rules, String owner) {
        Rule first = rules.getFirst();
        List<GroupPair> groups = new ArrayList<>();
        List<IpRange> blocks = new ArrayList<>();
        List<Ipv6Range> blocks6 = new ArrayList<>();
        List<PrefixListId> lists = new ArrayList<>();
        for (Rule rule : rules) {
            switch (rule.kind()) {
                case IPV4 -> blocks.add(new IpRange(rule.description(), rule.peer()));
                case IPV6 -> blocks6.add(new Ipv6Range(rule.description(), rule.peer()));
                case PREFIX_LIST -> lists.add(new PrefixListId(rule.description(), rule.peer()));
                case GROUP -> groups.add(new GroupPair(rule.description(), owner, null, rule.peer(), null));
            }
        }
        return new IpPermission(first.protocol(), first.fromPort(), first.toPort(), groups, blocks, blocks6, lists);
    }

    /// The rules that this stands for, without ids.
    ///
    /// @param group finds the group that a pair names by name, by its id
    /// @throws dev.podium.aws.AwsException for what AWS does not take
    List<Rule> rules(boolean egress, java.util.function.UnaryOperator<GroupPair> group) {
        String protocol = protocol();
        boolean ports = protocol.equals("tcp") || protocol.equals("udp") || protocol.startsWith("icmp");
        Integer from = ports ? fromPort : null;
        Integer to = ports ? toPort : null;
        checkPorts(protocol, from, to);
        List<Rule> rules = new ArrayList<>();
        for (IpRange block : or(ipRanges)) {
            String cidr = Cidr.parse(text(block.cidrIp))
                    .orElseThrow(() -> malformed(text(block.cidrIp)))
                    .toString();
            rules.add(new Rule("", egress, protocol, from, to, PeerKind.IPV4, cidr, block.description));
        }
        for (Ipv6Range block : or(ipv6Ranges)) {
            if (!text(block.cidrIpv6).matches("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*/\\d{1,3}")) {
                throw malformed(text(block.cidrIpv6));
            }
            rules.add(new Rule("", egress, protocol, from, to, PeerKind.IPV6, text(block.cidrIpv6), block.description));
        }
        for (PrefixListId list : or(prefixListIds)) {
            String id = text(list.prefixListId);
            rules.add(new Rule("", egress, protocol, from, to, PeerKind.PREFIX_LIST, id, list.description));
        }
        for (GroupPair pair : or(userIdGroupPairs)) {
            String id = text(group.apply(pair).groupId);
            rules.add(new Rule("", egress, protocol, from, to, PeerKind.GROUP, id, pair.description));
        }
        return rules;
    }

    private static dev.podium.aws.AwsException malformed(String cidr) {
        return Ec2Error.invalid("CIDR block " + cidr + " is malformed");
    }

    private String protocol() {
        String given = text(ipProtocol);
        return switch (given) {
            case "" -> throw Ec2Error.missing("ipProtocol");
            case "6" -> "tcp";
            case "17" -> "udp";
            case "1" -> "icmp";
            case "58" -> "icmpv6";
            case "all" -> "-1";
            default -> {
                if (!given.matches("-1|tcp|udp|icmp|icmpv6|\\d{1,3}")) {
                    throw Ec2Error.invalid("Invalid value '" + given + "' for IP protocol. Unknown protocol.");
                }
                yield given;
            }
        };
    }

    private static void checkPorts(String protocol, @Nullable Integer from, @Nullable Integer to) {
        if (!protocol.equals("tcp") && !protocol.equals("udp")) {
            return;
        }
        if (from == null || to == null) {
            throw Ec2Error.invalid("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
        }
        if (from < 0 || to > 65_535 || from > to) {
            throw Ec2Error.invalid("Invalid TCP/UDP port range (" + from + ":" + to + ")");
        }
    }

    private static String text(@Nullable String given) {
        return given == null ? "" : given;
    }

    private static <T> List<T> or(@Nullable List<T> given) {
        return given == null ? List.of() : given;
    }
}
