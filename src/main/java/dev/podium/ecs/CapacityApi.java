package dev.podium.ecs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Arn;
import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Capacity: Fargate's two providers are there, container instances are not; and all that is refused by name.
final class CapacityApi implements EcsOperations {
    private static final List<String> PROVIDERS = List.of("FARGATE", "FARGATE_SPOT");

    private static final Map<String, List<String>> REFUSED = Map.of(
            "tasks are pods, there are no container instances or agents",
            List.of(
                    "RegisterContainerInstance",
                    "DeregisterContainerInstance",
                    "UpdateContainerAgent",
                    "UpdateContainerInstancesState",
                    "DiscoverPollEndpoint",
                    "SubmitAttachmentStateChanges",
                    "SubmitContainerStateChange",
                    "SubmitTaskStateChange"),
            "there are rolling deployments only, without task sets",
            List.of(
                    "CreateTaskSet",
                    "DeleteTaskSet",
                    "DescribeTaskSets",
                    "UpdateTaskSet",
                    "UpdateServicePrimaryTaskSet"),
            "there are no Express Mode services; create a service",
            List.of(
                    "CreateExpressGatewayService",
                    "DeleteExpressGatewayService",
                    "DescribeExpressGatewayService",
                    "UpdateExpressGatewayService"),
            "there are no managed daemons; create a service with the strategy DAEMON",
            List.of(
                    "CreateDaemon",
                    "DeleteDaemon",
                    "DeleteDaemonTaskDefinition",
                    "DescribeDaemon",
                    "DescribeDaemonDeployments",
                    "DescribeDaemonRevisions",
                    "DescribeDaemonTaskDefinition",
                    "ListDaemonDeployments",
                    "ListDaemonTaskDefinitions",
                    "ListDaemons",
                    "RegisterDaemonTaskDefinition",
                    "UpdateDaemon"),
            "FARGATE and FARGATE_SPOT are the only capacity providers",
            List.of("CreateCapacityProvider", "DeleteCapacityProvider", "UpdateCapacityProvider"),
            "there are no container instances whose attributes could be set",
            List.of("PutAttributes", "DeleteAttributes", "ListAttributes"),
            "deployments are shown by DescribeServices alone",
            List.of(
                    "ContinueServiceDeployment",
                    "DescribeServiceDeployments",
                    "DescribeServiceRevisions",
                    "ListServiceDeployments",
                    "StopServiceDeployment"),
            "tasks can't be protected from scale-in",
            List.of("GetTaskProtection", "UpdateTaskProtection"),
            "there is no Cloud Map",
            List.of("ListServicesByNamespace"),
            "nothing connects a terminal with a pod, and Podium's role doesn't allow it",
            List.of("ExecuteCommand"));

    private final Clusters clusters;

    CapacityApi(Clusters clusters) {
        this.clusters = clusters;
    }

    record DescribeProvidersRequest(
            @Nullable List<String> capacityProviders,
            @Nullable String cluster,
            @Nullable List<String> include,
            @Nullable Integer maxResults,
            @Nullable String nextToken) {}

    record DescribeProvidersResult(
            List<ObjectNode> capacityProviders,
            List<Failure> failures,
            @Nullable String nextToken) {}

    record ListInstancesRequest(
            @Nullable String cluster,
            @Nullable String filter,
            @Nullable String nextToken,
            @Nullable Integer maxResults,
            @Nullable String status) {}

    record ListInstancesResult(List<String> containerInstanceArns) {}

    record DescribeInstancesRequest(
            @Nullable String cluster,
            List<String> containerInstances,
            @Nullable List<String> include) {}

    record DescribeInstancesResult(List<ObjectNode> containerInstances, List<Failure> failures) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        REFUSED.forEach((reason, operations) -> operations.forEach(name -> service.refused(name, reason)));
        service.remark("ListContainerInstances", "There are none: tasks are pods.")
                .operation(
                        "DescribeCapacityProviders",
                        DescribeProvidersRequest.class,
                        DescribeProvidersResult.class,
                        this::providers)
                .operation(
                        "ListContainerInstances",
                        ListInstancesRequest.class,
                        ListInstancesResult.class,
                        this::instances)
                .operation(
                        "DescribeContainerInstances",
                        DescribeInstancesRequest.class,
                        DescribeInstancesResult.class,
                        this::describe);
    }

    private DescribeProvidersResult providers(Call call, DescribeProvidersRequest request) {
        List<String> wanted = request.capacityProviders() == null
                        || request.capacityProviders().isEmpty()
                ? PROVIDERS
                : request.capacityProviders();
        List<ObjectNode> found = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String reference : wanted) {
            String name = Names.last(reference);
            if (PROVIDERS.contains(name)) {
                ObjectNode provider = Json.object().put("capacityProviderArn", arn(call.scope(), name));
                provider.put("name", name).put("status", "ACTIVE").putArray("tags");
                found.add(provider);
            } else {
                failures.add(Failure.missing(arn(call.scope(), name)));
            }
        }
        return new DescribeProvidersResult(found, failures, null);
    }

    private static String arn(Scope scope, String name) {
        return Arn.of("ecs", scope, "capacity-provider/" + name).toString();
    }

    private ListInstancesResult instances(Call call, ListInstancesRequest request) {
        clusters.existing(request.cluster(), call.scope());
        return new ListInstancesResult(List.of());
    }

    private DescribeInstancesResult describe(Call call, DescribeInstancesRequest request) {
        Names.ClusterName cluster = clusters.existing(request.cluster(), call.scope());
        List<Failure> failures = request.containerInstances().stream()
                .map(id -> Failure.missing(cluster.arnOf("container-instance", Names.last(id))))
                .toList();
        return new DescribeInstancesResult(List.of(), failures);
    }
}
