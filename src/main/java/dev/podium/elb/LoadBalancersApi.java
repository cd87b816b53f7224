package dev.podium.elb;

import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The operations on load balancers.
final class LoadBalancersApi implements ElbOperations {
    private final LoadBalancers loadBalancers;
    private final Traffic traffic;
    private final Placement placement;
    private final Clock clock;

    LoadBalancersApi(LoadBalancers loadBalancers, Traffic traffic, Placement placement, Clock clock) {
        this.loadBalancers = loadBalancers;
        this.traffic = traffic;
        this.placement = placement;
        this.clock = clock;
    }

    record CreateRequest(
            String name,
            @Nullable List<String> subnets,
            @Nullable List<Placement.SubnetMapping> subnetMappings,
            @Nullable List<String> securityGroups,
            @Nullable String scheme,
            @Nullable List<Tag> tags,
            @Nullable String type,
            @Nullable String ipAddressType,
            @Nullable String customerOwnedIpv4Pool,
            @Nullable String enablePrefixForIpv6SourceNat,
            @Nullable IpamPools ipamPools) {}

    record IpamPools(@Nullable String ipv4IpamPoolId) {}

    record DescribeRequest(
            @Nullable List<String> loadBalancerArns,
            @Nullable List<String> names,
            @Nullable String marker,
            @Nullable Integer pageSize) {}

    record Made(List<LoadBalancerShape> loadBalancers) {}

    record Described(
            List<LoadBalancerShape> loadBalancers, @Nullable String nextMarker) {}

    record ArnRequest(String loadBalancerArn) {}

    record ModifyAttributesRequest(String loadBalancerArn, List<Attribute> attributes) {}

    record AttributesResult(List<Attribute> attributes) {}

    record SetSecurityGroupsRequest(
            String loadBalancerArn,
            List<String> securityGroups,
            @Nullable String enforceSecurityGroupInboundRulesOnPrivateLinkTraffic) {}

    record SecurityGroupsResult(List<String> securityGroupIds) {}

    record SetSubnetsRequest(
            String loadBalancerArn,
            @Nullable List<String> subnets,
            @Nullable List<Placement.SubnetMapping> subnetMappings,
            @Nullable String ipAddressType,
            @Nullable String enablePrefixForIpv6SourceNat) {}

    record SubnetsResult(List<LoadBalancerShape.Zone> availabilityZones, String ipAddressType) {}

    record SetIpAddressTypeRequest(String loadBalancerArn, String ipAddressType) {}

