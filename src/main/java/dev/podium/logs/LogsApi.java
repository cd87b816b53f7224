package dev.podium.logs;

import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import dev.podium.logs.LogsError.InvalidParameter;
import dev.podium.logs.LogsError.TooManyTags;
import dev.podium.logs.LogsShapes.CreateLogGroupRequest;
import dev.podium.logs.LogsShapes.DescribeLogGroupsRequest;
import dev.podium.logs.LogsShapes.DescribeLogGroupsResponse;
import dev.podium.logs.LogsShapes.DescribeLogStreamsRequest;
import dev.podium.logs.LogsShapes.DescribeLogStreamsResponse;
import dev.podium.logs.LogsShapes.GroupRequest;
import dev.podium.logs.LogsShapes.ListTagsForResourceRequest;
import dev.podium.logs.LogsShapes.LogGroupShape;
import dev.podium.logs.LogsShapes.LogStreamShape;
import dev.podium.logs.LogsShapes.PutRetentionPolicyRequest;
import dev.podium.logs.LogsShapes.StreamRequest;
import dev.podium.logs.LogsShapes.TagLogGroupRequest;
import dev.podium.logs.LogsShapes.TagResourceRequest;
import dev.podium.logs.LogsShapes.TagsResponse;
import dev.podium.logs.LogsShapes.UntagLogGroupRequest;
import dev.podium.logs.LogsShapes.UntagResourceRequest;
import dev.podium.logs.Segment.Facts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The operations of CloudWatch Logs that Podium has.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html">AWS</a>
public record LogsApi(LogGroups groups) {
    /// AWS has ignored these tokens since 2023, and still sends some.
    static final String SEQUENCE_TOKEN = "49666666666666666666666666666666666666666666666666666666";

    private static final int MAX_PAGE = 50;
    private static final int MAX_TAGS = 50;
    private static final long LIVE_TAIL_MILLIS = 1000;
    private static final Set<Integer> RETENTIONS = Set.of(
            1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653);

    /// All operations.
    public ServiceApi service() {
        ServiceApi.Builder service = ServiceApi.of("logs")
                .validationCode("InvalidParameterException")
                .operation("CreateLogGroup", CreateLogGroupRequest.class, Void.class, this::createGroup)
                .operation("DeleteLogGroup", GroupRequest.class, Void.class, this::deleteGroup)
                .operation(
                        "DescribeLogGroups",
                        DescribeLogGroupsRequest.class,
                        DescribeLogGroupsResponse.class,
                        this::describeGroups)
                .operation("CreateLogStream", StreamRequest.class, Void.class, this::createStream)
                .operation("DeleteLogStream", StreamRequest.class, Void.class, this::deleteStream)
                .operation(
                        "DescribeLogStreams",
                        DescribeLogStreamsRequest.class,
                        DescribeLogStreamsResponse.class,
                        this::describeStreams)
                .operation("PutRetentionPolicy", PutRetentionPolicyRequest.class, Void.class, this::putRetention)
                .operation("DeleteRetentionPolicy", GroupRequest.class, Void.class, this::deleteRetention)
                .operation("TagLogGroup", TagLogGroupRequest.class, Void.class, (call, request) -> {
                    return tag(call.scope(), request.logGroupName(), request.tags());
                })
                .operation("UntagLogGroup", UntagLogGroupRequest.class, Void.class, (call, request) -> {
                    return untag(call.scope(), request.logGroupName(), request.tags());
                })
                .operation("ListTagsLogGroup", GroupRequest.class, TagsResponse.class, (call, request) -> {
                    return TagsResponse.of(groups.get(call.scope(), request.logGroupName()));
                })
                .operation("TagResource", TagResourceRequest.class, Void.class, (call, request) -> {
                    LogGroup group = groups.byIdentifier(call.scope(), request.resourceArn());
                    return tag(group.scope(), group.name(), request.tags());
                })
                .operation("UntagResource", UntagResourceRequest.class, Void.class, (call, request) -> {
                    LogGroup group = groups.byIdentifier(call.scope(), request.resourceArn());
                    return untag(group.scope(), group.name(), request.tagKeys());
                })
                .operation(
                        "ListTagsForResource",
                        ListTagsForResourceRequest.class,
                        TagsResponse.class,
                        (call, request) -> {
                            return TagsResponse.of(groups.byIdentifier(call.scope(), request.resourceArn()));
                        })
                .raw("StartLiveTail", new LiveTailApi(groups, LIVE_TAIL_MILLIS)::start);
        new EventsApi(groups).addTo(service);
        service.remark("CreateLogGroup", "`kmsKeyId` and `logGroupClass` are kept and shown, without effect.")
                .remark("DescribeLogGroups", "`accountIdentifiers` and `includeLinkedAccounts` are ignored.")
                .remark("GetLogEvents", "`unmask` is ignored: nothing is masked.")
                .remark("PutLogEvents", "`entity` is ignored.")
                .partial("FilterLogEvents", "Patterns of space-delimited fields are refused.")
                .partial("StartLiveTail", "Patterns of space-delimited fields are refused.");
        return service.build();
    }

