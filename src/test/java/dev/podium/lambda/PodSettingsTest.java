package dev.podium.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.SharedCluster;
import dev.podium.TestServer;
import dev.podium.Zips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.Runtime;

/// What settings and tags make of a pod, seen in the manifest that the cluster gets.
@NullMarked
final class PodSettingsTest {
    private static final String ECHO = "def handler(event, context):\n    return event\n";
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String TEMPLATE = "podium:pod-template";

    @AutoClose
    private final SharedCluster cluster = SharedCluster.start();

    private TestServer server(Map<String, String> settings) throws Exception {
        Map<String, String> all = new HashMap<>(cluster.settings());
        all.putAll(settings);
        return TestServer.start(all);
    }

    @Test
    void everySettingOfPodsIsInTheManifest() throws Exception {
        try (TestServer server = server(Map.ofEntries(
                Map.entry("PODIUM_POD_TEMPLATE", "{\"spec\": {\"priorityClassName\": \"low\"}}"),
                Map.entry("LAMBDA_K8S_LABELS", "team=red,podium.dev/instance=stolen"),
                Map.entry("LOCALSTACK_K8S_ANNOTATIONS", "{\"note\": \"a, b\"}"),
                Map.entry("FAKECLOUD_K8S_NODE_SELECTOR", "kubernetes.io/os=linux"),
                Map.entry("FAKECLOUD_K8S_TOLERATIONS", "spot=true:NoSchedule"),
                Map.entry("LAMBDA_DOCKER_DNS", "192.0.2.53"),
                Map.entry(
                        "K8S_CONTAINER_SECURITY_CONTEXT",
                        "{\"runAsUser\": 1000, \"capabilities\": {\"add\": [\"X\"]}}"),
                Map.entry("FAKECLOUD_K8S_PULL_SECRET", "regcred"),
                Map.entry("LAMBDA_K8S_IMAGE_PREFIX", "mirror.example/"),
                Map.entry("PODIUM_LAMBDA_TMP_MEDIUM", "Memory"),
                Map.entry("PODIUM_INSTANCE", "mine")))) {
            String name = server.python(ECHO, b -> b.memorySize(1769).ephemeralStorage(e -> e.size(700)));
            assertThat(server.invoke(name, "1").functionError()).isNull();
            JsonNode pod = cluster.pods().getFirst();
            JsonNode metadata = pod.path("metadata");
            assertThat(metadata.path("labels").path("team").asText()).isEqualTo("red");
            assertThat(metadata.path("labels").path("podium.dev/instance").asText())
                    .isEqualTo("mine");
            assertThat(metadata.path("annotations").path("note").asText()).isEqualTo("a, b");
            JsonNode spec = pod.path("spec");
            assertThat(spec.path("priorityClassName").asText()).isEqualTo("low");
            assertThat(spec.path("nodeSelector").path("kubernetes.io/os").asText())
                    .isEqualTo("linux");
            assertThat(spec.path("nodeSelector").path("kubernetes.io/arch").asText())
                    .isEqualTo("amd64");
            assertThat(spec.path("tolerations").toString()).contains("\"spot\"");
            assertThat(spec.path("dnsConfig").path("nameservers").path(0).asText())
                    .isEqualTo("192.0.2.53");
            assertThat(spec.path("dnsPolicy").asText()).isEqualTo("None");
            assertThat(spec.path("imagePullSecrets").path(0).path("name").asText())
                    .isEqualTo("regcred");
            assertThat(spec.path("volumes").path(0).path("emptyDir").toString()).contains("Memory", "700Mi");
            JsonNode container = spec.path("containers").path(0);
            assertThat(container.path("image").asText()).isEqualTo("mirror.example/public.ecr.aws/lambda/python:3.12");
            assertThat(spec.path("initContainers").path(0).path("image").asText())
                    .isEqualTo("mirror.example/busybox:1.36-musl");
            assertThat(container.path("resources").path("requests").path("cpu").asText())
                    .isIn("1000m", "1");
            JsonNode security = container.path("securityContext");
            assertThat(security.path("runAsUser").asInt()).isEqualTo(1000);
            assertThat(security.path("capabilities").toString()).contains("\"drop\":[\"ALL\"]", "\"add\":[\"X\"]");
            assertThat(security.path("allowPrivilegeEscalation").asBoolean(true))
                    .isFalse();
        }
    }

