package dev.podium.logs;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.podium.aws.Scope;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A log group as Podium keeps it.
///
/// @param scope account and region
/// @param id names its folder; a group that is made again under the same name has another one
/// @param creationTime epoch milliseconds
/// @param retentionInDays null to keep events for ever
/// @param kmsKeyId kept and shown, without effect
/// @param logGroupClass `STANDARD`, `INFREQUENT_ACCESS` or `DELIVERY`
/// @param deletionProtection whether DeleteLogGroup is refused
record LogGroup(
        Scope scope,
        String name,
        String id,
        long creationTime,
        @Nullable Integer retentionInDays,
        @Nullable String kmsKeyId,
        String logGroupClass,
        boolean deletionProtection,
        Map<String, String> tags) {

    /// Keeps its own copy.
    LogGroup {
        tags = Map.copyOf(tags);
    }

    /// The ARN without `:*`.
    @JsonIgnore
    String arn() {
        return "arn:aws:logs:" + scope.region() + ":" + scope.account() + ":log-group:" + name;
    }

    LogGroup retained(@Nullable Integer days) {
        return new LogGroup(scope, name, id, creationTime, days, kmsKeyId, logGroupClass, deletionProtection, tags);
    }

    LogGroup tagged(Map<String, String> newTags) {
        return new LogGroup(
                scope, name, id, creationTime, retentionInDays, kmsKeyId, logGroupClass, deletionProtection, newTags);
    }

    /// The oldest time that is kept, epoch milliseconds.
    long oldest(long now) {
        Integer days = retentionInDays;
        return days == null ? Long.MIN_VALUE : now - days * 86_400_000L;
    }
}
