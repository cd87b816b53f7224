package dev.podium.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.Eventually;
import dev.podium.codec.Json;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What Podium relies on in a Kubernetes API: the same facts for every cluster, the embedded one and real ones.
///
/// Commands are shell scripts that use nothing but `sh`, `sleep`, `cat`, `echo`: the smallest images have these.
@NullMarked
@Timeout(300)
public abstract class ClusterContract {
    private static final String LABEL = "podium.dev/contract";
    private static final Duration LONG = Duration.ofMinutes(3);

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private int pods;

    @SuppressWarnings("NullAway.Init")
    private KubeClient client;

    /// The cluster and a namespace that pods may be made in.
    protected abstract KubeAccess access();

    /// An image that the shell's command exists in.
    protected abstract String image();

    /// An image that no cluster can pull.
    protected abstract String absentImage();

    /// A shell of that image, with its option for a script.
    protected abstract List<String> shell();

    @BeforeEach
    void connect() {
        client = KubeClient.connect(access(), KubeClientSettings.defaults().withRetryFor(Duration.ofSeconds(10)));
    }

    @AfterEach
    void deletePods() throws Exception {
        for (ObjectNode pod : client.pods(selector()).pods()) {
            client.deletePod(name(pod), null, Duration.ZERO);
        }
        client.close();
    }

