package dev.podium.lambda.invoke;

import dev.podium.aws.Arn;
import java.io.IOException;
import java.util.Map;

/// Where events go that are done, besides functions: queues, topics and event buses.
///
/// Connected by the root package: with Podium's own services, and with the upstream for all others.
public interface Targets {
    /// Tells whether anybody serves this kind of target: records for others would never arrive.
    boolean reaches(Arn target);

    /// Sends a message; when this returns the target has taken it.
    ///
    /// @throws Refused when the target takes no such message, now or later
    /// @throws IOException when the target is away, or may take it later, saying why
    void send(Arn target, Message message) throws IOException, InterruptedException;

    /// The target does not take such a message, for its size or its text: to send it again is of no use.
    final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        /// Says why.
        public Refused(String why, Throwable cause) {
            super(why, cause);
        }
    }

    /// What is sent.
    ///
    /// @param body JSON
    /// @param attributes message attributes of queues and topics; a value of digits only is a Number
    /// @param function ARN of the function whose event it was, with the qualifier
    /// @param success whether the function succeeded
    /// @param traceId X-Ray header of the function's invocation
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Message(byte[] body, Map<String, String> attributes, String function, boolean success, String traceId) {}
}
