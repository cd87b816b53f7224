package dev.podium.elb;

import org.jspecify.annotations.Nullable;

/// The codes by which a target is healthy, such as `200,202` or `200-299`.
record Matcher(@Nullable String httpCode, @Nullable String grpcCode) {}
