package dev.podium;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// Requests for services that Podium lacks.
@NullMarked
final class UpstreamTest {
    /// In a process of its own: the JDK reads once whether a client may set Host.
    @Test
    void requestGoesThereWithTheHostThatItsSignatureCovers() throws Exception {
        try (RecordingServer upstream = RecordingServer.start();
                ServerProcess server = ServerProcess.start(
                        Map.of("PODIUM_UPSTREAM_URL", upstream.url().toString()));
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(server.endpoint().resolve("/"))
                    .header("X-Amz-Target", "DynamoDB_20120810.ListTables")
                    .header("Content-Type", "application/x-amz-json-1.0")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"Limit\": 1}"))
                    .build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("{}");
            var seen = upstream.calls("{\"Limit\": 1}").getFirst();
            assertThat(seen.header("Host")).isEqualTo(server.endpoint().getAuthority());
            assertThat(seen.header("X-Amz-Target")).isEqualTo("DynamoDB_20120810.ListTables");
        }
    }
}
