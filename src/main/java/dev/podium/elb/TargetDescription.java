package dev.podium.elb;

import org.jspecify.annotations.Nullable;

/// A target as the API names it.
record TargetDescription(
        String id,
        @Nullable Integer port,
        @Nullable String availabilityZone,
        @Nullable String quicServerId) {}