    @Test
    void imagesAndArchitecturesFollowTheirSettings() throws Exception {
        try (TestServer server = server(Map.of(
                "LAMBDA_IGNORE_ARCHITECTURE", "1",
                "LAMBDA_K8S_INIT_IMAGE", "boxes.example/busybox:1",
                "LAMBDA_K8S_IMAGE_PREFIX", "mirror.example/",
                "LAMBDA_RUNTIME_IMAGE_MAPPING", "{\"python3.12\": \"mine.example/lambda/python:3.12\"}"))) {
            server.invoke(server.python(ECHO), "1");
            JsonNode spec = cluster.pods().getFirst().path("spec");
            assertThat(spec.path("nodeSelector").path("kubernetes.io/arch").isMissingNode())
                    .isTrue();
            assertThat(spec.path("containers").path(0).path("image").asText())
                    .isEqualTo("mine.example/lambda/python:3.12");
            assertThat(spec.path("initContainers").path(0).path("image").asText())
                    .isEqualTo("boxes.example/busybox:1");
        }
    }

    @Test
    void idlePodGoesAfterTheKeepaliveAndABusyOneDoesNot(@TempDir Path folder) throws Exception {
        try (TestServer server = server(Map.of("LAMBDA_KEEPALIVE_MS", "600"))) {
            // Runs on for longer than the keepalive when it may end.
            String name = server.python(TestServer.HELD.replace("return 1", "time.sleep(1.5)"), b -> b.timeout(100));
            var first = podsWhileItRuns(server, name, folder.resolve("first"));
            assertThat(first).hasSize(1);
            Eventually.within(SOON, () -> cluster.podNames().isEmpty());
            assertThat(podsWhileItRuns(server, name, folder.resolve("second")))
                    .hasSize(1)
                    .isNotEqualTo(first);
        }
    }

