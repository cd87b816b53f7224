package dev.podium.schedules;

import dev.podium.aws.Arn;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// What schedules and rules call. Connected by the root: with Podium's own services, and with the upstream
/// for others.
public interface Targets {
    /// Says why nothing would ever arrive at a target, such as a service that Podium can't call.
    ///
    /// @return nothing when it may
    Optional<String> unreachable(String arn);

    /// Calls a target; when this returns it has taken the call.
    ///
    /// @throws Failed when the target answers with an error
    /// @throws IOException when it is away
    void call(TargetCall call) throws IOException, InterruptedException;

    /// Sends a message to a dead-letter queue.
    ///
    /// @param attributes message attributes, all of them text
    /// @throws Failed when the queue never takes it
    /// @throws IOException when it does not take it now
    void bury(Arn queue, String body, Map<String, String> attributes) throws IOException, InterruptedException;

    /// A target's error.
    final class Failed extends IOException {
        private static final long serialVersionUID = 1;

        private final String code;
        private final boolean lasting;

        /// @param code    AWS's name of the error
        /// @param lasting whether another attempt would be of no use
        public Failed(String code, String message, boolean lasting) {
            super(message);
            this.code = code;
            this.lasting = lasting;
        }

        /// AWS's name of the error.
        public String code() {
            return code;
        }

        /// Tells whether another attempt would be of no use.
        public boolean lasting() {
            return lasting;
        }
    }
}
