package dev.podium.elb;

import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The operations on target groups and their attributes.
final class TargetGroupsApi implements ElbOperations {
    private static final Set<String> PROTOCOLS = Set.of("HTTP", "HTTPS", "TCP", "TLS");

    private final TargetGroups groups;
    private final LoadBalancers loadBalancers;
    private final Traffic traffic;

    TargetGroupsApi(TargetGroups groups, LoadBalancers loadBalancers, Traffic traffic) {
        this.groups = groups;
        this.loadBalancers = loadBalancers;
        this.traffic = traffic;
    }

    record CreateRequest(
            String name,
            @Nullable String protocol,
            @Nullable String protocolVersion,
            @Nullable Integer port,
            @Nullable String vpcId,
            @Nullable String healthCheckProtocol,
            @Nullable String healthCheckPort,
            @Nullable Boolean healthCheckEnabled,
            @Nullable String healthCheckPath,
            @Nullable Integer healthCheckIntervalSeconds,
            @Nullable Integer healthCheckTimeoutSeconds,
            @Nullable Integer healthyThresholdCount,
            @Nullable Integer unhealthyThresholdCount,
            @Nullable Matcher matcher,
            @Nullable String targetType,
            @Nullable List<Tag> tags,
            @Nullable String ipAddressType,
            @Nullable Integer targetControlPort) {
        HealthCheckRules.Given healthCheck() {
            return new HealthCheckRules.Given(
                    healthCheckEnabled,
                    healthCheckProtocol,
                    healthCheckPort,
                    healthCheckPath,
                    healthCheckIntervalSeconds,
                    healthCheckTimeoutSeconds,
                    healthyThresholdCount,
                    unhealthyThresholdCount,
                    matcher);
        }
    }

    record ModifyRequest(
            String targetGroupArn,
            @Nullable String healthCheckProtocol,
            @Nullable String healthCheckPort,
            @Nullable String healthCheckPath,
            @Nullable Boolean healthCheckEnabled,
            @Nullable Integer healthCheckIntervalSeconds,
            @Nullable Integer healthCheckTimeoutSeconds,
            @Nullable Integer healthyThresholdCount,
            @Nullable Integer unhealthyThresholdCount,
            @Nullable Matcher matcher) {
        HealthCheckRules.Given healthCheck() {
            return new HealthCheckRules.Given(
                    healthCheckEnabled,
                    healthCheckProtocol,
                    healthCheckPort,
                    healthCheckPath,
                    healthCheckIntervalSeconds,
                    healthCheckTimeoutSeconds,
                    healthyThresholdCount,
                    unhealthyThresholdCount,
                    matcher);
        }
    }

    record DescribeRequest(
            @Nullable String loadBalancerArn,
            @Nullable List<String> targetGroupArns,
            @Nullable List<String> names,
            @Nullable String marker,
            @Nullable Integer pageSize) {}

    record Made(List<TargetGroupShape> targetGroups) {}

    record Described(
            List<TargetGroupShape> targetGroups, @Nullable String nextMarker) {}

    record ArnRequest(String targetGroupArn) {}

    record ModifyAttributesRequest(String targetGroupArn, List<Attribute> attributes) {}

