package dev.podium.ec2;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import java.util.List;

/// Describes what there is none of, since a pod can't have it: an empty list, or that an id isn't there.
final class EmptyApi implements Ec2Operations {
    /// What one operation lists.
    ///
    /// @param ids    member of the request with ids
    /// @param result member of the answer
    private record Empty(String operation, Resource kind, String ids, String result) {}

    private static final List<Empty> ALL = List.of(
            new Empty("DescribeVolumes", Resource.VOLUME, "VolumeIds", "volumes"),
            new Empty("DescribeVolumeStatus", Resource.VOLUME, "VolumeIds", "volumeStatuses"),
            new Empty("DescribeSnapshots", Resource.SNAPSHOT, "SnapshotIds", "snapshots"),
            new Empty("DescribeAddresses", Resource.ADDRESS, "AllocationIds", "addresses"),
            new Empty("DescribeRouteTables", Resource.ROUTE_TABLE, "RouteTableIds", "routeTables"),
            new Empty("DescribeInternetGateways", Resource.INTERNET_GATEWAY, "InternetGatewayIds", "internetGateways"));

    @Override
    public void addTo(ServiceApi.Builder service) {
        for (Empty one : ALL) {
            service.remark(one.operation, "Always empty: pods have none.")
                    .operation(
                            one.operation,
                            ObjectNode.class,
                            ObjectNode.class,
                            (call, request) -> describe(one, request));
        }
    }

    private static ObjectNode describe(Empty one, ObjectNode request) {
        Ec2Error.dryRun(request.path("DryRun").asBoolean());
        for (JsonNode id : request.path(one.ids)) {
            throw one.kind.notFound(List.of(one.kind.check(id.asText())));
        }
        for (JsonNode ip : request.path("PublicIps")) {
            throw Ec2Error.coded("InvalidAddress.NotFound", "Address '" + ip.asText() + "' not found.");
        }
        ObjectNode answer = Json.object();
        answer.putArray(one.result);
        return answer;
    }
}
