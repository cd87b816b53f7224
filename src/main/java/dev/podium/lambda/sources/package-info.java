/// Event source mappings: what polls queues and streams and runs functions with what it finds.
///
/// Entry type: [dev.podium.lambda.sources.EventSourceMappings], the collection. A
/// [dev.podium.lambda.sources.SourceKind]
/// opens a [dev.podium.lambda.sources.Source] per mapping, which gives out batches; filters, invocations,
/// retries and
/// discarded records are the same for all of them. Services of this server are known as interfaces only.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html">Event source
/// mappings</a>
@NullMarked
package dev.podium.lambda.sources;

import org.jspecify.annotations.NullMarked;
