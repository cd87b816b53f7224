package dev.podium.ec2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Launching and describing instances.
final class RunApi implements Ec2Operations {
    private static final Filters FILTERS = Filters.of("""
            affinity placement.affinity
            architecture architecture
            availability-zone placement.availabilityZone
            availability-zone-id placement.availabilityZoneId
            block-device-mapping.device-name blockDeviceMappings.deviceName
            block-device-mapping.volume-id blockDeviceMappings.ebs.volumeId
            client-token clientToken
            dns-name publicDnsName
            ebs-optimized ebsOptimized
            group-id securityGroups.groupId
            group-name securityGroups.groupName
            hypervisor hypervisor
            iam-instance-profile.arn iamInstanceProfile.arn
            iam-instance-profile.id iamInstanceProfile.id
            image-id imageId
            instance-id instanceId
            instance-lifecycle instanceLifecycle
            instance-state-code state.code
            instance-state-name state.name
            instance-type instanceType
            instance.group-id securityGroups.groupId
            instance.group-name securityGroups.groupName
            ip-address publicIpAddress
            key-name keyName
            launch-index amiLaunchIndex
            launch-time launchTime
            metadata-options.http-tokens metadataOptions.httpTokens
            metadata-options.http-endpoint metadataOptions.httpEndpoint
            monitoring-state monitoring.state
            network-interface.addresses.private-ip-address networkInterfaces.privateIpAddresses.privateIpAddress
            network-interface.group-id networkInterfaces.groups.groupId
            network-interface.mac-address networkInterfaces.macAddress
            network-interface.network-interface-id networkInterfaces.networkInterfaceId
            network-interface.subnet-id networkInterfaces.subnetId
            network-interface.vpc-id networkInterfaces.vpcId
            network-interface.status networkInterfaces.status
            network-interface.private-dns-name networkInterfaces.privateDnsName
            owner-id ownerId
            placement-group-name placement.groupName
            platform platform
            platform-details platformDetails
            private-dns-name privateDnsName
            private-ip-address privateIpAddress
            product-code productCodes.productCodeId
            reason stateTransitionReason
            requester-id requesterId
            reservation-id reservationId
            root-device-name rootDeviceName
            root-device-type rootDeviceType
            source-dest-check sourceDestCheck
            spot-instance-request-id spotInstanceRequestId
            state-reason-code stateReason.code
            state-reason-message stateReason.message
            subnet-id subnetId
            tenancy placement.tenancy
            usage-operation usageOperation
            virtualization-type virtualizationType
            vpc-id vpcId
            """);
    private static final Filters STATUS_FILTERS = Filters.of("""
            availability-zone availabilityZone
            availability-zone-id availabilityZoneId
            event.code events.code
            instance-state-code instanceState.code
            instance-state-name instanceState.name
            instance-status.reachability instanceStatus.details.status
            instance-status.status instanceStatus.status
            system-status.reachability systemStatus.details.status
            system-status.status systemStatus.status
            """);

    private final Instances instances;
    private final Launch launch;
    private final LaunchTemplates templates;
    private final Shown shown;

    RunApi(Instances instances, Launch launch, LaunchTemplates templates, Shown shown) {
        this.instances = instances;
        this.launch = launch;
        this.templates = templates;
        this.shown = shown;
    }

