package dev.podium.ec2;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Arn;
import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import dev.podium.ec2.IpPermission.GroupPair;
import dev.podium.ec2.SecurityGroup.PeerKind;
import dev.podium.ec2.SecurityGroup.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The rules of security groups.
final class RulesApi implements Ec2Operations {
    private static final int MOST_RULES = 1000;
    private static final Filters FILTERS = Filters.of("""
            group-id groupId
            security-group-rule-id securityGroupRuleId
            """);

    private final Networks networks;
    private final Tags tags;
    private final GroupPolicies policies;

    RulesApi(Networks networks, Tags tags, GroupPolicies policies) {
        this.networks = networks;
        this.tags = tags;
        this.policies = policies;
    }

    /// The requests to add and to remove rules. The four shapes differ in a few members, each of which is here.
    record Change(
            @Nullable String groupId,
            @Nullable String groupName,
            @Nullable List<IpPermission> ipPermissions,
            @Nullable String cidrIp,
            @Nullable String ipProtocol,
            @Nullable Integer fromPort,
            @Nullable Integer toPort,
            @Nullable String sourceSecurityGroupName,
            @Nullable String sourceSecurityGroupOwnerId,
            @Nullable List<String> securityGroupRuleIds,
            @Nullable List<TagSpecification> tagSpecifications,
            @Nullable Boolean dryRun) {
        /// What it is about, whichever way it says so.
        List<IpPermission> permissions() {
            if (ipPermissions != null && !ipPermissions.isEmpty()) {
                return ipPermissions;
            }
            if (ipProtocol == null && cidrIp == null && sourceSecurityGroupName == null) {
                return List.of();
            }
            return List.of(new IpPermission(
                    ipProtocol == null ? "-1" : ipProtocol,
                    fromPort,
                    toPort,
                    sourceSecurityGroupName == null
                            ? null
                            : List.of(new GroupPair(
                                    null, sourceSecurityGroupOwnerId, sourceSecurityGroupName, null, null)),
                    cidrIp == null ? null : List.of(new IpPermission.IpRange(null, cidrIp)),
                    null,
                    null));
        }
    }

    record AuthorizeResult(@JsonProperty("return") boolean done, List<ObjectNode> securityGroupRules) {}

    record RevokeResult(@JsonProperty("return") boolean done, List<ObjectNode> revokedSecurityGroupRules) {}

    record Update(String securityGroupRuleId, @Nullable RuleRequest securityGroupRule) {}

    record RuleRequest(
            @Nullable String ipProtocol,
            @Nullable Integer fromPort,
            @Nullable Integer toPort,
            @Nullable String cidrIpv4,
            @Nullable String cidrIpv6,
            @Nullable String prefixListId,
            @Nullable String referencedGroupId,
            @Nullable String description) {
        IpPermission permission() {
            return new IpPermission(
                    ipProtocol,
                    fromPort,
                    toPort,
                    referencedGroupId == null
                            ? null
                            : List.of(new GroupPair(description, null, null, referencedGroupId, null)),
                    cidrIpv4 == null ? null : List.of(new IpPermission.IpRange(description, cidrIpv4)),
                    cidrIpv6 == null ? null : List.of(new IpPermission.Ipv6Range(description, cidrIpv6)),
                    prefixListId == null ? null : List.of(new IpPermission.PrefixListId(description, prefixListId)));
        }
    }

    record ModifyRequest(
            String groupId,
            List<Update> securityGroupRules,
            @Nullable Boolean dryRun) {}

