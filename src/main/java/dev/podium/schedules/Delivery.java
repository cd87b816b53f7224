package dev.podium.schedules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Scope;
import dev.podium.codec.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A call of a target that is not done yet.
///
/// @param key             its own, which begins with that of the schedule or rule and a slash
/// @param owner           id of the schedule or rule; another one of the same name has another
/// @param scheduledMillis the time that the schedule says, in epoch milliseconds; null for an event
/// @param firstMillis     when the first attempt is due: its age counts from there
/// @param dueMillis       when the next attempt is due
/// @param retry           how often, and how long it is tried again
/// @param deadLetter      ARN of the queue for what could not be delivered, or null
/// @param attempts        how often it was tried
/// @param failure         why it was given up, when only its dead-letter queue is to hear of it; else null
public record Delivery(
        String key,
        String owner,
        TargetCall call,
        @Nullable Long scheduledMillis,
        long firstMillis,
        long dueMillis,
        RetryPolicy retry,
        @Nullable String deadLetter,
        int attempts,
        @Nullable Failure failure) {
    private static final String ATTEMPT = "<aws.scheduler.attempt-number>";

    /// Why a call was given up.
    ///
    /// @param condition which limit was exceeded, in AWS's words; null when another attempt was of no use
    record Failure(String code, String message, @Nullable String condition) {}

    /// A call that nobody has tried yet.
    public static Delivery first(
            String key,
            String owner,
            TargetCall call,
            @Nullable Long scheduledMillis,
            long dueMillis,
            @Nullable RetryPolicy retry,
            @Nullable DeadLetterConfig deadLetter) {
        return new Delivery(
                key,
                owner,
                call,
                scheduledMillis,
                dueMillis,
                dueMillis,
                RetryPolicy.orDefaults(retry),
                deadLetter == null ? null : deadLetter.arn(),
                0,
                null);
    }

    /// The call of the next attempt.
    TargetCall attempt() {
        return numbered(attempts + 1);
    }

    /// What its dead-letter queue gets: the body of the last attempt.
    String lastBody() {
        return numbered(Math.max(1, attempts)).body();
    }

    private TargetCall numbered(int attempt) {
        return fromScheduler() && call.body().contains(ATTEMPT)
                ? call.withBody(call.body().replace(ATTEMPT, String.valueOf(attempt)))
                : call;
    }

    /// The same after one more attempt.
    Delivery tried(long nextMillis) {
        return next(nextMillis, attempts + 1, null);
    }

    /// The same, given up.
    Delivery failed(Failure why, long now, int afterAttempts) {
        return next(now, afterAttempts, why);
    }

    private Delivery next(long nextMillis, int newAttempts, @Nullable Failure why) {
        return new Delivery(
                key, owner, call, scheduledMillis, firstMillis, nextMillis, retry, deadLetter, newAttempts, why);
    }

    long untilMillis() {
        return firstMillis + retry.ageMillis();
    }

    private boolean fromScheduler() {
        return call.source().contains(":scheduler:");
    }

    /// What the dead-letter queue is told besides the call.
    ///
    /// @see <a href="https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html">DLQ</a>
    Map<String, String> deadLetterAttributes(Failure why) {
        Map<String, String> attributes = new LinkedHashMap<>();
        if (fromScheduler()) {
            attributes.put("SCHEDULE_ARN", call.source());
            attributes.put("EXECUTION_ID", call.id());
            attributes.put("IS_PAYLOAD_TRUNCATED", "false");
            if (scheduledMillis != null) {
                attributes.put("SCHEDULED_TIME", seconds(scheduledMillis));
            }
        } else {
            attributes.put("RULE_ARN", call.source());
        }
        attributes.put("TARGET_ARN", call.arn());
        attributes.put("ERROR_CODE", why.code());
        attributes.put("ERROR_MESSAGE", why.message());
        attributes.put("RETRY_ATTEMPTS", String.valueOf(Math.max(0, attempts - 1)));
        if (why.condition() != null) {
            attributes.put("EXHAUSTED_RETRY_CONDITION", why.condition());
        }
        return attributes;
    }

    /// An event as targets see it, but for its detail.
    public static ObjectNode event(
            Scope scope, String source, String detailType, Instant time, List<String> resources) {
        ObjectNode event = Json.object()
                .put("version", "0")
                .put("id", UUID.randomUUID().toString())
                .put("detail-type", detailType)
                .put("source", source)
                .put("account", scope.account())
                .put("time", seconds(time.toEpochMilli()))
                .put("region", scope.region());
        resources.forEach(event.putArray("resources")::add);
        return event;
    }

    /// A time as AWS writes it in events and attributes: whole seconds.
    static String seconds(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
