package dev.podium.elb;

import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// AWS's limits of an account, which hold here, too.
final class LimitsApi implements ElbOperations {
    private static final Map<String, Integer> LIMITS = new TreeMap<>(Map.ofEntries(
            Map.entry("application-load-balancers", 50),
            Map.entry("certificates-per-application-load-balancer", 25),
            Map.entry("certificates-per-network-load-balancer", 25),
            Map.entry("condition-values-per-alb-rule", 5),
            Map.entry("condition-wildcards-per-alb-rule", 6),
            Map.entry("gateway-load-balancers", 100),
            Map.entry("gateway-load-balancers-per-vpc", 100),
            Map.entry("geneve-target-groups", 100),
            Map.entry("listeners-per-application-load-balancer", 50),
            Map.entry("listeners-per-network-load-balancer", 50),
            Map.entry("network-load-balancer-enis-per-vpc", 1200),
            Map.entry("network-load-balancers", 50),
            Map.entry("rules-per-application-load-balancer", 100),
            Map.entry("target-groups", 3000),
            Map.entry("target-groups-per-action-on-application-load-balancer", 5),
            Map.entry("target-groups-per-action-on-network-load-balancer", 5),
            Map.entry("target-groups-per-application-load-balancer", 100),
            Map.entry("target-id-registrations-per-application-load-balancer", 1000),
            Map.entry("targets-per-application-load-balancer", 1000),
            Map.entry("targets-per-availability-zone-per-gateway-load-balancer", 300),
            Map.entry("targets-per-availability-zone-per-network-load-balancer", 500),
            Map.entry("targets-per-network-load-balancer", 3000)));

    record Request(@Nullable String marker, @Nullable Integer pageSize) {}

    record Result(List<Limit> limits, @Nullable String nextMarker) {}

    record Limit(String name, String max) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("DescribeAccountLimits", Request.class, Result.class, LimitsApi::limits);
    }

    private static Result limits(Call call, Request request) {
        Pages<Map.Entry<String, Integer>> page =
                Pages.of(LIMITS.entrySet(), Map.Entry::getKey, request.marker(), request.pageSize());
        return new Result(
                page.items().stream()
                        .map(limit -> new Limit(limit.getKey(), String.valueOf(limit.getValue())))
                        .toList(),
                page.nextMarker());
    }
}
