package dev.podium.elb;

import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The operations on the tags of load balancers, listeners, rules and target groups.
final class TagsApi implements ElbOperations {
    private static final int MOST = 20;

    private final LoadBalancers loadBalancers;
    private final TargetGroups groups;

    TagsApi(LoadBalancers loadBalancers, TargetGroups groups) {
        this.loadBalancers = loadBalancers;
        this.groups = groups;
    }

    record AddRequest(List<String> resourceArns, List<Tag> tags) {}

    record RemoveRequest(List<String> resourceArns, List<String> tagKeys) {}

    record DescribeRequest(List<String> resourceArns) {}

    record DescribeResult(List<Description> tagDescriptions) {}

    record Description(String resourceArn, List<Tag> tags) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.operation("AddTags", AddRequest.class, Void.class, this::add)
                .operation("RemoveTags", RemoveRequest.class, Void.class, this::remove)
                .operation("DescribeTags", DescribeRequest.class, DescribeResult.class, this::describe);
    }

    private @Nullable Void add(Call call, AddRequest request) {
        // First all are looked for, so that nothing changes when one of them isn't there.
        List<ElbArn> arns = found(request.resourceArns(), call.scope());
        arns.forEach(arn -> change(arn, call.scope(), tags -> Tags.added(tags, request.tags())));
        return null;
    }

    private @Nullable Void remove(Call call, RemoveRequest request) {
        List<ElbArn> arns = found(request.resourceArns(), call.scope());
        arns.forEach(arn -> change(arn, call.scope(), tags -> Tags.removed(tags, request.tagKeys())));
        return null;
    }

    private DescribeResult describe(Call call, DescribeRequest request) {
        return new DescribeResult(found(request.resourceArns(), call.scope()).stream()
                .map(arn -> new Description(arn.toString(), Tags.list(tags(arn, call.scope()))))
                .toList());
    }

    private List<ElbArn> found(List<String> resources, Scope scope) {
        if (resources.isEmpty()) {
            throw ElbError.validation("At least one resource ARN must be specified");
        }
        if (resources.size() > MOST) {
            throw ElbError.validation("The number of resource ARNs cannot be more than '" + MOST + "'");
        }
        List<ElbArn> arns = resources.stream()
                .map(resource -> ElbArn.parse(resource)
                        .filter(arn -> arn.scope().equals(scope))
                        .orElseThrow(() -> ElbError.validation("'" + resource + "' is not a valid resource ARN")))
                .toList();
        arns.forEach(arn -> tags(arn, scope));
        return arns;
    }

    private Map<String, String> tags(ElbArn arn, Scope scope) {
        String text = arn.toString();
        return switch (arn.kind()) {
            case LOAD_BALANCER -> loadBalancers.get(text, scope).tags();
            case LISTENER -> loadBalancers.listener(text, scope).listener().tags();
            case RULE -> loadBalancers.rule(text, scope).rule().tags();
            case TARGET_GROUP -> groups.get(text, scope).tags();
        };
    }

    /// Changes no traffic, so that nothing else needs to hear of it.
    private void change(ElbArn arn, Scope scope, UnaryOperator<Map<String, String>> change) {
        String text = arn.toString();
        switch (arn.kind()) {
            case LOAD_BALANCER -> loadBalancers.table().change(text, now -> now.withTags(change.apply(now.tags())));
            case LISTENER ->
                loadBalancers.changeListener(
                        loadBalancers.listener(text, scope), now -> now.withTags(change.apply(now.tags())));
            case RULE ->
                loadBalancers.changeListener(
                        loadBalancers.rule(text, scope).at(),
                        now -> now.withRule(text, rule -> rule.withTags(change.apply(rule.tags()))));
            case TARGET_GROUP -> groups.table().change(text, now -> now.withTags(change.apply(now.tags())));
        }
    }
}
