package dev.podium.elb;

import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import dev.podium.elb.proxy.TargetHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Registers and deregisters the targets of target groups, for the API and for others in this process that put
/// something behind a load balancer.
public final class Targets {
    private static final int NO_PORT = 0;

    private final TargetGroups groups;
    private final LoadBalancers loadBalancers;
    private final Traffic traffic;
    private final InstanceAddresses instances;

    /// Makes one over the collections.
    public Targets(TargetGroups groups, LoadBalancers loadBalancers, Traffic traffic, InstanceAddresses instances) {
        this.groups = groups;
        this.loadBalancers = loadBalancers;
        this.traffic = traffic;
        this.instances = instances;
    }

    /// What others may know of a target group.
    ///
    /// @param targetType `ip`, `instance` or `lambda`
    /// @param used       whether a load balancer forwards to it
    public record Group(String targetType, boolean used) {}

    /// A target group by its ARN, or nothing when there is none.
    public Optional<Group> group(String targetGroupArn) {
        return ElbArn.parse(targetGroupArn)
                .filter(arn -> arn.kind() == ElbError.Kind.TARGET_GROUP)
                .flatMap(groups::find)
                .map(found -> new Group(
                        found.identity().targetType(),
                        !loadBalancers.using(found.arn(), found.scope()).isEmpty()));
    }

    /// Registers an address; registering it again changes nothing. The target gets requests as soon as it is
    /// healthy.
    ///
    /// @param id an IP address, or an instance's id, by the group's type
    /// @throws AwsException TargetGroupNotFound, TooManyTargets, or an error of a target that can't be one
    public void register(String targetGroupArn, String id, int port) {
        register(get(targetGroupArn), List.of(new TargetDescription(id, port, null, null)));
    }

    /// Deregisters an address: it gets no new requests, and is drained. Nothing happens when it isn't
    /// registered, or
    /// the group isn't there any more.
    public void deregister(String targetGroupArn, String id, int port) {
        ElbArn.parse(targetGroupArn)
                .flatMap(groups::find)
                .ifPresent(group -> deregister(group, List.of(new TargetDescription(id, port, null, null))));
    }

    /// The state of a target: `initial`, `healthy`, `unhealthy`, `unused`, `draining` or `unavailable`.
    /// Nothing when it
    /// isn't registered, and no longer drained.
    public Optional<String> state(String targetGroupArn, String id, int port) {
        return traffic.health(targetGroupArn).stream()
                .filter(health ->
                        health.target().id().equals(id) && health.target().port() == port)
                .map(health -> health.state().code())
                .findFirst();
    }

    /// Whether nothing is in progress any more on a target that was deregistered. Its state may be `draining` for
    /// longer,
    /// until the group's delay is over.
    public boolean isDrained(String targetGroupArn, String id, int port) {
        return traffic.isDrained(targetGroupArn, id, port);
    }

    /// Has a listener told the ARN of a target group when the health of one of its targets may have changed.
    /// There is
    /// one
    /// such listener, and it must not block.
    public void onHealthChange(Consumer<String> listener) {
        traffic.onHealthChange(listener);
    }

    private StoredTargetGroup get(String arn) {
        Scope scope =
                Arn.parse(arn).map(Arn::scope).orElseThrow(() -> ElbError.malformed(ElbError.Kind.TARGET_GROUP, arn));
        return groups.get(arn, scope);
    }

    void register(StoredTargetGroup group, List<TargetDescription> given) {
        if (given.isEmpty()) {
            throw ElbError.validation("At least one target must be specified");
        }
        List<StoredTargetGroup.StoredTarget> targets =
                given.stream().map(target -> registered(group, target)).toList();
        traffic.changeGroup(group.arn(), now -> {
            List<StoredTargetGroup.StoredTarget> all = new ArrayList<>(now.targets());
            for (StoredTargetGroup.StoredTarget target : targets) {
                all.removeIf(target::sameAs);
                all.add(target);
            }
            if (all.size() > (now.lambda() ? 1 : TargetGroups.MOST_TARGETS)) {
                throw ElbError.of(
                        "TooManyTargets",
                        "A target group with target type '" + now.identity().targetType() + "' can have at most '"
                                + (now.lambda() ? 1 : TargetGroups.MOST_TARGETS) + "' targets");
            }
            // A target that is registered again keeps its place.
            return now.targets().containsAll(all) ? now : now.withTargets(all);
        });
    }

    private StoredTargetGroup.StoredTarget registered(StoredTargetGroup group, TargetDescription given) {
        StoredTargetGroup.StoredTarget target = target(group, given);
        switch (group.identity().targetType()) {
            case "lambda" -> checkFunction(given);
            case "instance" -> checkInstance(group, given.id());
            default -> checkAddress(group, given.id());
        }
        return target;
    }

    private static void checkFunction(TargetDescription given) {
        if (Arn.parse(given.id()).filter(arn -> arn.service().equals("lambda")).isEmpty()) {
            throw ElbError.validation("'" + given.id() + "' is not a valid Lambda function ARN");
        }
        if (given.port() != null) {
            throw ElbError.validation("A port cannot be specified for a target that is a Lambda function");
        }
    }

    private void checkInstance(StoredTargetGroup group, String id) {
        if (!id.matches("i-[0-9a-f]{8,17}")) {
            throw ElbError.validation("Instance ID '" + id + "' is not valid");
        }
        Optional<InstanceAddresses.Instance> instance = instances.find(group.scope(), id);
        if (instance.isEmpty()) {
            throw ElbError.of("InvalidTarget", "The following targets do not exist: '" + id + "'");
        }
        if (instance.get().address().isEmpty()) {
            throw ElbError.of(
                    "InvalidTarget",
                    "The following targets are not in a running state and cannot be registered: '" + id + "'");
        }
    }

    private static void checkAddress(StoredTargetGroup group, String id) {
        boolean six = group.identity().ipAddressType().equals("ipv6");
        if (!ConditionRules.literal(id, six)) {
            throw ElbError.validation("The IP address '" + id + "' is not a valid IPv" + (six ? 6 : 4) + " address");
        }
    }

    /// The target that a request names, with the group's port when it names none.
    static StoredTargetGroup.StoredTarget target(StoredTargetGroup group, TargetDescription given) {
        if (given.quicServerId() != null) {
            throw ElbError.unsupported("QuicServerId");
        }
        Integer port = given.port() == null ? group.identity().port() : given.port();
        return new StoredTargetGroup.StoredTarget(given.id(), port == null ? NO_PORT : port, given.availabilityZone());
    }

    void deregister(StoredTargetGroup group, List<TargetDescription> given) {
        List<StoredTargetGroup.StoredTarget> gone =
                given.stream().map(target -> target(group, target)).toList();
        traffic.changeGroup(
                group.arn(),
                now -> now.withTargets(now.targets().stream()
                        .filter(target -> gone.stream().noneMatch(target::sameAs))
                        .toList()));
    }

    /// The health of all targets of a group.
    List<TargetHealth> health(StoredTargetGroup group) {
        return traffic.health(group.arn());
    }
}
