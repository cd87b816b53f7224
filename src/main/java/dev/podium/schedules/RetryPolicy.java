package dev.podium.schedules;

import org.jspecify.annotations.Nullable;

/// How often, and how long a failed call is tried again, as in the API.
public record RetryPolicy(
        @Nullable Integer maximumEventAgeInSeconds,
        @Nullable Integer maximumRetryAttempts) {
    private static final int AGE = 86_400;
    private static final int ATTEMPTS = 185;

    /// The same with AWS's defaults for what it leaves open.
    static RetryPolicy orDefaults(@Nullable RetryPolicy given) {
        Integer age = given == null ? null : given.maximumEventAgeInSeconds;
        Integer attempts = given == null ? null : given.maximumRetryAttempts;
        return new RetryPolicy(age == null ? AGE : age, attempts == null ? ATTEMPTS : attempts);
    }

    long ageMillis() {
        return 1000L * (maximumEventAgeInSeconds == null ? AGE : maximumEventAgeInSeconds);
    }

    int attempts() {
        return maximumRetryAttempts == null ? ATTEMPTS : maximumRetryAttempts;
    }
}
