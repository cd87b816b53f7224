package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.AwsException;
import dev.podium.codec.Json;
import dev.podium.ecs.Names.ServiceName;
import dev.podium.ecs.ServicesApi.CreateServiceRequest;
import dev.podium.ecs.ServicesApi.UpdateServiceRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a service may be like, what it is like by default, and what an update changes.
final class ServiceRules {
    private static final List<String> REFUSED = List.of(
            "serviceRegistries",
            "placementConstraints",
            "placementStrategy",
            "volumeConfigurations",
            "vpcLatticeConfigurations");

    private final Surroundings on;

    ServiceRules(Surroundings on) {
        this.on = on;
    }

    /// Whether a service is already what a request wants to make.
    boolean same(ServiceRun run, CreateServiceRequest request, TaskDefinition definition) {
        return run.is(s -> s.text("taskDefinition").equals(definition.arn())
                && (s.daemon() ? request.desiredCount() == null : s.desired() == desired(request)));
    }

    private static int desired(CreateServiceRequest request) {
        Integer desired = request.desiredCount();
        return desired != null ? desired : "DAEMON".equals(request.schedulingStrategy()) ? 0 : 1;
    }

    /// A new service.
    ///
    /// @throws AwsException InvalidParameterException for what is wrong or not supported
    StoredService created(ServiceName name, TaskDefinition definition, CreateServiceRequest request)
            throws InterruptedException {
        refuse(request);
        boolean daemon = "DAEMON".equals(request.schedulingStrategy());
        Launching launching = Launching.of(
                request.launchType(),
                request.capacityProviderStrategy(),
                request.platformVersion(),
                request.networkConfiguration(),
                definition);
        if (daemon) {
            daemon(request, launching);
        }
        if (request.desiredCount() != null && request.desiredCount() < 0) {
            throw EcsError.invalid("desiredCount cannot be negative.");
        }
        if (request.healthCheckGracePeriodSeconds() != null && !given(request.loadBalancers())) {
            throw EcsError.invalid(
                    "Health check grace period is only valid for services configured to use load balancers");
        }
        List<TaskSpec.Target> targets = balancers(request.loadBalancers(), definition);
        Instant now = on.clock().instant();
        int desired = desired(request);
        ObjectNode document = document(name, definition, request, launching, desired, now);
        Deployment first = Deployment.begun(definition, launching, targets, desired, now);
        return new StoredService(name, document, List.of(first));
    }

    private ObjectNode document(
            ServiceName name,
            TaskDefinition definition,
            CreateServiceRequest request,
            Launching launching,
            int desired,
            Instant now) {
        boolean daemon = "DAEMON".equals(request.schedulingStrategy());
        ObjectNode node = Json.object().put("serviceArn", name.arn()).put("serviceName", name.name());
        node.put("clusterArn", name.cluster().arn());
        node.set("loadBalancers", orEmpty(request.loadBalancers()));
        node.putArray("serviceRegistries");
        node.put("status", "ACTIVE").put("desiredCount", desired);
        launching(node, launching);
        node.put("taskDefinition", definition.arn());
        node.set("deploymentConfiguration", configuration(Json.object(), request.deploymentConfiguration(), daemon));
        if (given(request.loadBalancers()) || launching.network() != null) {
            String account = name.cluster().scope().account();
            node.put(
                    "roleArn",
                    "arn:aws:iam::" + account + ":role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS");
        }
        node.putArray("events");
        node.put("createdAt", now.toString());
        node.putArray("placementConstraints");
        node.putArray("placementStrategy");
        if (given(request.loadBalancers())) {
            Integer grace = request.healthCheckGracePeriodSeconds();
            node.put("healthCheckGracePeriodSeconds", grace == null ? 0 : grace);
        }
        node.put("schedulingStrategy", daemon ? "DAEMON" : "REPLICA");
        node.putObject("deploymentController").put("type", "ECS");
        node.set("tags", Json.MAPPER.valueToTree(Tag.checked(request.tags())));
        node.put("createdBy", "arn:aws:iam::" + name.cluster().scope().account() + ":root");
        node.put("enableECSManagedTags", Boolean.TRUE.equals(request.enableECSManagedTags()));
        node.put("propagateTags", request.propagateTags() == null ? "NONE" : request.propagateTags());
        node.put("enableExecuteCommand", false);
        String rebalancing = request.availabilityZoneRebalancing();
        return node.put("availabilityZoneRebalancing", rebalancing == null ? "DISABLED" : rebalancing);
    }

    private static void launching(ObjectNode node, Launching launching) {
        if (launching.strategy() == null) {
            node.put("launchType", launching.launchType());
        } else {
            node.set("capacityProviderStrategy", launching.strategy());
        }
        if (launching.fargate()) {
            String version = launching.platformVersion();
            node.put("platformVersion", version == null ? "LATEST" : version).put("platformFamily", "Linux");
        }
        if (launching.network() != null) {
            node.set("networkConfiguration", launching.network());
        }
    }