    private @Nullable Void createGroup(Call call, CreateLogGroupRequest request) {
        LogGroup fresh = groups.fresh(call.scope(), request.logGroupName());
        Map<String, String> tags = Objects.requireNonNullElse(request.tags(), Map.of());
        if (tags.size() > MAX_TAGS) {
            throw new InvalidParameter("A log group can have at most " + MAX_TAGS + " tags.").thrown();
        }
        groups.create(new LogGroup(
                fresh.scope(),
                fresh.name(),
                fresh.id(),
                fresh.creationTime(),
                null,
                request.kmsKeyId(),
                Objects.requireNonNullElse(request.logGroupClass(), "STANDARD"),
                Boolean.TRUE.equals(request.deletionProtectionEnabled()),
                tags));
        return null;
    }

    private @Nullable Void deleteGroup(Call call, GroupRequest request) throws InterruptedException {
        groups.delete(call.scope(), request.logGroupName());
        return null;
    }

    private DescribeLogGroupsResponse describeGroups(Call call, DescribeLogGroupsRequest request)
            throws InterruptedException {
        String prefix = request.logGroupNamePrefix();
        String pattern = request.logGroupNamePattern();
        if (prefix != null && pattern != null) {
            throw new InvalidParameter(
                            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
                    .thrown();
        }
        List<LogGroup> found = new ArrayList<>();
        int limit = limit(request.limit());
        List<String> identifiers = request.logGroupIdentifiers();
        if (identifiers != null) {
            for (String identifier : identifiers) {
                found.add(groups.byIdentifier(call.scope(), identifier));
            }
            return new DescribeLogGroupsResponse(shapes(found), null);
        }
        String after = Objects.requireNonNullElse(request.nextToken(), "");
        boolean more = true;
        while (more && found.size() <= limit) {
            List<LogGroup> page =
                    groups.page(call.scope(), Objects.requireNonNullElse(prefix, ""), after, MAX_PAGE + 1);
            for (LogGroup group : page) {
                after = group.name();
                if (matches(group, pattern, request.logGroupClass())) {
                    found.add(group);
                }
            }
            more = page.size() > MAX_PAGE;
        }
        boolean cut = found.size() > limit;
        List<LogGroup> shown = cut ? found.subList(0, limit) : found;
        return new DescribeLogGroupsResponse(
                shapes(shown), cut ? shown.getLast().name() : null);
    }

    private static boolean matches(LogGroup group, @Nullable String pattern, @Nullable String groupClass) {
        return (pattern == null || group.name().contains(pattern))
                && (groupClass == null || group.logGroupClass().equals(groupClass));
    }

    private static int limit(@Nullable Integer limit) {
        return limit == null ? MAX_PAGE : limit;
    }

    private List<LogGroupShape> shapes(List<LogGroup> some) throws InterruptedException {
        List<LogGroupShape> shapes = new ArrayList<>();
        for (LogGroup group : some) {
            shapes.add(new LogGroupShape(
                    group.name(),
                    group.creationTime(),
                    group.retentionInDays(),
                    0,
                    group.arn() + ":*",
                    groups.open(group).events().bytes(),
                    group.kmsKeyId(),
                    group.logGroupClass(),
                    group.arn(),
                    group.deletionProtection() ? Boolean.TRUE : null));
        }
        return shapes;
    }

    private @Nullable Void createStream(Call call, StreamRequest request) throws InterruptedException {
        groups.createStream(groups.get(call.scope(), request.logGroupName()), request.logStreamName());
        return null;
    }

    private @Nullable Void deleteStream(Call call, StreamRequest request) throws InterruptedException {
        groups.deleteStream(groups.get(call.scope(), request.logGroupName()), request.logStreamName());
        return null;
    }

    private DescribeLogStreamsResponse describeStreams(Call call, DescribeLogStreamsRequest request)
            throws InterruptedException {
        LogGroup group = EventsApi.group(groups, call.scope(), request.logGroupName(), request.logGroupIdentifier());
        boolean byTime = "LastEventTime".equals(request.orderBy());
        String prefix = request.logStreamNamePrefix();
        if (byTime && prefix != null) {
            throw new InvalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.").thrown();
        }
        OpenGroup open = groups.open(group);
        Map<Integer, Facts> facts = new HashMap<>(open.events().facts());
        Comparator<LogStreamShape> order = Comparator.comparing(LogStreamShape::logStreamName);
        if (byTime) {
            order = Comparator.comparingLong(LogsApi::lastTime).thenComparing(order);
        }
        if (Boolean.TRUE.equals(request.descending())) {
            order = order.reversed();
        }
        List<LogStreamShape> all = open.streams().stream()
                .filter(stream -> prefix == null || stream.name().startsWith(prefix))
                .map(stream -> shape(group, stream, facts.get(stream.number())))
                .sorted(order)
                .toList();
        int from = 0;
        String after = request.nextToken();
        if (after != null) {
            while (from < all.size() && !all.get(from).logStreamName().equals(after)) {
                from++;
            }
            from++;
        }
        int limit = limit(request.limit());
        List<LogStreamShape> page = all.stream().skip(from).limit(limit).toList();
        boolean more = (long) from + limit < all.size();
        return new DescribeLogStreamsResponse(page, more ? page.getLast().logStreamName() : null);
    }

    private static long lastTime(LogStreamShape stream) {
        Long last = stream.lastEventTimestamp();
        return last == null ? stream.creationTime() : last;
    }

    private static LogStreamShape shape(LogGroup group, LogStream stream, @Nullable Facts facts) {
        return new LogStreamShape(
                stream.name(),
                stream.creationTime(),
                facts == null ? null : facts.first(),
                facts == null ? null : facts.last(),
                facts == null ? null : facts.ingestion(),
                SEQUENCE_TOKEN,
                group.arn() + ":log-stream:" + stream.name(),
                0);
    }

    private @Nullable Void putRetention(Call call, PutRetentionPolicyRequest request) throws InterruptedException {
        int days = request.retentionInDays();
        if (!RETENTIONS.contains(days)) {
            throw new InvalidParameter("1 validation error detected: Value '" + days
                            + "' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: "
                            + RETENTIONS.stream().sorted().toList())
                    .thrown();
        }
        groups.change(call.scope(), request.logGroupName(), group -> group.retained(days));
        groups.retainSoon();
        return null;
    }

    private @Nullable Void deleteRetention(Call call, GroupRequest request) {
        groups.change(call.scope(), request.logGroupName(), group -> group.retained(null));
        return null;
    }

    private @Nullable Void tag(Scope scope, String name, Map<String, String> more) {
        groups.change(scope, name, group -> {
            Map<String, String> tags = new HashMap<>(group.tags());
            tags.putAll(more);
            if (tags.size() > MAX_TAGS) {
                throw new TooManyTags("A resource can have at most " + MAX_TAGS + " tags.").thrown();
            }
            return group.tagged(tags);
        });
        return null;
    }

    private @Nullable Void untag(Scope scope, String name, List<String> keys) {
        groups.change(scope, name, group -> {
            Map<String, String> tags = new HashMap<>(group.tags());
            keys.forEach(tags::remove);
            return group.tagged(tags);
        });
        return null;
    }
}
