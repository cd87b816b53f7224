package dev.podium.ec2;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Scope;
import dev.podium.codec.Json;
import dev.podium.ec2.SecurityGroup.Rule;
import dev.podium.pods.NetworkPolicies;
import dev.podium.pods.PodException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Enforces security groups as NetworkPolicies, where that is switched on. A group without instances has one
/// too, which
/// selects nothing.
///
/// ICMP and prefix lists have no counterpart; the metadata service and name servers stay reachable, as on AWS.
final class GroupPolicies {
    private static final int DNS = 53;

    private final @Nullable NetworkPolicies policies;
    private final Networks networks;
    private final int metadataPort;
    private final Mailbox<Group> changes = new Mailbox<>("ec2-network-policies", this::apply);

    /// @param policies null when groups are not enforced
    GroupPolicies(@Nullable NetworkPolicies policies, Networks networks, int metadataPort) {
        this.policies = policies;
        this.networks = networks;
        this.metadataPort = metadataPort;
    }

    /// Which group.
    private record Group(Scope scope, String id) {}

    /// A group is new, has other rules, is used by an instance, or is gone. Returns at once.
    void changed(Scope scope, String id) {
        if (policies != null) {
            changes.tell(Keys.of(scope, id), new Group(scope, id));
        }
    }

    private void apply(Group group) throws PodException, InterruptedException {
        NetworkPolicies all = policies;
        if (all == null) {
            return;
        }
        Optional<SecurityGroup> now = networks.groups(group.scope).find(group.scope, group.id);
        if (now.isPresent()) {
            all.put(group.id, InstancePods.GROUP_LABEL + group.id, spec(now.get(), metadataPort, all::pods));
        } else {
            all.delete(group.id);
        }
    }

    /// What a group's policy allows.
    ///
    /// @param selector selects the pods of a label
    static ObjectNode spec(SecurityGroup group, int metadataPort, Function<String, ObjectNode> selector) {
        ObjectNode spec = Json.object();
        spec.putArray("policyTypes").add("Ingress").add("Egress");
        ArrayNode in = spec.putArray("ingress");
        ArrayNode out = spec.putArray("egress");
        for (Rule rule : group.rules()) {
            ObjectNode peer = peer(rule, selector);
            if (peer != null && !rule.protocol().startsWith("icmp")) {
                ObjectNode entry = (rule.egress() ? out : in).addObject();
                entry.putArray(rule.egress() ? "to" : "from").add(peer);
                ports(entry, rule);
            }
        }
        ArrayNode always = out.addObject().putArray("ports");
        always.addObject().put("protocol", "TCP").put("port", metadataPort);
        always.addObject().put("protocol", "TCP").put("port", DNS);
        always.addObject().put("protocol", "UDP").put("port", DNS);
        return spec;
    }

    private static @Nullable ObjectNode peer(Rule rule, Function<String, ObjectNode> selector) {
        ObjectNode peer = Json.object();
        switch (rule.kind()) {
            case IPV4, IPV6 -> peer.putObject("ipBlock").put("cidr", rule.peer());
            case GROUP -> peer.set("podSelector", selector.apply(InstancePods.GROUP_LABEL + rule.peer()));
            case PREFIX_LIST -> {
                return null;
            }
        }
        return peer;
    }

    private static void ports(ObjectNode entry, Rule rule) {
        Integer from = rule.fromPort();
        Integer to = rule.toPort();
        if (from == null || to == null) {
            return;
        }
        ObjectNode port = entry.putArray("ports").addObject();
        port.put("protocol", rule.protocol().toUpperCase(Locale.ROOT)).put("port", Math.max(1, from));
        if (to > from) {
            port.put("endPort", to);
        }
    }
}
