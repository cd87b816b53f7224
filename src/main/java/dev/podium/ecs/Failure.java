package dev.podium.ecs;

import org.jspecify.annotations.Nullable;

/// One resource of several that a request could not be carried out for.
///
/// @param reason such as `MISSING`
record Failure(String arn, String reason, @Nullable String detail) {
    /// There is no such resource.
    static Failure missing(String arn) {
        return new Failure(arn, "MISSING", null);
    }
}
