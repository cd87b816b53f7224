package dev.podium.elb;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A load balancer as the API shows it.
record LoadBalancerShape(
        String loadBalancerArn,
        @JsonProperty("DNSName") String dnsName,
        String canonicalHostedZoneId,
        Instant createdTime,
        String loadBalancerName,
        String scheme,
        String vpcId,
        State state,
        String type,
        List<Zone> availabilityZones,
        @Nullable List<String> securityGroups,
        String ipAddressType,
        @Nullable String enablePrefixForIpv6SourceNat) {
    private static final String APPLICATION_ZONE = "Z35SXDOTRQ7X7K";
    private static final String NETWORK_ZONE = "Z26RNL4JYFTOTI";

    /// `provisioning` in the answer of the creation, then `active`; `active_impaired` while a port can't be
    /// opened.
    record State(String code, @Nullable String reason) {}

    /// A zone; the addresses are those of Elastic IPs, which there aren't.
    record Zone(String zoneName, String subnetId, List<Address> loadBalancerAddresses) {}

    /// An address of a network load balancer.
    record Address(@Nullable String ipAddress) {}

    static LoadBalancerShape of(StoredLoadBalancer stored, State state) {
        return new LoadBalancerShape(
                stored.arn(),
                stored.identity().dnsName(),
                stored.network() ? NETWORK_ZONE : APPLICATION_ZONE,
                stored.identity().created(),
                stored.name(),
                stored.identity().scheme(),
                stored.identity().vpcId(),
                state,
                stored.identity().type(),
                zones(stored),
                stored.securityGroups(),
                stored.ipAddressType(),
                stored.network() ? "off" : null);
    }

    static List<Zone> zones(StoredLoadBalancer stored) {
        return stored.zones().stream()
                .map(zone -> new Zone(zone.name(), zone.subnetId(), List.of()))
                .toList();
    }
}
