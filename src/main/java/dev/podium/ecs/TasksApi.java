package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import dev.podium.ecs.Names.ClusterName;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The operations on tasks.
final class TasksApi implements EcsOperations {
    private static final int MOST_AT_ONCE = 10;
    private static final int MOST_DESCRIBED = 100;

    private final Clusters clusters;
    private final TaskDefinitions definitions;
    private final Tasks tasks;

    TasksApi(Clusters clusters, TaskDefinitions definitions, Tasks tasks) {
        this.clusters = clusters;
        this.definitions = definitions;
        this.tasks = tasks;
    }

    record RunTaskRequest(
            @Nullable JsonNode capacityProviderStrategy,
            @Nullable String cluster,
            @Nullable Integer count,
            @Nullable Boolean enableECSManagedTags,
            @Nullable Boolean enableExecuteCommand,
            @Nullable String group,
            @Nullable String launchType,
            @Nullable JsonNode networkConfiguration,
            @Nullable ObjectNode overrides,
            @Nullable JsonNode placementConstraints,
            @Nullable JsonNode placementStrategy,
            @Nullable String platformVersion,
            @Nullable String propagateTags,
            @Nullable String startedBy,
            @Nullable List<Tag> tags,
            String taskDefinition,
            @Nullable String clientToken,
            @Nullable JsonNode volumeConfigurations) {}

    record StartTaskRequest(
            @Nullable String cluster,
            List<String> containerInstances,
            @Nullable Boolean enableECSManagedTags,
            @Nullable Boolean enableExecuteCommand,
            @Nullable String group,
            @Nullable JsonNode networkConfiguration,
            @Nullable ObjectNode overrides,
            @Nullable String propagateTags,
            @Nullable String startedBy,
            @Nullable List<Tag> tags,
            String taskDefinition,
            @Nullable JsonNode volumeConfigurations) {
        RunTaskRequest run() {
            return new RunTaskRequest(
                    null,
                    cluster,
                    containerInstances.size(),
                    enableECSManagedTags,
                    enableExecuteCommand,
                    group,
                    "EC2",
                    networkConfiguration,
                    overrides,
                    null,
                    null,
                    null,
                    propagateTags,
                    startedBy,
                    tags,
                    taskDefinition,
                    null,
                    volumeConfigurations);
        }
    }

    record TasksResult(List<ObjectNode> tasks, List<Failure> failures) {}

    record StopTaskRequest(
            @Nullable String cluster, String task, @Nullable String reason) {}

    record StopTaskResult(ObjectNode task) {}

    record DescribeTasksRequest(
            @Nullable String cluster,
            List<String> tasks,
            @Nullable List<String> include) {}

    record ListTasksRequest(
            @Nullable String cluster,
            @Nullable String containerInstance,
            @Nullable String family,
            @Nullable String nextToken,
            @Nullable Integer maxResults,
            @Nullable String startedBy,
            @Nullable String serviceName,
            @Nullable String desiredStatus,
            @Nullable String launchType) {}

