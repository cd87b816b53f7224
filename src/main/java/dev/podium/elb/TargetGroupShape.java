package dev.podium.elb;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A target group as the API shows it.
record TargetGroupShape(
        String targetGroupArn,
        String targetGroupName,
        @Nullable String protocol,
        @Nullable Integer port,
        @Nullable String vpcId,
        @Nullable String healthCheckProtocol,
        @Nullable String healthCheckPort,
        boolean healthCheckEnabled,
        int healthCheckIntervalSeconds,
        int healthCheckTimeoutSeconds,
        int healthyThresholdCount,
        int unhealthyThresholdCount,
        @Nullable String healthCheckPath,
        @Nullable Matcher matcher,
        List<String> loadBalancerArns,
        String targetType,
        @Nullable String protocolVersion,
        String ipAddressType) {
    static TargetGroupShape of(StoredTargetGroup stored, List<String> users) {
        HealthCheck check = stored.healthCheck();
        return new TargetGroupShape(
                stored.arn(),
                stored.name(),
                stored.identity().protocol(),
                stored.identity().port(),
                stored.identity().vpcId(),
                check.protocol(),
                check.port(),
                check.enabled(),
                check.intervalSeconds(),
                check.timeoutSeconds(),
                check.healthyThreshold(),
                check.unhealthyThreshold(),
                check.path(),
                check.matcher() == null ? null : new Matcher(check.matcher(), null),
                users,
                stored.identity().targetType(),
                stored.identity().protocolVersion(),
                stored.identity().ipAddressType());
    }
}
