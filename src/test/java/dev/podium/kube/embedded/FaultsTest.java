package dev.podium.kube.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.Eventually;
import dev.podium.codec.Json;
import dev.podium.kube.KubeClient;
import dev.podium.kube.KubeClientSettings;
import dev.podium.kube.KubeException;
import dev.podium.kube.PodWatch;
import dev.podium.kube.PodWatchSettings;
import dev.podium.kube.embedded.Faults.Fault;
import dev.podium.kube.embedded.Faults.Verb;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The real client and watch over an API server that misbehaves.
@NullMarked
@Timeout(300)
final class FaultsTest {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static EmbeddedCluster cluster;

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final String run = UUID.randomUUID().toString();
    private final KubeClient client = client(Duration.ofMinutes(2));
    private volatile long lastCall;

    @BeforeAll
    static void start() throws IOException {
        cluster = EmbeddedCluster.start(
                EmbeddedSettings.defaults(folder.resolve("cluster")).withWatch(500, Duration.ofMillis(200)));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    @AfterEach
    void repair() throws Exception {
        cluster.faults().clear();
        for (ObjectNode pod : client.pods("run=" + run).pods()) {
            client.deletePod(pod.at("/metadata/name").asText(), null, Duration.ZERO);
        }
        calls.clear();
    }

    @Test
    void podMadeByAnAttemptWithoutAnswerIsFoundAgain() throws Exception {
        cluster.faults().add(Verb.CREATE, 1, new Fault.FailureAfterwards(500, "InternalError"));
        ObjectNode made = client.createPod(pod("twice"));
        assertThat(calls).containsExactly("create 500", "create 409", "get 200");
        assertThat(client.pods("run=" + run).pods())
                .extracting(pod -> pod.at("/metadata/uid").asText())
                .containsExactly(made.at("/metadata/uid").asText());
    }

    @Test
    void somebodyElsesPodOfThatNameStaysAndIsReported() throws Exception {
        ObjectNode theirs = client.createPod(pod("theirs"));
        assertThatThrownBy(() -> client.createPod(pod("theirs")))
                .isInstanceOfSatisfying(
                        KubeException.class, e -> assertThat(e.reason()).isEqualTo("AlreadyExists"));
        assertThat(client.pod("theirs").orElseThrow().at("/metadata/uid")).isEqualTo(theirs.at("/metadata/uid"));
    }

    @Test
    void conflictWithoutAPodIsTriedAgain() throws Exception {
        cluster.faults().add(Verb.CREATE, 2, new Fault.Failure(409, "Conflict", null));
        client.createPod(pod("quota"));
        assertThat(calls).containsExactly("create 409", "get 404", "create 409", "get 404", "create 201");
    }

    @Test
    void retryAfterIsHonoured() throws Exception {
        cluster.faults().add(Verb.CREATE, 1, new Fault.Failure(429, "TooManyRequests", Duration.ofSeconds(2)));
        long start = System.nanoTime();
        client.createPod(pod("later"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(2), Duration.ofMinutes(1));
        assertThat(calls).containsExactly("create 429", "create 201");
    }

    @Test
    void serverErrorsAreTriedAgainUntilTheTimeIsOver() throws Exception {
        cluster.faults().add(Verb.LIST, 3, new Fault.Failure(500, "InternalError", null));
        assertThat(client.pods("run=" + run).pods()).isEmpty();
        assertThat(calls).containsExactly("list 500", "list 500", "list 500", "list 200");
        cluster.faults().always(Verb.GET, new Fault.Failure(503, "ServiceUnavailable", null));
        try (KubeClient impatient = client(Duration.ofMillis(500))) {
            assertThatThrownBy(() -> impatient.pod("x")).isInstanceOfSatisfying(KubeException.class, e -> {
                assertThat(e.status()).isEqualTo(503);
                assertThat(e.transientFault()).isTrue();
                assertThat(e.getMessage()).contains("read pod \"x\"", "injected fault");
            });
        }
    }

    @Test
    void cutAndSlowAnswersAreTriedAgain() throws Exception {
        cluster.faults().add(Verb.LIST, 1, new Fault.Cut(0));
        assertThat(client.pods("run=" + run).pods()).isEmpty();
        cluster.faults().add(Verb.GET, 1, new Fault.Slow(Duration.ofSeconds(30)));
        try (KubeClient hasty =
                KubeClient.connect(cluster.access(), settings().withRequestTimeout(Duration.ofMillis(300)))) {
            long start = System.nanoTime();
            assertThat(hasty.pod("absent")).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
        }
        assertThat(cluster.faults().pending()).isZero();
    }

    @Test
    void deletionWithoutAnswerIsDone() throws Exception {
        client.createPod(pod("gone"));
        cluster.faults().add(Verb.DELETE, 1, new Fault.FailureAfterwards(500, "InternalError"));
        client.deletePod("gone", null, Duration.ZERO);
        assertThat(client.pod("gone")).isEmpty();
    }

    @Test
    void cutWatchGoesOnWithoutLosingAnEvent() throws Exception {
        Log whole = new Log();
        Log cut = new Log();
        try (PodWatch one = watch(whole, LONG)) {
            Eventually.within(SOON, () -> whole.told.contains("listed") && calls.contains("watch 200"));
            cluster.faults().add(Verb.WATCH, 4, new Fault.Cut(2));
            try (PodWatch other = watch(cut, LONG)) {
                Eventually.within(SOON, () -> cut.told.contains("listed"));
                liveAndDie(5);
                Eventually.within(SOON, () -> whole.deleted() == 5 && cut.deleted() == 5);
                assertThat(cluster.faults().pending()).isZero();
                assertThat(cut.told).containsExactlyElementsOf(whole.told);
                assertThat(other.healthy()).isTrue();
            }
            assertThat(one.healthy()).isTrue();
        }
    }

    @Test
    void silentWatchIsNoticed() throws Exception {
        cluster.faults().add(Verb.WATCH, 1, new Fault.Silence());
        Log log = new Log();
        try (PodWatch watch = watch(log, Duration.ofMillis(700))) {
            Eventually.within(SOON, () -> calls.contains("watch 200"));
            client.createPod(pod("unheard"));
            Eventually.within(SOON, () -> log.names.contains("unheard"));
            liveAndDie(1, log);
            Eventually.within(SOON, () -> log.deleted() == 1);
            assertThat(watch.healthy()).isTrue();
        }
    }

    @Test
    void quietButLivingWatchIsKept() throws Exception {
        Log log = new Log();
        try (PodWatch watch = watch(log, Duration.ofMillis(700))) {
            Eventually.within(SOON, () -> calls.contains("watch 200"));
            // A slow machine may be silent for too long, but not always.
            Eventually.within(
                    SOON,
                    () -> calls.getLast().equals("watch 200")
                            && System.nanoTime() - lastCall
                                    > Duration.ofMillis(1_500).toNanos());
            assertThat(watch.healthy()).isTrue();
        }
    }

    @Test
    void forgottenVersionMeansANewList() throws Exception {
        Log log = new Log();
        try (PodWatch watch = watch(log, LONG)) {
            Eventually.within(SOON, () -> calls.contains("watch 200"));
            cluster.compact();
            Eventually.within(
                    SOON, () -> log.told.stream().filter("listed"::equals).count() >= 2);
            cluster.faults().add(Verb.WATCH, 1, new Fault.Failure(410, "Expired", null));
            cluster.compact();
            Eventually.within(
                    SOON, () -> calls.contains("watch 410") && calls.getLast().equals("watch 200"));
            liveAndDie(2, log);
            Eventually.within(SOON, () -> log.deleted() == 2);
            assertThat(watch.healthy()).isTrue();
        }
    }

    @Test
    void eventsLostWhileTheServerWasAwayAreToldAfterwards() throws Exception {
        client.createPod(pod("vanishing"));
        Log log = new Log();
        Fault away = new Fault.Failure(503, "ServiceUnavailable", null);
        cluster.faults().add(Verb.WATCH, 1, new Fault.Cut(0));
        cluster.faults().always(Verb.WATCH, away);
        try (PodWatch watch = watch(log, LONG)) {
            Eventually.within(SOON, () -> log.told.contains("listed") && calls.contains("watch 503"));
            cluster.faults().always(Verb.LIST, away);
            client.deletePod("vanishing", null, Duration.ZERO);
            client.createPod(pod("arriving"));
            cluster.compact();
            calls.clear();
            Eventually.within(SOON, () -> calls.contains("watch 503"));
            cluster.faults().clear();
            Eventually.within(SOON, () -> log.deleted() == 1 && log.names.contains("arriving"));
            assertThat(watch.healthy()).isTrue();
        }
    }

    @Test
    void withoutTheRightToWatchItPolls() throws Exception {
        cluster.faults().always(Verb.WATCH, new Fault.Forbidden());
        assertThat(client.missingPermissions()).containsExactly("pods watch");
        Log log = new Log();
        try (PodWatch watch = watch(log, LONG)) {
            Eventually.within(SOON, () -> calls.contains("watch 403"));
            liveAndDie(1, log);
            Eventually.within(
                    SOON,
                    () -> watch.healthy()
                            && calls.stream().filter("list 200"::equals).count() > 3);
        }
    }

    private KubeClient client(Duration retryFor) {
        return KubeClient.connect(cluster.access(), settings().withRetryFor(retryFor));
    }

    private KubeClientSettings settings() {
        return KubeClientSettings.defaults().withObserver((verb, resource, status, nanos) -> {
            lastCall = System.nanoTime();
            calls.add(verb + " " + status);
        });
    }

    private PodWatch watch(Log log, Duration silence) {
        PodWatchSettings settings = new PodWatchSettings(
                Duration.ofMinutes(1),
                silence,
                Duration.ofMillis(50),
                LONG,
                Duration.ofMillis(5),
                Duration.ofMillis(100),
                Duration.ofMinutes(1),
                Duration.ofSeconds(5));
        return PodWatch.start(client, "run=" + run, log, settings);
    }

    /// Pods one after the other, from creation to deletion.
    ///
    /// @param listeners who have to hear of a pod before it is deleted: nobody hears of one that lives and dies
    ///     between two lists
    private void liveAndDie(int number, Log... listeners) throws Exception {
        for (int i = 0; i < number; i++) {
            String name = "short-" + i;
            client.createPod(pod(name));
            for (Log log : listeners) {
                Eventually.within(SOON, () -> log.names.contains(name));
            }
            Eventually.within(
                    SOON,
                    () -> client.pod(name)
                            .orElseThrow()
                            .at("/status/phase")
                            .asText()
                            .equals("Succeeded"));
            client.deletePod(name, null, Duration.ZERO);
        }
    }

    private ObjectNode pod(String name) {
        ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata").put("name", name);
        metadata.putObject("labels").put("run", run);
        metadata.putObject("annotations")
                .put(KubeClient.CREATE_ID, UUID.randomUUID().toString());
        ObjectNode container = pod.putObject("spec")
                .put("restartPolicy", "Never")
                .putArray("containers")
                .addObject();
        container
                .put("name", "main")
                .put("image", "busybox:1")
                .putArray("command")
                .add("true");
        return pod;
    }

    /// Notes what it is told, with the version of each object.
    private static final class Log implements PodWatch.Events {
        final List<String> told = new CopyOnWriteArrayList<>();
        final Set<String> names = ConcurrentHashMap.newKeySet();

        @Override
        public void listed(Collection<ObjectNode> all) {
            told.add("listed");
            all.forEach(pod -> names.add(pod.at("/metadata/name").asText()));
        }

        @Override
        public void changed(ObjectNode pod) {
            names.add(pod.at("/metadata/name").asText());
            told.add("changed " + shown(pod));
        }

        @Override
        public void deleted(ObjectNode pod) {
            told.add("deleted " + shown(pod));
        }

        long deleted() {
            return told.stream().filter(t -> t.startsWith("deleted")).count();
        }

        private static String shown(ObjectNode pod) {
            return pod.at("/metadata/name").asText() + " "
                    + pod.at("/metadata/resourceVersion").asText();
        }
    }
}
