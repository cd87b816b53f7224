package dev.podium.elb.proxy;

import java.io.IOException;

/// What runs Lambda functions that are targets.
@FunctionalInterface
public interface FunctionTargets {
    /// Invokes a function and waits for its answer.
    ///
    /// @param functionArn as registered
    /// @param event       JSON, as an Application Load Balancer sends it
    /// @return what the function answered, JSON
    /// @throws IOException if it could not be run, timed out or failed: the client gets a 502
    byte[] invoke(String functionArn, byte[] event) throws IOException, InterruptedException;
}
