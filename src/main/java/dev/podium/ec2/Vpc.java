package dev.podium.ec2;

import java.util.List;

/// A network, as the API shows it. It is a name: pods are in the cluster's network, whatever VPC they count as in.
record Vpc(
        String vpcId,
        String ownerId,
        String cidrBlock,
        String state,
        String dhcpOptionsId,
        String instanceTenancy,
        boolean isDefault,
        List<Association> cidrBlockAssociationSet,
        BlockPublicAccess blockPublicAccessStates) {
    /// A block of the network.
    record Association(String associationId, String cidrBlock, State cidrBlockState) {}

    /// The state of a block.
    record State(String state) {}

    /// Whether public access is blocked.
    record BlockPublicAccess(String internetGatewayBlockMode) {
        static final BlockPublicAccess OFF = new BlockPublicAccess("off");
    }

    /// A network that is there at once.
    static Vpc of(String id, String owner, String cidr, String tenancy, boolean isDefault) {
        String digits = id.substring(id.indexOf('-') + 1);
        return new Vpc(
                id,
                owner,
                cidr,
                "available",
                "dopt-" + digits,
                tenancy,
                isDefault,
                List.of(new Association("vpc-cidr-assoc-" + digits, cidr, new State("associated"))),
                BlockPublicAccess.OFF);
    }
}
