package dev.podium.ec2;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import java.util.Comparator;
import java.util.List;

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

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.remark(
                "DescribeInstanceTypes",
                "The types that Podium has: memory is the pod's request and limit, its CPU request is the number of vCPUs or,"
                        + " for burstable types, AWS's baseline.");
        Listing.of("DescribeInstanceTypes", "instanceTypes", FILTERS, scope -> Listing.Source.of(types()))
                .where(
                        "InstanceTypes",
                        (scope, names) -> known(Listing.texts(names)).of(scope, names))
                .addTo(service);
        Listing.of(
                        "DescribeInstanceTypeOfferings",
                        "instanceTypeOfferings",
                        OFFERINGS,
                        (scope, request) -> Listing.Source.of(offerings(
                                scope.region(), request.path("LocationType").asText("region"))))
                .ignoring("LocationType")
                .addTo(service);
    }

    private static Listing.Condition known(List<String> names) {
        List<String> unknown =
                names.stream().filter(name -> InstanceType.of(name).isEmpty()).toList();
        if (!unknown.isEmpty()) {
            throw Ec2Error.coded(
                    "InvalidInstanceType",
                    "The following supplied instance types do not exist: [" + String.join(", ", unknown) + "]");
        }
        return Listing.oneOf("instanceType");
    }

    private static List<Listing.Item> types() {
        return InstanceType.all().stream()
                .map(type -> new Listing.Item(type.name(), show(type)))
                .sorted(Comparator.comparing(Listing.Item::place))
                .toList();
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

    private static List<Listing.Item> offerings(String region, String kind) {
        List<String> places = switch (kind) {
            case "region" -> List.of(region);
            case "availability-zone" -> Zones.of(region);
            case "availability-zone-id" ->
                Zones.of(region).stream().map(Zones::id).toList();
            default -> List.of();
        };
        return InstanceType.all().stream()
                .flatMap(type -> places.stream()
                        .map(place -> new Listing.Item(
                                type.name() + "/" + place,
                                Json.object()
                                        .put("instanceType", type.name())
                                        .put("locationType", kind)
                                        .put("location", place))))
                .sorted(Comparator.comparing(Listing.Item::place))
                .toList();
    }
}
