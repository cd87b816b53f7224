package dev.podium.lambda.runtime;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A function's answer while the function is still writing it.
///
/// It belongs to the thread that invoked, which reads it at its own pace: what it doesn't read, the function can't
/// write. It must be ended with [#end], whatever happens.
public interface ResponseStream {
    /// Status of the answer: 200 unless a web server gave another one.
    int status();

    /// The header fields that a web server gave, in their order; empty for a runtime's answer.
    List<Map.Entry<String, String>> headers();

    /// What the function says of its answer; `application/vnd.awslambda.http-integration-response` marks one that
    /// begins with a JSON prelude and eight NUL bytes.
    @Nullable
    String contentType();

    /// Waits for bytes of the answer and reads them.
    ///
    /// @return how many, or -1 when the answer has ended, properly or not: [#end] tells
    int read(byte[] target);

    /// Reads what is left and drops it, so that the function can finish.
    ///
    /// @return how the invocation ended; the payload of a success is empty
    Outcome end();
}
