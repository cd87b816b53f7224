package dev.podium.lambda.sources.kafka;

import dev.podium.lambda.sources.EventSourceMapping;
import dev.podium.lambda.sources.Source;
import dev.podium.lambda.sources.SourceKind;

/// Self-managed Kafka as a kind of source. Refers to nothing that loads Kafka's client until a source is opened.
///
/// @param secrets for the mappings of an account and region
public record KafkaSources(MappingSecrets secrets) implements SourceKind {
    /// Finds the secrets that a mapping names.
    @FunctionalInterface
    public interface MappingSecrets {
        /// Those that this mapping may use.
        BrokerSecrets of(EventSourceMapping mapping);
    }

    @Override
    public void check(EventSourceMapping mapping) {
        KafkaRules.check(mapping);
    }

    @Override
    public Source open(EventSourceMapping mapping) {
        return new KafkaSource(KafkaSettings.of(mapping), secrets.of(mapping));
    }
}
