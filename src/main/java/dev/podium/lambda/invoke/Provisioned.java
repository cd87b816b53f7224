package dev.podium.lambda.invoke;

import org.jspecify.annotations.Nullable;

/// How a version's provisioned concurrency is doing.
///
/// @param requested environments that there should be
/// @param allocated those that there are, the starting ones included
/// @param available those that are initialised, the busy ones included
/// @param failure why the last one could not be had, or null when that one could
public record Provisioned(
        int requested,
        int allocated,
        int available,
        @Nullable String failure) {
    /// Nothing was asked for.
    public static final Provisioned NONE = new Provisioned(0, 0, 0, null);

    /// Tells whether all are initialised.
    public boolean ready() {
        return available >= requested;
    }
}
