package dev.podium.ec2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import dev.podium.ec2.Definition.MetadataRequest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Attributes of instances: what can be changed after their launch.
final class AttributesApi implements Ec2Operations {
    private final Instances instances;
    private final Networks networks;

    AttributesApi(Instances instances, Networks networks) {
        this.instances = instances;
        this.networks = networks;
    }

    record AttributeRequest(@Nullable Boolean dryRun, String instanceId, String attribute) {}

    /// A text in a structure of its own.
    record Value(@Nullable String value) {}

    /// A truth value in a structure of its own.
    record Flag(@Nullable Boolean value) {}

    /// Bytes in a structure of their own.
    record Data(byte @Nullable [] value) {}

    record ModifyRequest(
            @Nullable Flag sourceDestCheck,
            @Nullable Flag disableApiStop,
            @Nullable Boolean dryRun,
            String instanceId,
            @Nullable String attribute,
            @Nullable String value,
            @Nullable Flag disableApiTermination,
            @Nullable Value instanceType,
            @Nullable Data userData,
            @Nullable Value instanceInitiatedShutdownBehavior,
            @Nullable List<String> groups,
            @Nullable Flag ebsOptimized) {}

    record MetadataOptionsRequest(
            String instanceId,
            @Nullable String httpTokens,
            @Nullable Integer httpPutResponseHopLimit,
            @Nullable String httpEndpoint,
            @Nullable Boolean dryRun,
            @Nullable String httpProtocolIpv6,
            @Nullable String instanceMetadataTags) {
        MetadataRequest options() {
            return new MetadataRequest(
                    httpTokens, httpPutResponseHopLimit, httpEndpoint, httpProtocolIpv6, instanceMetadataTags);
        }
    }

    record MetadataOptionsResult(String instanceId, ObjectNode instanceMetadataOptions) {}

    record MonitorRequest(
            List<String> instanceIds, @Nullable Boolean dryRun) {}

    record MonitorResult(List<Monitoring> instanceMonitorings) {}

    record Monitoring(String instanceId, State monitoring) {}

