package dev.podium;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.AwsException;
import dev.podium.aws.Dispatcher;
import dev.podium.aws.Scope;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Calls of Podium's own services that no client sends, by way of the dispatcher: which is there after the
/// services that make such calls.
final class OwnCalls {
    private volatile @Nullable Dispatcher dispatcher;

    /// Says where the services are, before anything is called.
    void connect(Dispatcher services) {
        dispatcher = services;
    }

    private Dispatcher dispatcher() {
        Dispatcher connected = dispatcher;
        if (connected == null) {
            throw new IllegalStateException("not connected yet");
        }
        return connected;
    }

    /// Tells whether Podium has an operation.
    boolean has(String service, String operation) {
        return dispatcher().has(service, operation);
    }

    /// Carries out a call.
    ///
    /// @throws AwsException for what a client would be answered
    /// @throws IOException for what a client would be answered 500 for
    JsonNode call(String service, String operation, Scope scope, ObjectNode input)
            throws IOException, InterruptedException {
        try {
            return dispatcher().call(service, operation, scope, input);
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
