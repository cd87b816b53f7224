package dev.podium;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Scope;

/// Calls of Podium's own services that no client sends: the dispatcher's, once there is one.
interface OwnCalls {
    /// Tells whether Podium has an operation.
    boolean has(String service, String operation);

    /// Carries out a call.
    ///
    /// @throws dev.podium.aws.AwsException for what a client would be answered
    ObjectNode call(String service, String operation, Scope scope, ObjectNode input) throws Exception;
}