    record Reservation(String reservationId, String ownerId, List<ObjectNode> groups, List<ObjectNode> instances) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.partial(
                "RunInstances",
                "Volumes, public addresses, dedicated and spot instances and what else a pod can't have are refused by"
                        + " name. `Monitoring`, `CreditSpecification`, `EbsOptimized` and `KeyName` are stored and shown"
                        + " without effect. User data runs when it begins with `#!`.");
        service.operation("RunInstances", RunInstancesRequest.class, Reservation.class, this::run);
        Listing.of("DescribeInstances", "reservations", FILTERS, scope -> new Source(this::whole))
                .ids(Resource.INSTANCE, "InstanceIds")
                .as((request, items) -> reservations(items))
                .addTo(service);
        Listing.of("DescribeInstanceStatus", "instanceStatuses", STATUS_FILTERS, scope -> new Source(RunApi::statusOf))
                .ids(Resource.INSTANCE, "InstanceIds")
                .where(
                        "IncludeAllInstances",
                        (scope, all) -> status -> all.asBoolean()
                                || status.path("instanceState")
                                        .path("name")
                                        .asText()
                                        .equals("running"))
                .addTo(service);
    }

    private Reservation run(Call call, RunInstancesRequest given) {
        Scope scope = call.scope();
        // A token that the client left out was filled in by the front.
        String token =
                given.clientToken() == null || given.clientToken().equals(call.requestId()) ? "" : given.clientToken();
        RunInstancesRequest request = templates.under(scope, given);
        String fingerprint = token.isEmpty() ? "" : Launch.fingerprint(request);
        if (!token.isEmpty()) {
            Optional<List<StoredInstance>> before = instances.launched(scope, token, fingerprint);
            if (before.isPresent()) {
                return reservation(before.get());
            }
        }
        List<Tag> tags = TagSpecification.of(
                request.tagSpecifications(), Resource.INSTANCE, Resource.VOLUME, Resource.NETWORK_INTERFACE);
        List<StoredInstance> made =
                launch.instances(scope, request, token, instances.clock().instant());
        Ec2Error.dryRun(request.dryRun());
        return reservation(instances.launch(scope, made, tags, token, fingerprint));
    }

    private Reservation reservation(List<StoredInstance> all) {
        StoredInstance first = all.getFirst();
        return new Reservation(
                first.reservation(),
                first.account(),
                List.of(),
                all.stream().map(shown::instance).toList());
    }

    /// Instances in some form.
    private final class Source implements Listing.Source {
        private final Function<StoredInstance, ObjectNode> view;

        Source(Function<StoredInstance, ObjectNode> view) {
            this.view = view;
        }

        @Override
        public Optional<ObjectNode> get(Scope scope, String id) {
            return instances.find(scope, id).map(view);
        }

        @Override
        public List<Listing.Item> after(Scope scope, @Nullable String after, int limit) {
            return instances.after(scope, after, limit).stream()
                    .map(entry -> new Listing.Item(entry.value().id(), view.apply(entry.value())))
                    .toList();
        }
    }

    /// An instance as filters see it, with what belongs to its reservation.
    private ObjectNode whole(StoredInstance instance) {
        return shown.instance(instance)
                .put("reservationId", instance.reservation())
                .put("ownerId", instance.account());
    }

    private static List<Reservation> reservations(List<ObjectNode> items) {
        Map<String, Reservation> reservations = new LinkedHashMap<>();
        for (ObjectNode instance : items) {
            String id = instance.remove("reservationId").asText();
            String owner = instance.remove("ownerId").asText();
            reservations
                    .computeIfAbsent(id, key -> new Reservation(id, owner, List.of(), new ArrayList<>()))
                    .instances()
                    .add(instance);
        }
        return List.copyOf(reservations.values());
    }

    private static ObjectNode statusOf(StoredInstance instance) {
        boolean running = instance.state() == InstanceState.RUNNING;
        ObjectNode status = Json.object();
        status.put("instanceId", instance.id())
                .put("availabilityZone", instance.definition().zone())
                .put("availabilityZoneId", Zones.id(instance.definition().zone()));
        status.set("instanceState", Json.MAPPER.valueToTree(instance.state().shown()));
        status.putObject("operator").put("managed", false);
        for (String part : List.of("instanceStatus", "systemStatus", "attachedEbsStatus")) {
            ObjectNode summary = status.putObject(part).put("status", running ? "ok" : "not-applicable");
            if (running) {
                summary.putArray("details")
                        .addObject()
                        .put("name", "reachability")
                        .put("status", "passed");
            }
        }
        return status;
    }
}
