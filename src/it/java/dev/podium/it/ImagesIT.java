package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.PackageType;

/// Functions from images, with each transport, and images that don't do what they should.
final class ImagesIT {
    @RegisterExtension
    static final ItCluster CLUSTER = new ItCluster();

    private static PodiumProcess server;
    private static LambdaCalls lambda;

    @BeforeAll
    static void start() throws Exception {
        server = PodiumProcess.start(
                CLUSTER,
                Map.of(
                        "LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT", "40",
                        "PODIUM_ECR_URL", "registry.local",
                        "PODIUM_IMAGE_PULL_SECRET", "regcred"));
        lambda = new LambdaCalls(server.endpoint());
        image("runtime", "000000000000.dkr.ecr.us-east-1.amazonaws.com/own-image:1");
        image("rie", "registry.local/rie:1");
        image("http", "registry.local/http:1");
    }

    @AfterAll
    static void stop() throws Exception {
        lambda.close();
        server.close();
    }

    private static void image(String transport, String image) {
        lambda.create(transport, b -> b.packageType(PackageType.IMAGE)
                .code(c -> c.imageUri(image))
                .tags(transport.equals("runtime") ? Map.of() : Map.of("podium:transport", transport)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "rie", "http"})
    void imageFunctionAnswersColdAndWarm(String transport) {
        LambdaCalls.Answer cold = lambda.invoke(transport, "{\"n\": 1}");
        assertThat(cold.error()).as(cold.payload().toString()).isNull();
        assertThat(cold.payload().path("echo").toString().replace("\\", "").replace(" ", "")).contains("{\"n\":1}");
        LambdaCalls.Answer warm = lambda.invoke(transport, "{\"n\": 2}");
        assertThat(warm.text("environment")).isEqualTo(cold.text("environment"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "rie", "http"})
    void handlerErrorIsAFunctionError(String transport) {
        LambdaCalls.Answer answer = lambda.invoke(transport, "{\"fail\": \"as asked\"}");
        assertThat(answer.response().statusCode()).isEqualTo(200);
        assertThat(answer.error()).isEqualTo("Unhandled");
        assertThat(answer.text("errorMessage")).isEqualTo("as asked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "rie", "http"})
    void exitFailsTheCallAndTheNextWorks(String transport) {
        LambdaCalls.Answer answer = lambda.invoke(transport, "{\"exitCode\": 3}");
        assertThat(answer.error()).isEqualTo("Unhandled");
        assertThat(answer.text("errorType")).isEqualTo("Runtime.ExitError");
        assertThat(lambda.invoke(transport, "{}").error()).isNull();
    }

    /// The name in AWS's registry stays the function's; the pod has the one that stands for it, and the secret.
    @Test
    void imageOfEcrComesFromTheRegistryThatStandsForIt() throws Exception {
        assertThat(lambda.invoke("runtime", "{}").error()).isNull();
        JsonNode spec = CLUSTER.functionPods("runtime").getFirst().path("spec");
        assertThat(spec.at("/containers/0/image").asText()).isEqualTo("registry.local/own-image:1");
        assertThat(spec.at("/imagePullSecrets/0/name").asText()).isEqualTo("regcred");
        assertThat(lambda.client()
                        .getFunction(b -> b.functionName("runtime"))
                        .code()
                        .imageUri())
                .isEqualTo("000000000000.dkr.ecr.us-east-1.amazonaws.com/own-image:1");
    }

    /// Such an image has an entry point that takes the handler as its command, and code in `/var/task`.
    @Test
    void imageLaidOutAsAwsOwnTakesItsHandlerFromTheCommand() {
        lambda.create("based", b -> b.packageType(PackageType.IMAGE)
                .code(c -> c.imageUri("registry.local/python:3.11"))
                .imageConfig(i -> i.command("operator.is_not"))); // of the event and the context
        LambdaCalls.Answer answer = lambda.invoke("based", "{}");
        assertThat(answer.error()).as(answer.payload().toString()).isNull();
        assertThat(answer.payload().asBoolean()).isTrue();
    }

    @Test
    void imageConfigReplacesWhatTheImageSays() {
        lambda.create("configured", b -> b.packageType(PackageType.IMAGE)
                .code(c -> c.imageUri("registry.local/own-image:1"))
                .imageConfig(i -> i.entryPoint(
                                "/usr/bin/env", "STARTED_BY=itself", "/usr/bin/python3", "-m", "awslambdaric")
                        .command("task.app.handler")
                        .workingDirectory("/var")));
        LambdaCalls.Answer answer = lambda.invoke("configured", "{\"variable\": \"STARTED_BY\"}");
        assertThat(answer.error()).as(answer.payload().toString()).isNull();
        assertThat(answer.text("variable")).isEqualTo("itself");
        assertThat(answer.text("cwd")).isEqualTo("/var");
    }

    @Test
    void imageWithoutBashGetsItsCodeThroughAnInitContainer() throws IOException {
        SdkBytes code = SdkBytes.fromByteArray(Files.readAllBytes(CLUSTER.functionArchive("go")));
        lambda.create("nobash", b -> b.runtime("provided.al2").handler("bootstrap").code(c -> c.zipFile(code)));
        LambdaCalls.Answer answer = lambda.invoke("nobash", "{\"n\": 1}");
        assertThat(answer.error()).as(answer.payload().toString()).isNull();
        assertThat(answer.text("runtime")).isEqualTo("go");
    }

    @Test
    void imageThatCannotBePulledIsNamedInTheError() {
        lambda.createPython("unpullable", b -> b.runtime("python3.13").timeout(5));
        assertThatThrownBy(() -> lambda.invoke("unpullable", "{}"))
                .hasMessageContaining("registry.local/absent:1")
                .hasMessageContaining("ImagePull");
    }

    @Test
    void podThatFitsOnNoNodeIsNamedInTheError() {
        lambda.createPython("huge", b -> b.memorySize(10_240).tags(Map.of(
                "podium:pod-template", "{\"spec\": {\"nodeSelector\": {\"podium.dev/no-such-node\": \"true\"}}}")));
        assertThatThrownBy(() -> lambda.invoke("huge", "{}")).hasMessageContaining("node");
    }
}
