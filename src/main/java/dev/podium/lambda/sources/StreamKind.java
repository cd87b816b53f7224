package dev.podium.lambda.sources;

import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.aws.HttpUpstream;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError;
import dev.podium.store.Store;
import dev.podium.store.Table;
import org.jspecify.annotations.Nullable;

/// Kinesis and DynamoDB streams of the upstream as sources.
public final class StreamKind implements SourceKind {
    private final @Nullable StreamProtocol protocol;
    private final Functions functions;
    private final Table<Checkpoint> checkpoints;

    private StreamKind(@Nullable StreamProtocol protocol, Store store, Functions functions) {
        this.protocol = protocol;
        this.functions = functions;
        this.checkpoints = store.table("event-source-checkpoints", Checkpoint.class);
    }

    /// Kinesis.
    ///
    /// @param upstream null without one: mappings are refused then
    public static StreamKind kinesis(@Nullable HttpUpstream upstream, Store store, Functions functions) {
        return new StreamKind(upstream == null ? null : KinesisProtocol.of(upstream), store, functions);
    }

    /// DynamoDB streams.
    ///
    /// @param upstream null without one: mappings are refused then
    public static StreamKind dynamodb(@Nullable HttpUpstream upstream, Store store, Functions functions) {
        return new StreamKind(upstream == null ? null : DynamoProtocol.of(upstream), store, functions);
    }

    @Override
    public EventSourceMapping completed(EventSourceMapping mapping) {
        if (protocol == null) {
            throw new AwsException(new LambdaError.InvalidParameterValue("Podium has no streams of its own, and"
                    + " PODIUM_UPSTREAM_URL names no endpoint that might have " + mapping.source() + "."));
        }
        return mapping;
    }

    @Override
    public void forget(EventSourceMapping mapping) {
        checkpoints.keys(prefix(mapping), null, Integer.MAX_VALUE).forEach(checkpoints::remove);
    }

    private static String prefix(EventSourceMapping mapping) {
        return mapping.uuid() + "/";
    }

    @Override
    public Source open(EventSourceMapping mapping) throws SourceException {
        StreamProtocol api = protocol;
        Arn stream = mapping.source();
        if (api == null || stream == null) {
            throw new SourceException("PODIUM_UPSTREAM_URL names no endpoint that might have the stream.", null);
        }
        String role = functions
                .find(mapping.functionName())
                .map(function -> function.settings().role())
                .orElse("");
        return new StreamSource(mapping, stream, api, checkpoints, prefix(mapping), role, functions.clock());
    }
}
