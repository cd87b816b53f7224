package dev.podium.schedules;

import org.jspecify.annotations.Nullable;

/// The queue for what could not be delivered, as in the API.
public record DeadLetterConfig(@Nullable String arn) {}
