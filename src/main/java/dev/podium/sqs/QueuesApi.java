package dev.podium.sqs;

import dev.podium.aws.Call;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The operations on queues: making, finding, changing and deleting them, their tags and permissions.
record QueuesApi(Queues queues) implements SqsOperations {
    private static final int MOST_RESULTS = 1000;
    private static final int MOST_TAGS = 50;

    record CreateQueueRequest(
            String queueName,
            @Nullable Map<String, String> attributes,
            @Nullable Map<String, String> tags) {}

    record QueueUrlResult(String queueUrl) {}

    record QueueRequest(String queueUrl) {}

    record GetQueueUrlRequest(String queueName, @Nullable String queueOwnerAWSAccountId) {}

    record ListQueuesRequest(
            @Nullable String queueNamePrefix,
            @Nullable String nextToken,
            @Nullable Integer maxResults) {}

    record ListQueuesResult(
            @Nullable List<String> queueUrls, @Nullable String nextToken) {}

    record ListSourcesRequest(
            String queueUrl,
            @Nullable String nextToken,
            @Nullable Integer maxResults) {}

    record ListSourcesResult(
            List<String> queueUrls, @Nullable String nextToken) {}

    record GetAttributesRequest(String queueUrl, @Nullable List<String> attributeNames) {}

    record GetAttributesResult(@Nullable Map<String, String> attributes) {}

    record SetAttributesRequest(String queueUrl, Map<String, String> attributes) {}

    record TagQueueRequest(String queueUrl, Map<String, String> tags) {}

    record UntagQueueRequest(String queueUrl, List<String> tagKeys) {}

    record ListTagsResult(@Nullable Map<String, String> tags) {}

    record AddPermissionRequest(String queueUrl, String label, List<String> aWSAccountIds, List<String> actions) {}

