package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import dev.podium.ecs.Names.ClusterName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The operations on clusters.
final class ClustersApi implements EcsOperations {
    private final Clusters clusters;
    private final Tasks tasks;
    private final Services services;

    ClustersApi(Clusters clusters, Tasks tasks, Services services) {
        this.clusters = clusters;
        this.tasks = tasks;
        this.services = services;
    }

    record CreateClusterRequest(
            @Nullable String clusterName,
            @Nullable List<Tag> tags,
            @Nullable JsonNode settings,
            @Nullable JsonNode configuration,
            @Nullable List<String> capacityProviders,
            @Nullable JsonNode defaultCapacityProviderStrategy,
            @Nullable JsonNode serviceConnectDefaults) {}

    record UpdateClusterRequest(
            String cluster,
            @Nullable JsonNode settings,
            @Nullable JsonNode configuration,
            @Nullable JsonNode serviceConnectDefaults) {}

    record UpdateClusterSettingsRequest(String cluster, JsonNode settings) {}

    record PutProvidersRequest(
            String cluster, List<String> capacityProviders, JsonNode defaultCapacityProviderStrategy) {}

    record ClusterRequest(String cluster) {}

    record ClusterResult(ObjectNode cluster) {}

    record DescribeClustersRequest(
            @Nullable List<String> clusters, @Nullable List<String> include) {}

    record DescribeClustersResult(List<ObjectNode> clusters, List<Failure> failures) {}

    record ListClustersRequest(
            @Nullable String nextToken, @Nullable Integer maxResults) {}