    record IpAddressTypeResult(String ipAddressType) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("CreateLoadBalancer", CreateRequest.class, Made.class, this::create)
                .operation("DescribeLoadBalancers", DescribeRequest.class, Described.class, this::describe)
                .operation("DeleteLoadBalancer", ArnRequest.class, Void.class, this::delete)
                .operation("DescribeLoadBalancerAttributes", ArnRequest.class, AttributesResult.class, this::attributes)
                .operation(
                        "ModifyLoadBalancerAttributes",
                        ModifyAttributesRequest.class,
                        AttributesResult.class,
                        this::modifyAttributes)
                .operation(
                        "SetSecurityGroups",
                        SetSecurityGroupsRequest.class,
                        SecurityGroupsResult.class,
                        this::setSecurityGroups)
                .operation("SetSubnets", SetSubnetsRequest.class, SubnetsResult.class, this::setSubnets)
                .operation(
                        "SetIpAddressType",
                        SetIpAddressTypeRequest.class,
                        IpAddressTypeResult.class,
                        this::setIpAddressType)
                .partial(
                        "CreateLoadBalancer",
                        "`application` and `network`. Subnets, security groups, scheme and IP address type are checked,"
                                + " kept and shown, but traffic doesn't depend on them. Elastic IPs, addresses of one's own"
                                + " and address pools are refused.")
                .partial("ModifyLoadBalancerAttributes", "See the attributes below.")
                .remark("SetIpAddressType", "Shown; load balancers are reached however the server is.")
                .remark("SetSubnets", "Shown; traffic doesn't depend on it.")
                .partial("SetSecurityGroups", "Shown; nothing is blocked.");
    }

    private Made create(Call call, CreateRequest request) {
        Scope scope = call.scope();
        String type = request.type() == null ? "application" : request.type();
        checkSupported(request, type);
        Names.check("Load balancer name", request.name());
        if (request.name().startsWith("internal-")) {
            throw ElbError.validation("Load balancer name '" + request.name() + "' cannot begin with 'internal-'");
        }
        Map<String, String> tags = Tags.of(request.tags());
        Placement.Place place =
                placement.choose(scope, type, request.subnets(), request.subnetMappings(), request.securityGroups());
        StoredLoadBalancer wanted = make(scope, type, request, place, tags);
        StoredLoadBalancer known =
                loadBalancers.table().named(scope, request.name()).orElse(null);
        if (known == null) {
            checkCount(scope, type);
            known = loadBalancers.table().create(wanted);
        }
        if (known.arn().equals(wanted.arn())) {
            traffic.apply(known);
            return new Made(List.of(LoadBalancerShape.of(known, new LoadBalancerShape.State("provisioning", null))));
        }
        if (!sameSettings(known, wanted)) {
            throw ElbError.of(
                    "DuplicateLoadBalancerName",
                    "A load balancer with the same name '" + known.name() + "' exists, but with different settings");
        }
        return new Made(List.of(shape(known)));
    }

    private LoadBalancerShape shape(StoredLoadBalancer stored) {
        String why = traffic.impairment(stored.arn());
        return LoadBalancerShape.of(
                stored, new LoadBalancerShape.State(why == null ? "active" : "active_impaired", why));
    }

    private static void checkSupported(CreateRequest request, String type) {
        if (type.equals("gateway")) {
            throw ElbError.unsupported("The load balancer type 'gateway'");
        }
        if (request.customerOwnedIpv4Pool() != null) {
            throw ElbError.unsupported("CustomerOwnedIpv4Pool");
        }
        if (request.ipamPools() != null) {
            throw ElbError.unsupported("IpamPools");
        }
        if ("on".equals(request.enablePrefixForIpv6SourceNat())) {
            throw ElbError.unsupported("EnablePrefixForIpv6SourceNat");
        }
    }

    private void checkCount(Scope scope, String type) {
        long count = loadBalancers.table().all(scope).stream()
                .filter(lb -> lb.identity().type().equals(type))
                .count();
        if (count >= LoadBalancers.MOST) {
            throw ElbError.of(
                    "TooManyLoadBalancers",
                    "The maximum number of load balancers has been reached: '" + LoadBalancers.MOST + "'");
        }
    }

    private StoredLoadBalancer make(
            Scope scope, String type, CreateRequest request, Placement.Place place, Map<String, String> tags) {
        String id = Names.id();
        String scheme = request.scheme() == null ? "internet-facing" : request.scheme();
        boolean network = type.equals("network");
        StoredLoadBalancer.Identity identity = new StoredLoadBalancer.Identity(
                ElbArn.loadBalancer(scope, type, request.name(), id),
                request.name(),
                type,
                scheme,
                Names.host(request.name(), id, scheme.equals("internal")),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                place.vpcId());
        return new StoredLoadBalancer(
                identity,
                place.zones(),
                network && place.securityGroups().isEmpty() ? null : place.securityGroups(),
                addressType(request.ipAddressType() == null ? "ipv4" : request.ipAddressType(), network),
                LoadBalancerAttributes.of(type).defaults(),
                tags,
                List.of());
    }

    private static String addressType(String given, boolean network) {
        if (network && given.equals("dualstack-without-public-ipv4")) {
            throw ElbError.configuration(
                    "The IP address type '" + given + "' is not valid for load balancers with type 'network'");
        }
        return given;
    }

    private static boolean sameSettings(StoredLoadBalancer known, StoredLoadBalancer wanted) {
        return known.identity().type().equals(wanted.identity().type())
                && known.identity().scheme().equals(wanted.identity().scheme())
                && known.zones().equals(wanted.zones())
                && java.util.Objects.equals(known.securityGroups(), wanted.securityGroups())
                && known.ipAddressType().equals(wanted.ipAddressType())
                && known.tags().equals(wanted.tags());
    }

    private Described describe(Call call, DescribeRequest request) {
        List<StoredLoadBalancer> found = Selection.of(
                ElbError.Kind.LOAD_BALANCER,
                Selection.orNone(request.loadBalancerArns()),
                Selection.orNone(request.names()),
                () -> loadBalancers.table().all(call.scope()),
                arn -> loadBalancers.find(ElbArn.parse(arn, ElbError.Kind.LOAD_BALANCER, call.scope())),
                name -> loadBalancers.table().named(call.scope(), name));
        Pages<StoredLoadBalancer> page =
                Pages.of(found, StoredLoadBalancer::name, request.marker(), request.pageSize());
        return new Described(page.items().stream().map(this::shape).toList(), page.nextMarker());
    }

    /// Deleting what isn't there is no error, as with AWS.
    private @Nullable Void delete(Call call, ArnRequest request) {
        ElbArn arn = ElbArn.parse(request.loadBalancerArn(), ElbError.Kind.LOAD_BALANCER, call.scope());
        loadBalancers.find(arn).ifPresent(found -> {
            if ("true".equals(found.attributes().get(LoadBalancerAttributes.DELETION_PROTECTION))) {
                throw ElbError.of(
                        "OperationNotPermitted",
                        "Load balancer '" + found.arn() + "' cannot be deleted because deletion protection is enabled");
            }
            loadBalancers.table().remove(found);
            traffic.remove(found);
        });
        return null;
    }

    private AttributesResult attributes(Call call, ArnRequest request) {
        StoredLoadBalancer found = loadBalancers.get(request.loadBalancerArn(), call.scope());
        return new AttributesResult(Attribute.list(found.attributes()));
    }

    private AttributesResult modifyAttributes(Call call, ModifyAttributesRequest request) {
        StoredLoadBalancer found = loadBalancers.get(request.loadBalancerArn(), call.scope());
        AttributeTable table = LoadBalancerAttributes.of(found.identity().type());
        StoredLoadBalancer changed = loadBalancers.table().change(found.arn(), now -> {
            Map<String, String> values = table.change(now.attributes(), request.attributes());
            LoadBalancerAttributes.checkLogs(values);
            return now.withAttributes(values);
        });
        traffic.apply(changed);
        return new AttributesResult(Attribute.list(changed.attributes()));
    }

    private SecurityGroupsResult setSecurityGroups(Call call, SetSecurityGroupsRequest request) {
        StoredLoadBalancer found = loadBalancers.get(request.loadBalancerArn(), call.scope());
        if (found.securityGroups() == null) {
            throw ElbError.configuration(
                    "Security groups can't be set on load balancer '" + found.arn() + "', which was created without");
        }
        if (request.enforceSecurityGroupInboundRulesOnPrivateLinkTraffic() != null) {
            throw ElbError.unsupported("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic");
        }
        placement.checkSecurityGroups(call.scope(), request.securityGroups());
        if (request.securityGroups().isEmpty()) {
            throw ElbError.configuration("At least one security group must be specified");
        }
        loadBalancers.table().change(found.arn(), now -> now.withSecurityGroups(request.securityGroups()));
        return new SecurityGroupsResult(request.securityGroups());
    }

    private SubnetsResult setSubnets(Call call, SetSubnetsRequest request) {
        StoredLoadBalancer found = loadBalancers.get(request.loadBalancerArn(), call.scope());
        if ("on".equals(request.enablePrefixForIpv6SourceNat())) {
            throw ElbError.unsupported("EnablePrefixForIpv6SourceNat");
        }
        Placement.Place place = placement.choose(
                call.scope(), found.identity().type(), request.subnets(), request.subnetMappings(), List.of());
        if (!place.vpcId().equals(found.identity().vpcId())) {
            throw ElbError.of(
                    "InvalidSubnet",
                    "The subnets are not in the VPC of the load balancer, "
                            + found.identity().vpcId());
        }
        String type = addressType(
                request.ipAddressType() == null ? found.ipAddressType() : request.ipAddressType(), found.network());
        StoredLoadBalancer changed =
                loadBalancers.table().change(found.arn(), now -> now.withNetwork(place.zones(), type));
        return new SubnetsResult(LoadBalancerShape.zones(changed), changed.ipAddressType());
    }

    private IpAddressTypeResult setIpAddressType(Call call, SetIpAddressTypeRequest request) {
        StoredLoadBalancer found = loadBalancers.get(request.loadBalancerArn(), call.scope());
        String type = addressType(request.ipAddressType(), found.network());
        loadBalancers.table().change(found.arn(), now -> now.withNetwork(now.zones(), type));
        return new IpAddressTypeResult(type);
    }
}
