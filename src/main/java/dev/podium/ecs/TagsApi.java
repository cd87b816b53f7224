package dev.podium.ecs;

import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import dev.podium.codec.Json;
import dev.podium.ecs.Names.ClusterName;
import dev.podium.ecs.Names.ServiceName;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Tags of clusters, task definitions, tasks and services.
final class TagsApi implements EcsOperations {
    private final Clusters clusters;
    private final TaskDefinitions definitions;
    private final Tasks tasks;
    private final Services services;

    TagsApi(Clusters clusters, TaskDefinitions definitions, Tasks tasks, Services services) {
        this.clusters = clusters;
        this.definitions = definitions;
        this.tasks = tasks;
        this.services = services;
    }

    record TagResourceRequest(String resourceArn, List<Tag> tags) {}

    record UntagResourceRequest(String resourceArn, List<String> tagKeys) {}

    record ListTagsRequest(String resourceArn) {}

    record ListTagsResult(List<Tag> tags) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("TagResource", TagResourceRequest.class, Void.class, this::tag)
                .operation("UntagResource", UntagResourceRequest.class, Void.class, this::untag)
                .operation("ListTagsForResource", ListTagsRequest.class, ListTagsResult.class, this::list);
    }

    private @Nullable Void tag(Call call, TagResourceRequest request) {
        change(call, request.resourceArn(), before -> Tag.changed(before, request.tags()));
        return null;
    }

    private @Nullable Void untag(Call call, UntagResourceRequest request) {
        change(call, request.resourceArn(), before -> Tag.without(before, request.tagKeys()));
        return null;
    }

    private ListTagsResult list(Call call, ListTagsRequest request) {
        return new ListTagsResult(change(call, request.resourceArn(), tags -> tags));
    }

    /// Changes the tags of a resource.
    ///
    /// @return the new ones
    private List<Tag> change(Call call, String text, UnaryOperator<List<Tag>> change) {
        Arn arn = Arn.parse(text)
                .filter(a -> a.service().equals("ecs"))
                .orElseThrow(() -> EcsError.invalid("Invalid identifier: '" + text + "'."));
        String[] parts = arn.resource().split("/", -1);
        ClusterName cluster = new ClusterName(arn.scope(), parts.length < 2 ? "" : parts[1]);
        return switch (parts[0]) {
            case "cluster" ->
                clusters.change(cluster, c -> c.withTags(change.apply(c.tags())))
                        .tags();
            case "task-definition" -> ofDefinition(text, call, change);
            case "task" -> {
                clusters.existing(cluster.arn(), call.scope());
                TaskRun run = tasks.find(text, cluster).orElseThrow(() -> missing("task"));
                yield run.changeTags(change);
            }
            case "service" -> {
                clusters.existing(cluster.arn(), call.scope());
                ServiceRun run = services.find(ServiceName.of(text, cluster)).orElseThrow(() -> missing("service"));
                run.update(s -> s.change(Json.object().set("tags", Json.MAPPER.valueToTree(change.apply(s.tags())))));
                yield run.tags();
            }
            default -> throw EcsError.invalid("Invalid identifier: '" + text + "'.");
        };
    }

    private List<Tag> ofDefinition(String arn, Call call, UnaryOperator<List<Tag>> change) {
        TaskDefinition found = definitions.find(arn, call.scope()).orElseThrow(() -> missing("task definition"));
        TaskDefinition changed = found.withTags(change.apply(found.tags()));
        if (!changed.equals(found)) {
            definitions.put(call.scope(), changed);
        }
        return changed.tags();
    }

    private static AwsException missing(String kind) {
        return EcsError.invalid("The specified " + kind + " is not found.");
    }
}
