package dev.podium.lambda.sources.kafka;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.sources.EventSourceMapping;
import dev.podium.lambda.sources.Source;
import dev.podium.lambda.sources.SourceKind;

/// Self-managed Kafka as a kind of source. Refers to nothing that loads Kafka's client until a source is opened.
///
/// @param functions name the consumer groups
/// @param secrets for the mappings of an account and region
public record KafkaSources(Functions functions, MappingSecrets secrets) implements SourceKind {
    private static final String CONFIG = "SelfManagedKafkaEventSourceConfig";
    private static final String GROUP = "ConsumerGroupId";

    /// Finds the secrets that a mapping names.
    @FunctionalInterface
    public interface MappingSecrets {
        /// Those that this mapping may use.
        BrokerSecrets of(EventSourceMapping mapping);
    }

    /// Checks a mapping, and gives it a consumer group: where none is named that of the function's name and
    /// handler,
    /// which is the same in every Podium, so that several share a topic's records.
    @Override
    public EventSourceMapping completed(EventSourceMapping mapping) {
        KafkaRules.check(mapping);
        if (mapping.setting(CONFIG).hasNonNull(GROUP)) {
            return mapping;
        }
        ObjectNode settings = mapping.settings().deepCopy();
        settings.withObjectProperty(CONFIG).put(GROUP, group(mapping.functionName()));
        return mapping.set(settings);
    }

    /// `<function>-<handler>`, with `_` for what a ConsumerGroupId can't have; the function's name alone for
    /// an image.
    private String group(FunctionName name) {
        String handler = functions.get(name).settings().handler();
        return handler == null ? name.name() : name.name() + "-" + handler.replaceAll("[^a-zA-Z0-9/*:_+=.@-]", "_");
    }

    @Override
    public Source open(EventSourceMapping mapping) {
        return new KafkaSource(KafkaSettings.of(mapping), secrets.of(mapping));
    }
}
