package dev.podium.kube;

import java.time.Clock;
import java.time.Duration;

/// How a [KubeClient] calls.
///
/// @param connectTimeout for TCP and TLS
/// @param requestTimeout for one attempt, until its answer is complete
/// @param retryFor total for a call with all its retries; the API server may well be away for half a minute
/// @param backoffInitial pause before the first retry, doubled each time, with jitter
/// @param backoffMax longest pause, unless the server asks for a longer one by Retry-After
/// @param pageSize pods per page of a list
/// @param maxResponseBytes largest answer, and largest watch event, that is read
/// @param userAgent how the API server's audit log names us
/// @param observer told of every call
/// @param clock for the expiry of credentials
public record KubeClientSettings(
        Duration connectTimeout,
        Duration requestTimeout,
        Duration retryFor,
        Duration backoffInitial,
        Duration backoffMax,
        int pageSize,
        int maxResponseBytes,
        String userAgent,
        KubeObserver observer,
        Clock clock) {

    /// What suits a cluster nearby.
    public static KubeClientSettings defaults() {
        return new KubeClientSettings(
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                Duration.ofSeconds(45),
                Duration.ofMillis(100),
                Duration.ofSeconds(3),
                250,
                32 << 20,
                "podium",
                KubeObserver.NONE,
                Clock.systemUTC());
    }

    /// The same with another observer.
    public KubeClientSettings withObserver(KubeObserver other) {
        return with(requestTimeout, retryFor, pageSize, maxResponseBytes, other, clock);
    }

    /// The same with another total for retries.
    public KubeClientSettings withRetryFor(Duration other) {
        return with(requestTimeout, other, pageSize, maxResponseBytes, observer, clock);
    }

    /// The same with another time for one attempt.
    public KubeClientSettings withRequestTimeout(Duration other) {
        return with(other, retryFor, pageSize, maxResponseBytes, observer, clock);
    }

    /// The same with another page size.
    public KubeClientSettings withPageSize(int other) {
        return with(requestTimeout, retryFor, other, maxResponseBytes, observer, clock);
    }

    /// The same with another bound for answers.
    public KubeClientSettings withMaxResponseBytes(int other) {
        return with(requestTimeout, retryFor, pageSize, other, observer, clock);
    }

    /// The same with another clock.
    public KubeClientSettings withClock(Clock other) {
        return with(requestTimeout, retryFor, pageSize, maxResponseBytes, observer, other);
    }

    private KubeClientSettings with(
            Duration requestTimeout,
            Duration retryFor,
            int pageSize,
            int maxResponseBytes,
            KubeObserver observer,
            Clock clock) {
        return new KubeClientSettings(
                connectTimeout,
                requestTimeout,
                retryFor,
                backoffInitial,
                backoffMax,
                pageSize,
                maxResponseBytes,
                userAgent,
                observer,
                clock);
    }
}
