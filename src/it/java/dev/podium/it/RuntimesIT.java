package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.Zips;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;

/// Zip functions on the real runtime clients, in pods, with the server outside the cluster.
final class RuntimesIT {
    @RegisterExtension
    static final ItCluster CLUSTER = new ItCluster();

    @TempDir
    static Path folder;

    private static PodiumProcess server;
    private static LambdaCalls lambda;

    @BeforeAll
    static void start() throws Exception {
        // By the function's label it finds only pods that were made for it.
        server = PodiumProcess.start(CLUSTER, Map.of("PODIUM_LAMBDA_POOL", "off"));
        lambda = new LambdaCalls(server.endpoint());
        for (String language : List.of("python", "node", "java", "go", "rust")) {
            SdkBytes code = code(language);
            lambda.create(language, b -> {
                runtime(language, b);
                b.code(c -> c.zipFile(code)).environment(e -> e.variables(Map.of("GREETING", "it's $(me) \"now\"\n2nd")));
            });
        }
    }

    @AfterAll
    static void stop() throws Exception {
        lambda.close();
        server.close();
    }

    private static void runtime(String language, CreateFunctionRequest.Builder function) {
        switch (language) {
            case "python" -> function.runtime("python3.11").handler("app.handler");
            case "node" -> function.runtime("nodejs22.x").handler("index.handler");
            case "java" -> function.runtime("java25").handler("example.Handler").memorySize(512);
            default -> function.runtime("provided.al2023").handler("bootstrap");
        }
    }

    private static SdkBytes code(String language) throws IOException {
        return switch (language) {
            case "python" -> LambdaCalls.archive("python", "app.py");
            case "node" -> LambdaCalls.archive("node", "index.mjs");
            case "java" -> SdkBytes.fromByteArray(javaArchive());
            default -> SdkBytes.fromByteArray(Files.readAllBytes(CLUSTER.functionArchive(language)));
        };
    }

