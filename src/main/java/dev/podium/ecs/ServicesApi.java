package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import dev.podium.ecs.Names.ClusterName;
import dev.podium.ecs.Names.ServiceName;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The operations on services.
final class ServicesApi implements EcsOperations {
    private static final int MOST_DESCRIBED = 10;

    private final Clusters clusters;
    private final TaskDefinitions definitions;
    private final Services services;
    private final ServiceRules rules;
    private final Clock clock;

    ServicesApi(Clusters clusters, TaskDefinitions definitions, Services services, ServiceRules rules, Clock clock) {
        this.clusters = clusters;
        this.definitions = definitions;
        this.services = services;
        this.rules = rules;
        this.clock = clock;
    }

    record CreateServiceRequest(
            @Nullable String cluster,
            String serviceName,
            @Nullable String taskDefinition,
            @Nullable String availabilityZoneRebalancing,
            @Nullable JsonNode loadBalancers,
            @Nullable JsonNode serviceRegistries,
            @Nullable Integer desiredCount,
            @Nullable String clientToken,
            @Nullable String launchType,
            @Nullable JsonNode capacityProviderStrategy,
            @Nullable String platformVersion,
            @Nullable String role,
            @Nullable ObjectNode deploymentConfiguration,
            @Nullable JsonNode placementConstraints,
            @Nullable JsonNode placementStrategy,
            @Nullable JsonNode networkConfiguration,
            @Nullable Integer healthCheckGracePeriodSeconds,
            @Nullable String schedulingStrategy,
            @Nullable JsonNode deploymentController,
            @Nullable List<Tag> tags,
            @Nullable Boolean enableECSManagedTags,
            @Nullable String propagateTags,
            @Nullable Boolean enableExecuteCommand,
            @Nullable JsonNode serviceConnectConfiguration,
            @Nullable JsonNode volumeConfigurations,
            @Nullable JsonNode vpcLatticeConfigurations) {}

    record UpdateServiceRequest(
            @Nullable String cluster,
            String service,
            @Nullable Integer desiredCount,
            @Nullable String taskDefinition,
            @Nullable JsonNode capacityProviderStrategy,
            @Nullable ObjectNode deploymentConfiguration,
            @Nullable String availabilityZoneRebalancing,
            @Nullable JsonNode networkConfiguration,
            @Nullable JsonNode placementConstraints,
            @Nullable JsonNode placementStrategy,
            @Nullable String platformVersion,
            @Nullable Boolean forceNewDeployment,
            @Nullable Integer healthCheckGracePeriodSeconds,
            @Nullable JsonNode deploymentController,
            @Nullable Boolean enableExecuteCommand,
            @Nullable Boolean enableECSManagedTags,
            @Nullable JsonNode loadBalancers,
            @Nullable String propagateTags,
            @Nullable JsonNode serviceRegistries,
            @Nullable JsonNode serviceConnectConfiguration,
            @Nullable JsonNode volumeConfigurations,
            @Nullable JsonNode vpcLatticeConfigurations) {}

    record DeleteServiceRequest(
            @Nullable String cluster,
            String service,
            @Nullable Boolean force) {}

    record ServiceResult(ObjectNode service) {}

    record DescribeServicesRequest(
            @Nullable String cluster,
            List<String> services,
            @Nullable List<String> include) {}

    record DescribeServicesResult(List<ObjectNode> services, List<Failure> failures) {}

    record ListServicesRequest(
            @Nullable String cluster,
            @Nullable String nextToken,
            @Nullable Integer maxResults,
            @Nullable String launchType,
            @Nullable String schedulingStrategy,
            @Nullable String resourceManagementType) {}

