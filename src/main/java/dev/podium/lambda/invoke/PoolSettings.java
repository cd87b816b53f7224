package dev.podium.lambda.invoke;

import java.util.Map;

/// How many generic pods are kept ready.
///
/// @param on whether there are any
/// @param sizes runtime to number of spare pods per shape; empty: one for every runtime
public record PoolSettings(boolean on, Map<String, Integer> sizes) {
    /// Every cold invocation starts a pod.
    public static final PoolSettings OFF = new PoolSettings(false, Map.of());

    /// One spare pod of every shape that was used lately.
    public static final PoolSettings AUTO = new PoolSettings(true, Map.of());

    /// Keeps its own copies.
    public PoolSettings {
        sizes = Map.copyOf(sizes);
    }
}
