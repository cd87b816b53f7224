package dev.podium.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Arn;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The operations on task definitions.
final class TaskDefinitionsApi implements EcsOperations {
    private final TaskDefinitions definitions;
    private final Clock clock;

    TaskDefinitionsApi(TaskDefinitions definitions, Clock clock) {
        this.definitions = definitions;
        this.clock = clock;
    }

    record RegisterTaskDefinitionRequest(
            String family,
            @Nullable String taskRoleArn,
            @Nullable String executionRoleArn,
            @Nullable String networkMode,
            List<ObjectNode> containerDefinitions,
            @Nullable JsonNode volumes,
            @Nullable JsonNode placementConstraints,
            @Nullable List<String> requiresCompatibilities,
            @Nullable String cpu,
            @Nullable String memory,
            @Nullable List<Tag> tags,
            @Nullable String pidMode,
            @Nullable String ipcMode,
            @Nullable JsonNode proxyConfiguration,
            @Nullable JsonNode inferenceAccelerators,
            @Nullable JsonNode ephemeralStorage,
            @Nullable JsonNode runtimePlatform,
            @Nullable Boolean enableFaultInjection) {}

    record TaskDefinitionResult(
            ObjectNode taskDefinition, @Nullable List<Tag> tags) {}

    record PlainResult(ObjectNode taskDefinition) {}

    record DescribeTaskDefinitionRequest(
            String taskDefinition, @Nullable List<String> include) {}

    record TaskDefinitionRequest(String taskDefinition) {}

    record DeleteTaskDefinitionsRequest(List<String> taskDefinitions) {}

    record DeleteTaskDefinitionsResult(List<ObjectNode> taskDefinitions, List<Failure> failures) {}

    record ListTaskDefinitionsRequest(
            @Nullable String familyPrefix,
            @Nullable String status,
            @Nullable String sort,
            @Nullable String nextToken,
            @Nullable Integer maxResults) {}

    record ListTaskDefinitionsResult(
            List<String> taskDefinitionArns, @Nullable String nextToken) {}

    record ListFamiliesRequest(
            @Nullable String familyPrefix,
            @Nullable String status,
            @Nullable String nextToken,
            @Nullable Integer maxResults) {}

