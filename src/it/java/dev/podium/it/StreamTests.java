package dev.podium.it;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.codec.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.sqs.SqsClient;

/// What tests of streams have in common: a server over the upstream that has the stream, and functions that write down
/// what they get.
abstract class StreamTests {
    static final Duration SOON = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    TestServer server;

    @SuppressWarnings("NullAway.Init")
    String stream;

    /// Starts the server.
    final void start(UpstreamServer upstream) throws Exception {
        server = TestServer.start(Map.of("PODIUM_UPSTREAM_URL", upstream.url()));
    }

    @AfterEach
    final void stop() throws Exception {
        server.close();
    }

    /// What a test wants otherwise than the standard request has it.
    interface Change {
        void apply(CreateEventSourceMappingRequest.Builder request);
    }

    /// The source of a function that appends each event to a file `events`, as a line.
    abstract String source();

    /// Maps the stream, from its beginning, to a new function.
    ///
    /// @param variables of the function that are set
    final String map(Change change, String... variables) {
        return map(folder, change, variables);
    }

    /// The same, with a folder of its own for the function.
    final String map(Path folder, Change change, String... variables) {
        String function = server.python(
                source().replace("FOLDER", folder.toString()),
                b -> b.timeout(60).environment(e -> e.variables(variables.length == 0 ? Map.of() : Map.of(variables[0], "1"))));
        return server.lambda()
                .createEventSourceMapping(b -> {
                    b.functionName(function)
                            .eventSourceArn(stream)
                            .startingPosition(EventSourcePosition.TRIM_HORIZON);
                    change.apply(b);
                })
                .uuid();
    }

    /// What a function has got, in order.
    static List<JsonNode> events(Path folder) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        Path file = folder.resolve("events");
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                events.add(Json.MAPPER.readTree(line));
            }
        }
        return events;
    }

    static List<JsonNode> records(Path folder) throws IOException {
        List<JsonNode> records = new ArrayList<>();
        events(folder).forEach(event -> event.path("Records").forEach(records::add));
        return records;
    }

    final List<JsonNode> records() throws IOException {
        return records(folder);
    }

    /// What the destination of a new mapping is told first.
    final JsonNode discarded(Change change, String... variables) throws Exception {
        try (SqsClient sqs = TestServer.sqs(server.endpoint(), Region.US_EAST_1)) {
            String url = sqs.createQueue(b -> b.queueName("discarded")).queueUrl();
            map(
                    b -> {
                        b.destinationConfig(
                                d -> d.onFailure(f -> f.destination("arn:aws:sqs:us-east-1:000000000000:discarded")));
                        change.apply(b);
                    },
                    variables);
            String[] body = new String[1];
            Eventually.within(SOON, () -> {
                sqs.receiveMessage(b -> b.queueUrl(url).waitTimeSeconds(5))
                        .messages()
                        .forEach(message -> body[0] = message.body());
                return body[0] != null;
            });
            return Json.MAPPER.readTree(body[0]);
        }
    }
}