    private List<String> podsWhileItRuns(TestServer server, String name, Path held) throws Exception {
        Files.createDirectory(held);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<InvokeResponse> call = threads.submit(() -> server.invoke(name, "\"" + held + "\""));
            Eventually.within(SOON, () -> Files.exists(held.resolve("running")));
            List<String> pods = cluster.podNames();
            Files.createFile(held.resolve("end"));
            assertThat(call.get().functionError()).isNull();
            return pods;
        }
    }

    @Test
    void callersNeedAKeyOnceThereAreSome() throws Exception {
        try (TestServer server = server(Map.of("PODIUM_ACCESS_KEYS", "someone:secret"))) {
            assertThatThrownBy(() -> server.lambda().listFunctions())
                    .isInstanceOfSatisfying(
                            LambdaException.class,
                            e -> assertThat(e.statusCode()).isEqualTo(403));
        }
        try (TestServer server = server(Map.of("PODIUM_ACCESS_KEYS", "test:test"))) {
            assertThat(server.invoke(server.python(ECHO), "1").functionError()).isNull();
        }
    }

    @Test
    void startThatTakesTooLongSaysSo() throws Exception {
        try (TestServer server = server(Map.of("LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT", "4"))) {
            String name = server.python("import time\ntime.sleep(100)\n" + ECHO, b -> b.timeout(60));
            assertThatThrownBy(() -> server.invoke(name, "1")).hasMessageContaining("was not ready within 4 s");
            Eventually.within(SOON, () -> cluster.podNames().isEmpty());
        }
    }

    @Test
    void codeOfAServerIsMountedWhereItsTagSays() throws Exception {
        try (TestServer server = server(Map.of())) {
            byte[] code = Zips.of(Map.of(
                    "serve.py", Files.readString(Path.of("examples", "http", "serve.py")),
                    "greet.py", Files.readString(Path.of("examples", "http", "greet.py"))));
            server.lambda()
                    .createFunction(b -> b.functionName("mounted")
                            .runtime(Runtime.PROVIDED_AL2023)
                            .handler("greet.hello")
                            .role(TestServer.ROLE)
                            .tags(Map.of(
                                    "podium:transport", "http",
                                    "podium:image", "kubeless/python:3.12",
                                    "podium:command", "python3 serve.py",
                                    "podium:mount-path", "/kubeless"))
                            .code(c -> c.zipFile(SdkBytes.fromByteArray(code))));
            server.invoke("mounted", "{\"name\": \"you\"}");
            JsonNode container =
                    cluster.pods().getFirst().path("spec").path("containers").path(0);
            assertThat(container.path("image").asText()).isEqualTo("kubeless/python:3.12");
            assertThat(container.path("workingDir").asText()).isEqualTo("/kubeless");
            assertThat(container.path("volumeMounts"))
                    .anyMatch(mount -> mount.path("mountPath").asText().equals("/kubeless"));
            assertThat(container.path("env"))
                    .anyMatch(one -> one.path("name").asText().equals("KUBELESS_INSTALL_VOLUME")
                            && one.path("value").asText().equals("/kubeless"));
        }
    }

    @Test
    void templateTagIsMergedUnderThePodsOfItsFunction() throws Exception {
        try (TestServer server = server(Map.of())) {
            String name = server.python(
                    ECHO,
                    b -> b.tags(
                            Map.of(
                                    TEMPLATE,
                                    "{\"metadata\": {\"annotations\": {\"note\": \"one\"}}, \"spec\": {\"containers\": "
                                            + "[{\"name\": \"function\", \"resources\": {\"requests\": {\"memory\": \"1Mi\", \"gpu\": \"1\"}}}]}}")));
            String other = server.python(ECHO);
            server.invoke(name, "1");
            JsonNode pod = cluster.pods().getFirst();
            assertThat(pod.path("metadata").path("annotations").path("note").asText())
                    .isEqualTo("one");
            JsonNode container = pod.path("spec").path("containers").path(0);
            assertThat(container.path("resources").path("requests").path("gpu").asText())
                    .isEqualTo("1");
            assertThat(container
                            .path("resources")
                            .path("requests")
                            .path("memory")
                            .asText())
                    .isEqualTo("128Mi");
            String arn = server.configuration(name).functionArn();
            server.lambda()
                    .tagResource(b -> b.resource(arn)
                            .tags(Map.of(TEMPLATE, "{\"metadata\": {\"annotations\": {\"note\": \"two\"}}}")));
            server.invoke(name, "1");
            Eventually.within(
                    SOON,
                    () -> cluster.pods().size() == 1
                            && cluster.pods()
                                    .getFirst()
                                    .path("metadata")
                                    .path("annotations")
                                    .path("note")
                                    .asText()
                                    .equals("two"));
            server.invoke(other, "1");
            assertThat(cluster.pods())
                    .anyMatch(one -> !one.path("metadata").path("annotations").has("note"));
        }
    }

    @Test
    void templateTagThatCannotWorkIsRefused() throws Exception {
        try (TestServer server = server(Map.of())) {
            String name = server.python(ECHO);
            String arn = server.configuration(name).functionArn();
            Map<String, String> wrong = Map.of(
                    "{\"spec\":", "is not JSON",
                    "[]", "must be a JSON object",
                    "{\"spec\": 1}", "spec must be an object",
                    "{\"status\": {}}", "may not hold status",
                    "{\"spec\": {\"hostNetwork\": true}}", "may not hold spec.hostNetwork",
                    "{\"spec\": {\"nodeSelector\": {\"a\": 1}}}", "spec.nodeSelector must be an object of strings",
                    "{\"spec\": {\"containers\": [{\"name\": \"function\", \"securityContext\": {}}]}}",
                            "may not hold spec.containers.securityContext",
                    "{\"spec\": {\"containers\": [{\"name\": \"other\"}]}}", "the one named function",
                    "{\"metadata\": {\"labels\": {\"podium.dev/instance\": \"x\"}}}", "Podium's own");
            wrong.forEach((tag, why) -> {
                for (var call : List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                        () -> server.lambda().tagResource(b -> b.resource(arn).tags(Map.of(TEMPLATE, tag))),
                        () -> server.python(ECHO, b -> b.tags(Map.of(TEMPLATE, tag))))) {
                    assertThatThrownBy(call)
                            .isInstanceOfSatisfying(
                                    LambdaException.class,
                                    e -> assertThat(e.awsErrorDetails().errorCode())
                                            .isEqualTo("InvalidParameterValueException"))
                            .hasMessageContaining(why);
                }
            });
        }
    }
}
