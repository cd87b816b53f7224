package dev.podium.ec2;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import dev.podium.codec.Json;
import dev.podium.ec2.Definition.MetadataOptions;
import dev.podium.ec2.RunInstancesRequest.NetworkInterface;
import dev.podium.ec2.RunInstancesRequest.Profile;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes instances out of a request for some: checks all that it names.
final class Launch {
    /// What EC2 takes when a request names no type.
    private static final String DEFAULT_TYPE = "m1.small";

    private static final int LONGEST_USER_DATA = 16_384;
    private static final int MOST_AT_ONCE = 200;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Images images;
    private final Networks networks;
    private final KeyPairs keys;

    Launch(Images images, Networks networks, KeyPairs keys) {
        this.images = images;
        this.networks = networks;
        this.keys = keys;
    }

    /// The instances that a request asks for, not stored yet.
    ///
    /// @param token the client's, or empty
    List<StoredInstance> instances(Scope scope, RunInstancesRequest request, String token, Instant now) {
        int count = count(request.minCount(), request.maxCount());
        Definition first = definition(scope, request, token);
        String reservation = Resource.RESERVATION.newId();
        List<StoredInstance> made = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            String id = Resource.INSTANCE.newId();
            made.add(new StoredInstance(
                    scope.account(),
                    scope.region(),
                    id,
                    reservation,
                    index,
                    own(first, id),
                    StoredInstance.Life.begin(now.truncatedTo(ChronoUnit.SECONDS))));
        }
        return made;
    }

    private static int count(int least, int most) {
        if (least < 1 || most < 1) {
            throw Ec2Error.invalid(
                    Math.min(least, most), least < 1 ? "minCount" : "maxCount", "Expected a positive integer.");
        }
        if (least > most) {
            throw Ec2Error.combination("MinCount (" + least + ") must not be larger than MaxCount (" + most + ")");
        }
        if (least > MOST_AT_ONCE) {
            throw Ec2Error.coded(
                    "InstanceLimitExceeded",
                    "You have requested more instances (" + least + ") than the limit of one launch, " + MOST_AT_ONCE
                            + ". Launch fewer at once.");
        }
        return Math.min(most, MOST_AT_ONCE);
    }

    /// The definition with what each instance has for itself. The network interface has the digits of its
    /// instance's
    /// id, so that either finds the other.
    private static Definition own(Definition shared, String instance) {
        byte[] token = new byte[16];
        RANDOM.nextBytes(token);
        byte[] mac = new byte[5];
        RANDOM.nextBytes(mac);
        Definition own = Records.with(shared, "interfaceId", instance.replace("i-", "eni-"));
        own = Records.with(own, "attachmentId", instance.replace("i-", "eni-attach-"));
        own = Records.with(own, "macAddress", "02:" + HexFormat.ofDelimiter(":").formatHex(mac));
        return Records.with(own, "token", HexFormat.of().formatHex(token));
    }

    private Definition definition(Scope scope, RunInstancesRequest request, String token) {
        String imageId = request.imageId();
        if (imageId == null || imageId.isEmpty()) {
            throw Ec2Error.missing("ImageId");
        }
        Image image = images.require(scope, imageId);
        InstanceType type = type(request.instanceType() == null ? DEFAULT_TYPE : request.instanceType());
        if (!type.architecture().equals(image.architecture())) {
            throw Ec2Error.invalid("The architecture '" + type.architecture()
                    + "' of the specified instance type does not match the architecture '"
                    + image.architecture()
                    + "' of the specified AMI. Specify an instance type and an AMI that have"
                    + " matching architectures, and try again.");
        }
        String key = request.keyName();
        if (key != null) {
            keys.require(scope, key);
        }
        Subnet subnet = subnet(scope, request);
        List<String> groups = groups(scope, request, subnet.vpcId());
        String profile = profile(scope, request.iamInstanceProfile());
        return new Definition(
                image.imageId(),
                image.imageLocation(),
                type.architecture(),
                type.name(),
                key,
                userData(request.userData()),
                token,
                profile,
                profile == null ? null : "AIPA" + hash(profile).substring(0, 17),
                subnet.vpcId(),
                subnet.subnetId(),
                subnet.availabilityZone(),
                groups,
                Boolean.TRUE.equals(request.disableApiTermination()),
                Boolean.TRUE.equals(request.disableApiStop()),
                request.instanceInitiatedShutdownBehavior() == null
                        ? "stop"
                        : request.instanceInitiatedShutdownBehavior(),
                Boolean.TRUE.equals(request.ebsOptimized()),
                true,
                request.monitoring() != null && request.monitoring().on(),
                MetadataOptions.DEFAULT.with(request.metadataOptions()),
                "",
                "",
                "",
                "");
    }

    /// An instance type by its name.
    ///
    /// @throws dev.podium.aws.AwsException InvalidParameterValue
    static InstanceType type(String name) {
        return InstanceType.of(name)
                .orElseThrow(() -> Ec2Error.invalid("Invalid value '" + name + "' for InstanceType."));
    }

    /// Checks user data: base64, of at most 16 KB.
    static @Nullable String userData(@Nullable String given) {
        if (given == null || given.isEmpty()) {
            return null;
        }
        try {
            int length = Base64.getMimeDecoder().decode(given).length;
            if (!given.matches("[A-Za-z0-9+/=\\s_-]*")) {
                throw new IllegalArgumentException("not base64");
            }
            if (length > LONGEST_USER_DATA) {
                throw Ec2Error.invalid("User data is limited to " + LONGEST_USER_DATA + " bytes");
            }
            return given;
        } catch (IllegalArgumentException e) {
            throw Ec2Error.invalid("Invalid BASE64 encoding of user data.");
        }
    }

    private Subnet subnet(Scope scope, RunInstancesRequest request) {
        RunInstancesRequest.Placement placement = request.placement();
        String zone = placement == null || placement.availabilityZone() == null ? "" : placement.availabilityZone();
        if (placement != null
                && placement.tenancy() != null
                && !placement.tenancy().equals("default")) {
            throw Ec2Error.unsupported("RunInstances", "Placement.Tenancy=" + placement.tenancy());
        }
        if (placement != null
                && placement.groupName() != null
                && !placement.groupName().isEmpty()) {
            throw Ec2Error.coded(
                    "InvalidPlacementGroup.Unknown", "The Placement Group '" + placement.groupName() + "' is unknown.");
        }
        NetworkInterface own = networkInterface(request);
        String id = own != null && own.subnetId() != null ? own.subnetId() : request.subnetId();
        if (id == null || id.isEmpty()) {
            return networks.defaultSubnet(scope, zone);
        }
        Subnet subnet = networks.subnets(scope).require(scope, id);
        if (!zone.isEmpty() && !zone.equals(subnet.availabilityZone())) {
            throw Ec2Error.invalid(
                    "The availability zone '" + zone + "' does not match the zone of the subnet '" + id + "'");
        }
        return subnet;
    }

    private static @Nullable NetworkInterface networkInterface(RunInstancesRequest request) {
        List<NetworkInterface> all = request.networkInterfaces();
        if (all == null || all.isEmpty()) {
            return null;
        }
        boolean first = all.getFirst().deviceIndex() == null || all.getFirst().deviceIndex() == 0;
        if (all.size() > 1 || !first) {
            throw Ec2Error.unsupported("More than one network interface is not supported by Podium: a pod has one.");
        }
        if (request.subnetId() != null || request.securityGroupIds() != null || request.securityGroups() != null) {
            throw Ec2Error.combination(
                    "Network interfaces and an instance-level subnet ID or security groups may not be specified on"
                            + " the same request");
        }
        return all.getFirst();
    }

    private List<String> groups(Scope scope, RunInstancesRequest request, String vpc) {
        Set<String> ids = new LinkedHashSet<>();
        NetworkInterface own = networkInterface(request);
        List<String> named = own == null ? request.securityGroupIds() : own.groups();
        for (String id : named == null ? List.<String>of() : named) {
            ids.add(inVpc(networks.groups(scope).require(scope, id), vpc));
        }
        for (String name : request.securityGroups() == null ? List.<String>of() : request.securityGroups()) {
            ids.add(networks.group(scope, vpc, name).groupId());
        }
        if (ids.isEmpty()) {
            ids.add(networks.group(scope, vpc, SecurityGroup.DEFAULT).groupId());
        }
        return List.copyOf(ids);
    }

    /// A group's id, if the group is in a network.
    static String inVpc(SecurityGroup group, String vpc) {
        if (!group.vpcId().equals(vpc)) {
            throw Ec2Error.invalid("Security group " + group.groupId() + " and subnet belong to different networks.");
        }
        return group.groupId();
    }

    private static @Nullable String profile(Scope scope, @Nullable Profile given) {
        if (given == null) {
            return null;
        }
        String arn = given.arn();
        String name = given.name();
        if (arn != null && name != null) {
            throw Ec2Error.combination("The parameter 'iamInstanceProfile.name' may not be used in combination with"
                    + " 'iamInstanceProfile.arn'");
        }
        if (arn != null) {
            boolean good = Arn.parse(arn)
                    .filter(a -> a.service().equals("iam") && a.resource().startsWith("instance-profile/"))
                    .isPresent();
            if (!good) {
                throw Ec2Error.invalid(arn, "iamInstanceProfile.arn", "Invalid IAM Instance Profile ARN");
            }
            return arn;
        }
        return name == null ? null : "arn:aws:iam::" + scope.account() + ":instance-profile/" + name;
    }

    /// A fingerprint of a request, without what differs between tries.
    static String fingerprint(RunInstancesRequest request) {
        try {
            return hash(Json.MAPPER.writeValueAsString(request));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a request is written as JSON", e);
        }
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).toUpperCase(Locale.ROOT);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
