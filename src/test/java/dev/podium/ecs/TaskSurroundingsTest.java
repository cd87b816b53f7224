package dev.podium.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.TestServer;
import dev.podium.codec.Json;
import dev.podium.http.Listener;
import dev.podium.http.ListenerSettings;
import dev.podium.http.Request;
import dev.podium.http.Response;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ecs.model.LogDriver;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;

/// What a task finds around it: its metadata, credentials, secrets and logs; and what a restart of the server
/// does.
@NullMarked
@SuppressWarnings("unchecked") // the SDK's generic varargs
final class TaskSurroundingsTest {
    private static final String ASKS = """
            import json, os, time, urllib.request
            def get(url, **headers):
                return json.load(urllib.request.urlopen(urllib.request.Request(url, headers=headers)))
            base = os.environ["ECS_CONTAINER_METADATA_URI_V4"]
            kept = b"x" * (40 << 20)
            while time.process_time() < 0.1:
                pass
            first = None
            while first is None:
                first = get(base + "/stats")
            told = {
                "container": get(base), "task": get(base + "/task"), "stats": get(base + "/task/stats"), "first": first,
                "credentials": get(os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"],
                                   Authorization=os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"]),
                "ip": os.environ["PODIUM_POD_IP"]}
            try:
                get(os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
            except urllib.error.HTTPError as e:
                told["without"] = e.code
            with open("@FILE@.new", "w") as file:
                json.dump(told, file)
            os.rename("@FILE@.new", "@FILE@")
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static Listener upstream;

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private static EcsServer ecs;

    @BeforeAll
    static void start() throws Exception {
        upstream = Listener.start(ListenerSettings.defaults(), TaskSurroundingsTest::secrets);
        String url = "http://127.0.0.1:" + upstream.address().getPort();
        server = TestServer.start(Map.of("PODIUM_UPSTREAM_URL", url));
        ecs = new EcsServer(server);
        ecs.ecs.createCluster(b -> {});
    }

    @AfterAll
    static void stop() throws Exception {
        ecs.close();
        server.close();
        upstream.close();
    }

    private static Response secrets(Request request) throws Exception {
        JsonNode body = Json.MAPPER.readTree(request.bytes(1 << 20));
        String answer = switch (request.headers().first("X-Amz-Target", "")) {
            case "AmazonSSM.GetParameter" ->
                "{\"Parameter\":{\"Value\":\"of " + body.path("Name").asText() + "\"}}";
            case "secretsmanager.GetSecretValue" -> "{\"SecretString\":\"{\\\"user\\\":\\\"ada\\\"}\"}";
            default -> "";
        };
        return answer.isEmpty() ? Response.of(400) : Response.json(200, answer.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void containersFindTheirMetadataAndCredentials() throws Exception {
        Path file = folder.resolve("told");
        String definition = ecs.ecs
                .registerTaskDefinition(b -> b.family("asks")
                        .networkMode(NetworkMode.AWSVPC)
                        .taskRoleArn("arn:aws:iam::000000000000:role/task")
                        .containerDefinitions(EcsServer.container(
                                "main",
                                "",
                                c -> c.entryPoint("python3", "-c")
                                        .command(ASKS.replace("@FILE@", file.toString())
                                                + "\nimport time\ntime.sleep(600)")
                                        .stopTimeout(2))))
                .taskDefinition()
                .taskDefinitionArn();
        String arn = ecs.ecs
                .runTask(b -> b.taskDefinition(definition)
                        .networkConfiguration(n -> n.awsvpcConfiguration(v -> v.subnets("subnet-1"))))
                .tasks()
                .getFirst()
                .taskArn();
        Task running = ecs.running(arn);
        Eventually.within(Duration.ofMinutes(1), () -> Files.exists(file));
        JsonNode told = Json.MAPPER.readTree(file.toFile());
        String ip = told.path("ip").asText();
        assertThat(ip).startsWith("127.");
        assertThat(running.attachments().getFirst().details())
                .anyMatch(
                        d -> d.name().equals("privateIPv4Address") && d.value().equals(ip))
                .anyMatch(d -> d.name().equals("macAddress") && d.value().matches("0a(:[0-9a-f]{2}){5}"));
        assertThat(running.containers()
                        .getFirst()
                        .networkInterfaces()
                        .getFirst()
                        .privateIpv4Address())
                .isEqualTo(ip);
        assertThat(told.at("/container/Name").asText()).isEqualTo("main");
        assertThat(told.at("/task/TaskARN").asText()).isEqualTo(arn);
        assertThat(told.at("/task/Family").asText()).isEqualTo("asks");
        assertThat(told.path("stats").fieldNames())
                .toIterable()
                .containsExactly(told.at("/container/DockerId").asText());
        measured(told.path("first"), told.path("stats").elements().next());
        assertThat(told.at("/credentials/RoleArn").asText()).isEqualTo("arn:aws:iam::000000000000:role/task");
        assertThat(told.at("/credentials/AccessKeyId").asText()).isEqualTo("000000000000");
        assertThat(told.path("without").asInt()).isEqualTo(401);
        ecs.ecs.stopTask(b -> b.task(arn));
        assertThat(ecs.stopped(arn).attachments().getFirst().status()).isEqualTo("DELETED");
    }

    private static void measured(JsonNode first, JsonNode second) {
        assertThat(first.at("/memory_stats/usage").asLong()).isBetween(40L << 20, 128L << 20);
        assertThat(first.at("/memory_stats/limit").asLong()).isEqualTo(64L << 20);
        assertThat(first.at("/cpu_stats/cpu_usage/total_usage").asLong()).isGreaterThanOrEqualTo(90_000_000);
        assertThat(first.at("/cpu_stats/system_cpu_usage").asLong())
                .isGreaterThan(first.at("/cpu_stats/cpu_usage/total_usage").asLong());
        assertThat(first.at("/pids_stats/current").asInt()).isEqualTo(1);
        // So that a client can subtract.
        assertThat(second.path("precpu_stats")).isEqualTo(first.path("cpu_stats"));
        assertThat(second.path("preread")).isEqualTo(first.path("read"));
    }

    @Test
    void secretsComeFromTheUpstreamAndLinesGoToTheirLogGroup() throws Exception {
        String definition = ecs.definition(EcsServer.container(
                "main",
                "echo \"$PARAMETER and $SECRET\"; exit 0",
                c -> c.secrets(
                                s -> s.name("PARAMETER").valueFrom("/app/key"),
                                s -> s.name("SECRET")
                                        .valueFrom("arn:aws:secretsmanager:us-east-1:000000000000:secret:s-abc123"
                                                + ":user::"))
                        .logConfiguration(l -> l.logDriver(LogDriver.AWSLOGS)
                                .options(Map.of(
                                        "awslogs-group", "/ecs/app",
                                        "awslogs-region", "us-east-1",
                                        "awslogs-create-group", "true",
                                        "awslogs-stream-prefix", "web")))));
        String arn = ecs.run(definition);
        Task stopped = ecs.stopped(arn);
        assertThat(stopped.containers().getFirst().exitCode()).isZero();
        String id = arn.substring(arn.lastIndexOf('/') + 1);
        Eventually.within(
                Duration.ofMinutes(1),
                () -> events("/ecs/app", "web/main/" + id).contains("\"message\":\"of /app/key and ada\""));
    }

    @Test
    void missingSecretAndMissingLogGroupFailTheStart() {
        String secret = ecs.run(ecs.definition(EcsServer.container(
                "main",
                "true",
                c -> c.secrets(s -> s.name("A").valueFrom("arn:aws:secretsmanager:us-east-1:000000000000:nothing")))));
        String group = ecs.run(ecs.definition(EcsServer.container(
                "main",
                "true",
                c -> c.logConfiguration(l -> l.logDriver(LogDriver.AWSLOGS)
                        .options(Map.of("awslogs-group", "/absent", "awslogs-region", "us-east-1"))))));
        for (String arn : new String[] {secret, group}) {
            Task stopped = ecs.stopped(arn);
            assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.TASK_FAILED_TO_START);
            assertThat(stopped.stoppedReason()).startsWith("ResourceInitializationError: ");
        }
    }

    @Test
    void servicesGoOnAfterARestart() throws Exception {
        try (TestServer own = TestServer.start(Map.of())) {
            String before;
            try (EcsServer client = new EcsServer(own)) {
                client.ecs.createCluster(b -> {});
                String definition = client.definition(
                        EcsServer.container("main", "trap 'exit 0' TERM; while :; do sleep 0.05; done", c -> {}));
                client.ecs.createService(
                        b -> b.serviceName("web").taskDefinition(definition).desiredCount(2));
                client.waiter.waitUntilServicesStable(b -> b.services("web"));
                before = client.ecs
                        .listTasks(b -> b.serviceName("web"))
                        .taskArns()
                        .getFirst();
            }
            own.restart();
            try (EcsServer client = new EcsServer(own)) {
                Eventually.within(
                        Duration.ofMinutes(1),
                        () -> client.ecs
                                        .describeServices(b -> b.services("web"))
                                        .services()
                                        .getFirst()
                                        .runningCount()
                                == 2);
                Task old = client.stopped(before);
                assertThat(old.stopCode()).isEqualTo(TaskStopCode.TERMINATION_NOTICE);
            }
        }
    }

    private static String events(String group, String stream) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String body = Json.object()
                    .put("logGroupName", group)
                    .put("logStreamName", stream)
                    .toString();
            HttpRequest request = HttpRequest.newBuilder(server.endpoint().resolve("/"))
                    .header("X-Amz-Target", "Logs_20140328.GetLogEvents")
                    .header("Content-Type", "application/x-amz-json-1.1")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }
}
