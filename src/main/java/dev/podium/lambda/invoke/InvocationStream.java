package dev.podium.lambda.invoke;

import dev.podium.lambda.runtime.Outcome;
import dev.podium.lambda.runtime.ResponseStream;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An answer that the function is still writing. For the thread that invoked; it must be ended, whatever happens,
/// since it keeps an environment busy.
public final class InvocationStream implements InvocationAnswer {
    private final ResponseStream stream;
    private final String executedVersion;
    private final Function<Outcome, InvocationResult> ending;
    private @Nullable InvocationResult result;

    InvocationStream(ResponseStream stream, String executedVersion, Function<Outcome, InvocationResult> ending) {
        this.stream = stream;
        this.executedVersion = executedVersion;
        this.ending = ending;
    }

    @Override
    public String executedVersion() {
        return executedVersion;
    }

    /// Status of the answer: 200 unless a web server gave another one.
    public int status() {
        return stream.status();
    }

    /// The header fields that a web server gave; empty for a runtime's answer.
    public List<Map.Entry<String, String>> headers() {
        return stream.headers();
    }

    /// What the function says of its answer.
    public @Nullable String contentType() {
        return stream.contentType();
    }

    /// Waits for bytes of the answer and reads them.
    ///
    /// @return how many, or -1 at the end, which may be an early one: [#end] tells
    public int read(byte[] target) {
        return stream.read(target);
    }

    /// Ends the answer: what is left is dropped, and the environment is free again. Further calls give the same.
    ///
    /// @return how the invocation ended, with an empty payload or the error's JSON
    public InvocationResult end() {
        InvocationResult known = result;
        if (known == null) {
            known = ending.apply(stream.end());
            result = known;
        }
        return known;
    }
}
