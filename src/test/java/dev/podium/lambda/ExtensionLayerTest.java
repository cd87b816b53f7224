package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.Zips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/// A real extension, in a layer, on the embedded cluster.
@NullMarked
final class ExtensionLayerTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String PID = """
            import os, time
            def handler(event, context):
                print("function says hello")
                time.sleep(event)
                return os.getpid()
            """;

    /// Notes what it gets in the file that the variable NOTES names, and behaves as MODE says.
    private static final String EXTENSION = """
            #!/usr/bin/env python3
            import json, os, sys, threading, time, urllib.error, urllib.request
            api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"]
            mode = os.environ.get("MODE", "")
            notes = open("/" + os.environ["NOTES"], "a", buffering=1)

            def call(method, path, body=None, **headers):
                headers = {name.replace("_", "-"): value for name, value in headers.items()}
                data = None if body is None else json.dumps(body).encode()
                request = urllib.request.Request(api + path, data, headers, method=method)
                with urllib.request.urlopen(request) as answer:
                    return answer.headers, json.load(answer)

            if mode == "silent":
                sys.exit(7)
            headers, about = call("POST", "/2020-01-01/extension/register", {"events": ["INVOKE", "SHUTDOWN"]},
                                  Lambda_Extension_Name=os.path.basename(sys.argv[0]),
                                  Lambda_Extension_Accept_Feature="accountId")
            me = headers["Lambda-Extension-Identifier"]
            notes.write("registered %s %s %s\\n" % (json.dumps(about), os.environ.get("_HANDLER"), os.environ.get("OWN")))
            if mode == "init-error":
                call("POST", "/2020-01-01/extension/init/error", {}, Lambda_Extension_Identifier=me,
                     Lambda_Extension_Function_Error_Type="Tool.NoConfig")
                sys.exit(0)
            if mode == "telemetry":
                import http.server
                class Listener(http.server.BaseHTTPRequestHandler):
                    def do_POST(self):
                        for event in json.loads(self.rfile.read(int(self.headers["Content-Length"]))):
                            notes.write("telemetry %s %s\\n" % (event["type"], json.dumps(event["record"])))
                        self.send_response(200)
                        self.end_headers()
                    def log_message(self, *args):
                        print("telemetry has come")
                # Port 0: on the embedded cluster all pods share the machine's ports.
                server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
                threading.Thread(target=server.serve_forever, daemon=True).start()
                call("PUT", "/2022-07-01/telemetry", {
                         "schemaVersion": "2022-12-13", "types": ["platform", "function"],
                         "buffering": {"maxItems": 1000, "maxBytes": 262144, "timeoutMs": 25},
                         "destination": {"protocol": "HTTP",
                                         "URI": "http://sandbox.localdomain:%d/" % server.server_port}},
                     Lambda_Extension_Identifier=me)
            while True:
                headers, event = call("GET", "/2020-01-01/extension/event/next", Lambda_Extension_Identifier=me)
                if event["eventType"] == "SHUTDOWN":
                    time.sleep(0.3)
                    notes.write("SHUTDOWN %s\\n" % event["shutdownReason"])
                    sys.exit(0)
                notes.write("INVOKE %s\\n" % event["requestId"])
                if mode == "crash":
                    sys.exit(3)
                while mode == "slow" and not os.path.exists(os.path.dirname(notes.name) + "/go"):
                    time.sleep(0.01)
            """;

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of());

    @SuppressWarnings("NullAway.Init")
    private static String layer;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        layer = publish(Zips.executable(Map.of("extensions/watch", EXTENSION)));
    }

    private static String publish(byte[] zip) {
        return publish(server, zip);
    }

    private static String publish(TestServer on, byte[] zip) {
        return on.lambda()
                .publishLayerVersion(
                        b -> b.layerName("l-" + UUID.randomUUID()).content(c -> c.zipFile(SdkBytes.fromByteArray(zip))))
                .layerVersionArn();
    }

    private String function(String mode, String layerArn) {
        return function(server, mode, layerArn);
    }

    private String function(TestServer on, String mode, String layerArn) {
        // Without its first slash: the cluster takes /tmp in a variable for the pod's own.
        String notes = folder.resolve("notes").toString().substring(1);
        Map<String, String> variables = Map.of("MODE", mode, "NOTES", notes, "OWN", "mine");
        return on.python(PID, b -> b.layers(layerArn).timeout(100).environment(e -> e.variables(variables)));
    }

    private List<String> notes() throws IOException {
        return Files.readAllLines(folder.resolve("notes"));
    }

    private boolean noted(String start) throws IOException {
        return notes().stream().anyMatch(line -> line.startsWith(start));
    }

    private static String text(InvokeResponse response) {
        return response.payload().asUtf8String();
    }

    @Test
    void extensionIsToldOfInvocationsAndOfTheEnd() throws Exception {
        String name = function("", layer);
        InvokeResponse response = server.invoke(name, "0");
        assertThat(response.functionError()).as(text(response)).isNull();
        String request = response.responseMetadata().requestId();
        Eventually.within(SOON, () -> noted("INVOKE " + request));
        assertThat(notes().getFirst())
                .isEqualTo("registered {\"functionName\": \"" + name + "\", \"functionVersion\": \"$LATEST\", "
                        + "\"handler\": \"app.handler\", \"accountId\": \"000000000000\"} None mine");
        server.lambda().deleteFunction(b -> b.functionName(name));
        Eventually.within(SOON, () -> noted("SHUTDOWN spindown"));
    }

    @Test
    void answerDoesNotWaitForTheExtensionButTheEnvironmentDoes() throws Exception {
        try (TestServer two = TestServer.start(Map.of("PODIUM_LAMBDA_MAX_ENVIRONMENTS", "2"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            String name = function(two, "slow", publish(two, Zips.executable(Map.of("extensions/watch", EXTENSION))));
            String first = text(two.invoke(name, "0"));
            String second = text(two.invoke(name, "0"));
            assertThat(List.of(first, second)).allMatch(pid -> pid.matches("\\d+"));
            assertThat(second).isNotEqualTo(first);
            Future<String> third = threads.submit(() -> text(two.invoke(name, "0")));
            Files.createFile(folder.resolve("go"));
            assertThat(third.get()).isIn(first, second);
        }
    }

    @Test
    void crashedExtensionFailsTheInvocation() {
        String name = function("crash", layer);
        InvokeResponse response = server.invoke(name, "90");
        assertThat(response.functionError()).isEqualTo("Unhandled");
        assertThat(text(response))
                .isEqualTo("{\"errorType\":\"Extension.Crash\",\"errorMessage\":\"RequestId: "
                        + response.responseMetadata().requestId() + " Error: exit status 3\"}");
    }

    @Test
    void extensionThatNeverRegistersFailsTheStart() {
        String name = function("silent", layer);
        InvokeResponse response = server.invoke(name, "0");
        assertThat(text(response)).contains("\"errorType\":\"Extension.Crash\"", "Error: exit status 7");
    }

    @Test
    void reportedInitErrorFailsTheStart() {
        String name = function("init-error", layer);
        InvokeResponse response = server.invoke(name, "0");
        assertThat(text(response)).contains("\"errorType\":\"Extension.InitError\"", "Error: exit code 0");
    }

    @Test
    void fileThatCantBeExecutedIsALaunchError() {
        String plain = publish(Zips.of(Map.of("extensions/watch", EXTENSION)));
        InvokeResponse response = server.invoke(function("", plain), "0");
        assertThat(text(response))
                .contains("\"errorType\":\"Extension.LaunchError\"")
                .contains("Error: fork/exec /opt/extensions/watch: permission denied");
    }

    /// Reading the output of processes must not take the threads that all others run on.
    @Test
    void extensionsThatWriteNothingHoldUpNothing() throws Exception {
        Map<String, String> files = new HashMap<>();
        for (int i = 0; i < 10; i++) {
            files.put("extensions/watch" + i, EXTENSION);
        }
        String name = function("", publish(Zips.executable(files)));
        InvokeResponse response = server.invoke(name, "0");
        assertThat(response.functionError()).as(text(response)).isNull();
        server.lambda().deleteFunction(b -> b.functionName(name));
        Eventually.within(
                SOON,
                () -> notes().stream()
                                .filter(line -> line.startsWith("SHUTDOWN"))
                                .count()
                        == 10);
    }

    @Test
    void subscriberGetsTheEnvironmentsTelemetry() throws Exception {
        String name = function("telemetry", layer);
        InvokeResponse response = server.invoke(name, "0");
        assertThat(response.functionError()).as(text(response)).isNull();
        String request = response.responseMetadata().requestId();
        Eventually.within(SOON, () -> noted("telemetry platform.report {\"requestId\": \"" + request + "\""));
        assertThat(noted("telemetry platform.initStart {\"initializationType\": \"on-demand\""))
                .isTrue();
        assertThat(noted("telemetry platform.start {\"requestId\": \"" + request + "\", \"version\": \"$LATEST\""))
                .isTrue();
        assertThat(noted("telemetry platform.runtimeDone {\"requestId\": \"" + request + "\", \"status\": \"success\""))
                .isTrue();
        Eventually.within(SOON, () -> noted("telemetry function \"function says hello\""));
        // It prints at each batch: were its lines the function's, this would go on for ever.
        assertThat(noted("telemetry function \"telemetry has come\"")).isFalse();
    }
}
