package dev.podium.ec2;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Instance types and where they are offered.
final class InstanceTypesApi implements Ec2Operations {
    private static final Filters FILTERS = Filters.of("""
            auto-recovery-supported autoRecoverySupported
            bare-metal bareMetal
            burstable-performance-supported burstablePerformanceSupported
            current-generation currentGeneration
            dedicated-hosts-supported dedicatedHostsSupported
            ebs-info.ebs-optimized-support ebsInfo.ebsOptimizedSupport
            ebs-info.encryption-support ebsInfo.encryptionSupport
            ebs-info.nvme-support ebsInfo.nvmeSupport
            free-tier-eligible freeTierEligible
            hibernation-supported hibernationSupported
            hypervisor hypervisor
            instance-storage-supported instanceStorageSupported
            instance-type instanceType
            memory-info.size-in-mib memoryInfo.sizeInMiB
            network-info.ena-support networkInfo.enaSupport
            network-info.ipv6-supported networkInfo.ipv6Supported
            network-info.maximum-network-interfaces networkInfo.maximumNetworkInterfaces
            network-info.network-performance networkInfo.networkPerformance
            processor-info.supported-architecture processorInfo.supportedArchitectures
            processor-info.sustained-clock-speed-in-ghz processorInfo.sustainedClockSpeedInGhz
            supported-boot-mode supportedBootModes
            supported-root-device-type supportedRootDeviceTypes
            supported-usage-class supportedUsageClasses
            supported-virtualization-type supportedVirtualizationTypes
            vcpu-info.default-cores vCpuInfo.defaultCores
            vcpu-info.default-threads-per-core vCpuInfo.defaultThreadsPerCore
            vcpu-info.default-vcpus vCpuInfo.defaultVCpus
            """);
    private static final Filters OFFERINGS = Filters.of("""
            instance-type instanceType
            location location
            """);

    record DescribeRequest(
            @Nullable Boolean dryRun,
            @Nullable List<String> instanceTypes,
            @Nullable List<Filter> filters,
            @Nullable Integer maxResults,
            @Nullable String nextToken) {}

    record DescribeResult(
            List<ObjectNode> instanceTypes, @Nullable String nextToken) {}

    record OfferingsRequest(
            @Nullable Boolean dryRun,
            @Nullable String locationType,
            @Nullable List<Filter> filters,
            @Nullable Integer maxResults,
            @Nullable String nextToken) {}