    private static byte[] javaArchive() throws IOException {
        Path source = Path.of("src/it/functions/java/example/Handler.java");
        String classes = System.getProperty("java.class.path");
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "--release", "17", "-cp", classes, "-d", folder.toString(), source.toString());
        assertThat(status).as("javac").isZero();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("example/Handler.class"));
            zip.write(Files.readAllBytes(folder.resolve("example/Handler.class")));
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"python", "node", "java", "go", "rust"})
    void functionAnswersColdAndWarm(String language) {
        LambdaCalls.Answer cold = lambda.invoke(language, "{\"n\": 1, \"variable\": \"GREETING\"}");
        assertThat(cold.error()).as(cold.payload().toString()).isNull();
        assertThat(cold.text("runtime")).isEqualTo(language);
        assertThat(cold.payload().path("echo").path("n").asInt()).isEqualTo(1);
        assertThat(cold.text("function")).isEqualTo(language);
        assertThat(cold.text("version")).isEqualTo("$LATEST");
        assertThat(cold.text("arn")).isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:" + language);
        assertThat(cold.text("requestId"))
                .isEqualTo(cold.response().responseMetadata().requestId());
        assertThat(cold.text("variable")).isEqualTo("it's $(me) \"now\"\n2nd");
        assertThat(cold.log()).contains(language + " handles", "REPORT RequestId: " + cold.text("requestId"));

        LambdaCalls.Answer warm = lambda.invoke(language, "{\"n\": 2}");
        assertThat(warm.text("environment")).isEqualTo(cold.text("environment"));
        assertThat(warm.payload().path("calls").asInt())
                .isEqualTo(cold.payload().path("calls").asInt() + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"python", "node", "java", "go", "rust"})
    void handlerErrorIsTheRuntimesOwn(String language) {
        LambdaCalls.Answer answer = lambda.invoke(language, "{\"fail\": \"as asked\"}");
        assertThat(answer.response().statusCode()).isEqualTo(200);
        assertThat(answer.error()).isEqualTo("Unhandled");
        assertThat(answer.text("errorMessage")).isEqualTo("as asked");
        assertThat(answer.payload().has("errorType")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"python", "node", "java", "go", "rust"})
    void exitIsReportedAndTheNextCallWorks(String language) {
        LambdaCalls.Answer answer = lambda.invoke(language, "{\"exitCode\": 3}");
        assertThat(answer.error()).isEqualTo("Unhandled");
        assertThat(answer.text("errorType")).isEqualTo("Runtime.ExitError");
        assertThat(answer.text("errorMessage")).contains("exit status 3");
        assertThat(lambda.invoke(language, "{}").error()).isNull();
    }

    @Test
    void podsPassPodSecurityAndHoldNoSecretsOfTheFunction() throws Exception {
        lambda.invoke("python", "{}");
        List<JsonNode> pods = CLUSTER.functionPods("python");
        assertThat(pods).isNotEmpty();
        assertThat(pods.toString()).doesNotContain("GREETING");
        assertThat(pods.getFirst().path("metadata").path("labels").path("app.kubernetes.io/managed-by").asText())
                .isEqualTo("podium");
        assertThat(lambda.invoke("python", "{}").payload().path("uid").asInt()).isEqualTo(993);
        assertThat(lambda.invoke("python", "{}").text("cwd")).isEqualTo("/var/task");
    }

    @Test
    void timeoutEndsTheEnvironment() throws Exception {
        lambda.createPython("slow", b -> b.timeout(2));
        String before = lambda.invoke("slow", "{}").text("environment");
        List<String> podsBefore = names(CLUSTER.functionPods("slow"));
        long start = System.nanoTime();
        LambdaCalls.Answer answer = lambda.invoke("slow", "{\"sleepMillis\": 60000}");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(1900), Duration.ofSeconds(50));
        assertThat(answer.error()).isEqualTo("Unhandled");
        assertThat(answer.text("errorType")).isEqualTo("Sandbox.Timedout");
        assertThat(answer.text("errorMessage")).endsWith("Error: Task timed out after 2.00 seconds");
        assertThat(lambda.invoke("slow", "{}").text("environment")).isNotEqualTo(before);
        Eventually.within(
                Duration.ofMinutes(2),
                () -> names(CLUSTER.functionPods("slow")).stream().noneMatch(podsBefore::contains));
    }

    private static List<String> names(List<JsonNode> pods) {
        return pods.stream()
                .map(pod -> pod.path("metadata").path("name").asText())
                .toList();
    }

    @Test
    void outOfMemoryIsNamed() {
        lambda.createPython("hungry", b -> b.memorySize(128));
        LambdaCalls.Answer answer = lambda.invoke("hungry", "{\"allocateMib\": 400}");
        assertThat(answer.error()).isEqualTo("Unhandled");
        assertThat(answer.text("errorType")).isEqualTo("Runtime.ExitError");
        assertThat(answer.text("errorMessage")).contains("signal: killed", "OOMKilled");
        assertThat(lambda.invoke("hungry", "{}").error()).isNull();
    }

    @Test
    void initErrorIsTheRuntimesOwn() {
        lambda.create("broken", b -> b.runtime("python3.11")
                .handler("broken.handler")
                .code(c -> c.zipFile(LambdaCalls.archive("python", "broken.py"))));
        LambdaCalls.Answer answer = lambda.invoke("broken", "{}");
        assertThat(answer.error()).isEqualTo("Unhandled");
        assertThat(answer.text("errorMessage")).contains("this module cannot be loaded");
    }

    @Test
    void missingHandlerIsNamed() {
        lambda.createPython("nohandler", b -> b.handler("app.absent"));
        LambdaCalls.Answer answer = lambda.invoke("nohandler", "{}");
        assertThat(answer.error()).isEqualTo("Unhandled");
        assertThat(answer.text("errorType")).isEqualTo("Runtime.HandlerNotFound");
    }

    @Test
    void goPanicFailsTheCallAndTheNextWorks() {
        LambdaCalls.Answer answer = lambda.invoke("go", "{\"panic\": \"out of here\"}");
        assertThat(answer.error()).isEqualTo("Unhandled");
        assertThat(answer.text("errorMessage")).isEqualTo("out of here");
        assertThat(lambda.invoke("go", "{}").error()).isNull();
    }

    @Test
    void largePayloadsPassBothWays() {
        String big = "x".repeat(5_500_000);
        LambdaCalls.Answer answer = lambda.invoke("node", "{\"big\": \"" + big + "\"}");
        assertThat(answer.error()).isNull();
        assertThat(answer.payload().path("echo").path("big").asText()).hasSize(big.length());
    }

    @Test
    void archiveOfManyFilesArrivesWhole() {
        Map<String, String> files = new TreeMap<>();
        for (int i = 0; i < 900; i++) {
            files.put("data/folder " + i % 7 + "/file-" + i + ".txt", "content " + i);
        }
        files.put("app.py", "import glob\ndef handler(event, context):\n    return len(glob.glob('data/*/*.txt'))\n");
        lambda.create("many", b -> b.runtime("python3.11")
                .handler("app.handler")
                .code(c -> c.zipFile(SdkBytes.fromByteArray(Zips.of(files)))));
        assertThat(lambda.invoke("many", "{}").payload().asInt()).isEqualTo(900);
    }
}
