package dev.podium.elb;

import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.elb.StoredTargetGroup.StoredTarget;
import dev.podium.elb.proxy.TargetHealth;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The operations on the targets of target groups.
final class TargetsApi implements ElbOperations {
    private final TargetGroups groups;
    private final Targets targets;

    TargetsApi(TargetGroups groups, Targets targets) {
        this.groups = groups;
        this.targets = targets;
    }

    record ChangeRequest(String targetGroupArn, List<TargetDescription> targets) {}

    record HealthRequest(
            String targetGroupArn,
            @Nullable List<TargetDescription> targets,
            @Nullable List<String> include) {}

    record HealthResult(List<Description> targetHealthDescriptions) {}

    record Description(
            TargetDescription target,
            @Nullable String healthCheckPort,
            Health targetHealth,
            @Nullable Anomaly anomalyDetection,
            @Nullable AdministrativeOverride administrativeOverride) {}

    record Health(
            String state, @Nullable String reason, @Nullable String description) {}

    record Anomaly(String result, String mitigationInEffect) {
        static final Anomaly NONE = new Anomaly("normal", "no");
    }

    record AdministrativeOverride(String state, String reason, String description) {
        static final AdministrativeOverride NONE = new AdministrativeOverride(
                "no_override", "AdministrativeOverride.NoOverride", "No override is currently active on target");
    }

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("RegisterTargets", ChangeRequest.class, Void.class, this::register)
                .operation("DeregisterTargets", ChangeRequest.class, Void.class, this::deregister)
                .operation("DescribeTargetHealth", HealthRequest.class, HealthResult.class, this::health)
                .remark(
                        "RegisterTargets",
                        "Any IP address is taken, not only private ones. A function needs no resource policy."
                                + " `AvailabilityZone` is shown and has no effect.")
                .remark("DescribeTargetHealth", "No anomalies are detected, and there is no zonal shift.");
    }

    private @Nullable Void register(Call call, ChangeRequest request) {
        targets.register(groups.get(request.targetGroupArn(), call.scope()), request.targets());
        return null;
    }

    private @Nullable Void deregister(Call call, ChangeRequest request) {
        targets.deregister(groups.get(request.targetGroupArn(), call.scope()), request.targets());
        return null;
    }

    private HealthResult health(Call call, HealthRequest request) {
        StoredTargetGroup group = groups.get(request.targetGroupArn(), call.scope());
        List<TargetHealth> all = targets.health(group);
        boolean anomalies = !Selection.orNone(request.include()).isEmpty();
        List<TargetDescription> asked = Selection.orNone(request.targets());
        if (asked.isEmpty()) {
            return new HealthResult(all.stream()
                    .map(health -> description(group, health, anomalies))
                    .toList());
        }
        return new HealthResult(asked.stream()
                .map(given -> asked(group, Targets.target(group, given), all, anomalies))
                .toList());
    }

    private static Description asked(
            StoredTargetGroup group, StoredTarget target, List<TargetHealth> all, boolean anomalies) {
        Optional<TargetHealth> known = all.stream()
                .filter(health -> health.target().id().equals(target.id())
                        && health.target().port() == target.port())
                .findFirst();
        return known.map(health -> description(group, health, anomalies))
                .orElseGet(() -> new Description(
                        new TargetDescription(
                                target.id(), target.port() == 0 ? null : target.port(), target.zone(), null),
                        null,
                        new Health("unused", "Target.NotRegistered", "Target is not registered to the target group"),
                        null,
                        null));
    }

    private static Description description(StoredTargetGroup group, TargetHealth health, boolean anomalies) {
        String id = health.target().id();
        int port = health.target().port();
        String zone = group.targets().stream()
                .filter(target -> target.id().equals(id) && target.port() == port && target.zone() != null)
                .map(StoredTarget::zone)
                .findFirst()
                .orElse(group.identity().targetType().equals("ip") ? Names.firstZone(group.scope()) : null);
        return new Description(
                new TargetDescription(id, group.lambda() ? null : Integer.valueOf(port), zone, null),
                group.lambda() ? null : String.valueOf(health.checkPort()),
                new Health(health.state().code(), health.reason(), health.description()),
                anomalies ? Anomaly.NONE : null,
                group.lambda() ? null : AdministrativeOverride.NONE);
    }
}
