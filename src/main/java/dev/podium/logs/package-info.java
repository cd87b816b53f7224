/// A built-in subset of CloudWatch Logs: groups, streams and their events.
///
/// Start with [dev.podium.logs.LogGroups], the collection, and [dev.podium.logs.LogsApi], its operations.
/// Groups and streams are records of the store; events lie in segment files below one folder, written by one
/// thread ([dev.podium.logs.LogWriter]) and read by any. This package must not know Lambda: whoever has lines
/// to write calls [dev.podium.logs.LogGroups#write].
///
/// @see <a href="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html">CloudWatch Logs</a>
@NullMarked
package dev.podium.logs;

import org.jspecify.annotations.NullMarked;
