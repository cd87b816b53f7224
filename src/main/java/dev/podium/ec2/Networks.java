package dev.podium.ec2;

import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import dev.podium.ec2.SecurityGroup.PeerKind;
import dev.podium.ec2.SecurityGroup.Rule;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Networks, subnets and security groups. Each account has a default network in each region, made when
/// something of
/// EC2 is first used there.
final class Networks {
    /// AWS's default network.
    private static final String CIDR = "172.31.0.0/16";

    private final Table<String> defaults;
    private final Records<Vpc> vpcs;
    private final Records<Subnet> subnets;
    private final Records<SecurityGroup> groups;

    Networks(Store store, Tags tags) {
        defaults = store.table("ec2-defaults", String.class);
        vpcs = new Records<>(store, "ec2-vpcs", Vpc.class, Resource.VPC, tags, false, vpc -> vpc);
        subnets = new Records<>(store, "ec2-subnets", Subnet.class, Resource.SUBNET, tags, false, subnet -> subnet);
        groups = new Records<>(
                store,
                "ec2-security-groups",
                SecurityGroup.class,
                Resource.SECURITY_GROUP,
                tags,
                false,
                SecurityGroup::view);
    }

    /// The networks of a scope, the default one included.
    Records<Vpc> vpcs(Scope scope) {
        ensure(scope);
        return vpcs;
    }

    /// The subnets of a scope.
    Records<Subnet> subnets(Scope scope) {
        ensure(scope);
        return subnets;
    }

    /// The security groups of a scope.
    Records<SecurityGroup> groups(Scope scope) {
        ensure(scope);
        return groups;
    }

    private void ensure(Scope scope) {
        if (defaults.get(Keys.of(scope, "vpc")).isEmpty()) {
            makeDefault(scope);
        }
    }

    /// Makes the default network. Its ids come from account and region, so that two who make it make the same.
    Vpc makeDefault(Scope scope) {
        Vpc vpc = Vpc.of("vpc-" + digits(scope, "vpc"), scope.account(), CIDR, "default", true);
        vpcs.add(scope, vpc.vpcId(), vpc, List.of());
        int block = 0;
        for (String zone : Zones.of(scope.region())) {
            Subnet subnet = Subnet.of(
                    "subnet-" + digits(scope, zone),
                    scope,
                    vpc.vpcId(),
                    Cidr.of("172.31." + 16 * block++ + ".0/20", "cidrBlock"),
                    zone,
                    true);
            subnets.add(scope, subnet.subnetId(), subnet, List.of());
        }
        addDefaultGroup(scope, vpc.vpcId(), "sg-" + digits(scope, "sg"));
        defaults.put(Keys.of(scope, "vpc"), vpc.vpcId());
        return vpc;
    }

    /// Adds a network with its default group.
    void add(Scope scope, Vpc vpc, List<Tag> tags) {
        vpcs.add(scope, vpc.vpcId(), vpc, tags);
        addDefaultGroup(scope, vpc.vpcId(), Resource.SECURITY_GROUP.newId());
    }

    private void addDefaultGroup(Scope scope, String vpc, String id) {
        Rule inside = new Rule(Resource.SECURITY_GROUP_RULE.newId(), false, "-1", null, null, PeerKind.GROUP, id, null);
        SecurityGroup group = new SecurityGroup(
                scope.account(),
                scope.region(),
                id,
                SecurityGroup.DEFAULT,
                "default VPC security group",
                vpc,
                List.of(inside, everywhere()));
        groups.add(scope, id, group, List.of());
    }

    /// The rule that lets everything out, which each new group has.
    static Rule everywhere() {
        return new Rule(Resource.SECURITY_GROUP_RULE.newId(), true, "-1", null, null, PeerKind.IPV4, "0.0.0.0/0", null);
    }

    /// The default network, unless it was deleted.
    Optional<Vpc> defaultVpc(Scope scope) {
        return vpcs(scope).all(scope).stream().filter(Vpc::isDefault).findFirst();
    }

    /// The default group of a network.
    ///
    /// @throws AwsException InvalidGroup.NotFound
    SecurityGroup group(Scope scope, String vpc, String name) {
        return groups(scope).all(scope).stream()
                .filter(group -> group.vpcId().equals(vpc) && group.groupName().equals(name))
                .findFirst()
                .orElseThrow(() -> Ec2Error.coded(
                        "InvalidGroup.NotFound",
                        "The security group '" + name + "' does not exist in default VPC '" + vpc + "'"));
    }

    /// The subnet of a new instance.
    ///
    /// @param zone wanted, or empty
    Subnet defaultSubnet(Scope scope, String zone) {
        List<Subnet> all = new ArrayList<>(subnets(scope).all(scope));
        all.removeIf(subnet -> !subnet.defaultForAz() || (!zone.isEmpty() && !zone.equals(subnet.availabilityZone())));
        return all.stream()
                .min(java.util.Comparator.comparing(Subnet::availabilityZone))
                .orElseThrow(() -> defaultVpc(scope).isEmpty()
                        ? Ec2Error.coded(
                                "VPCIdNotSpecified",
                                "No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.")
                        : Ec2Error.invalid("Invalid availability zone: [" + zone + "]"));
    }

    private static String digits(Scope scope, String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(Keys.of(scope, name).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, 17);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
