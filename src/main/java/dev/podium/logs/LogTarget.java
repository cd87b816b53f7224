package dev.podium.logs;

import dev.podium.aws.Scope;

/// Where events go.
///
/// @param scope account and region
/// @param group name of the log group
/// @param stream name of the log stream
public record LogTarget(Scope scope, String group, String stream) {}