    record ListServicesResult(
            List<String> serviceArns, @Nullable String nextToken) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.remark(
                        "CreateService",
                        "Rolling updates only: the deployment controllers `CODE_DEPLOY` and `EXTERNAL`, and the strategies"
                                + " `BLUE_GREEN`, `LINEAR` and `CANARY` are refused, as are service registries, Service"
                                + " Connect, VPC Lattice, volumes, alarms, placement and `enableExecuteCommand`.")
                .operation("CreateService", CreateServiceRequest.class, ServiceResult.class, this::create)
                .operation("UpdateService", UpdateServiceRequest.class, ServiceResult.class, this::update)
                .operation("DeleteService", DeleteServiceRequest.class, ServiceResult.class, this::delete)
                .operation(
                        "DescribeServices", DescribeServicesRequest.class, DescribeServicesResult.class, this::describe)
                .operation("ListServices", ListServicesRequest.class, ListServicesResult.class, this::list);
    }

    private ServiceResult create(Call call, CreateServiceRequest request) throws InterruptedException {
        ClusterName cluster = clusters.existing(request.cluster(), call.scope());
        Names.check("Service", request.serviceName());
        ServiceName name = new ServiceName(cluster, request.serviceName());
        TaskDefinition definition = definitions.runnable(request.taskDefinition(), call.scope());
        ServiceRun known = services.find(name)
                .filter(s -> s.text("status").equals("ACTIVE"))
                .orElse(null);
        if (known != null) {
            if (rules.same(known, request, definition)) {
                return new ServiceResult(known.shown(true));
            }
            throw EcsError.invalid("Creation of service was not idempotent.");
        }
        if (services.find(name).filter(s -> s.text("status").equals("DRAINING")).isPresent()) {
            throw EcsError.invalid("Unable to Start a service that is still Draining.");
        }
        ServiceRun made = services.create(rules.created(name, definition, request));
        return new ServiceResult(made.shown(true));
    }

    private ServiceResult update(Call call, UpdateServiceRequest request) {
        ClusterName cluster = clusters.existing(request.cluster(), call.scope());
        ServiceRun run = services.active(ServiceName.of(request.service(), cluster));
        TaskDefinition definition =
                request.taskDefinition() == null ? null : definitions.runnable(request.taskDefinition(), call.scope());
        rules.update(run, request, definition);
        return new ServiceResult(run.shown(true));
    }

    private ServiceResult delete(Call call, DeleteServiceRequest request) {
        ClusterName cluster = clusters.existing(request.cluster(), call.scope());
        ServiceRun run = services.active(ServiceName.of(request.service(), cluster));
        boolean force = Boolean.TRUE.equals(request.force());
        if (!force && run.is(s -> s.desired() > 0 && !s.daemon())) {
            throw EcsError.invalid("The service cannot be stopped while it is scaled above 0.");
        }
        run.update(state -> {
            state.change(Json.object().put("status", "DRAINING").put("desiredCount", 0));
            state.primary(state.primary().wanting(0, clock.instant()));
        });
        return new ServiceResult(run.shown(true));
    }

    private DescribeServicesResult describe(Call call, DescribeServicesRequest request) {
        ClusterName cluster = clusters.existing(request.cluster(), call.scope());
        if (request.services().isEmpty()) {
            throw EcsError.invalid("Services cannot be empty.");
        }
        if (request.services().size() > MOST_DESCRIBED) {
            throw EcsError.invalid("Services cannot have more than " + MOST_DESCRIBED + " items.");
        }
        boolean tags = request.include() != null && request.include().contains("TAGS");
        List<ObjectNode> found = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String reference : request.services()) {
            ServiceName name = ServiceName.of(reference, cluster);
            services.find(name)
                    .ifPresentOrElse(
                            run -> found.add(run.shown(tags)), () -> failures.add(Failure.missing(name.arn())));
        }
        return new DescribeServicesResult(found, failures);
    }

    private ListServicesResult list(Call call, ListServicesRequest request) {
        ClusterName cluster = clusters.existing(request.cluster(), call.scope());
        boolean none = "ECS".equals(request.resourceManagementType());
        Stream<String> found = services.of(cluster)
                .filter(s -> !none && !s.text("status").equals("INACTIVE"))
                .filter(s -> matches(request.launchType(), s.text("launchType")))
                .filter(s -> matches(request.schedulingStrategy(), s.text("schedulingStrategy")))
                .map(s -> s.name().arn());
        Page page = Page.of(found, request.nextToken(), request.maxResults());
        return new ListServicesResult(page.items(), page.nextToken());
    }

    private static boolean matches(@Nullable String wanted, String actual) {
        return wanted == null || wanted.equals(actual);
    }
}