    private void daemon(CreateServiceRequest request, Launching launching) throws InterruptedException {
        if (launching.fargate()) {
            throw EcsError.invalid("The daemon scheduling strategy is not supported for Fargate tasks");
        }
        if (request.desiredCount() != null) {
            throw EcsError.invalid(
                    "The daemon scheduling strategy does not support a desired count for services. Remove the"
                            + " desired count value and try again");
        }
        try {
            on.nodes().list();
        } catch (IOException e) {
            throw EcsError.invalid(
                    "The scheduling strategy DAEMON is not supported here: Podium has to list the cluster's"
                            + " nodes for it, and can't: " + e.getMessage());
        }
    }

    /// Refuses what neither a new service nor a changed one can have.
    private static void refuse(Record request) {
        JsonNode members = Json.MAPPER.valueToTree(request);
        REFUSED.forEach(name -> EcsError.unsupported(given(members.path(name)), name));
        EcsError.unsupported(enabled(members.path("serviceConnectConfiguration")), "serviceConnectConfiguration");
        EcsError.unsupported(members.path("enableExecuteCommand").asBoolean(), "enableExecuteCommand");
        String type = members.at("/deploymentController/type").asText("ECS");
        EcsError.unsupported(!type.equals("ECS"), "The deployment controller " + type);
    }

    /// Fills in what a deployment configuration leaves out.
    private static ObjectNode configuration(ObjectNode before, @Nullable ObjectNode given, boolean daemon) {
        ObjectNode node = before.deepCopy();
        if (given != null) {
            String strategy = given.path("strategy").asText("ROLLING");
            EcsError.unsupported(!strategy.equals("ROLLING"), "The deployment strategy " + strategy);
            EcsError.unsupported(given.path("alarms").path("enable").asBoolean(), "alarms");
            EcsError.unsupported(given(given.path("lifecycleHooks")), "lifecycleHooks");
            EcsError.unsupported(given.has("linearConfiguration"), "linearConfiguration");
            EcsError.unsupported(given.has("canaryConfiguration"), "canaryConfiguration");
            given.properties().forEach(m -> node.set(m.getKey(), m.getValue().deepCopy()));
        }
        if (!node.has("deploymentCircuitBreaker")) {
            node.putObject("deploymentCircuitBreaker").put("enable", false).put("rollback", false);
        }
        defaults(node, "maximumPercent", daemon ? 100 : 200);
        defaults(node, "minimumHealthyPercent", daemon ? 0 : 100);
        node.put("strategy", "ROLLING");
        defaults(node, "bakeTimeInMinutes", 0);
        int least = node.path("minimumHealthyPercent").asInt();
        int most = node.path("maximumPercent").asInt();
        if (least < 0 || most < 1 || least > most || (least == 100 && most == 100)) {
            throw EcsError.invalid(
                    "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments,"
                            + " and minimumHealthyPercent can not be larger than maximumPercent.");
        }
        return node;
    }

    private static void defaults(ObjectNode node, String member, int value) {
        if (!node.has(member)) {
            node.put(member, value);
        }
    }

    private List<TaskSpec.Target> balancers(@Nullable JsonNode balancers, TaskDefinition definition) {
        List<TaskSpec.Target> targets = TaskSpec.Target.of(balancers);
        for (TaskSpec.Target target : targets) {
            if (target.targetGroupArn().isEmpty()) {
                throw EcsError.invalid("loadBalancerName is not supported by Podium: name a targetGroupArn.");
            }
            if (!on.loadBalancing().exists(target.targetGroupArn())) {
                throw EcsError.invalid("The target group with targetGroupArn " + target.targetGroupArn()
                        + " does not have an associated load balancer.");
            }
            boolean known = false;
            boolean port = false;
            for (JsonNode container : definition.containers()) {
                boolean same = container.path("name").asText().equals(target.container());
                known |= same;
                for (JsonNode mapping : container.path("portMappings")) {
                    port |= same && mapping.path("containerPort").asInt() == target.port();
                }
            }
            if (!known) {
                throw EcsError.invalid(
                        "The container " + target.container() + " does not exist in the task definition.");
            }
            if (!port) {
                throw EcsError.invalid("The container " + target.container() + " did not have a container port "
                        + target.port() + " defined.");
            }
        }
        return targets;
    }

    /// Changes a service.
    ///
    /// @param given another definition, or null
    void update(ServiceRun run, UpdateServiceRequest request, @Nullable TaskDefinition given) {
        refuse(request);
        if (request.desiredCount() != null && (request.desiredCount() < 0 || run.is(ServiceState::daemon))) {
            throw EcsError.invalid("desiredCount can not be set so.");
        }
        run.update(state ->
                new ServiceUpdate(state, request, given, this, on.clock().instant()).apply());
    }

    /// The targets that load balancers make of a definition's ports.
    List<TaskSpec.Target> targets(JsonNode balancers, TaskDefinition definition) {
        return balancers(balancers, definition);
    }

    /// A deployment configuration with changes.
    ObjectNode configuration(JsonNode before, ObjectNode changes, boolean daemon) {
        return configuration((ObjectNode) before, changes, daemon);
    }

    static boolean given(@Nullable JsonNode node) {
        return node != null && !node.isEmpty();
    }

    private static boolean enabled(JsonNode node) {
        return node.path("enabled").asBoolean();
    }

    private static JsonNode orEmpty(@Nullable JsonNode node) {
        return node == null ? Json.MAPPER.createArrayNode() : node;
    }
}
