package dev.podium.ec2;

import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import java.util.List;

/// A subnet, as the API shows it.
record Subnet(
        String subnetId,
        String vpcId,
        String cidrBlock,
        String availabilityZone,
        String availabilityZoneId,
        String ownerId,
        String subnetArn,
        String state,
        int availableIpAddressCount,
        boolean defaultForAz,
        boolean mapPublicIpOnLaunch,
        boolean mapCustomerOwnedIpOnLaunch,
        boolean assignIpv6AddressOnCreation,
        List<String> ipv6CidrBlockAssociationSet,
        boolean enableDns64,
        boolean ipv6Native,
        DnsOptions privateDnsNameOptionsOnLaunch,
        Vpc.BlockPublicAccess blockPublicAccessStates) {
    /// AWS keeps five addresses of each subnet for itself.
    private static final int RESERVED = 5;

    /// How instances are named.
    record DnsOptions(
            String hostnameType, boolean enableResourceNameDnsARecord, boolean enableResourceNameDnsAAAARecord) {
        static final DnsOptions BY_ADDRESS = new DnsOptions("ip-name", false, false);
    }

    /// A subnet that is there at once.
    static Subnet of(String id, Scope scope, String vpc, Cidr cidr, String zone, boolean isDefault) {
        return new Subnet(
                id,
                vpc,
                cidr.toString(),
                zone,
                Zones.id(zone),
                scope.account(),
                Arn.of("ec2", scope, "subnet/" + id).toString(),
                "available",
                (int) (cidr.size() - RESERVED),
                isDefault,
                isDefault,
                false,
                false,
                List.of(),
                false,
                false,
                DnsOptions.BY_ADDRESS,
                Vpc.BlockPublicAccess.OFF);
    }
}
