package dev.podium.ec2;

import dev.podium.aws.AwsException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The kinds of resources, with what their ids and errors are made of.
enum Resource {
    INSTANCE("i", "instance", "InvalidInstanceID", "instance ID"),
    RESERVATION("r", "reservation", "InvalidReservationID", "reservation ID"),
    IMAGE("ami", "image", "InvalidAMIID", "image id"),
    VPC("vpc", "vpc", "InvalidVpcID", "vpc ID"),
    SUBNET("subnet", "subnet", "InvalidSubnetID", "subnet ID"),
    SECURITY_GROUP("sg", "security-group", "InvalidGroup", "security group"),
    SECURITY_GROUP_RULE("sgr", "security-group-rule", "InvalidSecurityGroupRuleId", "security group rule ID"),
    KEY_PAIR("key", "key-pair", "InvalidKeyPair", "key pair"),
    LAUNCH_TEMPLATE("lt", "launch-template", "InvalidLaunchTemplateId", "launch template ID"),
    NETWORK_INTERFACE("eni", "network-interface", "InvalidNetworkInterfaceID", "networkInterface ID"),
    VOLUME("vol", "volume", "InvalidVolume", "volume"),
    SNAPSHOT("snap", "snapshot", "InvalidSnapshot", "snapshot"),
    ROUTE_TABLE("rtb", "route-table", "InvalidRouteTableID", "routeTable ID"),
    INTERNET_GATEWAY("igw", "internet-gateway", "InvalidInternetGatewayID", "internetGateway ID"),
    ADDRESS("eipalloc", "elastic-ip", "InvalidAllocationID", "allocation ID");

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{8}([0-9a-f]{9})?");

    private final String prefix;
    private final String type;
    private final String error;
    private final String noun;

    Resource(String prefix, String type, String error, String noun) {
        this.prefix = prefix;
        this.type = type;
        this.error = error;
        this.noun = noun;
    }

    /// The name of the kind in tags: `security-group`.
    String type() {
        return type;
    }

    /// A new id: the kind's prefix and 17 hexadecimal digits.
    String newId() {
        byte[] bits = new byte[9];
        RANDOM.nextBytes(bits);
        return prefix + "-" + HexFormat.of().formatHex(bits).substring(1);
    }

    /// The kind of the resource that an id names, by its prefix.
    static Optional<Resource> of(String id) {
        int dash = id.lastIndexOf('-');
        for (Resource kind : values()) {
            if (dash == kind.prefix.length() && id.startsWith(kind.prefix)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /// Checks the form of an id; what is there is another question.
    ///
    /// @throws AwsException such as `InvalidInstanceID.Malformed`
    String check(String id) {
        if (!id.startsWith(prefix + "-")
                || !DIGITS.matcher(id.substring(prefix.length() + 1)).matches()) {
            throw Ec2Error.coded(malformed(), "Invalid id: \"" + id + "\" (expecting \"" + prefix + "-...\")");
        }
        return id;
    }

    private String malformed() {
        return switch (this) {
            case SECURITY_GROUP -> "InvalidGroupId.Malformed";
            case VOLUME -> "InvalidVolumeID.Malformed";
            case SNAPSHOT -> "InvalidSnapshotID.Malformed";
            default -> error + ".Malformed";
        };
    }

    /// The error for ids that name nothing: `InvalidInstanceID.NotFound`.
    AwsException notFound(List<String> ids) {
        String named = String.join(", ", ids);
        String message = switch (this) {
            case IMAGE -> "The image id '[" + named + "]' does not exist";
            case LAUNCH_TEMPLATE -> "The specified launch template, with template ID " + named + ", does not exist.";
            case VOLUME, SNAPSHOT -> "The " + noun + " '" + named + "' does not exist.";
            default ->
                ids.size() == 1
                        ? "The " + noun + " '" + named + "' does not exist"
                        : "The " + noun + "s '" + named + "' do not exist";
        };
        return Ec2Error.coded(error + ".NotFound", message);
    }
}