    record RemovePermissionRequest(String queueUrl, String label) {}

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.remark("CreateQueue", "A name is free again as soon as its queue is deleted, not after a minute.")
                .partial("AddPermission", "Written into the attribute `Policy`, which nothing enforces.");
        service.operation("CreateQueue", CreateQueueRequest.class, QueueUrlResult.class, this::create)
                .operation("DeleteQueue", QueueRequest.class, Void.class, this::delete)
                .operation("GetQueueUrl", GetQueueUrlRequest.class, QueueUrlResult.class, this::url)
                .operation("ListQueues", ListQueuesRequest.class, ListQueuesResult.class, this::list)
                .operation(
                        "ListDeadLetterSourceQueues",
                        ListSourcesRequest.class,
                        ListSourcesResult.class,
                        this::listSources)
                .operation(
                        "GetQueueAttributes", GetAttributesRequest.class, GetAttributesResult.class, this::attributes)
                .operation("SetQueueAttributes", SetAttributesRequest.class, Void.class, this::setAttributes)
                .operation("PurgeQueue", QueueRequest.class, Void.class, this::purge)
                .operation("TagQueue", TagQueueRequest.class, Void.class, this::tag)
                .operation("UntagQueue", UntagQueueRequest.class, Void.class, this::untag)
                .operation("ListQueueTags", QueueRequest.class, ListTagsResult.class, this::tags)
                .operation("AddPermission", AddPermissionRequest.class, Void.class, this::addPermission)
                .operation("RemovePermission", RemovePermissionRequest.class, Void.class, this::removePermission);
    }

    private QueueUrlResult create(Call call, CreateQueueRequest request) {
        QueueId name = new QueueId(call.scope(), request.queueName());
        Map<String, String> given = request.attributes() == null ? Map.of() : request.attributes();
        boolean fifo = "true".equals(given.get(Attributes.FIFO_QUEUE));
        checkName(request.queueName(), fifo);
        Map<String, String> tags = request.tags() == null ? Map.of() : request.tags();
        checkTags(tags, request.queueName());
        StoredQueue queue = queues.stored(name).orElse(null);
        if (queue == null) {
            Map<String, String> attributes = Attributes.change(Attributes.defaults(fifo), given, fifo);
            checkRedrive(name, attributes);
            queue = queues.create(name, attributes, tags);
        }
        String difference = Attributes.difference(queue.attributes(), given, name.fifo());
        if (difference != null) {
            throw new SqsError.QueueNameExists(difference).exception();
        }
        return new QueueUrlResult(SqsApi.url(name, call.request()));
    }

    private static void checkName(String name, boolean fifo) {
        if (fifo) {
            if (name.length() > 80 || !name.matches("[A-Za-z0-9_-]+\\.fifo")) {
                throw new SqsError.InvalidParameterValue(
                                "The name of a FIFO queue can only include alphanumeric characters,"
                                        + " hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.")
                        .exception();
            }
        } else if (!name.matches("[A-Za-z0-9_-]{1,80}")) {
            throw new SqsError.InvalidParameterValue(
                            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
                    .exception();
        }
    }

    private static void checkTags(Map<String, String> tags, String queue) {
        if (tags.size() > MOST_TAGS) {
            throw new SqsError.InvalidParameterValue("Too many tags added for queue " + queue + ".").exception();
        }
        tags.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > 128) {
                throw new SqsError.InvalidParameterValue("Tag keys must be between 1 and 128 characters in length.")
                        .exception();
            }
            if (value.length() > 256) {
                throw new SqsError.InvalidParameterValue("Tag values must be between 0 and 256 characters in length.")
                        .exception();
            }
        });
    }

    private void checkRedrive(QueueId name, Map<String, String> attributes) {
        String policy = attributes.get(Attributes.REDRIVE_POLICY);
        if (policy != null) {
            RedrivePolicies.check(name, policy, queues::stored);
        }
    }

    private @Nullable Void delete(Call call, QueueRequest request) {
        queues.delete(SqsApi.queue(request.queueUrl(), call.scope()));
        return null;
    }

    private QueueUrlResult url(Call call, GetQueueUrlRequest request) {
        String owner = request.queueOwnerAWSAccountId();
        Scope scope =
                owner == null ? call.scope() : new Scope(owner, call.scope().region());
        QueueId name = new QueueId(scope, request.queueName());
        queues.get(name);
        return new QueueUrlResult(SqsApi.url(name, call.request()));
    }

    private ListQueuesResult list(Call call, ListQueuesRequest request) {
        int limit = limit(request.maxResults());
        String prefix = request.queueNamePrefix() == null ? "" : request.queueNamePrefix();
        List<StoredQueue> found = queues.page(call.scope(), prefix, marker(request.nextToken()), limit + 1);
        List<StoredQueue> page = found.stream().limit(limit).toList();
        boolean more = found.size() > limit && request.maxResults() != null;
        List<String> urls = page.stream()
                .map(queue -> SqsApi.url(queue.queueId(), call.request()))
                .toList();
        return new ListQueuesResult(
                urls.isEmpty() ? null : urls, more ? token(page.getLast().name()) : null);
    }

    private ListSourcesResult listSources(Call call, ListSourcesRequest request) {
        QueueId target = SqsApi.queue(request.queueUrl(), call.scope());
        queues.get(target);
        int limit = limit(request.maxResults());
        List<String> urls = new ArrayList<>();
        String after = marker(request.nextToken());
        String last = null;
        boolean more = false;
        List<StoredQueue> page = queues.page(target.scope(), "", after, MOST_RESULTS);
        while (!page.isEmpty() && !more) {
            for (StoredQueue queue : page) {
                QueueSettings.Redrive redrive =
                        QueueSettings.of(queue.attributes()).redrive();
                if (redrive != null && redrive.target().equals(target)) {
                    if (urls.size() == limit) {
                        more = true;
                        break;
                    }
                    urls.add(SqsApi.url(queue.queueId(), call.request()));
                    last = queue.name();
                }
            }
            page = more ? page : queues.page(target.scope(), "", page.getLast().name(), MOST_RESULTS);
        }
        return new ListSourcesResult(urls, more && last != null ? token(last) : null);
    }

    private static int limit(@Nullable Integer given) {
        if (given == null) {
            return MOST_RESULTS;
        }
        if (given < 1 || given > MOST_RESULTS) {
            throw SqsError.InvalidParameterValue.of(
                            given, "MaxResults", "MaxResults must be an integer between 1 and 1000.")
                    .exception();
        }
        return given;
    }

    private static String token(String name) {
        return Base64.getUrlEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String marker(@Nullable String token) {
        try {
            return token == null || token.isEmpty()
                    ? null
                    : new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw SqsError.InvalidParameterValue.of(
                            String.valueOf(token), "NextToken", "Invalid or expired next token.")
                    .exception();
        }
    }

    private GetAttributesResult attributes(Call call, GetAttributesRequest request) {
        QueueId name = SqsApi.queue(request.queueUrl(), call.scope());
        StoredQueue queue = queues.get(name);
        Map<String, String> set = queue.attributes();
        Set<String> wanted = Attributes.wanted(request.attributeNames(), set.keySet());
        SequencedMap<String, String> shown = new LinkedHashMap<>();
        if (wanted.stream().anyMatch(attribute -> attribute.startsWith("Approximate"))) {
            LiveQueue.Counts counts = queues.working(name).counts();
            shown.put("ApproximateNumberOfMessages", String.valueOf(counts.visible()));
            shown.put("ApproximateNumberOfMessagesNotVisible", String.valueOf(counts.inFlight()));
            shown.put("ApproximateNumberOfMessagesDelayed", String.valueOf(counts.delayed()));
        }
        shown.put("QueueArn", name.arn().toString());
        shown.put("CreatedTimestamp", String.valueOf(queue.created()));
        shown.put("LastModifiedTimestamp", String.valueOf(queue.modified()));
        shown.putAll(set);
        shown.keySet().retainAll(wanted);
        return new GetAttributesResult(shown.isEmpty() ? null : shown);
    }

    private @Nullable Void setAttributes(Call call, SetAttributesRequest request) {
        QueueId name = SqsApi.queue(request.queueUrl(), call.scope());
        StoredQueue before = queues.get(name);
        Map<String, String> after = Attributes.change(before.attributes(), request.attributes(), name.fifo());
        if (request.attributes().containsKey(Attributes.REDRIVE_POLICY)) {
            checkRedrive(name, after);
        }
        change(name, request.attributes());
        return null;
    }

    private void change(QueueId name, Map<String, String> given) {
        long now = queues.clock().instant().getEpochSecond();
        queues.update(
                name, queue -> queue.withAttributes(Attributes.change(queue.attributes(), given, name.fifo()), now));
    }

    private @Nullable Void purge(Call call, QueueRequest request) {
        queues.working(SqsApi.queue(request.queueUrl(), call.scope())).purge();
        return null;
    }

    private @Nullable Void tag(Call call, TagQueueRequest request) {
        QueueId name = SqsApi.queue(request.queueUrl(), call.scope());
        if (request.tags().isEmpty()) {
            throw new SqsError.MissingParameter("Tags").exception();
        }
        queues.update(name, queue -> {
            Map<String, String> tags = new LinkedHashMap<>(queue.tags());
            tags.putAll(request.tags());
            checkTags(tags, name.name());
            return queue.withTags(tags);
        });
        return null;
    }

    private @Nullable Void untag(Call call, UntagQueueRequest request) {
        if (request.tagKeys().isEmpty()) {
            throw new SqsError.InvalidParameterValue("Tag keys can't be empty.").exception();
        }
        queues.update(SqsApi.queue(request.queueUrl(), call.scope()), queue -> {
            Map<String, String> tags = new LinkedHashMap<>(queue.tags());
            request.tagKeys().forEach(tags::remove);
            return queue.withTags(tags);
        });
        return null;
    }

    private ListTagsResult tags(Call call, QueueRequest request) {
        Map<String, String> tags =
                queues.get(SqsApi.queue(request.queueUrl(), call.scope())).tags();
        return new ListTagsResult(tags.isEmpty() ? null : tags);
    }

    private @Nullable Void addPermission(Call call, AddPermissionRequest request) {
        QueueId name = SqsApi.queue(request.queueUrl(), call.scope());
        long now = queues.clock().instant().getEpochSecond();
        queues.update(name, queue -> {
            Map<String, String> attributes = new LinkedHashMap<>(queue.attributes());
            attributes.put(
                    Attributes.POLICY,
                    Permissions.add(
                            attributes.get(Attributes.POLICY),
                            name,
                            request.label(),
                            request.aWSAccountIds(),
                            request.actions()));
            return queue.withAttributes(attributes, now);
        });
        return null;
    }

    private @Nullable Void removePermission(Call call, RemovePermissionRequest request) {
        QueueId name = SqsApi.queue(request.queueUrl(), call.scope());
        StoredQueue queue = queues.get(name);
        change(
                name,
                Map.of(
                        Attributes.POLICY,
                        Permissions.remove(queue.attributes().get(Attributes.POLICY), name, request.label())));
        return null;
    }
}