    record State(String state) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.partial(
                        "ModifyInstanceAttribute",
                        "`SourceDestCheck` and `EbsOptimized` are stored and shown without effect; devices, kernels and"
                                + " RAM disks are refused. Changed groups count for the labels of the next pod.")
                .partial("ResetInstanceAttribute", "`sourceDestCheck` only; a pod has no kernel of its own.")
                .remark("MonitorInstances", "Stored and shown: Podium has no CloudWatch metrics.")
                .remark("UnmonitorInstances", "Stored and shown.")
                .partial(
                        "ModifyInstanceMetadataOptions",
                        "`HttpPutResponseHopLimit` and `HttpProtocolIpv6` are stored and shown without effect.");
        service.operation("DescribeInstanceAttribute", AttributeRequest.class, ObjectNode.class, this::describe)
                .operation("ModifyInstanceAttribute", ModifyRequest.class, Void.class, this::modify)
                .operation("ResetInstanceAttribute", AttributeRequest.class, Void.class, this::reset)
                .operation(
                        "ModifyInstanceMetadataOptions",
                        MetadataOptionsRequest.class,
                        MetadataOptionsResult.class,
                        this::modifyMetadata)
                .operation("MonitorInstances", MonitorRequest.class, MonitorResult.class, this::monitor)
                .operation("UnmonitorInstances", MonitorRequest.class, MonitorResult.class, this::unmonitor);
    }

    private StoredInstance instance(Call call, String id) {
        return instances.require(call.scope(), List.of(id)).getFirst();
    }

    private ObjectNode describe(Call call, AttributeRequest request) {
        StoredInstance instance = instance(call, request.instanceId());
        Ec2Error.dryRun(request.dryRun());
        Definition definition = instance.definition();
        String name = request.attribute();
        ObjectNode out = Json.object().put("instanceId", instance.id());
        switch (name) {
            case "blockDeviceMapping" -> out.putArray("blockDeviceMappings");
            case "productCodes" -> out.putArray("productCodes");
            case "groupSet" -> {
                List<Map<String, String>> groups = new ArrayList<>();
                definition.groups().forEach(id -> groups.add(group(instance, id)));
                out.set("groups", Json.MAPPER.valueToTree(groups));
            }
            case "enclaveOptions" -> out.putObject(name).put("enabled", false);
            case "enaSupport" -> out.putObject(name).put("value", true);
            case "rootDeviceName" -> out.putObject(name).put("value", "/dev/xvda");
            case "kernel" -> out.putObject("kernelId");
            case "ramdisk" -> out.putObject("ramdiskId");
            case "sriovNetSupport" -> out.putObject(name).put("value", "simple");
            default ->
                out.putObject(name)
                        .set("value", Json.MAPPER.valueToTree(definition).get(name));
        }
        return out;
    }

    private Map<String, String> group(StoredInstance instance, String id) {
        String name = networks.groups(instance.scope())
                .find(instance.scope(), id)
                .map(SecurityGroup::groupName)
                .orElse("");
        return Map.of("groupId", id, "groupName", name);
    }

    /// The changes that a request asks for: value by component of [Definition].
    private static Map<String, Object> changes(ModifyRequest request) {
        Map<String, Object> changes = new LinkedHashMap<>();
        put(changes, "sourceDestCheck", request.sourceDestCheck());
        put(changes, "disableApiStop", request.disableApiStop());
        put(changes, "disableApiTermination", request.disableApiTermination());
        put(changes, "ebsOptimized", request.ebsOptimized());
        put(changes, "instanceType", request.instanceType());
        put(changes, "instanceInitiatedShutdownBehavior", request.instanceInitiatedShutdownBehavior());
        Data data = request.userData();
        if (data != null) {
            byte[] bytes = data.value();
            changes.put("userData", bytes == null ? "" : Base64.getEncoder().encodeToString(bytes));
        }
        if (request.groups() != null) {
            changes.put("groups", request.groups());
        }
        String attribute = request.attribute();
        if (attribute != null) {
            String value = request.value() == null ? "" : request.value();
            changes.put(
                    attribute,
                    switch (attribute) {
                        case "sourceDestCheck", "disableApiStop", "disableApiTermination", "ebsOptimized" ->
                            Boolean.parseBoolean(value);
                        case "instanceType", "instanceInitiatedShutdownBehavior", "userData" -> value;
                        default -> throw Ec2Error.unsupported("ModifyInstanceAttribute", "Attribute=" + attribute);
                    });
        }
        return changes;
    }

    private static void put(Map<String, Object> changes, String name, @Nullable Flag flag) {
        if (flag != null && flag.value() != null) {
            changes.put(name, flag.value());
        }
    }

    private static void put(Map<String, Object> changes, String name, @Nullable Value text) {
        if (text != null && text.value() != null) {
            changes.put(name, text.value());
        }
    }

    private @Nullable Void modify(Call call, ModifyRequest request) {
        StoredInstance instance = instance(call, request.instanceId());
        Map<String, Object> changes = changes(request);
        if (changes.isEmpty()) {
            throw Ec2Error.combination("No attributes specified.");
        }
        if (changes.size() > 1) {
            throw Ec2Error.combination(
                    "Fields for multiple attribute types specified: " + String.join(", ", changes.keySet()));
        }
        Map.Entry<String, Object> change = changes.entrySet().iterator().next();
        Object value = checked(instance, change.getKey(), change.getValue());
        Ec2Error.dryRun(request.dryRun());
        instances.change(instance, now -> now.with(with(now.definition(), change.getKey(), value)));
        return null;
    }

    private static Definition with(Definition definition, String name, @Nullable Object value) {
        Definition changed = Records.with(definition, name, value);
        return name.equals("instanceType") && value != null
                ? Records.with(
                        changed, "architecture", Launch.type(value.toString()).architecture())
                : changed;
    }

    private @Nullable Object checked(StoredInstance instance, String name, Object value) {
        switch (name) {
            case "instanceType" -> {
                stopped(instance, "instanceType");
                Launch.type(value.toString());
            }
            case "userData" -> {
                stopped(instance, "userData");
                return Launch.userData(value.toString());
            }
            case "instanceInitiatedShutdownBehavior" -> {
                if (!value.equals("stop") && !value.equals("terminate")) {
                    throw Ec2Error.invalid(value, name, "Expected 'stop' or 'terminate'.");
                }
            }
            case "groups" -> {
                List<?> groups = (List<?>) value;
                if (groups.isEmpty()) {
                    throw Ec2Error.missing("GroupId");
                }
                groups.forEach(id -> Launch.inVpc(
                        networks.groups(instance.scope()).require(instance.scope(), id.toString()),
                        instance.definition().vpcId()));
            }
            default -> {}
        }
        return value;
    }

    private static void stopped(StoredInstance instance, String attribute) {
        if (instance.state() != InstanceState.STOPPED) {
            throw Ec2Error.coded(
                    "IncorrectInstanceState",
                    "The instance '" + instance.id() + "' must be in a 'stopped' state to change its '" + attribute
                            + "' attribute.");
        }
    }

    private @Nullable Void reset(Call call, AttributeRequest request) {
        StoredInstance instance = instance(call, request.instanceId());
        if (!request.attribute().equals("sourceDestCheck")) {
            throw Ec2Error.unsupported("ResetInstanceAttribute", "Attribute=" + request.attribute());
        }
        Ec2Error.dryRun(request.dryRun());
        instances.change(instance, now -> now.with(Records.with(now.definition(), "sourceDestCheck", true)));
        return null;
    }

    private MetadataOptionsResult modifyMetadata(Call call, MetadataOptionsRequest request) {
        StoredInstance instance = instance(call, request.instanceId());
        Ec2Error.dryRun(request.dryRun());
        StoredInstance changed = instances.change(
                instance,
                now -> now.with(Records.with(
                        now.definition(),
                        "metadataOptions",
                        now.definition().metadataOptions().with(request.options()))));
        return new MetadataOptionsResult(instance.id(), Shown.metadata(changed.definition()));
    }

    private MonitorResult monitor(Call call, MonitorRequest request) {
        return monitoring(call, request, true);
    }

    private MonitorResult unmonitor(Call call, MonitorRequest request) {
        return monitoring(call, request, false);
    }

    private MonitorResult monitoring(Call call, MonitorRequest request, boolean on) {
        List<StoredInstance> all = instances.require(call.scope(), request.instanceIds());
        Ec2Error.dryRun(request.dryRun());
        List<Monitoring> answers = new ArrayList<>();
        for (StoredInstance instance : all) {
            instances.change(instance, now -> now.with(Records.with(now.definition(), "monitoring", on)));
            answers.add(new Monitoring(instance.id(), new State(on ? "enabled" : "disabled")));
        }
        return new MonitorResult(answers);
    }
}