    record ListClustersResult(
            List<String> clusterArns, @Nullable String nextToken) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.remark("CreateCluster", "Settings and `configuration` are shown and have no effect.")
                .operation("CreateCluster", CreateClusterRequest.class, ClusterResult.class, this::create)
                .operation("UpdateCluster", UpdateClusterRequest.class, ClusterResult.class, this::update)
                .operation(
                        "UpdateClusterSettings",
                        UpdateClusterSettingsRequest.class,
                        ClusterResult.class,
                        (call, r) -> update(call, new UpdateClusterRequest(r.cluster(), r.settings(), null, null)))
                .operation(
                        "PutClusterCapacityProviders", PutProvidersRequest.class, ClusterResult.class, this::providers)
                .operation("DeleteCluster", ClusterRequest.class, ClusterResult.class, this::delete)
                .operation(
                        "DescribeClusters", DescribeClustersRequest.class, DescribeClustersResult.class, this::describe)
                .operation("ListClusters", ListClustersRequest.class, ListClustersResult.class, this::list);
    }

    private ClusterResult create(Call call, CreateClusterRequest request) {
        ClusterName name = ClusterName.of(request.clusterName(), call.scope());
        Names.check("Cluster", name.name());
        EcsError.unsupported(request.serviceConnectDefaults() != null, "serviceConnectDefaults");
        List<String> providers = request.capacityProviders() == null ? List.of() : request.capacityProviders();
        providers.forEach(Launching::check);
        List<Tag> tags = Tag.checked(request.tags());
        ObjectNode details = Json.object();
        details.set("settings", settings(request.settings()));
        details.set("capacityProviders", Json.MAPPER.valueToTree(providers));
        details.set("defaultCapacityProviderStrategy", strategy(request.defaultCapacityProviderStrategy()));
        if (request.configuration() != null) {
            details.set("configuration", request.configuration());
        }
        StoredCluster made = clusters.put(
                name,
                before -> before != null && before.active()
                        ? before
                        : new StoredCluster(name.name(), details, tags, true));
        return new ClusterResult(shown(name, made, List.of("TAGS", "SETTINGS", "CONFIGURATIONS")));
    }

    private static JsonNode settings(@Nullable JsonNode given) {
        return given != null
                ? given
                : Json.MAPPER
                        .createArrayNode()
                        .add(Json.object().put("name", "containerInsights").put("value", "disabled"));
    }

    private static JsonNode strategy(@Nullable JsonNode given) {
        if (given == null) {
            return Json.MAPPER.createArrayNode();
        }
        given.forEach(item -> Launching.check(item.path("capacityProvider").asText()));
        return given;
    }

    private ClusterResult update(Call call, UpdateClusterRequest request) {
        ClusterName name = ClusterName.of(request.cluster(), call.scope());
        EcsError.unsupported(request.serviceConnectDefaults() != null, "serviceConnectDefaults");
        StoredCluster changed = clusters.change(name, before -> {
            ObjectNode details = before.details().deepCopy();
            if (request.settings() != null) {
                details.set("settings", request.settings());
            }
            if (request.configuration() != null) {
                details.set("configuration", request.configuration());
            }
            return before.withDetails(details);
        });
        return new ClusterResult(shown(name, changed, List.of("TAGS", "SETTINGS", "CONFIGURATIONS")));
    }

    private ClusterResult providers(Call call, PutProvidersRequest request) {
        ClusterName name = ClusterName.of(request.cluster(), call.scope());
        request.capacityProviders().forEach(Launching::check);
        JsonNode strategy = strategy(request.defaultCapacityProviderStrategy());
        StoredCluster changed = clusters.change(name, before -> {
            ObjectNode details = before.details().deepCopy();
            details.set("capacityProviders", Json.MAPPER.valueToTree(request.capacityProviders()));
            details.set("defaultCapacityProviderStrategy", strategy);
            return before.withDetails(details);
        });
        return new ClusterResult(shown(name, changed, List.of("TAGS", "SETTINGS", "CONFIGURATIONS")));
    }

    private ClusterResult delete(Call call, ClusterRequest request) {
        ClusterName name = clusters.existing(request.cluster(), call.scope());
        if (services.of(name).anyMatch(s -> !s.text("status").equals("INACTIVE"))) {
            throw EcsError.clusterContains("Services");
        }
        if (tasks.of(name).anyMatch(run -> !run.text("lastStatus").equals("STOPPED"))) {
            throw EcsError.clusterContains("Tasks");
        }
        StoredCluster deleted = clusters.change(name, StoredCluster::deleted);
        return new ClusterResult(shown(name, deleted, List.of("SETTINGS")));
    }

    private DescribeClustersResult describe(Call call, DescribeClustersRequest request) {
        List<String> wanted =
                request.clusters() == null || request.clusters().isEmpty() ? List.of("default") : request.clusters();
        List<String> include = request.include() == null ? List.of() : request.include();
        List<ObjectNode> found = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String reference : wanted) {
            ClusterName name = ClusterName.of(reference, call.scope());
            clusters.find(name)
                    .ifPresentOrElse(
                            cluster -> found.add(shown(name, cluster, include)),
                            () -> failures.add(Failure.missing(name.arn())));
        }
        return new DescribeClustersResult(found, failures);
    }

    private ListClustersResult list(Call call, ListClustersRequest request) {
        Page page = Page.of(
                clusters.names(call.scope()).stream().map(name -> new ClusterName(call.scope(), name).arn()),
                request.nextToken(),
                request.maxResults());
        return new ListClustersResult(page.items(), page.nextToken());
    }

    private ObjectNode shown(ClusterName name, StoredCluster cluster, List<String> include) {
        ObjectNode node = Json.object().put("clusterArn", name.arn()).put("clusterName", name.name());
        List<TaskRun> all = tasks.of(name)
                .filter(run -> !run.text("lastStatus").equals("STOPPED"))
                .toList();
        long running = all.stream().filter(TaskRun::running).count();
        node.put("status", cluster.active() ? "ACTIVE" : "INACTIVE");
        node.put("registeredContainerInstancesCount", 0).put("runningTasksCount", running);
        node.put("pendingTasksCount", all.stream().filter(TaskRun::pending).count());
        node.put(
                "activeServicesCount",
                services.of(name).filter(s -> s.text("status").equals("ACTIVE")).count());
        node.putArray("statistics");
        if (include.contains("STATISTICS")) {
            statistics(node, all, name);
        }
        node.set("tags", Json.MAPPER.valueToTree(include.contains("TAGS") ? cluster.tags() : List.of()));
        node.set(
                "settings",
                include.contains("SETTINGS") ? cluster.details().path("settings") : Json.MAPPER.createArrayNode());
        node.set("capacityProviders", cluster.details().path("capacityProviders"));
        node.set("defaultCapacityProviderStrategy", cluster.details().path("defaultCapacityProviderStrategy"));
        if (include.contains("CONFIGURATIONS") && cluster.details().has("configuration")) {
            node.set("configuration", cluster.details().path("configuration"));
        }
        return node;
    }

    private void statistics(ObjectNode node, List<TaskRun> all, ClusterName name) {
        for (String type : List.of("EC2", "Fargate")) {
            List<TaskRun> own = all.stream()
                    .filter(run -> run.task().launching().fargate() == type.equals("Fargate"))
                    .toList();
            long active = services.of(name)
                    .filter(s -> s.text("status").equals("ACTIVE")
                            && s.text("launchType").equals("FARGATE") == type.equals("Fargate"))
                    .count();
            statistic(
                    node,
                    "running" + type + "TasksCount",
                    own.stream().filter(TaskRun::running).count());
            statistic(
                    node,
                    "pending" + type + "TasksCount",
                    own.stream().filter(TaskRun::pending).count());
            statistic(node, "active" + type + "ServiceCount", active);
            statistic(node, "draining" + type + "ServiceCount", 0);
        }
    }

    private static void statistic(ObjectNode node, String name, long value) {
        node.withArrayProperty("statistics").addObject().put("name", name).put("value", Long.toString(value));
    }
}
