package dev.podium.lambda;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.podium.aws.Scope;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How a function's asynchronous events are treated, per qualifier; null members hold AWS's defaults.
///
/// @param scope account and region
/// @param function bare name
/// @param qualifier `$LATEST`, a number, or an alias
/// @param lastModified epoch milliseconds
/// @param maximumRetryAttempts 0–2, or null
/// @param maximumEventAgeInSeconds 60–21,600, or null
/// @param onSuccess ARN of the destination, or null
/// @param onFailure ARN of the destination, or null
/// @see <a
/// href="https://docs.aws.amazon.com/lambda/latest/api/API_FunctionEventInvokeConfig.html">FunctionEventInvokeConfig</a>
public record EventInvokeConfig(
        Scope scope,
        String function,
        String qualifier,
        long lastModified,
        @Nullable Integer maximumRetryAttempts,
        @Nullable Integer maximumEventAgeInSeconds,
        @Nullable String onSuccess,
        @Nullable String onFailure) {
    private static final int RETRIES = 2;
    private static final Duration AGE = Duration.ofHours(6);

    /// What holds for a qualifier that has none.
    public static EventInvokeConfig defaults(FunctionName name) {
        String qualifier = name.qualifier();
        return new EventInvokeConfig(
                name.scope(),
                name.name(),
                qualifier == null ? FunctionName.LATEST : qualifier,
                0,
                null,
                null,
                null,
                null);
    }

    /// How often a function that failed is tried again.
    @JsonIgnore
    public int retries() {
        return maximumRetryAttempts == null ? RETRIES : maximumRetryAttempts;
    }

    /// How old an event may become.
    @JsonIgnore
    public Duration age() {
        return maximumEventAgeInSeconds == null ? AGE : Duration.ofSeconds(maximumEventAgeInSeconds);
    }

    /// The ARN of the function with the qualifier.
    @JsonIgnore
    public String arn() {
        return new FunctionName(scope, function, qualifier).qualifiedArn();
    }

    /// When it was last changed.
    @JsonIgnore
    public Instant modified() {
        return Instant.ofEpochMilli(lastModified);
    }
}