    record ModifyResult(@JsonProperty("return") boolean done) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        for (boolean egress : new boolean[] {false, true}) {
            String rules = "SecurityGroup" + (egress ? "Egress" : "Ingress");
            service.operation(
                            "Authorize" + rules,
                            ObjectNode.class,
                            AuthorizeResult.class,
                            (call, request) -> authorize(call, change(request), egress))
                    .operation(
                            "Revoke" + rules,
                            ObjectNode.class,
                            RevokeResult.class,
                            (call, request) -> revoke(call, change(request), egress));
        }
        service.operation("ModifySecurityGroupRules", ModifyRequest.class, ModifyResult.class, this::modify);
        Listing.of("DescribeSecurityGroupRules", "securityGroupRules", FILTERS, scope -> Listing.Source.of(all(scope)))
                .ids(Resource.SECURITY_GROUP_RULE, "SecurityGroupRuleIds")
                .addTo(service);
    }

    private static Change change(ObjectNode request) {
        return Changes.MAPPER.convertValue(request, Change.class);
    }

    /// Loaded with the first change.
    private static final class Changes {
        /// Members come as in the model, with a capital letter.
        static final JsonMapper MAPPER = Json.builder()
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
                .build();
    }

    private GroupPair resolved(SecurityGroup group, GroupPair pair) {
        SecurityGroup peer = pair.groupId() != null
                ? networks.groups(group.scope()).require(group.scope(), pair.groupId())
                : networks.group(group.scope(), group.vpcId(), pair.groupName() == null ? "" : pair.groupName());
        return new GroupPair(pair.description(), null, null, peer.groupId(), null);
    }

    private List<Rule> rules(SecurityGroup group, List<IpPermission> permissions, boolean egress) {
        List<Rule> rules = new ArrayList<>();
        for (IpPermission permission : permissions) {
            rules.addAll(permission.rules(egress, pair -> resolved(group, pair)));
        }
        return rules;
    }

    private AuthorizeResult authorize(Call call, Change request, boolean egress) {
        Scope scope = call.scope();
        SecurityGroup group = SecurityGroupsApi.group(networks, scope, request.groupId(), request.groupName());
        List<Rule> added = new ArrayList<>();
        for (Rule rule : rules(group, request.permissions(), egress)) {
            if (group.rules().stream().anyMatch(rule::same) || added.stream().anyMatch(rule::same)) {
                throw Ec2Error.coded(
                        "InvalidPermission.Duplicate",
                        "the specified rule \"peer: " + rule.peer() + ", " + words(rule) + ", ALLOW\" already exists");
            }
            added.add(rule.as(Resource.SECURITY_GROUP_RULE.newId()));
        }
        if (added.isEmpty()) {
            throw Ec2Error.missing("ipPermissions");
        }
        if (group.rules().size() + added.size() > MOST_RULES) {
            throw Ec2Error.coded(
                    "RulesPerSecurityGroupLimitExceeded",
                    "The maximum number of rules per security group has been reached.");
        }
        List<Tag> given = TagSpecification.of(request.tagSpecifications(), Resource.SECURITY_GROUP_RULE);
        Ec2Error.dryRun(request.dryRun());
        SecurityGroup changed = networks.groups(scope).change(scope, group.groupId(), before -> {
            List<Rule> all = new ArrayList<>(before.rules());
            all.addAll(added);
            return before.with(all);
        });
        added.forEach(rule -> tags.put(scope, rule.id(), given));
        policies.changed(scope, group.groupId());
        return new AuthorizeResult(
                true, added.stream().map(rule -> shown(changed, rule)).toList());
    }

    private static String words(Rule rule) {
        return rule.fromPort() == null
                ? rule.protocol().equals("-1") ? "ALL" : rule.protocol().toUpperCase(Locale.ROOT)
                : rule.protocol().toUpperCase(Locale.ROOT) + ", from port: " + rule.fromPort() + ", to port: "
                        + rule.toPort();
    }

    private RevokeResult revoke(Call call, Change request, boolean egress) {
        Scope scope = call.scope();
        SecurityGroup group = SecurityGroupsApi.group(networks, scope, request.groupId(), request.groupName());
        List<Rule> removed = new ArrayList<>();
        List<String> ids = request.securityGroupRuleIds() == null ? List.of() : request.securityGroupRuleIds();
        for (String id : ids) {
            removed.add(own(group, Resource.SECURITY_GROUP_RULE.check(id), egress));
        }
        for (Rule wanted : rules(group, request.permissions(), egress)) {
            removed.add(group.rules().stream()
                    .filter(wanted::same)
                    .findFirst()
                    .orElseThrow(() -> Ec2Error.coded(
                            "InvalidPermission.NotFound",
                            "The specified rule does not exist in this security group.")));
        }
        if (removed.isEmpty()) {
            throw Ec2Error.missing("ipPermissions or securityGroupRuleIds");
        }
        Ec2Error.dryRun(request.dryRun());
        networks.groups(scope)
                .change(
                        scope,
                        group.groupId(),
                        before -> before.with(before.rules().stream()
                                .filter(rule -> !removed.contains(rule))
                                .toList()));
        removed.forEach(rule -> tags.clear(scope, rule.id()));
        policies.changed(scope, group.groupId());
        return new RevokeResult(
                true, removed.stream().map(rule -> bare(group, rule)).toList());
    }

    private static Rule own(SecurityGroup group, String id, boolean egress) {
        return group.rules().stream()
                .filter(rule -> rule.id().equals(id) && rule.egress() == egress)
                .findFirst()
                .orElseThrow(() -> Resource.SECURITY_GROUP_RULE.notFound(List.of(id)));
    }

    /// A rule without what only a rule in force has.
    private static ObjectNode bare(SecurityGroup group, Rule rule) {
        ObjectNode out = Json.object();
        out.put("securityGroupRuleId", rule.id())
                .put("groupId", group.groupId())
                .put("isEgress", rule.egress())
                .put("ipProtocol", rule.protocol())
                .put("fromPort", rule.fromPort() == null ? -1 : rule.fromPort())
                .put("toPort", rule.toPort() == null ? -1 : rule.toPort());
        if (rule.description() != null) {
            out.put("description", rule.description());
        }
        return out.put(
                switch (rule.kind()) {
                    case IPV4 -> "cidrIpv4";
                    case IPV6 -> "cidrIpv6";
                    case PREFIX_LIST -> "prefixListId";
                    case GROUP -> "referencedGroupId";
                },
                rule.peer());
    }

    private ObjectNode shown(SecurityGroup group, Rule rule) {
        ObjectNode out = bare(group, rule);
        out.put("groupOwnerId", group.account())
                .put(
                        "securityGroupRuleArn",
                        Arn.of("ec2", group.scope(), "security-group-rule/" + rule.id())
                                .toString());
        if (rule.kind() == PeerKind.GROUP) {
            out.remove("referencedGroupId");
            out.putObject("referencedGroupInfo").put("groupId", rule.peer()).put("userId", group.account());
        }
        return out;
    }

    private List<Listing.Item> all(Scope scope) {
        return networks.groups(scope).all(scope).stream()
                .flatMap(group -> group.rules().stream()
                        .map(rule -> new Listing.Item(
                                group.groupId() + rule.id(),
                                tags.show(scope, rule.id(), shown(group, rule), "tags", true))))
                .sorted(java.util.Comparator.comparing(Listing.Item::place))
                .toList();
    }

    private ModifyResult modify(Call call, ModifyRequest request) {
        Scope scope = call.scope();
        SecurityGroup group = networks.groups(scope).require(scope, request.groupId());
        List<Rule> changed = new ArrayList<>(group.rules());
        for (Update update : request.securityGroupRules()) {
            String id = Resource.SECURITY_GROUP_RULE.check(update.securityGroupRuleId());
            int at = changed.indexOf(group.rules().stream()
                    .filter(rule -> rule.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> Resource.SECURITY_GROUP_RULE.notFound(List.of(id))));
            RuleRequest wanted = update.securityGroupRule();
            if (wanted == null) {
                throw Ec2Error.missing("SecurityGroupRule");
            }
            List<Rule> rules =
                    rules(group, List.of(wanted.permission()), changed.get(at).egress());
            if (rules.size() != 1) {
                throw Ec2Error.combination("A rule has exactly one source or destination.");
            }
            changed.set(at, rules.getFirst().as(id));
        }
        Ec2Error.dryRun(request.dryRun());
        networks.groups(scope).change(scope, group.groupId(), before -> before.with(changed));
        policies.changed(scope, group.groupId());
        return new ModifyResult(true);
    }
}
