package dev.podium.lambda.sources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Arn;
import dev.podium.codec.Json;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.invoke.InvocationResult;
import dev.podium.lambda.invoke.Invocations;
import dev.podium.lambda.invoke.Targets;
import dev.podium.lambda.sources.Runs.Ended;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Why records are discarded, and what their OnFailure destination hears of it.
///
/// @param condition in AWS's words
/// @param invocations how often the function was called with them
/// @param ran the last call, or null without any
/// @see <a
/// href="https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html">Discarded batches</a>
record Discard(String condition, int invocations, Ended.@Nullable Ran ran) {
    private static final Logger LOG = System.getLogger("lambda");
    static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /// Sends the record to the mapping's destination, if it has one.
    ///
    /// @return false when the destination is away: to be tried again
    boolean send(Runs runs, EventSourceMapping mapping, Batch batch, List<SourceRecord> records, MappingLoop loop)
            throws InterruptedException {
        LOG.log(
                Level.WARNING,
                "records discarded mapping={0} function={1} count={2} why={3}",
                mapping.uuid(),
                mapping.function(),
                records.size(),
                condition);
        Optional<Arn> target = Arn.parse(mapping.destination());
        if (target.isEmpty()) {
            return true;
        }
        try {
            byte[] body = Json.MAPPER.writeValueAsBytes(text(runs, mapping, batch, records));
            runs.targets()
                    .send(
                            target.get(),
                            new Targets.Message(body, Map.of(), function(mapping), false, trace(runs, mapping)));
            return true;
        } catch (Targets.Refused e) {
            LOG.log(Level.ERROR, "the destination refuses the record of discarded records: they are lost", e);
            return true;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        } catch (IOException e) {
            loop.problem("The OnFailure destination does not take the record: " + e.getMessage());
            return false;
        }
    }

    private static String trace(Runs runs, EventSourceMapping mapping) {
        return runs.functions()
                .find(mapping.functionName())
                .map(Invocations::newTrace)
                .orElse("");
    }

    private static String function(EventSourceMapping mapping) {
        FunctionName name = mapping.functionName();
        return name.qualifier() == null ? name.arn() + ":" + FunctionName.LATEST : name.qualifiedArn();
    }

    private ObjectNode text(Runs runs, EventSourceMapping mapping, Batch batch, List<SourceRecord> records) {
        ObjectNode text = Json.object();
        text.putObject("requestContext")
                .put("requestId", ran == null ? UUID.randomUUID().toString() : ran.requestId())
                .put("functionArn", mapping.function())
                .put("condition", condition)
                .put("approximateInvokeCount", invocations);
        InvocationResult result = ran == null ? null : ran.result();
        if (result != null) {
            text.putObject("responseContext")
                    .put("statusCode", 200)
                    .put("executedVersion", result.executedVersion())
                    .put("functionError", result.functionError());
        }
        text.put("version", "1.0");
        text.put("timestamp", TIME.format(runs.clock().instant()));
        batch.describe(text, records);
        return text;
    }
}
