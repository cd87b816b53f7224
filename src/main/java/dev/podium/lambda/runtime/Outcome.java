package dev.podium.lambda.runtime;

import org.jspecify.annotations.Nullable;

/// How an invocation ended.
@SuppressWarnings("ArrayRecordComponent") // payloads are passed on, never compared
public sealed interface Outcome {
    /// The function answered.
    ///
    /// @param payload what it answered, at most 6,291,556 bytes
    /// @param contentType as the runtime gave it; `application/vnd.awslambda.http-integration-response` marks a
    ///     streamed answer that begins with a JSON prelude and eight NUL bytes
    record Success(byte[] payload, @Nullable String contentType) implements Outcome {}

    /// The function has begun to answer and goes on with it; only [Transport#stream] gives this.
    ///
    /// @param answer to be read and ended by the thread that invoked
    record Streaming(ResponseStream answer) implements Outcome {}

    /// The function raised an error, or its answer can't be passed on.
    ///
    /// @param payload the error as JSON with `errorType` and `errorMessage`
    /// @param errorType as the runtime named it, if it did
    record HandlerError(byte[] payload, @Nullable String errorType) implements Outcome {}

    /// The deadline passed. The runtime may still be at work: its environment must be given up.
    record TimedOut() implements Outcome {}

    /// The runtime's process ended before it answered. Before the session was ready this is a failed
    /// initialisation.
    record Exited(RuntimeExit exit) implements Outcome {}

    /// The pod can't be reached any more, or the session was closed.
    ///
    /// @param why for the log and the caller
    /// @param delivered false when the function can't have seen the event, so that another environment may be
    ///     tried
    record Lost(String why, boolean delivered) implements Outcome {}

    /// The runtime reported that the function could not be initialised.
    record InitError(FunctionError error) implements Outcome {}
}
