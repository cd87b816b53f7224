package dev.podium.ec2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Regions, zones and what belongs to the account.
final class RegionsApi implements Ec2Operations {
    private static final Filters REGIONS = Filters.of("""
            endpoint endpoint
            opt-in-status optInStatus
            region-name regionName
            """);
    private static final Filters ZONES = Filters.of("""
            group-long-name groupLongName
            group-name groupName
            message messages.message
            opt-in-status optInStatus
            parent-zone-id parentZoneId
            parent-zone-name parentZoneName
            region-name regionName
            state state
            zone-id zoneId
            zone-name zoneName
            zone-type zoneType
            """);

    private final Networks networks;

    RegionsApi(Networks networks) {
        this.networks = networks;
    }

    record RegionsRequest(
            @Nullable List<String> regionNames,
            @Nullable Boolean allRegions,
            @Nullable Boolean dryRun,
            @Nullable List<Filter> filters) {}

    record RegionsResult(List<ObjectNode> regions) {}

    record ZonesRequest(
            @Nullable List<String> zoneNames,
            @Nullable List<String> zoneIds,
            @Nullable Boolean allAvailabilityZones,
            @Nullable Boolean dryRun,
            @Nullable List<Filter> filters) {}

    record ZonesResult(List<ObjectNode> availabilityZones) {}

    record AccountRequest(
            @Nullable Boolean dryRun, @Nullable List<String> attributeNames) {}

    record AccountResult(List<ObjectNode> accountAttributes) {}

    record DefaultsRequest(@Nullable Boolean dryRun) {}

    record DefaultsResult(ObjectNode accountLevel) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("DescribeRegions", RegionsRequest.class, RegionsResult.class, this::regions)
                .operation("DescribeAvailabilityZones", ZonesRequest.class, ZonesResult.class, this::zones)
                .operation("DescribeAccountAttributes", AccountRequest.class, AccountResult.class, this::account)
                .operation(
                        "GetInstanceMetadataDefaults", DefaultsRequest.class, DefaultsResult.class, (call, request) -> {
                            Ec2Error.DryRunOperation.check(request.dryRun());
                            return new DefaultsResult(Json.object());
                        });
    }

    private RegionsResult regions(Call call, RegionsRequest request) {
        Ec2Error.DryRunOperation.check(request.dryRun());
        List<String> names = new ArrayList<>(Zones.REGIONS);
        if (!names.contains(call.scope().region())) {
            names.add(call.scope().region());
        }
        List<String> wanted = request.regionNames() == null ? List.of() : request.regionNames();
        for (String name : wanted) {
            if (!names.contains(name)) {
                throw new Ec2Error.InvalidParameterValue("Invalid region: '" + name + "'").exception();
            }
        }
        Predicate<com.fasterxml.jackson.databind.JsonNode> condition = REGIONS.condition(request.filters());
        return new RegionsResult(names.stream()
                .filter(name -> wanted.isEmpty() || wanted.contains(name))
                .map(name -> Json.object()
                        .put("endpoint", "ec2." + name + ".amazonaws.com")
                        .put("optInStatus", "opt-in-not-required")
                        .put("regionName", name))
                .filter(condition)
                .toList());
    }

    private ZonesResult zones(Call call, ZonesRequest request) {
        Ec2Error.DryRunOperation.check(request.dryRun());
        Map<String, ObjectNode> all = new LinkedHashMap<>();
        String region = call.scope().region();
        for (String zone : Zones.of(region)) {
            ObjectNode shown = Json.object()
                    .put("groupName", region + "-zg-1")
                    .put("groupLongName", region + " 1")
                    .put("networkBorderGroup", region)
                    .put("optInStatus", "opt-in-not-required")
                    .put("regionName", region)
                    .put("state", "available")
                    .put("zoneId", Zones.id(zone))
                    .put("zoneName", zone)
                    .put("zoneType", "availability-zone");
            shown.putArray("messages");
            all.put(zone, shown);
        }
        check(request.zoneNames(), List.copyOf(all.keySet()), "availability zone");
        check(request.zoneIds(), all.keySet().stream().map(Zones::id).toList(), "availability zone-id");
        Predicate<com.fasterxml.jackson.databind.JsonNode> condition = ZONES.condition(request.filters());
        return new ZonesResult(all.values().stream()
                .filter(zone -> named(request.zoneNames(), zone.path("zoneName").asText())
                        && named(request.zoneIds(), zone.path("zoneId").asText()))
                .filter(condition)
                .toList());
    }

    private static boolean named(@Nullable List<String> wanted, String name) {
        return wanted == null || wanted.isEmpty() || wanted.contains(name);
    }

    private static void check(@Nullable List<String> wanted, List<String> known, String what) {
        for (String name : wanted == null ? List.<String>of() : wanted) {
            if (!known.contains(name)) {
                throw new Ec2Error.InvalidParameterValue("Invalid " + what + ": [" + name + "]").exception();
            }
        }
    }

    private AccountResult account(Call call, AccountRequest request) {
        Ec2Error.DryRunOperation.check(request.dryRun());
        Map<String, String> values = new LinkedHashMap<>();
        values.put("vpc-max-security-groups-per-interface", "5");
        values.put("max-instances", "2000");
        values.put("supported-platforms", "VPC");
        values.put(
                "default-vpc", networks.defaultVpc(call.scope()).map(Vpc::vpcId).orElse("none"));
        values.put("max-elastic-ips", "0");
        values.put("vpc-max-elastic-ips", "0");
        List<ObjectNode> shown = new ArrayList<>();
        values.forEach((name, value) -> {
            if (named(request.attributeNames(), name)) {
                ObjectNode attribute = Json.object().put("attributeName", name);
                attribute.putArray("attributeValues").addObject().put("attributeValue", value);
                shown.add(attribute);
            }
        });
        return new AccountResult(shown);
    }
}
