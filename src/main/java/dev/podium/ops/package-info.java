/// What operators look at: logs, metrics, health.
///
/// Start with [dev.podium.ops.OpsRoutes], [dev.podium.ops.Metrics] and [dev.podium.ops.Logs]. This package
/// must not know what it measures: `Main` connects it to the others.
@NullMarked
package dev.podium.ops;

import org.jspecify.annotations.NullMarked;
