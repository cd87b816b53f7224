package dev.podium.ec2;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Instances and their network interfaces as the API shows them.
final class Shown {
    private final Networks networks;
    private final Tags tags;
    private final @Nullable String podDomain;

    Shown(Networks networks, Tags tags, Ec2Settings settings) {
        this.networks = networks;
        this.tags = tags;
        this.podDomain = settings.podDomain();
    }

    /// What all instances have in common.
    private static final String SAME = """
            {"enaSupport": true, "hypervisor": "xen", "rootDeviceName": "/dev/xvda", "rootDeviceType": "ebs", "virtualizationType": "hvm",
             "platformDetails": "Linux/UNIX", "usageOperation": "RunInstances", "currentInstanceBootMode": "legacy-bios",
             "publicDnsName": "", "productCodes": [], "blockDeviceMappings": [],
             "capacityReservationSpecification": {"capacityReservationPreference": "open"}, "hibernationOptions": {"configured": false},
             "enclaveOptions": {"enabled": false}, "maintenanceOptions": {"autoRecovery": "default", "rebootMigration": "default"},
             "networkPerformanceOptions": {"bandwidthWeighting": "default"}, "operator": {"managed": false},
             "privateDnsNameOptions": {"hostnameType": "ip-name", "enableResourceNameDnsARecord": false,
              "enableResourceNameDnsAAAARecord": false}}
            """;

    /// A tree of its own for what is the same for all resources of a kind.
    static ObjectNode constant(String json) {
        try {
            return (ObjectNode) Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a constant is JSON", e);
        }
    }

    /// An instance, `Instance` in the model.
    ObjectNode instance(StoredInstance instance) {
        Definition definition = instance.definition();
        StoredInstance.Life life = instance.life();
        boolean gone = life.state() == InstanceState.TERMINATED;
        ObjectNode out = constant(SAME);
        out.put("amiLaunchIndex", instance.index())
                .put("imageId", definition.imageId())
                .put("instanceId", instance.id())
                .put("instanceType", definition.instanceType())
                .put("launchTime", life.launched().toString())
                .put("architecture", definition.architecture())
                .put("clientToken", definition.clientToken())
                .put("ebsOptimized", definition.ebsOptimized())
                .put("usageOperationUpdateTime", life.launched().toString())
                .put("privateDnsName", name(instance))
                .put("stateTransitionReason", life.transition());
        putIfThere(out, "keyName", definition.keyName());
        out.set("state", Json.MAPPER.valueToTree(life.state().shown()));
        out.putObject("monitoring").put("state", definition.monitoring() ? "enabled" : "disabled");
        out.putObject("placement")
                .put("availabilityZone", definition.zone())
                .put("availabilityZoneId", Zones.id(definition.zone()))
                .put("groupName", "")
                .put("tenancy", "default");
        reason(out, life);
        if (definition.profile() != null) {
            out.putObject("iamInstanceProfile").put("arn", definition.profile()).put("id", definition.profileId());
        }
        ArrayNode interfaces = out.putArray("networkInterfaces");
        ArrayNode groups = out.putArray("securityGroups");
        if (!gone) {
            out.put("vpcId", definition.vpcId())
                    .put("subnetId", definition.subnetId())
                    .put("sourceDestCheck", definition.sourceDestCheck());
            putIfThere(out, "privateIpAddress", life.ip());
            groups.addAll(groups(instance));
            interfaces.add(attached(instance));
        }
        options(out, definition);
        List<Tag> own = tags.of(instance.scope(), instance.id());
        if (!own.isEmpty()) {
            out.set("tags", Json.MAPPER.valueToTree(own));
        }
        return out;
    }

    private static void reason(ObjectNode out, StoredInstance.Life life) {
        if (life.reason() != null) {
            out.putObject("stateReason").put("code", life.reason()).put("message", life.message());
        }
    }

