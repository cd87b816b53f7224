package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.Zips;
import dev.podium.logs.LogsClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;

/// A Python extension from a layer in real pods: started by the start script, reached by the server for telemetry.
final class ExtensionsIT extends ServerTests {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String ASK = """
            import json, sys, urllib.request
            def handler(event, context):
                sys.stdout.write("function")
                sys.stdout.flush()
                with urllib.request.urlopen("http://sandbox.localdomain:4243/") as answer:
                    seen = json.load(answer)
                print(" says", context.aws_request_id)
                return seen
            """;

    @RegisterExtension
    static final ItCluster CLUSTER = new ItCluster();

    private String layer;

    ExtensionsIT() {
        super(CLUSTER, Map.of());
    }

    @BeforeEach
    void publish() throws Exception {
        String source = Files.readString(Path.of("src/it/functions/extension/watch"));
        byte[] zip = Zips.executable(Map.of("extensions/watch", source));
        layer = lambda.client()
                .publishLayerVersion(b -> b.layerName("watch").content(c -> c.zipFile(SdkBytes.fromByteArray(zip))))
                .layerVersionArn();
    }

    private void create(String name, String source, Map<String, String> variables) {
        lambda.create(name, b -> b.runtime("python3.11")
                .handler("app.handler")
                .layers(layer)
                .environment(e -> e.variables(variables))
                .code(c -> c.zipFile(SdkBytes.fromByteArray(Zips.python(source)))));
    }

    @Test
    void subscriberInAPodGetsTelemetry() throws Exception {
        create("watched", ASK, Map.of());
        LambdaCalls.Answer first = lambda.invoke("watched", "{}");
        assertThat(first.error()).as(first.payload().toString()).isNull();
        String request = first.response().responseMetadata().requestId();
        Set<String> types = new HashSet<>();
        Eventually.within(SOON, () -> {
            for (JsonNode event : lambda.invoke("watched", "{}").payload()) {
                if (event.at("/record/requestId").asText(request).equals(request)) {
                    types.add(event.path("type").asText());
                }
            }
            return types.contains("platform.report");
        });
        assertThat(types)
                .contains(
                        "platform.initStart",
                        "platform.telemetrySubscription",
                        "platform.initReport",
                        "platform.start",
                        "platform.runtimeDone",
                        "platform.extension");
        // The extension writes while the function is in the midst of a line.
        Set<String> lines = new HashSet<>();
        Eventually.within(SOON, () -> {
            for (JsonNode event : lambda.invoke("watched", "{}").payload()) {
                if (event.path("record").isTextual()) {
                    lines.add(event.path("type").asText() + " " + event.path("record").asText());
                }
            }
            return lines.contains("function function says " + request)
                    && lines.contains("extension extension: ready")
                    && lines.contains("extension extension: INVOKE " + request)
                    && lines.contains("extension extension: asked");
        });
        assertThat(lines)
                .allMatch(line -> line.matches(
                        "function function says [0-9a-f-]{36}|extension extension: (ready|asked|INVOKE [0-9a-f-]{36})"));
    }

    /// It writes what it is told, and its pod's log is read to its end.
    @Test
    void extensionHasItsShutdownEventBeforeThePodGoes() throws Exception {
        create("ending", "def handler(event, context):\n    return 1\n", Map.of());
        assertThat(lambda.invoke("ending", "{}").error()).isNull();
        lambda.client().deleteFunction(b -> b.functionName("ending"));
        try (LogsClient logs = new LogsClient(server.endpoint())) {
            String wanted = "{'logGroupName': '/aws/lambda/ending', 'filterPattern': 'SHUTDOWN'}";
            Eventually.within(SOON, () -> !logs.call("FilterLogEvents", wanted).path("events").isEmpty());
            assertThat(logs.call("FilterLogEvents", wanted).at("/events/0/message").asText().strip())
                    .isEqualTo("extension: SHUTDOWN spindown");
        }
        Eventually.within(SOON, () -> CLUSTER.functionPods("ending").isEmpty());
    }

    @Test
    void crashedExtensionFailsTheInvocationAndItsPodGoes() throws Exception {
        // At work for longer than the extension lives, and without a word to it.
        create(
                "crashing",
                "import time\ndef handler(event, context):\n    time.sleep(10)\n",
                Map.of("MODE", "crash"));
        LambdaCalls.Answer answer = lambda.invoke("crashing", "{}");
        assertThat(answer.text("errorType")).isEqualTo("Extension.Crash");
        assertThat(answer.text("errorMessage")).endsWith("Error: exit status 3");
        lambda.client().deleteFunction(b -> b.functionName("crashing"));
        Eventually.within(SOON, () -> CLUSTER.functionPods("crashing").isEmpty());
    }
}
