package dev.podium.elb;

import org.jspecify.annotations.Nullable;

/// A tag, as the API has it.
record Tag(String key, @Nullable String value) {}