    record AttributesResult(List<Attribute> attributes) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("CreateTargetGroup", CreateRequest.class, Made.class, this::create)
                .operation("ModifyTargetGroup", ModifyRequest.class, Made.class, this::modify)
                .operation("DescribeTargetGroups", DescribeRequest.class, Described.class, this::describe)
                .operation("DeleteTargetGroup", ArnRequest.class, Void.class, this::delete)
                .operation("DescribeTargetGroupAttributes", ArnRequest.class, AttributesResult.class, this::attributes)
                .operation(
                        "ModifyTargetGroupAttributes",
                        ModifyAttributesRequest.class,
                        AttributesResult.class,
                        this::modifyAttributes)
                .partial(
                        "CreateTargetGroup",
                        "Targets of type `ip`, `instance` and `lambda`; protocols HTTP, HTTPS, TCP and TLS, of version HTTP1."
                                + " The VPC is kept and shown, and targets may be anywhere.")
                .partial("ModifyTargetGroupAttributes", "See the attributes below.");
    }

    private Made create(Call call, CreateRequest request) {
        Names.check("Target group name", request.name());
        String type = request.targetType() == null ? "instance" : request.targetType();
        checkSupported(request, type);
        Map<String, String> tags = Tags.of(request.tags());
        StoredTargetGroup wanted = make(call.scope(), request, type, tags);
        StoredTargetGroup known =
                groups.table().named(call.scope(), request.name()).orElse(null);
        if (known == null) {
            if (groups.table().all(call.scope()).size() >= TargetGroups.MOST) {
                throw ElbError.of(
                        "TooManyTargetGroups",
                        "The maximum number of target groups has been reached: '" + TargetGroups.MOST + "'");
            }
            known = groups.table().create(wanted);
        }
        if (known.arn().equals(wanted.arn())) {
            traffic.applyGroup(known.arn());
        } else if (!sameSettings(known, wanted)) {
            throw ElbError.of(
                    "DuplicateTargetGroupName",
                    "A target group with the same name '" + known.name() + "' exists, but with different settings");
        }
        return one(known);
    }

    private static void checkSupported(CreateRequest request, String type) {
        if (type.equals("alb")) {
            throw ElbError.unsupported("The target type 'alb'");
        }
        if (request.targetControlPort() != null) {
            throw ElbError.unsupported("TargetControlPort");
        }
        if (type.equals("lambda")) {
            String extra = request.protocol() != null
                    ? "Protocol"
                    : request.port() != null
                            ? "Port"
                            : request.vpcId() != null
                                    ? "VPC ID"
                                    : request.protocolVersion() != null ? "Protocol version" : null;
            if (extra != null) {
                throw ElbError.validation(extra + " cannot be specified for target groups with target type 'lambda'");
            }
            return;
        }
        if (request.protocol() == null) {
            throw ElbError.validation("A protocol must be specified");
        }
        if (request.port() == null) {
            throw ElbError.validation("A port must be specified");
        }
        if (request.vpcId() == null) {
            throw ElbError.validation("A VPC ID must be specified");
        }
        if (!PROTOCOLS.contains(request.protocol())) {
            throw ElbError.unsupported("The target group protocol '" + request.protocol() + "'");
        }
        String version = request.protocolVersion();
        if (version != null && TargetGroups.forConnections(request.protocol())) {
            throw ElbError.configuration("A protocol version can't be specified for target groups with the protocol '"
                    + request.protocol() + "'");
        }
        if (version != null && !version.equals("HTTP1")) {
            throw ElbError.unsupported("The protocol version '" + version + "'");
        }
    }

    private static StoredTargetGroup make(Scope scope, CreateRequest request, String type, Map<String, String> tags) {
        String protocol = request.protocol();
        StoredTargetGroup.Identity identity = new StoredTargetGroup.Identity(
                ElbArn.targetGroup(scope, request.name(), Names.id()),
                request.name(),
                type,
                protocol,
                request.port(),
                request.vpcId(),
                protocol == null || TargetGroups.forConnections(protocol) ? null : "HTTP1",
                request.ipAddressType() == null ? "ipv4" : request.ipAddressType());
        return new StoredTargetGroup(
                identity,
                new HealthCheckRules(type, protocol).make(request.healthCheck()),
                TargetGroupAttributes.of(type, protocol).defaults(),
                tags,
                List.of());
    }

    private static boolean sameSettings(StoredTargetGroup known, StoredTargetGroup wanted) {
        return known.identity().withArn("").equals(wanted.identity().withArn(""))
                && known.healthCheck().equals(wanted.healthCheck())
                && known.tags().equals(wanted.tags());
    }

    private Made one(StoredTargetGroup group) {
        return new Made(List.of(shape(group)));
    }

    private TargetGroupShape shape(StoredTargetGroup group) {
        return TargetGroupShape.of(group, loadBalancers.using(group.arn(), group.scope()));
    }

    private Made modify(Call call, ModifyRequest request) {
        StoredTargetGroup found = groups.get(request.targetGroupArn(), call.scope());
        HealthCheckRules rules = new HealthCheckRules(
                found.identity().targetType(), found.identity().protocol());
        StoredTargetGroup changed = traffic.changeGroup(
                found.arn(), now -> now.withHealthCheck(rules.change(now.healthCheck(), request.healthCheck())));
        return one(changed);
    }

    private Described describe(Call call, DescribeRequest request) {
        Scope scope = call.scope();
        List<String> arns = Selection.orNone(request.targetGroupArns());
        List<String> names = Selection.orNone(request.names());
        List<StoredTargetGroup> found;
        if (request.loadBalancerArn() != null) {
            if (!arns.isEmpty() || !names.isEmpty()) {
                throw ElbError.validation(
                        "A load balancer ARN can't be specified together with target group names or ARNs");
            }
            Set<String> used =
                    loadBalancers.get(request.loadBalancerArn(), scope).targetGroups();
            found = groups.table().all(scope).stream()
                    .filter(group -> used.contains(group.arn()))
                    .toList();
        } else {
            found = Selection.of(
                    ElbError.Kind.TARGET_GROUP,
                    arns,
                    names,
                    () -> groups.table().all(scope),
                    arn -> groups.find(ElbArn.parse(arn, ElbError.Kind.TARGET_GROUP, scope)),
                    name -> groups.table().named(scope, name));
        }
        Pages<StoredTargetGroup> page = Pages.of(found, StoredTargetGroup::name, request.marker(), request.pageSize());
        return new Described(page.items().stream().map(this::shape).toList(), page.nextMarker());
    }

    /// Deleting what isn't there is no error, as with AWS.
    private @Nullable Void delete(Call call, ArnRequest request) {
        ElbArn arn = ElbArn.parse(request.targetGroupArn(), ElbError.Kind.TARGET_GROUP, call.scope());
        groups.find(arn).ifPresent(found -> {
            if (!loadBalancers.using(found.arn(), call.scope()).isEmpty()) {
                throw ElbError.of(
                        "ResourceInUse",
                        "Target group '" + found.arn() + "' is currently in use by a listener or a rule");
            }
            groups.table().remove(found);
            traffic.removeGroup(found.arn());
        });
        return null;
    }

    private AttributesResult attributes(Call call, ArnRequest request) {
        StoredTargetGroup found = groups.get(request.targetGroupArn(), call.scope());
        return new AttributesResult(Attribute.list(found.attributes()));
    }

    private AttributesResult modifyAttributes(Call call, ModifyAttributesRequest request) {
        StoredTargetGroup found = groups.get(request.targetGroupArn(), call.scope());
        AttributeTable table = TargetGroupAttributes.of(
                found.identity().targetType(), found.identity().protocol());
        StoredTargetGroup changed = traffic.changeGroup(found.arn(), now -> {
            Map<String, String> values = table.change(now.attributes(), request.attributes());
            TargetGroupAttributes.check(values);
            return now.withAttributes(values);
        });
        return new AttributesResult(Attribute.list(changed.attributes()));
    }
}
