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
import java.util.function.Predicate;
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

    record DescribeRequest(
            @Nullable List<String> instanceIds,
            @Nullable Boolean dryRun,
            @Nullable List<Filter> filters,
            @Nullable String nextToken,
            @Nullable Integer maxResults) {
        Listing.Query query() {
            return new Listing.Query(instanceIds, filters, maxResults, nextToken);
        }
    }

    record DescribeResult(
            List<Reservation> reservations, @Nullable String nextToken) {}

    record StatusRequest(
            @Nullable List<String> instanceIds,
            @Nullable Integer maxResults,
            @Nullable String nextToken,
            @Nullable Boolean dryRun,
            @Nullable List<Filter> filters,
            @Nullable Boolean includeAllInstances) {}

    record StatusResult(
            List<ObjectNode> instanceStatuses, @Nullable String nextToken) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.partial(
                "RunInstances",
                "Volumes, public addresses, dedicated and spot instances and what else a pod can't have are refused by"
                        + " name. `Monitoring`, `CreditSpecification`, `EbsOptimized` and `KeyName` are stored and shown"
                        + " without effect. User data runs when it begins with `#!`.");
        service.operation("RunInstances", RunInstancesRequest.class, Reservation.class, this::run)
                .operation("DescribeInstances", DescribeRequest.class, DescribeResult.class, this::describe)
                .operation("DescribeInstanceStatus", StatusRequest.class, StatusResult.class, this::status);
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
        Ec2Error.DryRunOperation.check(request.dryRun());
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

    /// Instances as filters see them, with what belongs to their reservations.
    private final class Source implements Listing.Source {
        @Override
        public Optional<ObjectNode> get(Scope scope, String id) {
            return instances.find(scope, id).map(this::whole);
        }

        @Override
        public List<Listing.Item> after(Scope scope, @Nullable String after, int limit) {
            return instances.after(scope, after, limit).stream()
                    .map(entry -> new Listing.Item(entry.value().id(), whole(entry.value())))
                    .toList();
        }

        private ObjectNode whole(StoredInstance instance) {
            return shown.instance(instance)
                    .put("reservationId", instance.reservation())
                    .put("ownerId", instance.account());
        }
    }

    private DescribeResult describe(Call call, DescribeRequest request) {
        Ec2Error.DryRunOperation.check(request.dryRun());
        Listing.Page page = Listing.of(Resource.INSTANCE, FILTERS, new Source()).find(call.scope(), request.query());
        Map<String, Reservation> reservations = new LinkedHashMap<>();
        for (ObjectNode instance : page.items()) {
            String id = instance.remove("reservationId").asText();
            String owner = instance.remove("ownerId").asText();
            reservations
                    .computeIfAbsent(id, key -> new Reservation(id, owner, List.of(), new ArrayList<>()))
                    .instances()
                    .add(instance);
        }
        return new DescribeResult(List.copyOf(reservations.values()), page.nextToken());
    }

    private StatusResult status(Call call, StatusRequest request) {
        Ec2Error.DryRunOperation.check(request.dryRun());
        boolean all = Boolean.TRUE.equals(request.includeAllInstances());
        Predicate<com.fasterxml.jackson.databind.JsonNode> which = status ->
                all || status.path("instanceState").path("name").asText().equals("running");
        Listing.Page page = Listing.of(Resource.INSTANCE, STATUS_FILTERS, new Listing.Source() {
                    @Override
                    public Optional<ObjectNode> get(Scope scope, String id) {
                        return instances.find(scope, id).map(RunApi::statusOf);
                    }

                    @Override
                    public List<Listing.Item> after(Scope scope, @Nullable String after, int limit) {
                        return instances.after(scope, after, limit).stream()
                                .map(entry -> new Listing.Item(entry.value().id(), statusOf(entry.value())))
                                .toList();
                    }
                })
                .find(
                        call.scope(),
                        new Listing.Query(
                                request.instanceIds(), request.filters(), request.maxResults(), request.nextToken()),
                        which);
        return new StatusResult(page.items(), page.nextToken());
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
