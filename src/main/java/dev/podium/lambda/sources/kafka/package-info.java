/// Self-managed Apache Kafka as an event source: a consumer of the real client per mapping, in the mapping's
/// group.
///
/// Entry type: [dev.podium.lambda.sources.kafka.KafkaSources]. Nothing else refers to Kafka's client, so that
/// it is
/// loaded with the first mapping that needs it and not before.
@NullMarked
package dev.podium.lambda.sources.kafka;

import org.jspecify.annotations.NullMarked;