    record ListTasksResult(List<String> taskArns, @Nullable String nextToken) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.remark(
                        "RunTask",
                        "A task is one pod. `launchType` is shown; `placementConstraints`, `placementStrategy`,"
                                + " `enableExecuteCommand` and `volumeConfigurations` are refused.")
                .partial(
                        "StartTask",
                        "There are no container instances: one task starts for each that is named, wherever"
                                + " Kubernetes has room.")
                .operation("RunTask", RunTaskRequest.class, TasksResult.class, this::run)
                .operation("StartTask", StartTaskRequest.class, TasksResult.class, (call, r) -> run(call, r.run()))
                .operation("StopTask", StopTaskRequest.class, StopTaskResult.class, this::stop)
                .operation("DescribeTasks", DescribeTasksRequest.class, TasksResult.class, this::describe)
                .operation("ListTasks", ListTasksRequest.class, ListTasksResult.class, this::list);
    }

    private TasksResult run(Call call, RunTaskRequest request) {
        ClusterName cluster = clusters.existing(request.cluster(), call.scope());
        int count = request.count() == null ? 1 : request.count();
        if (count < 1 || count > MOST_AT_ONCE) {
            throw EcsError.invalid("count must be between 1 and " + MOST_AT_ONCE + ".");
        }
        refuse(request);
        TaskDefinition definition = definitions.runnable(request.taskDefinition(), call.scope());
        Launching launching = Launching.of(
                request.launchType(),
                request.capacityProviderStrategy(),
                request.platformVersion(),
                request.networkConfiguration(),
                definition);
        ObjectNode overrides = request.overrides() == null ? Json.object() : request.overrides();
        checkOverrides(overrides, definition);
        String token = request.clientToken() == null
                ? null
                : request.clientToken() + "#" + Integer.toHexString(request.hashCode());
        List<TaskRun> known = known(cluster, token);
        if (!known.isEmpty()) {
            return new TasksResult(known.stream().map(TaskRun::shown).toList(), List.of());
        }
        List<TaskSpec> specs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            specs.add(new TaskSpec(
                    cluster,
                    Names.id(),
                    definition,
                    overrides,
                    launching,
                    request.group() == null ? "family:" + definition.family() : request.group(),
                    request.startedBy(),
                    null,
                    List.of(),
                    null,
                    tags(cluster, request, definition),
                    token));
        }
        return new TasksResult(tasks.run(specs), List.of());
    }

    private static void refuse(RunTaskRequest request) {
        EcsError.unsupported(Boolean.TRUE.equals(request.enableExecuteCommand()), "enableExecuteCommand");
        EcsError.unsupported(given(request.placementConstraints()), "placementConstraints");
        EcsError.unsupported(given(request.placementStrategy()), "placementStrategy");
        EcsError.unsupported(given(request.volumeConfigurations()), "volumeConfigurations");
    }

    private static boolean given(@Nullable JsonNode node) {
        return node != null && !node.isEmpty();
    }

    private static void checkOverrides(ObjectNode overrides, TaskDefinition definition) {
        EcsError.unsupported(given(overrides.path("inferenceAcceleratorOverrides")), "inferenceAcceleratorOverrides");
        for (JsonNode override : overrides.path("containerOverrides")) {
            String name = override.path("name").asText("");
            boolean known = false;
            for (JsonNode container : definition.containers()) {
                known |= container.path("name").asText().equals(name);
            }
            if (!known) {
                throw EcsError.invalid(
                        "Override for container named " + name + " is not a container in the TaskDefinition.");
            }
            EcsError.unsupported(given(override.path("environmentFiles")), "environmentFiles");
            EcsError.unsupported(given(override.path("resourceRequirements")), "resourceRequirements");
        }
    }

    /// The tasks that a request of the same token has begun.
    private List<TaskRun> known(ClusterName cluster, @Nullable String token) {
        if (token == null) {
            return List.of();
        }
        String plain = token.substring(0, token.lastIndexOf('#') + 1);
        List<TaskRun> found = tasks.of(cluster)
                .filter(run -> {
                    String own = run.task().clientToken();
                    return own != null && own.startsWith(plain);
                })
                .toList();
        if (found.stream().anyMatch(run -> !Objects.equals(run.task().clientToken(), token))) {
            throw EcsError.conflict("The clientToken was used for another request.");
        }
        return found;
    }

    private static List<Tag> tags(ClusterName cluster, RunTaskRequest request, TaskDefinition definition) {
        List<Tag> tags = "TASK_DEFINITION".equals(request.propagateTags()) ? definition.tags() : List.of();
        List<Tag> all = new ArrayList<>(Tag.changed(tags, request.tags()));
        if (Boolean.TRUE.equals(request.enableECSManagedTags())) {
            all.add(new Tag("aws:ecs:clusterName", cluster.name()));
        }
        return List.copyOf(all);
    }

    private StopTaskResult stop(Call call, StopTaskRequest request) {
        ClusterName cluster = clusters.existing(request.cluster(), call.scope());
        TaskRun run = tasks.find(request.task(), cluster)
                .orElseThrow(() -> EcsError.invalid("The referenced task was not found."));
        String reason = request.reason() == null ? "Task stopped by user" : request.reason();
        run.stop(new Stop(Stop.Code.USER_INITIATED, reason, true));
        return new StopTaskResult(run.shown());
    }

    private TasksResult describe(Call call, DescribeTasksRequest request) {
        ClusterName cluster = clusters.existing(request.cluster(), call.scope());
        if (request.tasks().isEmpty()) {
            throw EcsError.invalid("Tasks cannot be empty.");
        }
        if (request.tasks().size() > MOST_DESCRIBED) {
            throw EcsError.invalid("Tasks cannot have more than " + MOST_DESCRIBED + " items.");
        }
        boolean tags = request.include() != null && request.include().contains("TAGS");
        List<ObjectNode> found = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String reference : request.tasks()) {
            TaskRun run = tasks.find(reference, cluster).orElse(null);
            if (run == null) {
                failures.add(Failure.missing(cluster.arnOf("task", Names.last(reference))));
                continue;
            }
            ObjectNode shown = run.shown();
            if (!tags) {
                shown.putArray("tags");
            }
            found.add(shown);
        }
        return new TasksResult(found, failures);
    }

    private ListTasksResult list(Call call, ListTasksRequest request) {
        ClusterName cluster = clusters.existing(request.cluster(), call.scope());
        String desired = request.desiredStatus() == null ? "RUNNING" : request.desiredStatus();
        Stream<TaskRun> found = request.containerInstance() != null ? Stream.empty() : tasks.of(cluster);
        Stream<String> arns = found.filter(run -> run.text("desiredStatus").equals(desired))
                .filter(run -> matches(request.family(), run.task().definition().family()))
                .filter(run -> matches(request.startedBy(), run.task().startedBy()))
                .filter(run -> request.serviceName() == null
                        || Names.last(request.serviceName()).equals(run.task().service()))
                .filter(run ->
                        matches(request.launchType(), run.task().launching().launchType()))
                .map(run -> run.task().arn());
        Page page = Page.of(arns, request.nextToken(), request.maxResults());
        return new ListTasksResult(page.items(), page.nextToken());
    }

    private static boolean matches(@Nullable String wanted, @Nullable String actual) {
        return wanted == null || wanted.equals(actual);
    }
}
