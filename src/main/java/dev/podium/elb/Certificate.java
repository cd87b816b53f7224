package dev.podium.elb;

import org.jspecify.annotations.Nullable;

/// A certificate of a listener, as the API has it.
record Certificate(
        @Nullable String certificateArn, @Nullable Boolean isDefault) {}
