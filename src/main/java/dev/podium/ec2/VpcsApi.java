package dev.podium.ec2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Networks.
final class VpcsApi implements Ec2Operations {
    private static final Filters FILTERS = Filters.of("""
            cidr cidrBlock
            cidr-block-association.association-id cidrBlockAssociationSet.associationId
            cidr-block-association.cidr-block cidrBlockAssociationSet.cidrBlock
            cidr-block-association.state cidrBlockAssociationSet.cidrBlockState.state
            dhcp-options-id dhcpOptionsId
            is-default isDefault
            isDefault isDefault
            owner-id ownerId
            state state
            vpc-id vpcId
            """);

    private final Networks networks;
    private final Instances instances;
    private final Table<Attributes> attributes;

    VpcsApi(Store store, Networks networks, Instances instances) {
        this.networks = networks;
        this.instances = instances;
        this.attributes = store.table("ec2-vpc-attributes", Attributes.class);
    }

    /// Attributes of a network, without effect on pods.
    record Attributes(boolean enableDnsSupport, boolean enableDnsHostnames, boolean enableNetworkAddressUsageMetrics) {}

    record CreateRequest(
            @Nullable String cidrBlock,
            @Nullable List<TagSpecification> tagSpecifications,
            @Nullable Boolean dryRun,
            @Nullable String instanceTenancy) {}

    record DefaultRequest(@Nullable Boolean dryRun) {}

    record VpcResult(ObjectNode vpc) {}

    record DeleteRequest(String vpcId, @Nullable Boolean dryRun) {}

    record AttributeRequest(
            String attribute, String vpcId, @Nullable Boolean dryRun) {}

    record Flag(@Nullable Boolean value) {}

    record ModifyRequest(
            @Nullable Flag enableDnsHostnames,
            @Nullable Flag enableDnsSupport,
            String vpcId,
            @Nullable Flag enableNetworkAddressUsageMetrics) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.partial(
                        "CreateVpc",
                        "Only IPv4 blocks. A VPC is a name here: all pods are in the cluster's one network.")
                .partial("ModifyVpcAttribute", "Stored and shown without effect.");
        service.operation("CreateVpc", CreateRequest.class, VpcResult.class, this::create)
                .operation("CreateDefaultVpc", DefaultRequest.class, VpcResult.class, this::createDefault)
                .operation("DeleteVpc", DeleteRequest.class, Void.class, this::delete)
                .operation("DescribeVpcAttribute", AttributeRequest.class, ObjectNode.class, this::attribute)
                .operation("ModifyVpcAttribute", ModifyRequest.class, Void.class, this::modify);
        Listing.of("DescribeVpcs", "vpcs", FILTERS, scope -> networks.vpcs(scope))
                .ids(Resource.VPC, "VpcIds")
                .addTo(service);
    }

    private VpcResult create(Call call, CreateRequest request) {
        Scope scope = call.scope();
        String block = request.cidrBlock();
        if (block == null) {
            throw Ec2Error.missing("CidrBlock");
        }
        Cidr cidr = Cidr.of(block, "cidrBlock");
        if (cidr.bits() < 16 || cidr.bits() > 28) {
            throw Ec2Error.coded("InvalidVpc.Range", "The CIDR '" + block + "' is invalid.");
        }
        String tenancy = request.instanceTenancy() == null ? "default" : request.instanceTenancy();
        if (!tenancy.equals("default")) {
            throw Ec2Error.unsupported("CreateVpc", "InstanceTenancy=" + tenancy);
        }
        List<Tag> tags = TagSpecification.of(request.tagSpecifications(), Resource.VPC);
        Ec2Error.dryRun(request.dryRun());
        Vpc vpc = Vpc.of(Resource.VPC.newId(), scope.account(), cidr.toString(), tenancy, false);
        networks.vpcs(scope);
        networks.add(scope, vpc, tags);
        return result(scope, Records.with(vpc, "state", "pending"));
    }

    private VpcResult createDefault(Call call, DefaultRequest request) {
        Scope scope = call.scope();
        if (networks.defaultVpc(scope).isPresent()) {
            throw Ec2Error.coded(
                    "DefaultVpcAlreadyExists", "A Default VPC already exists for this account in this region.");
        }
        Ec2Error.dryRun(request.dryRun());
        return result(scope, networks.makeDefault(scope));
    }

    private VpcResult result(Scope scope, Vpc vpc) {
        ObjectNode shown = networks.vpcs(scope).show(scope, vpc.vpcId(), vpc);
        shown.putArray("ipv6CidrBlockAssociationSet");
        if (!shown.has("tags")) {
            shown.putArray("tags");
        }
        return new VpcResult(shown);
    }

    private @Nullable Void delete(Call call, DeleteRequest request) {
        Scope scope = call.scope();
        String id = request.vpcId();
        Vpc vpc = networks.vpcs(scope).require(scope, id);
        List<Subnet> subnets = networks.subnets(scope).all(scope).stream()
                .filter(subnet -> subnet.vpcId().equals(id))
                .toList();
        List<SecurityGroup> groups = networks.groups(scope).all(scope).stream()
                .filter(group -> group.vpcId().equals(id))
                .toList();
        boolean used = instances.living(scope).stream()
                .anyMatch(i -> i.definition().vpcId().equals(id));
        if (used || !subnets.isEmpty() || groups.size() > 1) {
            throw Ec2Error.dependency("vpc", vpc.vpcId());
        }
        Ec2Error.dryRun(request.dryRun());
        groups.forEach(group -> networks.groups(scope).remove(scope, group.groupId()));
        networks.vpcs(scope).remove(scope, id);
        attributes.remove(Keys.of(scope, id));
        return null;
    }

    private Attributes attributes(Scope scope, Vpc vpc) {
        return attributes.get(Keys.of(scope, vpc.vpcId())).orElse(new Attributes(true, vpc.isDefault(), false));
    }

    private ObjectNode attribute(Call call, AttributeRequest request) {
        Vpc vpc = networks.vpcs(call.scope()).require(call.scope(), request.vpcId());
        Ec2Error.dryRun(request.dryRun());
        ObjectNode all = Json.MAPPER.valueToTree(attributes(call.scope(), vpc));
        ObjectNode out = Json.object().put("vpcId", vpc.vpcId());
        out.putObject(request.attribute()).set("value", all.get(request.attribute()));
        return out;
    }

    private @Nullable Void modify(Call call, ModifyRequest request) {
        Vpc vpc = networks.vpcs(call.scope()).require(call.scope(), request.vpcId());
        Attributes changed = attributes(call.scope(), vpc);
        ObjectNode given = Json.MAPPER.valueToTree(request);
        given.remove("vpcId");
        if (given.size() != 1) {
            throw Ec2Error.combination(
                    given.isEmpty() ? "No attributes specified." : "Fields for multiple attribute types specified");
        }
        String name = given.fieldNames().next();
        boolean value = given.path(name).path("value").asBoolean();
        attributes.put(Keys.of(call.scope(), vpc.vpcId()), Records.with(changed, name, value));
        return null;
    }
}
