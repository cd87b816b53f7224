package dev.podium.elb;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A target group on disk.
///
/// @param attributes all of them, defaults included
/// @param targets    registered ones, in the order of their registration; not those that are being deregistered
record StoredTargetGroup(
        Identity identity,
        HealthCheck healthCheck,
        Map<String, String> attributes,
        Map<String, String> tags,
        List<StoredTarget> targets)
        implements ElbResource {

    /// What stays as it was made.
    ///
    /// @param targetType `instance`, `ip` or `lambda`
    /// @param protocol   null of functions, as are the port, the VPC and the protocol's version
    record Identity(
            String arn,
            String name,
            String targetType,
            @Nullable String protocol,
            @Nullable Integer port,
            @Nullable String vpcId,
            @Nullable String protocolVersion,
            String ipAddressType) {
        /// The same under another ARN, to compare two that are made alike.
        Identity withArn(String changed) {
            return new Identity(changed, name, targetType, protocol, port, vpcId, protocolVersion, ipAddressType);
        }
    }

    /// A registered target.
    ///
    /// @param id   an instance's id, an IP address or a function's ARN
    /// @param port 0 of a function
    /// @param zone null unless it was given
    record StoredTarget(String id, int port, @Nullable String zone) {
        /// Whether both are the same place.
        boolean sameAs(StoredTarget other) {
            return id.equals(other.id) && port == other.port;
        }
    }

    @Override
    public String arn() {
        return identity.arn;
    }

    @Override
    public String name() {
        return identity.name;
    }

    boolean lambda() {
        return identity.targetType.equals("lambda");
    }

    StoredTargetGroup withHealthCheck(HealthCheck changed) {
        return new StoredTargetGroup(identity, changed, attributes, tags, targets);
    }

    StoredTargetGroup withAttributes(Map<String, String> changed) {
        return new StoredTargetGroup(identity, healthCheck, changed, tags, targets);
    }

    StoredTargetGroup withTags(Map<String, String> changed) {
        return new StoredTargetGroup(identity, healthCheck, attributes, changed, targets);
    }

    StoredTargetGroup withTargets(List<StoredTarget> changed) {
        return new StoredTargetGroup(identity, healthCheck, attributes, tags, changed);
    }
}
