package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.Zips;
import dev.podium.codec.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkBytes;

/// Zip functions in other images than their runtime's.
final class CustomImagesIT {
    @RegisterExtension
    static final ItCluster CLUSTER = new ItCluster();

    private static PodiumProcess server;
    private static LambdaCalls lambda;

    @BeforeAll
    static void start() throws Exception {
        server = PodiumProcess.start(
                CLUSTER,
                Map.of(
                        "PODIUM_LAMBDA_START_TIMEOUT", "40",
                        "PODIUM_LAMBDA_DEFAULT_TIMEOUT", "33",
                        "PODIUM_LAMBDA_URL_LOG", "true"));
        lambda = new LambdaCalls(server.endpoint());
    }

    @AfterAll
    static void stop() throws Exception {
        lambda.close();
        server.close();
    }

    /// @param health status that the server answers at `/healthz`, in Python
    private static void served(String name, String health) throws IOException {
        Path folder = Path.of("examples", "http");
        String serve = Files.readString(folder.resolve("serve.py"))
                .replace("(200, \"ok\"", "(" + health + ", \"ok\"")
                .replace("import threading\n", "import threading\nimport time\n\nborn = time.monotonic()\n")
                .replace("        global calls\n", "        global calls\n        assert " + health + " == 200\n");
        byte[] code = Zips.of(Map.of("serve.py", serve, "greet.py", Files.readString(folder.resolve("greet.py"))));
        lambda.create(name, b -> b.timeout(null)
                .runtime("provided.al2023")
                .handler("greet.hello")
                .code(c -> c.zipFile(SdkBytes.fromByteArray(code)))
                .tags(Map.of(
                        "podium:transport", "http",
                        "podium:image", "registry.local/python:3.11",
                        "podium:command", "python3 serve.py",
                        "podium:mount-path", "/kubeless")));
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
    void codeIsInjectedIntoAnyImageAndItsNumbersAreShown() throws Exception {
        served("served", "200");
        LambdaCalls.Answer answer = lambda.invoke("served", "{\"name\": \"you\"}");
        assertThat(answer.error()).as(answer.payload().toString()).isNull();
        assertThat(answer.text("message")).isEqualTo("Hello you");
        assertThat(answer.text("folder")).isEqualTo("/kubeless");
        assertThat(answer.text("memory")).isEqualTo("256Mi");
        assertThat(answer.text("timeout")).isEqualTo("33");
        shows("greetings_total\\{.*function=\"served\",pod=\"podium-fn-served-.*} 1");
    }

    /// The numbers of pods are kept for a moment: those of a pod that is new may not be there at once.
    private void shows(String pattern) throws InterruptedException {
        Eventually.within(Duration.ofMinutes(1), () -> Pattern.compile(pattern).matcher(metrics()).find());
    }

    @Test
    void plainWebServerFromAnImageShowsItsNumbers() throws Exception {
        lambda.create("plain", b -> b.packageType("Image")
                .code(c -> c.imageUri("registry.local/http:1"))
                .tags(Map.of("podium:transport", "http")));
        assertThat(lambda.invoke("plain", "{}").error()).isNull();
        shows("served_total\\{.*function=\"plain\".*} 1");
    }

    /// Its server refuses every event before it says that it is healthy.
    @Test
    void eventWaitsUntilTheServerIsHealthy() throws Exception {
        served("slow", "(200 if time.monotonic() > born + 3 else 503)");
        LambdaCalls.Answer answer = lambda.invoke("slow", "{\"name\": \"you\"}");
        assertThat(answer.text("message")).as(answer.payload().toString()).isEqualTo("Hello you");
    }

    @Test
    void webServerHasAnAddressWithCorsAndALogOfItsRequests() throws Exception {
        lambda.create("web", b -> b.packageType("Image")
                .code(c -> c.imageUri("registry.local/http:1"))
                .tags(Map.of("podium:transport", "http")));
        String url = lambda.client()
                .createFunctionUrlConfig(b -> b.functionName("web")
                        .authType("NONE")
                        .cors(c -> c.allowOrigins("https://a.example").allowMethods("PUT")))
                .functionUrl();
        URI at = server.endpoint()
                .resolve("/_podium/url/" + URI.create(url).getHost().substring(0, 32) + "/a%20b?status=418&c=%20d");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> put = client.send(
                    HttpRequest.newBuilder(at)
                            .header("X-Own", "1")
                            .header("Origin", "https://a.example")
                            .PUT(HttpRequest.BodyPublishers.ofString("body"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(put.statusCode()).as(put.body()).isEqualTo(418);
            JsonNode seen = Json.MAPPER.readTree(put.body());
            assertThat(seen.path("method").asText()).isEqualTo("PUT");
            assertThat(seen.path("path").asText()).isEqualTo("/a%20b?status=418&c=%20d");
            assertThat(seen.path("headers").path("X-Own").path(0).asText()).isEqualTo("1");
            assertThat(seen.path("echo").asText()).isEqualTo("body");
            assertThat(put.headers().firstValue("access-control-allow-origin")).contains("https://a.example");
            HttpResponse<String> preflight = client.send(
                    HttpRequest.newBuilder(at)
                            .header("Origin", "https://a.example")
                            .header("Access-Control-Request-Method", "PUT")
                            .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(preflight.statusCode()).isEqualTo(200);
            assertThat(preflight.headers().firstValue("access-control-allow-methods")).contains("PUT");
        }
        Eventually.within(Duration.ofSeconds(30), () -> server.log()
                .contains("url requested function=web method=PUT path=/a%20b status=418"));
        assertThat(server.log()).doesNotContain("c=%20d");
    }

    @Test
    void serverThatIsNotHealthyFailsTheFunction() throws Exception {
        served("sick", "503");
        assertThatThrownBy(() -> lambda.invoke("sick", "{}"))
                .hasMessageContaining("GET /healthz on its port 8080 is answered with status 503");
        assertThat(lambda.client()
                        .getFunctionConfiguration(b -> b.functionName("sick"))
                        .stateReasonCodeAsString())
                .isEqualTo("FunctionError.InitTimeout");
    }
}
