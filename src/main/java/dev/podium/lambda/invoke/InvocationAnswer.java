package dev.podium.lambda.invoke;

/// What an invocation gives its caller: a result, or an answer that the function is still writing.
public sealed interface InvocationAnswer permits InvocationResult, InvocationStream {
    /// Version that ran: `$LATEST` or a number.
    String executedVersion();
}
