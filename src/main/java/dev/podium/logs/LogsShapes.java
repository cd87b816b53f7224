package dev.podium.logs;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Requests and responses of the operations, by AWS's names.
final class LogsShapes {
    private LogsShapes() {}

    record CreateLogGroupRequest(
            String logGroupName,
            @Nullable String kmsKeyId,
            @Nullable Map<String, String> tags,
            @Nullable String logGroupClass,
            @Nullable Boolean deletionProtectionEnabled) {}

    record GroupRequest(String logGroupName) {}

    record StreamRequest(String logGroupName, String logStreamName) {}

    record PutRetentionPolicyRequest(String logGroupName, int retentionInDays) {}

    record DescribeLogGroupsRequest(
            @Nullable List<String> accountIdentifiers,
            @Nullable String logGroupNamePrefix,
            @Nullable String logGroupNamePattern,
            @Nullable String nextToken,
            @Nullable Integer limit,
            @Nullable Boolean includeLinkedAccounts,
            @Nullable String logGroupClass,
            @Nullable List<String> logGroupIdentifiers) {}

    record DescribeLogGroupsResponse(
            List<LogGroupShape> logGroups, @Nullable String nextToken) {}

    record LogGroupShape(
            String logGroupName,
            long creationTime,
            @Nullable Integer retentionInDays,
            int metricFilterCount,
            String arn,
            long storedBytes,
            @Nullable String kmsKeyId,
            String logGroupClass,
            String logGroupArn,
            @Nullable Boolean deletionProtectionEnabled) {}

    record DescribeLogStreamsRequest(
            @Nullable String logGroupName,
            @Nullable String logGroupIdentifier,
            @Nullable String logStreamNamePrefix,
            @Nullable String orderBy,
            @Nullable Boolean descending,
            @Nullable String nextToken,
            @Nullable Integer limit) {}

    record DescribeLogStreamsResponse(
            List<LogStreamShape> logStreams, @Nullable String nextToken) {}

    record LogStreamShape(
            String logStreamName,
            long creationTime,
            @Nullable Long firstEventTimestamp,
            @Nullable Long lastEventTimestamp,
            @Nullable Long lastIngestionTime,
            String uploadSequenceToken,
            String arn,
            long storedBytes) {}

    record GetLogEventsRequest(
            @Nullable String logGroupName,
            @Nullable String logGroupIdentifier,
            String logStreamName,
            @Nullable Long startTime,
            @Nullable Long endTime,
            @Nullable String nextToken,
            @Nullable Integer limit,
            @Nullable Boolean startFromHead,
            @Nullable Boolean unmask) {}

    record GetLogEventsResponse(List<OutputLogEvent> events, String nextForwardToken, String nextBackwardToken) {}

    record OutputLogEvent(long timestamp, String message, long ingestionTime) {}

    record FilterLogEventsRequest(
            @Nullable String logGroupName,
            @Nullable String logGroupIdentifier,
            @Nullable List<String> logStreamNames,
            @Nullable String logStreamNamePrefix,
            @Nullable Long startTime,
            @Nullable Long endTime,
            @Nullable String filterPattern,
            @Nullable String nextToken,
            @Nullable Integer limit,
            @Nullable Boolean interleaved,
            @Nullable Boolean unmask) {}

    record FilterLogEventsResponse(
            List<FilteredLogEvent> events,
            List<SearchedLogStream> searchedLogStreams,
            @Nullable String nextToken) {}

    record FilteredLogEvent(String logStreamName, long timestamp, String message, long ingestionTime, String eventId) {}

    record SearchedLogStream(String logStreamName, boolean searchedCompletely) {}

    record PutLogEventsRequest(
            String logGroupName,
            String logStreamName,
            List<InputLogEvent> logEvents,
            @Nullable String sequenceToken,
            @Nullable Entity entity) {}

    /// Belongs to CloudWatch's explorer, which is not here: taken and left alone.
    record Entity(
            @Nullable Map<String, String> keyAttributes,
            @Nullable Map<String, String> attributes) {}

    record InputLogEvent(long timestamp, String message) {}

    record PutLogEventsResponse(
            String nextSequenceToken, @Nullable RejectedLogEventsInfo rejectedLogEventsInfo) {}

    record RejectedLogEventsInfo(
            @Nullable Integer tooNewLogEventStartIndex,
            @Nullable Integer tooOldLogEventEndIndex,
            @Nullable Integer expiredLogEventEndIndex) {}

    record TagLogGroupRequest(String logGroupName, Map<String, String> tags) {}

    record UntagLogGroupRequest(String logGroupName, List<String> tags) {}

    record TagResourceRequest(String resourceArn, Map<String, String> tags) {}

    record UntagResourceRequest(String resourceArn, List<String> tagKeys) {}

    record ListTagsForResourceRequest(String resourceArn) {}

    record TagsResponse(Map<String, String> tags) {
        static TagsResponse of(LogGroup group) {
            return new TagsResponse(new TreeMap<>(group.tags()));
        }
    }
}