    record OfferingsResult(
            List<ObjectNode> instanceTypeOfferings,
            @Nullable String nextToken) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.remark(
                "DescribeInstanceTypes",
                "The types that Podium has: memory is the pod's request and limit, its CPU request is the number of vCPUs or,"
                        + " for burstable types, AWS's baseline.");
        service.operation("DescribeInstanceTypes", DescribeRequest.class, DescribeResult.class, this::describe)
                .operation(
                        "DescribeInstanceTypeOfferings",
                        OfferingsRequest.class,
                        OfferingsResult.class,
                        this::offerings);
    }

    /// A list that is made for the call.
    private record Made(SequencedMap<String, ObjectNode> all) implements Listing.Source {
        @Override
        public Optional<ObjectNode> get(Scope scope, String id) {
            return Optional.ofNullable(all.get(id));
        }

        @Override
        public List<Listing.Item> after(Scope scope, @Nullable String after, int limit) {
            return all.entrySet().stream()
                    .filter(entry -> after == null || entry.getKey().compareTo(after) > 0)
                    .limit(limit)
                    .map(entry -> new Listing.Item(entry.getKey(), entry.getValue()))
                    .toList();
        }
    }

    private DescribeResult describe(Call call, DescribeRequest request) {
        Ec2Error.DryRunOperation.check(request.dryRun());
        SequencedMap<String, ObjectNode> shown = new TreeMap<>();
        List<String> wanted = request.instanceTypes();
        List<String> unknown = new ArrayList<>();
        if (wanted == null || wanted.isEmpty()) {
            InstanceType.all().forEach(type -> shown.put(type.name(), show(type)));
        } else {
            wanted.forEach(name -> InstanceType.of(name)
                    .ifPresentOrElse(type -> shown.put(name, show(type)), () -> unknown.add(name)));
        }
        if (!unknown.isEmpty()) {
            throw Ec2Error.Coded.of(
                            "InvalidInstanceType",
                            "The following supplied instance types do not exist: [" + String.join(", ", unknown) + "]")
                    .exception();
        }
        Listing.Page page = Listing.of(Resource.INSTANCE, FILTERS, new Made(shown))
                .find(
                        call.scope(),
                        new Listing.Query(null, request.filters(), request.maxResults(), request.nextToken()));
        return new DescribeResult(page.items(), page.nextToken());
    }

    private static ObjectNode show(InstanceType type) {
        boolean old = type.name().startsWith("m1.") || type.name().startsWith("t2.");
        ObjectNode out = Json.object();
        out.put("instanceType", type.name())
                .put("currentGeneration", !type.name().startsWith("m1."))
                .put(
                        "freeTierEligible",
                        type.name().equals("t2.micro") || type.name().equals("t3.micro"))
                .put("bareMetal", false)
                .put("hypervisor", old ? "xen" : "nitro")
                .put("instanceStorageSupported", false)
                .put("hibernationSupported", false)
                .put("burstablePerformanceSupported", type.burstable())
                .put("dedicatedHostsSupported", false)
                .put("autoRecoverySupported", false)
                .put("nitroEnclavesSupport", "unsupported")
                .put("nitroTpmSupport", "unsupported")
                .put("phcSupport", "unsupported")
                .put("rebootMigrationSupport", "unsupported");
        out.putArray("supportedUsageClasses").add("on-demand");
        out.putArray("supportedRootDeviceTypes").add("ebs");
        out.putArray("supportedVirtualizationTypes").add("hvm");
        out.putArray("supportedBootModes").add(type.arm() ? "uefi" : "legacy-bios");
        ObjectNode processor = out.putObject("processorInfo").put("manufacturer", type.arm() ? "AWS" : "Intel");
        processor.putArray("supportedArchitectures").add(type.architecture());
        int threads = type.arm() || type.vcpus() == 1 ? 1 : 2;
        ObjectNode cpus = out.putObject("vCpuInfo")
                .put("defaultVCpus", type.vcpus())
                .put("defaultCores", type.vcpus() / threads)
                .put("defaultThreadsPerCore", threads);
        cpus.putArray("validCores").add(type.vcpus() / threads);
        cpus.putArray("validThreadsPerCore").add(threads);
        out.putObject("memoryInfo").put("sizeInMiB", type.memoryMib());
        out.putObject("ebsInfo")
                .put("ebsOptimizedSupport", "unsupported")
                .put("encryptionSupport", "unsupported")
                .put("nvmeSupport", "unsupported");
        network(out);
        ArrayNode strategies = out.putObject("placementGroupInfo").putArray("supportedStrategies");
        strategies.add("spread");
        return out;
    }

    private static void network(ObjectNode out) {
        ObjectNode network = out.putObject("networkInfo")
                .put("networkPerformance", "Moderate")
                .put("maximumNetworkInterfaces", 1)
                .put("maximumNetworkCards", 1)
                .put("defaultNetworkCardIndex", 0)
                .put("ipv4AddressesPerInterface", 1)
                .put("ipv6AddressesPerInterface", 0)
                .put("ipv6Supported", false)
                .put("enaSupport", "supported")
                .put("efaSupported", false)
                .put("encryptionInTransitSupported", false)
                .put("enaSrdSupported", false);
        network.putArray("networkCards")
                .addObject()
                .put("networkCardIndex", 0)
                .put("networkPerformance", "Moderate")
                .put("maximumNetworkInterfaces", 1);
    }

    private OfferingsResult offerings(Call call, OfferingsRequest request) {
        Ec2Error.DryRunOperation.check(request.dryRun());
        String region = call.scope().region();
        String kind = request.locationType() == null ? "region" : request.locationType();
        List<String> places = switch (kind) {
            case "region" -> List.of(region);
            case "availability-zone" -> Zones.of(region);
            case "availability-zone-id" ->
                Zones.of(region).stream().map(Zones::id).toList();
            default -> List.of();
        };
        SequencedMap<String, ObjectNode> shown = new TreeMap<>();
        InstanceType.all()
                .forEach(type -> places.forEach(place -> shown.put(
                        type.name() + "/" + place,
                        Json.object()
                                .put("instanceType", type.name())
                                .put("locationType", kind)
                                .put("location", place))));
        Listing.Page page = Listing.of(Resource.INSTANCE, OFFERINGS, new Made(shown))
                .find(
                        call.scope(),
                        new Listing.Query(null, request.filters(), request.maxResults(), request.nextToken()));
        return new OfferingsResult(page.items(), page.nextToken());
    }
}
