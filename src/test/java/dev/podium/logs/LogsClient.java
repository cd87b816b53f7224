package dev.podium.logs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// Speaks JSON 1.1 to CloudWatch Logs: the AWS SDK's module isn't among the tests' dependencies.
@NullMarked
public final class LogsClient implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI endpoint;

    /// A client of a server.
    public LogsClient(URI endpoint) {
        this.endpoint = endpoint;
    }

    /// An answer: its status and body.
    public record Answer(int status, JsonNode body) {
        /// Code and message of an error.
        public String error() {
            return status + " " + body.path("__type").asText() + ": "
                    + body.path("message").asText();
        }
    }

    private HttpRequest request(String operation, String json) {
        return HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/x-amz-json-1.1")
                .header("X-Amz-Target", "Logs_20140328." + operation)
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
    }

    /// Calls an operation.
    public Answer send(String operation, String json) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request(operation, json), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), Json.MAPPER.readTree(response.body()));
    }

    /// Calls an operation that must succeed; single quotes stand for double ones.
    public JsonNode call(String operation, String json) throws IOException, InterruptedException {
        Answer answer = send(operation, json.replace('\'', '"'));
        if (answer.status() != 200) {
            throw new AssertionError(operation + ": " + answer.error());
        }
        return answer.body();
    }

    /// Opens an event stream.
    public InputStream stream(String operation, String json) throws IOException, InterruptedException {
        return http.send(request(operation, json), HttpResponse.BodyHandlers.ofInputStream())
                .body();
    }

    /// Messages of all streams of a group.
    public List<String> messages(String group) throws IOException, InterruptedException {
        return texts(call("FilterLogEvents", "{'logGroupName':'" + group + "'}").path("events"));
    }

    /// The messages of events.
    public static List<String> texts(JsonNode events) {
        List<String> texts = new ArrayList<>();
        events.forEach(event -> texts.add(event.path("message").asText()));
        return texts;
    }

    @Override
    public void close() {
        http.close();
    }
}
