package dev.podium.it;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.codec.Json;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The cluster of the integration tests, and a namespace of its own for the test class that registers this.
///
/// `src/it/up` finds or starts the cluster (kind, the one of KUBECONFIG, or the bare one) and loads the test
/// images. When that cannot be done the tests fail; they are never skipped. The namespace enforces Pod
/// Security "restricted".
public final class ItCluster implements BeforeAllCallback, AfterAllCallback {
    /// Runtime names and the images, built by `src/it/images/build`, that run them.
    static final String IMAGE_MAPPING =
            """
            {"python3.11": "registry.local/python:3.11", "nodejs22.x": "registry.local/nodejs:22",
             "ruby3.3": "registry.local/ruby:3.1",
             "java25": "registry.local/java:25", "provided.al2023": "registry.local/provided:al2023",
             "provided.al2": "registry.local/provided:no-bash", "python3.13": "registry.local/absent:1"}""";

    /// The init image, in place of `busybox:1.36-musl`.
    static final String INIT_IMAGE = "registry.local/busybox:1.36-musl";

    private static Map<String, String> facts = Map.of();

    private String namespace = "";

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        facts = facts.isEmpty() ? findCluster() : facts;
        awaitRoom();
        namespace = "it-" + context.getRequiredTestClass().getSimpleName().toLowerCase(Locale.ROOT) + "-"
                + UUID.randomUUID().toString().substring(0, 6);
        createNamespace();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (!namespace.isEmpty()) {
            kubectl("delete", "namespace", namespace, "--wait=false", "--ignore-not-found");
        }
    }

    private static Map<String, String> findCluster() {
        if (System.getenv("PODIUM_IT_KIND") != null) {
            return System.getenv(); // src/it/run has asked already
        }
        Map<String, String> found = new HashMap<>();
        Command.run(Map.of(), "", List.of("src/it/up"))
                .require()
                .lines()
                .forEach(line -> found.put(line.split("=", 2)[0], line.split("=", 2)[1]));
        return found;
    }

    /// Waits for the pods of test classes that are over: they take the room of a small node, and a pod that waits for
    /// it spends the time that its function has to start. What never goes is not this test's business.
    private void awaitRoom() throws InterruptedException {
        try {
            Eventually.within(Duration.ofMinutes(1), () -> !isBare() || leaving().isEmpty());
        } catch (AssertionError e) {
            System.out.println("pods of other namespaces are still there: " + e);
        }
    }

    private List<String> leaving() throws IOException {
        List<String> over = new ArrayList<>();
        for (JsonNode one : get("namespaces").path("items")) {
            if (one.at("/status/phase").asText().equals("Terminating")) {
                over.add(one.at("/metadata/name").asText());
            }
        }
        List<String> pods = new ArrayList<>();
        for (JsonNode pod : get("pods", "--all-namespaces").path("items")) {
            if (over.contains(pod.at("/metadata/namespace").asText())) {
                pods.add(pod.at("/metadata/name").asText());
            }
        }
        return pods;
    }

    private void createNamespace() throws InterruptedException {
        apply(
                """
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: %s
                  labels: {pod-security.kubernetes.io/enforce: restricted}
                """
                        .formatted(namespace));
        Eventually.within(
                Duration.ofMinutes(2),
                () -> tryKubectl("get", "serviceaccount", "default").status() == 0);
    }

    /// A fact that `src/it/up` printed.
    String fact(String name) {
        String value = facts.get(name);
        if (value == null) {
            throw new AssertionError("src/it/up did not print " + name);
        }
        return value;
    }

    String namespace() {
        return namespace;
    }

    Path kubeconfig() {
        return Path.of(fact("KUBECONFIG"));
    }

    /// Whether this is the bare cluster, whose parts a test may stop.
    boolean isBare() {
        return fact("PODIUM_IT_KIND").equals("bare");
    }

    /// Whether the aws CLI is of version 2, which wants to be told that payloads are not base64.
    boolean usesAwsCli2() {
        return Command.run(Map.of(), "", List.of(fact("PODIUM_IT_AWS"), "--version"))
                .require()
                .startsWith("aws-cli/2");
    }

    /// This machine's address as pods see it.
    Inet4Address hostAddress() throws IOException {
        return (Inet4Address) InetAddress.getByName(fact("PODIUM_IT_HOST"));
    }

    /// The Go or Rust function's archive.
    ///
    /// @param language `go` or `rust`
    Path functionArchive(String language) {
        return Path.of(fact("PODIUM_IT_FUNCTIONS"), language + ".zip");
    }

    /// Runs kubectl in the namespace.
    ///
    /// @return what it printed
    String kubectl(String... args) {
        return tryKubectl(args).require();
    }

    /// Runs kubectl in the namespace; it may fail.
    Command.Result tryKubectl(String... args) {
        return kubectlWith("", args);
    }

    /// Applies a manifest.
    void apply(String manifest) {
        kubectlWith(manifest, "apply", "-f", "-").require();
    }

    /// Gets objects as JSON.
    JsonNode get(String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of("get", "-o", "json"));
        all.addAll(Arrays.asList(args));
        return Json.MAPPER.readTree(kubectl(all.toArray(String[]::new)));
    }

    /// The pods of a function that are not being deleted.
    List<JsonNode> functionPods(String function) throws IOException {
        List<JsonNode> pods = new ArrayList<>();
        for (JsonNode pod : get("pods", "-l", "podium.dev/function=" + function).path("items")) {
            if (!pod.path("metadata").has("deletionTimestamp")) {
                pods.add(pod);
            }
        }
        return pods;
    }

    private Command.Result kubectlWith(String input, String... args) {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        if (!namespace.isEmpty()) {
            command.add("--namespace=" + namespace); // long: `kubectl config` has no -n
        }
        command.addAll(Arrays.asList(args));
        return Command.run(Map.of("KUBECONFIG", fact("KUBECONFIG")), input, command);
    }
}
