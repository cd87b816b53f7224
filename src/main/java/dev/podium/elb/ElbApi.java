package dev.podium.elb;

import dev.podium.aws.ServiceApi;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/// The API of Elastic Load Balancing, version 2.
///
/// @see <a href="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/Welcome.html">API reference</a>
public final class ElbApi {
    private static final long MAX_BODY = 1 << 20;

    private static final Map<String, List<String>> REFUSED = Map.of(
            "there are no trust stores, clients show no certificates",
            List.of(
                    "AddTrustStoreRevocations",
                    "CreateTrustStore",
                    "DeleteSharedTrustStoreAssociation",
                    "DeleteTrustStore",
                    "DescribeTrustStoreAssociations",
                    "DescribeTrustStoreRevocations",
                    "DescribeTrustStores",
                    "GetTrustStoreCaCertificatesBundle",
                    "GetTrustStoreRevocationContent",
                    "ModifyTrustStore",
                    "RemoveTrustStoreRevocations"),
            "load balancers have whatever capacity the server has",
            List.of("DescribeCapacityReservation", "ModifyCapacityReservation"),
            "load balancers have the server's own addresses",
            List.of("ModifyIpPools"),
            "only trust stores can be shared, and there are none",
            List.of("GetResourcePolicy"));

    private final List<ElbOperations> families;

    /// Makes the API over the collections, which belong to the caller.
    public ElbApi(
            LoadBalancers loadBalancers,
            TargetGroups groups,
            Targets targets,
            Traffic traffic,
            Network network,
            Ports ports,
            Clock clock) {
        ActionRules actions = new ActionRules(loadBalancers, groups);
        families = List.of(
                new LoadBalancersApi(loadBalancers, traffic, new Placement(network), clock),
                new ListenersApi(loadBalancers, traffic, actions, new ListenerRules(ports)),
                new CertificatesApi(loadBalancers, traffic),
                new RulesApi(loadBalancers, traffic, actions),
                new TargetGroupsApi(groups, loadBalancers, traffic),
                new TargetsApi(groups, targets),
                new TagsApi(loadBalancers, groups),
                new LimitsApi());
    }

    /// The operations, for the dispatcher.
    public ServiceApi service() {
        ServiceApi.Builder service = ServiceApi.of("elbv2").maxBody(MAX_BODY);
        families.forEach(family -> family.addTo(service));
        REFUSED.forEach((reason, operations) -> operations.forEach(name -> service.refused(name, reason)));
        return service.build();
    }
}
