package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.Zips;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.Runtime;

/// Zip functions in images that serve HTTP: tags say which image, what runs in it and where the code is.
@NullMarked
final class CustomImageTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @RegisterExtension
    static final TestServer server = TestServer.with(Map.of("PODIUM_LAMBDA_DEFAULT_TIMEOUT", "17"));

    /// All pods of the embedded cluster share the machine's ports: the one before must have let go of it.
    @BeforeEach
    void awaitPort() throws Exception {
        Eventually.within(SOON, () -> {
            try (ServerSocket socket = new ServerSocket(8080)) {
                return socket.isBound();
            }
        });
    }

    /// The example's server, with another answer at `/healthz` and lines in its metrics that are none.
    private static String serve(String health) throws IOException {
        String example = Files.readString(Path.of("examples", "http", "serve.py"));
        String changed = example.replace("(200, \"ok\"", "(" + health + ", \"ok\"")
                .replace("%d\\n\"", "%d\\nbroken{\\npodium_info 7\\n\"");
        assertThat(changed).contains("broken{", "(" + health);
        return changed;
    }

    private static String create(String health, Map<String, String> tags, Consumer<CreateFunctionRequest.Builder> more)
            throws IOException {
        return create(server, health, tags, more);
    }

    private static String create(
            TestServer on, String health, Map<String, String> tags, Consumer<CreateFunctionRequest.Builder> more)
            throws IOException {
        String name = "c-" + UUID.randomUUID();
        String greet = Files.readString(Path.of("examples", "http", "greet.py"));
        byte[] code = Zips.of(Map.of("serve.py", serve(health), "greet.py", greet));
        on.lambda().createFunction(b -> {
            b.functionName(name)
                    .runtime(Runtime.PROVIDED_AL2023)
                    .handler("greet.hello")
                    .role(TestServer.ROLE)
                    .tags(tags)
                    .code(c -> c.zipFile(SdkBytes.fromByteArray(code)));
            more.accept(b);
        });
        return name;
    }

    private static Map<String, String> tags(String... more) {
        Map<String, String> tags = new HashMap<>(Map.of(
                "podium:transport", "http",
                "podium:image", "kubeless/python:3.12",
                "podium:command", "python3 serve.py",
                "podium:mount-path", "/kubeless"));
        for (int i = 0; i < more.length; i += 2) {
            tags.put(more[i], more[i + 1]);
        }
        return tags;
    }

    private static String invoke(TestServer on, String name) {
        return on.lambda()
                .invoke(b -> b.functionName(name).payload(SdkBytes.fromUtf8String("{\"name\": \"you\"}")))
                .payload()
                .asUtf8String();
    }

    private static String metrics() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(server.endpoint().resolve("/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    void codeRunsInAnotherImageWhereItsServerLooksForIt() throws Exception {
        String name = create("200", tags(), b -> {});
        try {
            String answer = invoke(server, name);
            assertThat(answer).contains("\"Hello you\"", "\"timeout\": \"17\"", "\"memory\": \"128Mi\"");
            assertThat(answer).contains("/volumes/task\"");
            // A pod that doesn't answer within a second is left out.
            Eventually.within(SOON, () -> metrics().contains("greetings_total{"));
            assertThat(metrics())
                    .contains("# TYPE greetings counter\n")
                    .containsPattern("greetings_total\\{account=\"000000000000\",region=\"us-east-1\",function=\""
                            + name + "\",pod=\"podium-fn-[^\"]*\",exported_function=\"hello\"} 1\n")
                    .containsOnlyOnce("podium_info{")
                    .doesNotContain("broken");
        } finally {
            server.lambda().deleteFunction(b -> b.functionName(name));
        }
        assertThat(metrics()).doesNotContain("greetings_total{");
    }

    @Test
    void serverThatIsNotHealthyFailsTheCallAndTheFunction() throws Exception {
        // Waited for to the end: long enough for Python to come up on a busy machine.
        try (TestServer own = TestServer.start(Map.of("PODIUM_LAMBDA_START_TIMEOUT", "12s"))) {
            String name = create(own, "503", tags(), b -> b.timeout(5));
            assertThatThrownBy(() -> invoke(own, name))
                    .hasMessageContaining("GET /healthz on its port 8080 is answered with status 503");
            FunctionConfiguration failed = own.configuration(name);
            assertThat(failed.stateAsString()).isEqualTo("Failed");
            assertThat(failed.stateReasonCodeAsString()).isEqualTo("FunctionError.InitTimeout");
            assertThat(failed.stateReason()).contains("status 503");
        }
    }

    @Test
    void badTagsAreRefused() {
        Map<String, String> wrong = Map.of(
                "podium:image", "no image",
                "podium:mount-path", "/var/task/../etc",
                "podium:install-dependencies", "yes",
                "podium:command", "[\"unfinished\"");
        wrong.forEach((tag, value) -> assertThatThrownBy(() -> create("200", tags(tag, value), b -> {}))
                .hasMessageContaining("The tag " + tag));
        assertThatThrownBy(() -> create("200", Map.of("podium:command", "python3 serve.py"), b -> {}))
                .hasMessageContaining("needs the tag podium:transport");
    }

    @Test
    void timeoutIsTheOperatorsDefaultUnlessGiven() throws Exception {
        String usual = create("200", Map.of(), b -> {});
        String own = create("200", Map.of(), b -> b.timeout(4));
        assertThat(server.lambda()
                        .getFunctionConfiguration(b -> b.functionName(usual))
                        .timeout())
                .isEqualTo(17);
        assertThat(server.lambda()
                        .getFunctionConfiguration(b -> b.functionName(own))
                        .timeout())
                .isEqualTo(4);
    }
}
