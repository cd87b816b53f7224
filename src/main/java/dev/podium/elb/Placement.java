package dev.podium.elb;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.podium.aws.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where a load balancer is put: its subnets and security groups, checked as AWS does.
final class Placement {
    private final Network network;

    Placement(Network network) {
        this.network = network;
    }

    /// A subnet with addresses, as the API has it.
    record SubnetMapping(
            @Nullable String subnetId,
            @Nullable String allocationId,
            @JsonProperty("PrivateIPv4Address") @Nullable String privateAddress,
            @JsonProperty("IPv6Address") @Nullable String ipv6Address,
            @Nullable String sourceNatIpv6Prefix) {}

    /// The place that was chosen.
    record Place(String vpcId, List<StoredLoadBalancer.Zone> zones, List<String> securityGroups) {}

    /// Checks what a request names.
    ///
    /// @param securityGroups none for the VPC's default one, where the type has one
    Place choose(
            Scope scope,
            String type,
            @Nullable List<String> subnets,
            @Nullable List<SubnetMapping> mappings,
            @Nullable List<String> securityGroups) {
        List<Network.Subnet> found = find(scope, ids(subnets, mappings));
        String vpc = found.getFirst().vpcId();
        if (found.stream().anyMatch(subnet -> !subnet.vpcId().equals(vpc))) {
            throw ElbError.configuration("All subnets must belong to the same VPC: '" + vpc + "'");
        }
        long zones = found.stream().map(Network.Subnet::zone).distinct().count();
        if (zones < found.size()) {
            throw ElbError.configuration(
                    "A load balancer cannot be attached to multiple subnets in the same Availability Zone");
        }
        if (type.equals("application") && zones < 2) {
            throw ElbError.validation("At least two subnets in two different Availability Zones must be specified");
        }
        List<String> groups = securityGroups == null ? List.of() : securityGroups;
        checkSecurityGroups(scope, groups);
        if (groups.isEmpty() && type.equals("application")) {
            groups = network.defaultSecurityGroup(scope, vpc).stream().toList();
        }
        return new Place(
                vpc,
                found.stream()
                        .map(subnet -> new StoredLoadBalancer.Zone(subnet.zone(), subnet.id()))
                        .sorted(java.util.Comparator.comparing(StoredLoadBalancer.Zone::name))
                        .toList(),
                groups);
    }

    private static List<String> ids(@Nullable List<String> subnets, @Nullable List<SubnetMapping> mappings) {
        List<String> plain = subnets == null ? List.of() : subnets;
        List<SubnetMapping> mapped = mappings == null ? List.of() : mappings;
        if (!plain.isEmpty() && !mapped.isEmpty()) {
            throw ElbError.validation("You can specify either subnets or subnet mappings, but not both");
        }
        if (plain.isEmpty() && mapped.isEmpty()) {
            throw ElbError.validation("At least one subnet must be specified");
        }
        if (mapped.stream()
                .flatMap(mapping -> Stream.of(
                        java.util.Optional.ofNullable(mapping.allocationId),
                        java.util.Optional.ofNullable(mapping.privateAddress),
                        java.util.Optional.ofNullable(mapping.ipv6Address),
                        java.util.Optional.ofNullable(mapping.sourceNatIpv6Prefix)))
                .anyMatch(java.util.Optional::isPresent)) {
            throw ElbError.unsupported("Anything but SubnetId in SubnetMappings");
        }
        return Stream.concat(
                        plain.stream(),
                        mapped.stream().map(SubnetMapping::subnetId).filter(Objects::nonNull))
                .distinct()
                .toList();
    }

    private List<Network.Subnet> find(Scope scope, List<String> ids) {
        List<Network.Subnet> found = new ArrayList<>();
        for (String id : ids) {
            found.add(network.subnet(scope, id)
                    .orElseThrow(() -> ElbError.of("SubnetNotFound", "The subnet ID '" + id + "' does not exist")));
        }
        if (found.isEmpty()) {
            throw ElbError.validation("At least one subnet must be specified");
        }
        return found;
    }

    /// Checks that security groups are there.
    void checkSecurityGroups(Scope scope, List<String> ids) {
        for (String id : ids) {
            if (!network.hasSecurityGroup(scope, id)) {
                throw ElbError.of("InvalidSecurityGroup", "The security group '" + id + "' does not exist");
            }
        }
    }
}