    record ListFamiliesResult(
            List<String> families, @Nullable String nextToken) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.remark("RegisterTaskDefinition", "What a pod has nothing for is refused by name, see below.")
                .operation(
                        "RegisterTaskDefinition",
                        RegisterTaskDefinitionRequest.class,
                        TaskDefinitionResult.class,
                        this::register)
                .operation(
                        "DescribeTaskDefinition",
                        DescribeTaskDefinitionRequest.class,
                        TaskDefinitionResult.class,
                        this::describe)
                .operation("DeregisterTaskDefinition", TaskDefinitionRequest.class, PlainResult.class, this::deregister)
                .operation(
                        "DeleteTaskDefinitions",
                        DeleteTaskDefinitionsRequest.class,
                        DeleteTaskDefinitionsResult.class,
                        this::delete)
                .operation(
                        "ListTaskDefinitions",
                        ListTaskDefinitionsRequest.class,
                        ListTaskDefinitionsResult.class,
                        this::list)
                .operation(
                        "ListTaskDefinitionFamilies",
                        ListFamiliesRequest.class,
                        ListFamiliesResult.class,
                        this::families);
    }

    private TaskDefinitionResult register(Call call, RegisterTaskDefinitionRequest request) {
        TaskDefinitionRules.check(request);
        List<Tag> tags = Tag.checked(request.tags());
        int revision = definitions.nextRevision(call.scope(), request.family());
        String arn = Arn.of("ecs", call.scope(), "task-definition/" + request.family() + ":" + revision)
                .toString();
        ObjectNode document = TaskDefinitionDefaults.document(request, arn, revision);
        document.put("registeredAt", clock.instant().toString());
        document.put("registeredBy", "arn:aws:iam::" + call.scope().account() + ":root");
        TaskDefinition definition = new TaskDefinition(document, tags);
        definitions.put(call.scope(), definition);
        return new TaskDefinitionResult(document, tags.isEmpty() ? null : tags);
    }

    private TaskDefinitionResult describe(Call call, DescribeTaskDefinitionRequest request) {
        TaskDefinition found = definitions
                .find(request.taskDefinition(), call.scope())
                .orElseThrow(() -> EcsError.client("Unable to describe task definition."));
        boolean tags = request.include() != null && request.include().contains("TAGS");
        return new TaskDefinitionResult(found.document(), tags ? found.tags() : null);
    }

    private PlainResult deregister(Call call, TaskDefinitionRequest request) {
        if (!request.taskDefinition().matches(".*:\\d+")) {
            throw EcsError.client("The specified task definition does not exist.");
        }
        TaskDefinition found = definitions
                .find(request.taskDefinition(), call.scope())
                .orElseThrow(() -> EcsError.client("The specified task definition does not exist."));
        if (!found.status().equals("ACTIVE")) {
            return new PlainResult(found.document());
        }
        TaskDefinition changed =
                found.become("INACTIVE", "deregisteredAt", clock.instant().toString());
        definitions.put(call.scope(), changed);
        return new PlainResult(changed.document());
    }

    private DeleteTaskDefinitionsResult delete(Call call, DeleteTaskDefinitionsRequest request) {
        if (request.taskDefinitions().size() > 10) {
            throw EcsError.invalid("At most 10 task definitions can be deleted at once.");
        }
        List<ObjectNode> deleted = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String reference : request.taskDefinitions()) {
            TaskDefinition found = definitions.find(reference, call.scope()).orElse(null);
            if (found == null || !reference.matches(".*:\\d+")) {
                failures.add(new Failure(
                        reference,
                        "The specified task definition does not exist. Specify a valid account, family, revision and"
                                + " try again.",
                        null));
            } else if (found.status().equals("ACTIVE")) {
                failures.add(new Failure(
                        found.arn(),
                        "The specified task definition is still in ACTIVE status. Please deregister the target and try"
                                + " again.",
                        null));
            } else {
                deleted.add(found.become(
                                "DELETE_IN_PROGRESS",
                                "deleteRequestedAt",
                                clock.instant().toString())
                        .document());
                // Running tasks keep what they need of it.
                definitions.remove(call.scope(), found);
            }
        }
        return new DeleteTaskDefinitionsResult(deleted, failures);
    }

    private ListTaskDefinitionsResult list(Call call, ListTaskDefinitionsRequest request) {
        String status = request.status() == null ? "ACTIVE" : request.status();
        String family = request.familyPrefix();
        Stream<String> found = definitions
                .all(call.scope(), family == null ? "" : family)
                .filter(d -> d.status().equals(status)
                        && (family == null || d.family().equals(family)))
                .map(TaskDefinition::arn);
        Comparator<String> order = Comparator.<String, String>comparing(arn -> arn.substring(0, arn.lastIndexOf(':')))
                .thenComparing(arn -> Integer.valueOf(arn.substring(arn.lastIndexOf(':') + 1)));
        Page page = Page.of(
                found,
                "DESC".equals(request.sort()) ? order.reversed() : order,
                request.nextToken(),
                request.maxResults());
        return new ListTaskDefinitionsResult(page.items(), page.nextToken());
    }

    private ListFamiliesResult families(Call call, ListFamiliesRequest request) {
        String prefix = request.familyPrefix() == null ? "" : request.familyPrefix();
        String status = request.status() == null ? "ALL" : request.status();
        List<String> active = definitions
                .all(call.scope(), prefix)
                .filter(d -> d.status().equals("ACTIVE"))
                .map(TaskDefinition::family)
                .distinct()
                .toList();
        Stream<String> found = definitions
                .all(call.scope(), prefix)
                .map(TaskDefinition::family)
                .distinct();
        Page page = Page.of(
                switch (status) {
                    case "ACTIVE" -> active.stream();
                    case "INACTIVE" -> found.filter(f -> !active.contains(f));
                    default -> found;
                },
                request.nextToken(),
                request.maxResults());
        return new ListFamiliesResult(page.items(), page.nextToken());
    }
}
