package dev.podium.lambda.invoke;

import dev.podium.aws.Scope;
import java.util.List;

/// Where the logs of functions go: each invocation's START, END and REPORT, and what the function wrote.
public interface FunctionLogs {
    /// Keeps nothing.
    FunctionLogs NONE = (to, lines) -> {};

    /// Takes lines, in order. Must not block.
    void write(Destination to, List<Line> lines);

    /// A log stream.
    ///
    /// @param scope account and region of the function
    /// @param group name of the log group
    /// @param stream as the function finds it in `AWS_LAMBDA_LOG_STREAM_NAME`
    record Destination(Scope scope, String group, String stream) {}

    /// A line.
    ///
    /// @param millis epoch milliseconds; never less than that of the line before
    /// @param text may hold line breaks
    record Line(long millis, String text) {}
}
