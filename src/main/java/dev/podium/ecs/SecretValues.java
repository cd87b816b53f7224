package dev.podium.ecs;

import dev.podium.aws.Scope;
import java.io.IOException;

/// Where the values of containers' secrets come from: Systems Manager and Secrets Manager, wherever they are.
@FunctionalInterface
public interface SecretValues {
    /// Reads a secret.
    ///
    /// @param reference as in a task definition's `valueFrom`: a parameter's name or ARN, or a secret's ARN
    ///     with an
    ///     optional JSON key, version stage and version id
    /// @throws IOException saying why it can't be had; never with the value
    String value(Scope scope, String reference) throws IOException, InterruptedException;
}
