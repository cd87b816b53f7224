package dev.podium.ec2;

import dev.podium.aws.Arn;
import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Security groups; their rules are a family of their own.
final class SecurityGroupsApi implements Ec2Operations {
    private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9 ._\\-:/()#,@\\[\\]+=&;{}!$*]{1,255}");
    private static final Filters FILTERS = Filters.of(rows());

    private final Networks networks;
    private final Instances instances;
    private final GroupPolicies policies;

    SecurityGroupsApi(Networks networks, Instances instances, GroupPolicies policies) {
        this.networks = networks;
        this.instances = instances;
        this.policies = policies;
    }

    private static String rows() {
        StringBuilder rows = new StringBuilder("""
                description description
                group-id groupId
                group-name groupName
                owner-id ownerId
                vpc-id vpcId
                """);
        for (String side : List.of("", "egress.")) {
            String list = side.isEmpty() ? "ipPermissions" : "ipPermissionsEgress";
            rows.append("""
                    #.cidr @.ipRanges.cidrIp
                    #.from-port @.fromPort
                    #.group-id @.userIdGroupPairs.groupId
                    #.group-name @.userIdGroupPairs.groupName
                    #.ipv6-cidr @.ipv6Ranges.cidrIpv6
                    #.prefix-list-id @.prefixListIds.prefixListId
                    #.protocol @.ipProtocol
                    #.to-port @.toPort
                    #.user-id @.userIdGroupPairs.userId
                    """.replace("#", side + "ip-permission").replace("@", list));
        }
        return rows.toString();
    }

    record CreateRequest(
            String description,
            String groupName,
            @Nullable String vpcId,
            @Nullable List<TagSpecification> tagSpecifications,
            @Nullable Boolean dryRun) {}

    record CreateResult(String groupId, @Nullable List<Tag> tags, String securityGroupArn) {}

    record DeleteRequest(
            @Nullable String groupId,
            @Nullable String groupName,
            @Nullable Boolean dryRun) {}

    record DeleteResult(
            @com.fasterxml.jackson.annotation.JsonProperty("return")
            boolean done,

            String groupId) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.remark("CreateSecurityGroup", "Rules are enforced with `PODIUM_EC2_NETWORK_POLICY=true` only.");
        service.operation("CreateSecurityGroup", CreateRequest.class, CreateResult.class, this::create)
                .operation("DeleteSecurityGroup", DeleteRequest.class, DeleteResult.class, this::delete);
        Listing.of("DescribeSecurityGroups", "securityGroups", FILTERS, scope -> networks.groups(scope))
                .ids(Resource.SECURITY_GROUP, "GroupIds")
                .names(
                        "GroupNames",
                        (scope, name) -> group(networks, scope, null, name).groupId())
                .addTo(service);
    }

    private CreateResult create(Call call, CreateRequest request) {
        Scope scope = call.scope();
        check("groupDescription", request.description());
        check("groupName", request.groupName());
        if (request.groupName().startsWith("sg-") || request.groupName().equals(SecurityGroup.DEFAULT)) {
            throw Ec2Error.invalid(
                    request.groupName(),
                    "groupName",
                    request.groupName().equals(SecurityGroup.DEFAULT)
                            ? "Cannot use reserved security group name: default"
                            : "Group names may not be in the format sg-*");
        }
        String vpc = request.vpcId() == null
                ? networks.defaultVpc(scope)
                        .map(Vpc::vpcId)
                        .orElseThrow(() -> Ec2Error.coded("VPCIdNotSpecified", "No default VPC for this user"))
                : networks.vpcs(scope).require(scope, request.vpcId()).vpcId();
        boolean taken = networks.groups(scope).all(scope).stream()
                .anyMatch(
                        group -> group.vpcId().equals(vpc) && group.groupName().equals(request.groupName()));
        if (taken) {
            throw Ec2Error.coded(
                    "InvalidGroup.Duplicate",
                    "The security group '" + request.groupName() + "' already exists for VPC '" + vpc + "'");
        }
        List<Tag> tags =
                TagSpecification.of(request.tagSpecifications(), Resource.SECURITY_GROUP, Resource.SECURITY_GROUP_RULE);
        Ec2Error.dryRun(request.dryRun());
        SecurityGroup group = new SecurityGroup(
                scope.account(),
                scope.region(),
                Resource.SECURITY_GROUP.newId(),
                request.groupName(),
                request.description(),
                vpc,
                List.of(Networks.everywhere()));
        networks.groups(scope).add(scope, group.groupId(), group, tags);
        policies.changed(scope, group.groupId());
        return new CreateResult(
                group.groupId(),
                tags.isEmpty() ? null : tags,
                Arn.of("ec2", scope, "security-group/" + group.groupId()).toString());
    }

    private static void check(String parameter, String text) {
        if (!TEXT.matcher(text).matches()) {
            throw Ec2Error.invalid(
                    text,
                    parameter,
                    text.length() > 255
                            ? "Character sets beyond 255 characters are not supported."
                            : "Character sets beyond ASCII are not supported.");
        }
    }

    /// The group that a request names, by id or by name in the default network.
    ///
    /// @throws dev.podium.aws.AwsException MissingParameter, InvalidGroup.NotFound
    static SecurityGroup group(Networks networks, Scope scope, @Nullable String id, @Nullable String name) {
        if (id != null) {
            return networks.groups(scope).require(scope, id);
        }
        if (name == null) {
            throw Ec2Error.missing("groupName or groupId");
        }
        String vpc = networks.defaultVpc(scope).map(Vpc::vpcId).orElse("");
        return networks.group(scope, vpc, name);
    }

    private DeleteResult delete(Call call, DeleteRequest request) {
        Scope scope = call.scope();
        SecurityGroup group = group(networks, scope, request.groupId(), request.groupName());
        String id = group.groupId();
        if (group.groupName().equals(SecurityGroup.DEFAULT)) {
            throw Ec2Error.coded(
                    "CannotDelete",
                    "the specified group: \"" + id + "\" name: \"default\" cannot be deleted by a user");
        }
        boolean used = instances.living(scope).stream()
                .anyMatch(i -> i.definition().groups().contains(id));
        boolean named = networks.groups(scope).all(scope).stream()
                .filter(other -> !other.groupId().equals(id))
                .anyMatch(other ->
                        other.rules().stream().anyMatch(rule -> rule.peer().equals(id)));
        if (used || named) {
            throw Ec2Error.coded("DependencyViolation", "resource " + id + " has a dependent object");
        }
        Ec2Error.dryRun(request.dryRun());
        networks.groups(scope).remove(scope, id);
        policies.changed(scope, id);
        return new DeleteResult(true, id);
    }
}