    @Test
    void createdPodHasWhatTheServerSets() throws Exception {
        ObjectNode made = client.createPod(pod("true"));
        assertThat(made.at("/metadata/uid").asText()).isNotEmpty();
        assertThat(made.at("/metadata/resourceVersion").asText()).isNotEmpty();
        assertThat(made.at("/metadata/creationTimestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}Z");
        assertThat(made.at("/metadata/namespace").asText()).isEqualTo(access().namespace());
        assertThat(made.at("/status/phase").asText()).isEqualTo("Pending");
        assertThat(made.at("/status/qosClass").asText()).isEqualTo("BestEffort");
        assertThat(made.at("/spec/terminationGracePeriodSeconds").asInt()).isEqualTo(30);
        ObjectNode read = client.pod(name(made)).orElseThrow();
        assertThat(read.at("/metadata/uid")).isEqualTo(made.at("/metadata/uid"));
    }

    @Test
    void podRunsOnANodeAndSucceeds() throws Exception {
        String name = created(pod("exit 0"));
        await(name, p -> phase(p).equals("Succeeded"));
        ObjectNode pod = client.pod(name).orElseThrow();
        assertThat(pod.at("/spec/nodeName").asText()).isNotEmpty();
        assertThat(pod.at("/status/podIP").asText()).isNotEmpty();
        JsonNode ended = pod.at("/status/containerStatuses/0/state/terminated");
        assertThat(ended.path("exitCode").asInt(-1)).isZero();
        assertThat(ended.path("reason").asText()).isEqualTo("Completed");
        assertThat(ended.path("finishedAt").asText()).isNotEmpty();
    }

    @Test
    void failingPodTellsItsExitCode() throws Exception {
        String name = created(pod("exit 42"));
        await(name, p -> phase(p).equals("Failed"));
        JsonNode status = client.pod(name).orElseThrow().at("/status/containerStatuses/0");
        assertThat(status.at("/state/terminated/exitCode").asInt()).isEqualTo(42);
        assertThat(status.at("/state/terminated/reason").asText()).isEqualTo("Error");
        assertThat(status.path("restartCount").asInt()).isZero();
        assertThat(status.path("ready").asBoolean()).isFalse();
    }

    @Test
    void runningPodIsReady() throws Exception {
        String name = created(pod("sleep 600"));
        await(name, p -> condition(p, "Ready").path("status").asText().equals("True"));
        JsonNode pod = client.pod(name).orElseThrow();
        assertThat(phase(pod)).isEqualTo("Running");
        assertThat(pod.at("/status/containerStatuses/0/ready").asBoolean()).isTrue();
        assertThat(pod.at("/status/containerStatuses/0/state/running/startedAt").asText())
                .isNotEmpty();
    }

    @Test
    void onFailureStartsAgainAndRemembersTheLastEnd() throws Exception {
        ObjectNode pod = pod("exit 3");
        ((ObjectNode) pod.path("spec")).put("restartPolicy", "OnFailure");
        String from = client.pods(selector()).resourceVersion();
        String name = created(pod);
        List<String> phases = new ArrayList<>();
        try (BodyStream stream = client.watch(selector(), from, LONG, LONG)) {
            await(
                    name,
                    p -> p.at("/status/containerStatuses/0/restartCount").asInt() >= 1
                            && p.at("/status/containerStatuses/0/lastState/terminated/exitCode")
                                            .asInt()
                                    == 3
                            && waiting(p).path("reason").asText().equals("CrashLoopBackOff"));
            assertThat(phase(client.pod(name).orElseThrow())).isEqualTo("Running");
            // Nobody may take it for failed in between.
            JsonNode shown = Json.object();
            while (!waiting(shown).path("reason").asText().equals("CrashLoopBackOff")) {
                JsonNode event = Json.MAPPER.readTree(Objects.requireNonNull(stream.nextLine(1 << 20)));
                shown = event.path("object");
                phases.add(phase(shown));
            }
        }
        phases.removeIf(String::isEmpty); // bookmarks
        assertThat(phases).startsWith("Pending").endsWith("Running").containsOnly("Pending", "Running");
    }

    @Test
    void alwaysStartsAgainAfterSuccess() throws Exception {
        ObjectNode pod = pod("exit 0");
        ((ObjectNode) pod.path("spec")).put("restartPolicy", "Always");
        String name = created(pod);
        await(name, p -> p.at("/status/containerStatuses/0/restartCount").asInt() >= 1);
    }

    @Test
    void memoryBeyondTheLimitIsOutOfMemory() throws Exception {
        String hog = "x=0123456789abcdef; i=0; while [ $i -lt 22 ]; do x=$x$x; i=$((i+1)); done; sleep 30";
        ObjectNode pod = pod(hog);
        container(pod).putObject("resources").putObject("limits").put("memory", "32Mi");
        String name = created(pod);
        await(name, p -> phase(p).equals("Failed"));
        JsonNode ended = client.pod(name).orElseThrow().at("/status/containerStatuses/0/state/terminated");
        assertThat(ended.path("reason").asText()).isEqualTo("OOMKilled");
        assertThat(ended.path("exitCode").asInt()).isEqualTo(137);
    }

    @Test
    void unknownImageWaitsWithAReasonAndItsName() throws Exception {
        ObjectNode pod = pod("true");
        container(pod).put("image", absentImage());
        String name = created(pod);
        await(
                name,
                p -> List.of("ErrImagePull", "ImagePullBackOff")
                        .contains(waiting(p).path("reason").asText()));
        JsonNode shown = client.pod(name).orElseThrow();
        assertThat(waiting(shown).path("message").asText()).contains(absentImage());
        assertThat(phase(shown)).isEqualTo("Pending");
        assertThatThrownBy(() -> client.podLog(name, PodLogOptions.all("main")))
                .isInstanceOfSatisfying(KubeException.class, e -> {
                    assertThat(e.status()).isEqualTo(400);
                    assertThat(e.getMessage()).contains("main", "waiting to start");
                });
    }

    @Test
    void missingCommandFailsToStart() throws Exception {
        ObjectNode pod = pod("true");
        container(pod).putArray("command").add("/nowhere/nothing");
        container(pod).remove("args");
        String name = created(pod);
        await(name, p -> phase(p).equals("Failed"));
        JsonNode ended = client.pod(name).orElseThrow().at("/status/containerStatuses/0/state/terminated");
        assertThat(ended.path("exitCode").asInt()).isEqualTo(128);
        assertThat(ended.path("reason").asText()).isEqualTo("StartError");
        assertThat(ended.path("message").asText()).contains("/nowhere/nothing");
    }

    @Test
    void podThatFitsNoNodeIsUnschedulable() throws Exception {
        ObjectNode pod = pod("true");
        ((ObjectNode) pod.path("spec")).putObject("nodeSelector").put("kubernetes.io/hostname", "nowhere");
        String name = created(pod);
        await(name, p -> condition(p, "PodScheduled").path("reason").asText().equals("Unschedulable"));
        JsonNode shown = client.pod(name).orElseThrow();
        assertThat(condition(shown, "PodScheduled").path("status").asText()).isEqualTo("False");
        assertThat(condition(shown, "PodScheduled").path("message").asText()).startsWith("0/1 nodes are available");
        client.deletePod(name, null, Duration.ofSeconds(30));
        assertThat(client.pod(name)).isEmpty();
    }

    @Test
    void initContainerSharesAnEmptyDirWithTheMainOne() throws Exception {
        ObjectNode pod = pod("cat /shared/file; echo \"in $WHERE\"");
        ObjectNode spec = (ObjectNode) pod.path("spec");
        spec.putArray("volumes").addObject().put("name", "shared").putObject("emptyDir");
        container(pod).putArray("env").addObject().put("name", "WHERE").put("value", "main");
        ObjectNode init = containerOf("prepare", "echo from-init > /shared/file");
        spec.putArray("initContainers").add(init);
        for (ObjectNode c : List.of(init, container(pod))) {
            c.putArray("volumeMounts").addObject().put("name", "shared").put("mountPath", "/shared");
        }
        String name = created(pod);
        await(name, p -> phase(p).equals("Succeeded"));
        assertThat(log(name, PodLogOptions.all("main"))).isEqualTo("from-init\nin main\n");
        JsonNode ended = client.pod(name).orElseThrow().at("/status/initContainerStatuses/0/state/terminated");
        assertThat(ended.path("reason").asText()).isEqualTo("Completed");
    }

    @Test
    void failedInitContainerKeepsTheMainOneFromRunning() throws Exception {
        ObjectNode pod = pod("echo must not run");
        ((ObjectNode) pod.path("spec")).putArray("initContainers").add(containerOf("prepare", "exit 7"));
        String name = created(pod);
        await(name, p -> phase(p).equals("Failed"));
        JsonNode status = client.pod(name).orElseThrow().path("status");
        assertThat(status.at("/initContainerStatuses/0/state/terminated/exitCode")
                        .asInt())
                .isEqualTo(7);
        assertThat(status.at("/containerStatuses/0/state/waiting/reason").asText())
                .isEqualTo("PodInitializing");
    }

    @Test
    void variablesAreExpandedAndDoubledDollarsCollapse() throws Exception {
        ObjectNode pod = pod("echo \"$B\" '$(A)' '$$(A)' \"$$A\"");
        ArrayNode env = container(pod).putArray("env");
        env.addObject().put("name", "A").put("value", "x");
        env.addObject().put("name", "B").put("value", "$(A)-$$(A)-$(NONE)-$$$$");
        String name = created(pod);
        await(name, p -> phase(p).equals("Succeeded"));
        assertThat(log(name, PodLogOptions.all("main"))).isEqualTo("x-$(A)-$(NONE)-$$ x $(A) x\n");
    }

    @Test
    void logIsReadWholeByTailAndWhileItGrows() throws Exception {
        String name = created(pod("echo one; sleep 1.5; echo two >&2; sleep 1.5; echo three"));
        await(name, p -> !phase(p).equals("Pending"));
        assertThat(log(name, PodLogOptions.following("main"))).isEqualTo("one\ntwo\nthree\n");
        await(name, p -> phase(p).equals("Succeeded"));
        assertThat(log(name, PodLogOptions.all("main"))).isEqualTo("one\ntwo\nthree\n");
        assertThat(log(name, PodLogOptions.tail("main", 2))).isEqualTo("two\nthree\n");
        assertThat(log(name, PodLogOptions.tail("main", 0))).isEmpty();
        assertThat(log(name, new PodLogOptions("main", false, null, 1, true)))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\S+ three\n");
    }

    @Test
    void logOfAnUnknownContainerOrPodIsRefused() throws Exception {
        String name = created(pod("echo x"));
        await(name, p -> phase(p).equals("Succeeded"));
        assertThatThrownBy(() -> client.podLog(name, PodLogOptions.all("other")))
                .isInstanceOfSatisfying(KubeException.class, e -> {
                    assertThat(e.status()).isEqualTo(400);
                    assertThat(e.getMessage()).contains("other");
                });
        assertThatThrownBy(() -> client.podLog("absent-" + run, PodLogOptions.all("main")))
                .isInstanceOfSatisfying(KubeException.class, e -> {
                    assertThat(e.status()).isEqualTo(404);
                    assertThat(e.reason()).isEqualTo("NotFound");
                });
    }

    @Test
    void listSelectsByLabel() throws Exception {
        ObjectNode red = pod("true");
        ((ObjectNode) red.at("/metadata/labels")).put("colour", "red");
        ObjectNode blue = pod("true");
        ((ObjectNode) blue.at("/metadata/labels")).put("colour", "blue");
        String redName = created(red);
        String blueName = created(blue);
        assertThat(names(selector())).containsExactlyInAnyOrder(redName, blueName);
        assertThat(names(selector() + ",colour=red")).containsExactly(redName);
        assertThat(names(selector() + ",colour!=red")).containsExactly(blueName);
        assertThat(names(selector() + ",colour in (red, blue)")).containsExactlyInAnyOrder(redName, blueName);
        assertThat(names(selector() + ",!colour")).isEmpty();
        assertThat(names(LABEL + "=nobody")).isEmpty();
        assertThat(client.pods(selector()).resourceVersion()).matches("\\d+");
    }

    @Test
    void longListComesInPages() throws Exception {
        for (int i = 0; i < 5; i++) {
            ObjectNode pod = pod("true");
            ((ObjectNode) pod.path("spec")).putObject("nodeSelector").put("kubernetes.io/hostname", "nowhere");
            client.createPod(pod);
        }
        try (KubeClient small =
                KubeClient.connect(access(), KubeClientSettings.defaults().withPageSize(2))) {
            assertThat(small.pods(selector()).pods()).hasSize(5);
        }
    }

    @Test
    void watchFromAVersionTellsEverythingSinceInOrder() throws Exception {
        String from = client.pods(selector()).resourceVersion();
        String name = created(pod("exit 0"));
        List<String> types = new ArrayList<>();
        List<String> phases = new ArrayList<>();
        long version = Long.parseLong(from);
        // Not later: the embedded cluster remembers events for ten seconds.
        try (BodyStream stream = client.watch(selector(), from, LONG, LONG)) {
            await(name, p -> phase(p).equals("Succeeded"));
            client.deletePod(name, null, Duration.ZERO);
            while (!types.contains("DELETED")) {
                JsonNode event = Json.MAPPER.readTree(Objects.requireNonNull(stream.nextLine(1 << 20)));
                types.add(event.path("type").asText());
                phases.add(phase(event.path("object")));
                long next = event.at("/object/metadata/resourceVersion").asLong();
                assertThat(next).isGreaterThan(version);
                version = next;
            }
        }
        types.removeIf("BOOKMARK"::equals);
        assertThat(types.getFirst()).isEqualTo("ADDED");
        assertThat(types.subList(1, types.size() - 1)).isNotEmpty().containsOnly("MODIFIED");
        assertThat(phases.getFirst()).isEqualTo("Pending");
        assertThat(phases.getLast()).isEqualTo("Succeeded");
    }

    @Test
    void watchEndsInItsTime() throws Exception {
        String from = client.pods(selector()).resourceVersion();
        long start = System.nanoTime();
        try (BodyStream stream = client.watch(selector(), from, Duration.ofSeconds(1), LONG)) {
            while (stream.nextLine(1 << 20) != null) {
                // bookmarks
            }
        }
        // Servers that don't know the time end their streams after half an hour at the earliest.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
    }

    @Test
    void secondPodOfANameExistsAlready() throws Exception {
        ObjectNode pod = pod("true");
        String name = created(pod);
        ObjectNode other = pod("true");
        ((ObjectNode) other.path("metadata")).put("name", name);
        assertThatThrownBy(() -> client.createPod(other)).isInstanceOfSatisfying(KubeException.class, e -> {
            assertThat(e.status()).isEqualTo(409);
            assertThat(e.reason()).isEqualTo("AlreadyExists");
            assertThat(e.getMessage()).contains("pods \"" + name + "\" already exists");
        });
    }

    @Test
    void absentPodIsNotFound() throws Exception {
        assertThat(client.pod("absent-" + run)).isEmpty();
        client.deletePod("absent-" + run, null, Duration.ZERO);
        assertThatThrownBy(() -> client.podLog("absent-" + run, PodLogOptions.all("main")))
                .hasMessageContaining("pods \"absent-" + run + "\" not found");
    }

    @Test
    void uidOfAnotherPodProtectsThisOne() throws Exception {
        ObjectNode made = client.createPod(pod("sleep 60"));
        client.deletePod(name(made), UUID.randomUUID().toString(), Duration.ZERO);
        ObjectNode still = client.pod(name(made)).orElseThrow();
        assertThat(still.at("/metadata").has("deletionTimestamp")).isFalse();
        client.deletePod(name(made), made.at("/metadata/uid").asText(), Duration.ZERO);
        assertThat(client.pod(name(made))).isEmpty();
    }

    @Test
    void deletionLetsAPodEndInItsOwnWay() throws Exception {
        String name = created(pod("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.1; done"));
        Eventually.within(LONG, () -> log(name, PodLogOptions.all("main")).equals("up\n"));
        try (InputStream log = client.podLog(name, PodLogOptions.following("main"))) {
            client.deletePod(name, null, Duration.ofMinutes(10));
            JsonNode deleting = client.pod(name).map(JsonNode.class::cast).orElse(Json.object());
            assertThat(deleting.isEmpty() || deleting.at("/metadata").has("deletionTimestamp"))
                    .isTrue();
            assertThat(new String(log.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("up\nbye\n");
            Eventually.within(LONG, () -> client.pod(name).isEmpty());
        }
    }

    @Test
    void podThatIgnoresTheSignalIsKilledAfterItsGrace() throws Exception {
        String name = created(pod("trap '' TERM; echo up; while :; do sleep 0.1; done"));
        Eventually.within(LONG, () -> log(name, PodLogOptions.all("main")).equals("up\n"));
        String from = client.pods(selector()).resourceVersion();
        long start = System.nanoTime();
        client.deletePod(name, null, Duration.ofSeconds(2));
        // By a watch: on a slow machine the pod may be gone before it is read.
        JsonNode deleting = Json.object();
        try (BodyStream stream = client.watch(selector(), from, LONG, LONG)) {
            while (!deleting.at("/metadata").has("deletionTimestamp")) {
                JsonNode event = Json.MAPPER.readTree(Objects.requireNonNull(stream.nextLine(1 << 20)));
                assertThat(event.path("type").asText()).isNotEqualTo("DELETED");
                deleting = event.path("object");
            }
        }
        assertThat(deleting.at("/metadata/deletionGracePeriodSeconds").asInt()).isEqualTo(2);
        Eventually.within(LONG, () -> client.pod(name).isEmpty());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1500));
    }

    @Test
    void secondDeletionMayShortenTheGrace() throws Exception {
        String name = created(pod("trap '' TERM; echo up; while :; do sleep 0.1; done"));
        Eventually.within(LONG, () -> log(name, PodLogOptions.all("main")).equals("up\n"));
        client.deletePod(name, null, Duration.ofMinutes(10));
        assertThat(client.pod(name)).isPresent();
        client.deletePod(name, null, Duration.ZERO);
        assertThat(client.pod(name)).isEmpty();
    }

    @Test
    void deadlineEndsAPod() throws Exception {
        ObjectNode pod = pod("sleep 600");
        ((ObjectNode) pod.path("spec")).put("activeDeadlineSeconds", 1);
        String name = created(pod);
        await(name, p -> phase(p).equals("Failed"));
        assertThat(client.pod(name).orElseThrow().at("/status/reason").asText()).isEqualTo("DeadlineExceeded");
    }

    /// A change of a valid pod, and the field whose name the refusal must hold.
    private record Spoiled(String field, java.util.function.Consumer<ObjectNode> change) {}

    @Test
    void invalidPodsAreRefusedByFieldName() {
        List<Spoiled> all = List.of(
                new Spoiled("metadata.name", p -> ((ObjectNode) p.path("metadata")).put("name", "Not_Valid")),
                new Spoiled("metadata.labels", p -> ((ObjectNode) p.at("/metadata/labels")).put("a", "b/c=")),
                new Spoiled("spec.containers", p -> ((ObjectNode) p.path("spec")).putArray("containers")),
                new Spoiled("spec.containers[0].name", p -> container(p).put("name", "UPPER")),
                new Spoiled("spec.containers[0].image", p -> container(p).remove("image")),
                new Spoiled("spec.containers[1].name", p -> ((ArrayNode) p.at("/spec/containers")).add(container(p))),
                new Spoiled("spec.restartPolicy", p -> ((ObjectNode) p.path("spec")).put("restartPolicy", "Maybe")),
                new Spoiled("spec.volumes[1].name", ClusterContract::twoVolumesOfAName),
                new Spoiled(
                        "spec.containers[0].volumeMounts[0].name",
                        p -> container(p)
                                .putArray("volumeMounts")
                                .addObject()
                                .put("name", "none")
                                .put("mountPath", "/x")),
                new Spoiled(
                        "spec.containers[0].env[0].name",
                        p -> container(p).putArray("env").addObject().put("name", "A=B")),
                new Spoiled("spec.containers[0].resources.requests", ClusterContract::requestBeyondLimit),
                new Spoiled(
                        "spec.activeDeadlineSeconds",
                        p -> ((ObjectNode) p.path("spec")).put("activeDeadlineSeconds", 0)),
                new Spoiled(
                        "spec.containers[0].securityContext",
                        p -> ((ObjectNode) container(p).path("securityContext")).put("privileged", true)));
        for (Spoiled one : all) {
            ObjectNode pod = pod("true");
            one.change().accept(pod);
            assertThatThrownBy(() -> client.createPod(pod))
                    .as(one.field())
                    .isInstanceOfSatisfying(KubeException.class, e -> {
                        assertThat(e.status()).as(e.getMessage()).isEqualTo(422);
                        assertThat(e.reason()).isEqualTo("Invalid");
                        assertThat(e.getMessage()).contains(one.field());
                    });
        }
    }

    private static void twoVolumesOfAName(ObjectNode pod) {
        ArrayNode volumes = ((ObjectNode) pod.path("spec")).putArray("volumes");
        volumes.addObject().put("name", "v").putObject("emptyDir");
        volumes.addObject().put("name", "v").putObject("emptyDir");
    }

    private static void requestBeyondLimit(ObjectNode pod) {
        ObjectNode resources = container(pod).putObject("resources");
        resources.putObject("limits").put("memory", "64Mi");
        resources.putObject("requests").put("memory", "128Mi");
    }

    @Test
    void valuesOfAWrongTypeAreABadRequest() {
        ObjectNode pod = pod("true");
        container(pod).putArray("env").addObject().put("name", "A").put("value", 1);
        assertThatThrownBy(() -> client.createPod(pod)).isInstanceOfSatisfying(KubeException.class, e -> {
            assertThat(e.status()).isEqualTo(400);
            assertThat(e.reason()).isEqualTo("BadRequest");
            assertThat(e.getMessage()).contains("value");
        });
    }

    @Test
    void noPermissionIsMissing() throws Exception {
        assertThat(client.missingPermissions()).isEmpty();
    }

    /// The label selector of this test's pods.
    protected final String selector() {
        return LABEL + "=" + run;
    }

    /// A pod that runs a script once, fit for the restricted Pod Security level.
    protected final ObjectNode pod(String script) {
        ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata").put("name", "contract-" + run + "-" + pods++);
        metadata.putObject("labels").put(LABEL, run);
        ObjectNode spec = pod.putObject("spec").put("restartPolicy", "Never");
        spec.put("automountServiceAccountToken", false);
        ObjectNode security = spec.putObject("securityContext");
        security.put("runAsNonRoot", true)
                .put("runAsUser", 993)
                .put("runAsGroup", 993)
                .put("fsGroup", 993);
        security.putObject("seccompProfile").put("type", "RuntimeDefault");
        spec.putArray("containers").add(containerOf("main", script));
        return pod;
    }

    private ObjectNode containerOf(String name, String script) {
        ObjectNode container = Json.object().put("name", name).put("image", image());
        container.put("imagePullPolicy", "IfNotPresent");
        ArrayNode command = container.putArray("command");
        shell().forEach(command::add);
        container.putArray("args").add(script);
        ObjectNode security = container.putObject("securityContext").put("allowPrivilegeEscalation", false);
        security.putObject("capabilities").putArray("drop").add("ALL");
        return container;
    }

    /// The client under test.
    protected final KubeClient client() {
        return client;
    }

    /// Creates a pod and gives its name.
    protected final String created(ObjectNode pod) throws KubeException, InterruptedException {
        return name(client.createPod(pod));
    }

    /// Waits until a pod is as wanted.
    protected final void await(String name, java.util.function.Predicate<JsonNode> wanted) throws InterruptedException {
        JsonNode[] last = {Json.object()};
        try {
            Eventually.within(LONG, () -> {
                last[0] = client.pod(name).orElseThrow();
                return wanted.test(last[0]);
            });
        } catch (AssertionError e) {
            throw new AssertionError("pod is not as wanted: " + last[0].path("status"), e);
        }
    }

    /// A log as text.
    protected final String log(String name, PodLogOptions options) throws Exception {
        try (InputStream in = client.podLog(name, options)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<String> names(String selector) throws KubeException, InterruptedException {
        return client.pods(selector).pods().stream().map(ClusterContract::name).toList();
    }

    /// The first container of a manifest.
    protected static ObjectNode container(ObjectNode pod) {
        return (ObjectNode) pod.at("/spec/containers/0");
    }

    private static String name(JsonNode pod) {
        return pod.at("/metadata/name").asText();
    }

    private static String phase(JsonNode pod) {
        return pod.at("/status/phase").asText();
    }

    private static JsonNode waiting(JsonNode pod) {
        return pod.at("/status/containerStatuses/0/state/waiting");
    }

    private static JsonNode condition(JsonNode pod, String type) {
        for (JsonNode condition : pod.at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return Json.object();
    }
}
