package dev.podium.ec2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Subnets.
final class SubnetsApi implements Ec2Operations {
    private static final Filters FILTERS = Filters.of("""
            availability-zone availabilityZone
            availabilityZone availabilityZone
            availability-zone-id availabilityZoneId
            availabilityZoneId availabilityZoneId
            available-ip-address-count availableIpAddressCount
            cidr cidrBlock
            cidr-block cidrBlock
            cidrBlock cidrBlock
            default-for-az defaultForAz
            defaultForAz defaultForAz
            enable-dns64 enableDns64
            ipv6-native ipv6Native
            map-public-ip-on-launch mapPublicIpOnLaunch
            owner-id ownerId
            private-dns-name-options-on-launch.hostname-type privateDnsNameOptionsOnLaunch.hostnameType
            state state
            subnet-arn subnetArn
            subnet-id subnetId
            vpc-id vpcId
            """);

    private final Networks networks;
    private final Instances instances;

    SubnetsApi(Networks networks, Instances instances) {
        this.networks = networks;
        this.instances = instances;
    }

    record CreateRequest(
            @Nullable List<TagSpecification> tagSpecifications,
            @Nullable String availabilityZone,
            @Nullable String availabilityZoneId,
            @Nullable String cidrBlock,
            String vpcId,
            @Nullable Boolean dryRun) {}

    record SubnetResult(ObjectNode subnet) {}

    record DeleteRequest(String subnetId, @Nullable Boolean dryRun) {}

    record Flag(@Nullable Boolean value) {}

    record ModifyRequest(@Nullable Flag mapPublicIpOnLaunch, String subnetId) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.partial("CreateSubnet", "Only IPv4 blocks.")
                .partial("ModifySubnetAttribute", "`MapPublicIpOnLaunch` only, stored and shown without effect.");
        service.operation("CreateSubnet", CreateRequest.class, SubnetResult.class, this::create)
                .operation("DeleteSubnet", DeleteRequest.class, Void.class, this::delete)
                .operation("ModifySubnetAttribute", ModifyRequest.class, Void.class, this::modify);
        Listing.of("DescribeSubnets", "subnets", FILTERS, scope -> networks.subnets(scope))
                .ids(Resource.SUBNET, "SubnetIds")
                .addTo(service);
    }

    private SubnetResult create(Call call, CreateRequest request) {
        Scope scope = call.scope();
        Vpc vpc = networks.vpcs(scope).require(scope, request.vpcId());
        String block = request.cidrBlock();
        if (block == null) {
            throw Ec2Error.missing("CidrBlock");
        }
        Cidr cidr = Cidr.of(block, "cidrBlock");
        if (cidr.bits() > 28 || !Cidr.of(vpc.cidrBlock(), "cidrBlock").contains(cidr)) {
            throw Ec2Error.coded("InvalidSubnet.Range", "The CIDR '" + block + "' is invalid.");
        }
        for (Subnet other : networks.subnets(scope).all(scope)) {
            if (other.vpcId().equals(vpc.vpcId())
                    && Cidr.of(other.cidrBlock(), "cidrBlock").overlaps(cidr)) {
                throw Ec2Error.coded(
                        "InvalidSubnet.Conflict", "The CIDR '" + block + "' conflicts with another subnet");
            }
        }
        String zone = zone(scope, request);
        List<Tag> tags = TagSpecification.of(request.tagSpecifications(), Resource.SUBNET);
        Ec2Error.dryRun(request.dryRun());
        Subnet subnet = Subnet.of(Resource.SUBNET.newId(), scope, vpc.vpcId(), cidr, zone, false);
        ObjectNode shown = networks.subnets(scope).add(scope, subnet.subnetId(), subnet, tags);
        if (!shown.has("tags")) {
            shown.putArray("tags");
        }
        return new SubnetResult(shown);
    }

    private static String zone(Scope scope, CreateRequest request) {
        List<String> zones = Zones.of(scope.region());
        String wanted = request.availabilityZone();
        String id = request.availabilityZoneId();
        if (wanted == null && id == null) {
            return zones.getFirst();
        }
        return zones.stream()
                .filter(zone ->
                        wanted != null ? zone.equals(wanted) : Zones.id(zone).equals(id))
                .findFirst()
                .orElseThrow(() -> Ec2Error.invalid(
                        wanted != null ? wanted : String.valueOf(id),
                        wanted != null ? "availabilityZone" : "availabilityZoneId",
                        "Subnets can currently only be created in the following availability zones: "
                                + String.join(", ", zones) + "."));
    }

    private @Nullable Void delete(Call call, DeleteRequest request) {
        Scope scope = call.scope();
        Subnet subnet = networks.subnets(scope).require(scope, request.subnetId());
        if (instances.living(scope).stream()
                .anyMatch(i -> i.definition().subnetId().equals(subnet.subnetId()))) {
            throw Ec2Error.dependency("subnet", subnet.subnetId());
        }
        Ec2Error.dryRun(request.dryRun());
        networks.subnets(scope).remove(scope, subnet.subnetId());
        return null;
    }

    private @Nullable Void modify(Call call, ModifyRequest request) {
        Flag flag = request.mapPublicIpOnLaunch();
        networks.subnets(call.scope())
                .change(
                        call.scope(),
                        request.subnetId(),
                        subnet -> flag == null
                                ? subnet
                                : Records.with(subnet, "mapPublicIpOnLaunch", Boolean.TRUE.equals(flag.value())));
        return null;
    }
}
