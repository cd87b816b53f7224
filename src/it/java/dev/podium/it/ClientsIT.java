package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.codec.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The clients that people use: boto3 and the aws CLI, each through a function's whole life.
final class ClientsIT {
    @RegisterExtension
    static final ItCluster CLUSTER = new ItCluster();

    @TempDir
    Path folder;

    private static PodiumProcess server;

    @BeforeAll
    static void start() throws Exception {
        server = PodiumProcess.start(
                CLUSTER, Map.of("LAMBDA_RETRY_BASE_DELAY", "100ms", "PODIUM_ACCESS_KEYS", "test:test"));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static Map<String, String> environment() {
        return Command.aws(server.endpoint(), "test", "test");
    }

    /// A function's life; a stream; function URLs, signatures, functions' own credentials; layers, versions,
    /// concurrency; asynchronous events.
    @ParameterizedTest
    @ValueSource(strings = {"life", "stream", "urls", "functions", "events"})
    void boto3UsesFunctions(String script) {
        Command.Result result = Command.run(
                environment(), "", List.of(CLUSTER.fact("PODIUM_IT_PYTHON"), "src/it/python/boto3_" + script + ".py"));
        assertThat(result.err()).isEmpty();
        assertThat(result.require()).endsWith("all done\n");
    }

    /// With boto3, the aws CLI, and the second version of that where this machine has it: `logs tail` is its
    /// alone.
    @Test
    void clientsReadAFunctionsLog() {
        Command.Result result = Command.run(
                environment(),
                "",
                List.of(
                        CLUSTER.fact("PODIUM_IT_PYTHON"),
                        "src/it/python/logs_clients.py",
                        CLUSTER.fact("PODIUM_IT_AWS"),
                        CLUSTER.fact("PODIUM_IT_AWS2")));
        assertThat(result.err()).isEmpty();
        assertThat(result.require()).endsWith("all done\n");
    }

    @Test
    void awsCliTakesAFunctionThroughItsLife() throws IOException {
        Path zip = Files.write(
                folder.resolve("code.zip"), LambdaCalls.archive("python", "app.py").asByteArray());
        JsonNode created = aws(
                "create-function", "--function-name", "cli", "--runtime", "python3.11", "--handler", "app.handler",
                "--role", LambdaCalls.ROLE, "--zip-file", "fileb://" + zip, "--timeout", "20");
        assertThat(created.path("State").asText()).isIn("Pending", "Active");
        aws("wait", "function-active-v2", "--function-name", "cli");

        Path answer = folder.resolve("answer.json");
        JsonNode invoked = aws(
                "invoke", "--function-name", "cli", "--payload", "{\"n\": 1}", "--log-type", "Tail", answer.toString());
        assertThat(invoked.path("StatusCode").asInt()).isEqualTo(200);
        assertThat(invoked.has("FunctionError")).isFalse();
        assertThat(Json.MAPPER.readTree(answer.toFile()).path("echo").path("n").asInt()).isEqualTo(1);

        aws("update-function-configuration", "--function-name", "cli", "--environment", "Variables={LETTER=1}");
        aws("wait", "function-updated-v2", "--function-name", "cli");
        aws("invoke", "--function-name", "cli", "--payload", "{\"variable\": \"LETTER\"}", answer.toString());
        assertThat(Json.MAPPER.readTree(answer.toFile()).path("variable").asText()).isEqualTo("1");

        aws("delete-function", "--function-name", "cli");
        Command.Result gone = run("get-function", "--function-name", "cli");
        assertThat(gone.status()).isNotZero();
        assertThat(gone.err()).contains("ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:000000000000:function:cli");
    }

    private static JsonNode aws(String... args) throws IOException {
        String out = run(args).require();
        return out.isBlank() ? Json.object() : Json.MAPPER.readTree(out);
    }

    private static Command.Result run(String... args) {
        List<String> command = new ArrayList<>(List.of(
                CLUSTER.fact("PODIUM_IT_AWS"), "--output", "json", "--cli-read-timeout", "120", "lambda"));
        command.addAll(Arrays.asList(args));
        if (CLUSTER.usesAwsCli2()) {
            command.addAll(List.of("--cli-binary-format", "raw-in-base64-out"));
        }
        return Command.run(environment(), "", command);
    }
}
