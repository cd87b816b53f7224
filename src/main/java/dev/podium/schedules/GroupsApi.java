package dev.podium.schedules;

import dev.podium.aws.Arn;
import dev.podium.aws.Call;
import dev.podium.aws.ServiceApi;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The operations on groups of schedules and their tags.
record GroupsApi(ScheduleGroups groups) {
    private static final int MOST_RESULTS = 100;
    private static final String GROUP = "schedule group";
    private static final String RESOURCE = "schedule-group/";

    record CreateRequest(
            @Nullable String clientToken,
            String name,
            @Nullable List<Tag> tags) {}

    record GroupArn(String scheduleGroupArn) {}

    record DeleteRequest(@Nullable String clientToken, String name) {}

    record GetRequest(String name) {}

    record Group(String arn, Instant creationDate, Instant lastModificationDate, String name, String state) {
        static Group of(ScheduleGroup group) {
            return new Group(group.arn(), group.created(), group.modified(), group.name(), group.state());
        }
    }

    record ListRequest(
            @Nullable Integer maxResults,
            @Nullable String namePrefix,
            @Nullable String nextToken) {}

    record ListResult(@Nullable String nextToken, List<Group> scheduleGroups) {}

    record TagRequest(String resourceArn, List<Tag> tags) {}

    record UntagRequest(String resourceArn, List<String> tagKeys) {}

    record TagsRequest(String resourceArn) {}

    record TagsResult(List<Tag> tags) {}

    void addTo(ServiceApi.Builder service) {
        service.operation("CreateScheduleGroup", CreateRequest.class, GroupArn.class, this::create)
                .operation("DeleteScheduleGroup", DeleteRequest.class, SchedulerApi.Nothing.class, this::delete)
                .operation("GetScheduleGroup", GetRequest.class, Group.class, this::get)
                .operation("ListScheduleGroups", ListRequest.class, ListResult.class, this::list)
                .operation("TagResource", TagRequest.class, SchedulerApi.Nothing.class, this::tag)
                .operation("UntagResource", UntagRequest.class, SchedulerApi.Nothing.class, this::untag)
                .operation("ListTagsForResource", TagsRequest.class, TagsResult.class, this::tags);
    }

    private GroupArn create(Call call, CreateRequest request) {
        Map<String, String> tags = Tag.plus(Map.of(), request.tags(), GROUP);
        return new GroupArn(groups.create(call.scope(), request.name(), tags, String.valueOf(request.clientToken()))
                .arn());
    }

    private SchedulerApi.Nothing delete(Call call, DeleteRequest request) {
        groups.delete(call.scope(), request.name());
        return new SchedulerApi.Nothing();
    }

    private Group get(Call call, GetRequest request) {
        return Group.of(groups.get(call.scope(), request.name()));
    }

    private ListResult list(Call call, ListRequest request) {
        String prefix = request.namePrefix() == null ? "" : request.namePrefix();
        Paging<Group> found = new Paging<>(request.maxResults() == null ? MOST_RESULTS : request.maxResults());
        groups.page(call.scope(), prefix, Paging.after(request.nextToken()), MOST_RESULTS + 1)
                .forEach(entry -> found.add(entry.key(), Group.of(entry.value())));
        return new ListResult(found.nextToken(), found.items());
    }

    private SchedulerApi.Nothing tag(Call call, TagRequest request) {
        return change(call, request.resourceArn(), before -> Tag.plus(before, request.tags(), GROUP));
    }

    private SchedulerApi.Nothing untag(Call call, UntagRequest request) {
        return change(call, request.resourceArn(), before -> Tag.minus(before, request.tagKeys()));
    }

    private SchedulerApi.Nothing change(Call call, String arn, UnaryOperator<Map<String, String>> change) {
        groups.tags(call.scope(), name(call, arn), change);
        return new SchedulerApi.Nothing();
    }

    private TagsResult tags(Call call, TagsRequest request) {
        return new TagsResult(Tag.list(
                groups.get(call.scope(), name(call, request.resourceArn())).tags()));
    }

    /// Groups of other accounts and regions aren't there.
    private static String name(Call call, String arn) {
        return Arn.parse(arn)
                .filter(parsed ->
                        parsed.scope().equals(call.scope()) && parsed.resource().startsWith(RESOURCE))
                .map(parsed -> parsed.resource().substring(RESOURCE.length()))
                .orElseThrow(() -> SchedulerError.NotFound.group(arn).exception());
    }
}
