package dev.podium.ec2;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A security group as it is stored: with its rules one by one.
record SecurityGroup(
        String account,
        String region,
        String groupId,
        String groupName,
        String description,
        String vpcId,
        List<Rule> rules) {
    static final String DEFAULT = "default";

    /// One rule: a protocol, its ports and one peer.
    ///
    /// @param fromPort null for all protocols and ports
    /// @param peer     what it is about: an IPv4 or IPv6 block, a prefix list, or a group
    record Rule(
            String id,
            boolean egress,
            String protocol,
            @Nullable Integer fromPort,
            @Nullable Integer toPort,
            PeerKind kind,
            String peer,
            @Nullable String description) {
        /// Whether two rules allow the same.
        boolean same(Rule other) {
            return egress == other.egress
                    && protocol.equals(other.protocol)
                    && java.util.Objects.equals(fromPort, other.fromPort)
                    && java.util.Objects.equals(toPort, other.toPort)
                    && kind == other.kind
                    && peer.equals(other.peer);
        }

        /// The same under another id.
        Rule as(String otherId) {
            return new Rule(otherId, egress, protocol, fromPort, toPort, kind, peer, description);
        }
    }

    /// What a rule's peer is.
    enum PeerKind {
        IPV4,
        IPV6,
        PREFIX_LIST,
        GROUP
    }

    /// A group as the API shows it.
    record View(
            String groupId,
            String groupName,
            String description,
            String ownerId,
            String vpcId,
            String securityGroupArn,
            List<IpPermission> ipPermissions,
            List<IpPermission> ipPermissionsEgress) {}

    /// Account and region.
    @JsonIgnore
    Scope scope() {
        return new Scope(account, region);
    }

    /// The same with other rules.
    SecurityGroup with(List<Rule> others) {
        return new SecurityGroup(account, region, groupId, groupName, description, vpcId, List.copyOf(others));
    }

    /// The group as the API shows it.
    View view() {
        return new View(
                groupId,
                groupName,
                description,
                account,
                vpcId,
                Arn.of("ec2", scope(), "security-group/" + groupId).toString(),
                permissions(rule -> !rule.egress),
                permissions(Rule::egress));
    }

    /// Rules of the same protocol and ports are one permission.
    private List<IpPermission> permissions(Predicate<Rule> which) {
        Map<String, List<Rule>> grouped = new LinkedHashMap<>();
        rules.stream()
                .filter(which)
                .forEach(rule -> grouped.computeIfAbsent(
                                rule.protocol + "/" + rule.fromPort + "/" + rule.toPort, key -> new ArrayList<>())
                        .add(rule));
        return grouped.values().stream()
                .map(same -> IpPermission.of(same, account))
                .toList();
    }
}
