package dev.podium.lambda.sources.kafka;

import java.io.IOException;

/// Where credentials for brokers come from; connected by the root.
@FunctionalInterface
public interface BrokerSecrets {
    /// Reads a secret.
    ///
    /// @param arn of the secret, as Secrets Manager writes it
    /// @return its text, mostly a JSON object
    /// @throws IOException saying why it can't be had; never with the value
    String value(String arn) throws IOException, InterruptedException;
}