    private static void options(ObjectNode out, Definition definition) {
        InstanceType type = InstanceType.of(definition.instanceType()).orElseThrow();
        int threads = type.arm() || type.vcpus() == 1 ? 1 : 2;
        out.putObject("cpuOptions").put("coreCount", type.vcpus() / threads).put("threadsPerCore", threads);
        out.set("metadataOptions", metadata(definition));
    }

    /// How the instance's metadata can be read, as applied.
    static ObjectNode metadata(Definition definition) {
        ObjectNode options = Json.MAPPER.valueToTree(definition.metadataOptions());
        return options.put("state", "applied");
    }

    /// The groups of an instance with their names.
    ArrayNode groups(StoredInstance instance) {
        ArrayNode groups = Json.MAPPER.createArrayNode();
        for (String id : instance.definition().groups()) {
            String name = networks.groups(instance.scope())
                    .find(instance.scope(), id)
                    .map(SecurityGroup::groupName)
                    .orElse("");
            groups.addObject().put("groupId", id).put("groupName", name);
        }
        return groups;
    }

    private ObjectNode attached(StoredInstance instance) {
        ObjectNode out = common(instance);
        out.putArray("ipv6Addresses");
        attachment(out, instance).put("networkCardIndex", 0);
        out.putObject("operator").put("managed", false);
        return out;
    }

    /// The network interface of an instance by itself, `NetworkInterface` in the model.
    ObjectNode networkInterface(StoredInstance instance) {
        ObjectNode out = common(instance);
        out.put("availabilityZone", instance.definition().zone())
                .put("availabilityZoneId", Zones.id(instance.definition().zone()))
                .put("requesterManaged", false);
        attachment(out, instance)
                .put("instanceId", instance.id())
                .put("instanceOwnerId", instance.account())
                .put("networkCardIndex", 0);
        out.putArray("ipv6Addresses");
        out.putObject("operator").put("managed", false);
        out.set(
                "tagSet",
                Json.MAPPER.valueToTree(
                        tags.of(instance.scope(), instance.definition().interfaceId())));
        return out;
    }

    private ObjectNode common(StoredInstance instance) {
        Definition definition = instance.definition();
        ObjectNode out = Json.object();
        out.put("description", "")
                .put("interfaceType", "interface")
                .put("macAddress", definition.macAddress())
                .put("networkInterfaceId", definition.interfaceId())
                .put("ownerId", instance.account())
                .put("sourceDestCheck", definition.sourceDestCheck())
                .put("status", "in-use")
                .put("subnetId", definition.subnetId())
                .put("vpcId", definition.vpcId());
        out.set("groups", groups(instance));
        ArrayNode addresses = out.putArray("privateIpAddresses");
        String ip = instance.life().ip();
        if (ip != null) {
            out.put("privateIpAddress", ip).put("privateDnsName", name(instance));
            addresses
                    .addObject()
                    .put("primary", true)
                    .put("privateIpAddress", ip)
                    .put("privateDnsName", name(instance));
        }
        return out;
    }

    private static ObjectNode attachment(ObjectNode out, StoredInstance instance) {
        return out.putObject("attachment")
                .put("attachTime", instance.life().launched().toString())
                .put("attachmentId", instance.definition().attachmentId())
                .put("deleteOnTermination", true)
                .put("deviceIndex", 0)
                .put("status", "attached");
    }

    private static void putIfThere(ObjectNode out, String name, @Nullable String value) {
        if (value != null) {
            out.put(name, value);
        }
    }

    /// The private DNS name: the pod's, or where pods have none, what AWS would make of the address.
    String name(StoredInstance instance) {
        String ip = instance.life().ip();
        if (ip == null) {
            return "";
        }
        return podDomain == null ? dns(instance) : ip.replace('.', '-') + "." + podDomain;
    }

    /// AWS's own name for the instance's address; empty while it has none.
    static String dns(StoredInstance instance) {
        String ip = instance.life().ip();
        String domain = instance.region().equals("us-east-1") ? "ec2" : instance.region() + ".compute";
        return ip == null ? "" : "ip-" + ip.replace('.', '-') + "." + domain + ".internal";
    }
}
