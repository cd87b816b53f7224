package dev.podium.ec2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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

    record DefaultsRequest(@Nullable Boolean dryRun) {}

    record DefaultsResult(ObjectNode accountLevel) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        Listing.of("DescribeRegions", "regions", REGIONS, scope -> Listing.Source.of(regions(scope)))
                .where("RegionNames", known("regionName", RegionsApi::regionNames, "Invalid region: '%s'"))
                .ignoring("AllRegions")
                .addTo(service);
        Listing.of("DescribeAvailabilityZones", "availabilityZones", ZONES, scope -> Listing.Source.of(zones(scope)))
                .where("ZoneNames", known("zoneName", RegionsApi::zoneNames, "Invalid availability zone: [%s]"))
                .where("ZoneIds", known("zoneId", RegionsApi::zoneIds, "Invalid availability zone-id: [%s]"))
                .ignoring("AllAvailabilityZones")
                .addTo(service);
        Listing.of(
                        "DescribeAccountAttributes",
                        "accountAttributes",
                        Filters.of(),
                        scope -> Listing.Source.of(account(scope)))
                .where("AttributeNames", Listing.oneOf("attributeName"))
                .addTo(service);
        service.operation(
                "GetInstanceMetadataDefaults", DefaultsRequest.class, DefaultsResult.class, (call, request) -> {
                    Ec2Error.dryRun(request.dryRun());
                    return new DefaultsResult(Json.object());
                });
    }

    /// Names that have to be known.
    private static Listing.Condition known(String member, Function<Scope, List<String>> all, String error) {
        return (scope, names) -> {
            for (String name : Listing.texts(names)) {
                if (!all.apply(scope).contains(name)) {
                    throw Ec2Error.invalid(error.formatted(name));
                }
            }
            return Listing.oneOf(member).of(scope, names);
        };
    }

    private static List<String> regionNames(Scope scope) {
        List<String> names = new ArrayList<>(Zones.REGIONS);
        if (!names.contains(scope.region())) {
            names.add(scope.region());
        }
        return names;
    }

    private static List<String> zoneNames(Scope scope) {
        return Zones.of(scope.region());
    }

    private static List<String> zoneIds(Scope scope) {
        return zoneNames(scope).stream().map(Zones::id).toList();
    }

    private static List<Listing.Item> regions(Scope scope) {
        return regionNames(scope).stream()
                .map(name -> new Listing.Item(
                        name,
                        Json.object()
                                .put("endpoint", "ec2." + name + ".amazonaws.com")
                                .put("optInStatus", "opt-in-not-required")
                                .put("regionName", name)))
                .toList();
    }

    private static List<Listing.Item> zones(Scope scope) {
        String region = scope.region();
        List<Listing.Item> all = new ArrayList<>();
        for (String zone : zoneNames(scope)) {
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
            all.add(new Listing.Item(zone, shown));
        }
        return all;
    }

    private List<Listing.Item> account(Scope scope) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("vpc-max-security-groups-per-interface", "5");
        values.put("max-instances", "2000");
        values.put("supported-platforms", "VPC");
        values.put("default-vpc", networks.defaultVpc(scope).map(Vpc::vpcId).orElse("none"));
        values.put("max-elastic-ips", "0");
        values.put("vpc-max-elastic-ips", "0");
        List<Listing.Item> shown = new ArrayList<>();
        values.forEach((name, value) -> {
            ObjectNode attribute = Json.object().put("attributeName", name);
            attribute.putArray("attributeValues").addObject().put("attributeValue", value);
            shown.add(new Listing.Item(name, attribute));
        });
        return shown;
    }
}
