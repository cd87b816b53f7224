package dev.podium.kube;

import static dev.podium.kube.TestApi.cut;
import static dev.podium.kube.TestApi.json;
import static dev.podium.kube.TestApi.list;
import static dev.podium.kube.TestApi.pod;
import static dev.podium.kube.TestApi.retryAfter;
import static dev.podium.kube.TestApi.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.Eventually;
import dev.podium.FreePort;
import dev.podium.codec.Json;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullMarked
@Timeout(120)
final class KubeClientTest {
    private static ObjectNode manifest(String id) {
        ObjectNode pod = Json.object();
        pod.putObject("metadata").put("name", "p").putObject("annotations").put(KubeClient.CREATE_ID, id);
        return pod;
    }

    private static ObjectNode stored(String id) {
        ObjectNode pod = pod("p", "uid-1", "7");
        ((ObjectNode) pod.get("metadata")).putObject("annotations").put(KubeClient.CREATE_ID, id);
        return pod;
    }

    @Test
    void serverErrorsAreRetriedUntilTheyPass() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client()) {
            api.then(
                    status(500, "InternalError", "etcd"),
                    json(503, "<html>proxy</html>"),
                    cut(),
                    json(200, pod("p", "u", "1").toString()));
            ObjectNode found = client.pod("p").orElseThrow();
            assertThat(found.path("metadata").path("uid").asText()).isEqualTo("u");
            assertThat(found.path("metadata").has("managedFields")).isFalse();
            assertThat(api.seen).hasSizeGreaterThanOrEqualTo(4);
            assertThat(api.seen.getFirst().authorization()).isEqualTo("Bearer secret");
        }
    }

    @Test
    void refusalsAreNotRetried() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client()) {
            api.then(status(403, "Forbidden", "pods is forbidden: quota"));
            KubeException e = catchThrowableOfType(KubeException.class, () -> client.createPod(manifest("i")));
            assertThat(e.status()).isEqualTo(403);
            assertThat(e.reason()).isEqualTo("Forbidden");
            assertThat(e.transientFault()).isFalse();
            assertThat(e)
                    .hasMessage(
                            "cannot create pod \"p\" in namespace \"ns\": pods is forbidden: quota (403 Forbidden)");
            assertThat(api.seen).hasSize(1);
        }
    }

    @Test
    void retryAfterIsWaitedFor() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client()) {
            api.then(retryAfter(429, "1"), json(200, list("5", null)));
            long start = System.nanoTime();
            client.pods("");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void networkPolicyIsReplacedWhereThereIsOne() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client()) {
            api.then(status(409, "AlreadyExists", "there"), json(200, "{}"), status(404, "NotFound", "gone"));
            ObjectNode policy = Json.object();
            policy.putObject("metadata").put("name", "sg-1");
            client.putNetworkPolicy(policy);
            client.deleteNetworkPolicy("sg-1");
            assertThat(api.seen)
                    .extracting(seen -> seen.method() + " " + seen.uri().getPath())
                    .containsExactly(
                            "POST /apis/networking.k8s.io/v1/namespaces/ns/networkpolicies",
                            "PUT /apis/networking.k8s.io/v1/namespaces/ns/networkpolicies/sg-1",
                            "DELETE /apis/networking.k8s.io/v1/namespaces/ns/networkpolicies/sg-1");
        }
    }

    @Test
    void retryAfterBeyondThePatienceGivesUpAtOnce() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client(TestApi.settings().withRetryFor(Duration.ofMinutes(10)))) {
            api.then(retryAfter(429, "3600"));
            KubeException e = catchThrowableOfType(KubeException.class, () -> client.pods(""));
            assertThat(e.status()).isEqualTo(429);
            assertThat(e.transientFault()).isTrue();
            assertThat(api.seen).hasSize(1);
        }
    }

    @Test
    void anAbsentServerIsNamedWhenThePatienceIsOver() throws Exception {
        URI nobody = URI.create("http://127.0.0.1:" + FreePort.next());
        try (KubeClient client = KubeClient.connect(
                KubeAccess.plain(nobody, "secret", "ns"), TestApi.settings().withRetryFor(Duration.ofMillis(300)))) {
            // The first attempt alone, which makes the client's connections, may take all the time there is.
            Eventually.within(Duration.ofMinutes(1), () -> {
                KubeException e = catchThrowableOfType(KubeException.class, () -> client.createPod(manifest("i")));
                assertThat(e.reason()).isEqualTo(KubeException.UNREACHABLE);
                assertThat(e.transientFault()).isTrue();
                assertThat(e.getMessage())
                        .contains("create pod \"p\"", nobody.toString(), "connection refused", "tried")
                        .doesNotContain("secret");
                return true;
            });
        }
    }

    @Test
    void aServerThatComesBackServesTheWaitingCall() throws Exception {
        int port = FreePort.next();
        KubeAccess access = KubeAccess.plain(URI.create("http://127.0.0.1:" + port), "t", "ns");
        AtomicReference<ObjectNode> created = new AtomicReference<>();
        AtomicInteger attempts = new AtomicInteger();
        KubeClientSettings settings = TestApi.settings()
                .withRetryFor(Duration.ofMinutes(10))
                .withObserver((verb, resource, status, nanos) -> attempts.incrementAndGet());
        try (KubeClient client = KubeClient.connect(access, settings)) {
            Thread caller = Thread.ofVirtual().start(() -> {
                try {
                    created.set(client.createPod(manifest("i")));
                } catch (KubeException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            Eventually.within(Duration.ofMinutes(1), () -> attempts.get() >= 3);
            assertThat(caller.isAlive()).isTrue();
            try (TestApi api = TestApi.at(port)) {
                api.then(json(201, stored("i").toString())).open();
                assertThat(caller.join(Duration.ofMinutes(1))).isTrue();
            }
        }
        assertThat(created.get().path("metadata").path("uid").asText()).isEqualTo("uid-1");
    }

    @Test
    void aPodMadeByAnAttemptWithoutAnswerIsOurs() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client()) {
            api.then(
                    cut(),
                    status(409, "AlreadyExists", "pods \"p\" already exists"),
                    json(200, stored("i").toString()));
            ObjectNode pod = client.createPod(manifest("i"));
            assertThat(pod.path("metadata").path("uid").asText()).isEqualTo("uid-1");
            assertThat(api.calls()).containsExactly("POST /pods", "POST /pods", "GET /pods/p");
        }
    }

    @Test
    void somebodyElsesPodIsLeftAlone() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client()) {
            api.then(
                    status(409, "AlreadyExists", "pods \"p\" already exists"),
                    json(200, stored("theirs").toString()));
            KubeException e = catchThrowableOfType(KubeException.class, () -> client.createPod(manifest("ours")));
            assertThat(e.reason()).isEqualTo("AlreadyExists");
            assertThat(e.transientFault()).isFalse();
            assertThat(api.calls()).containsExactly("POST /pods", "GET /pods/p");
        }
    }

    @Test
    void aPodWithoutIdentityIsNeverTakenForOurs() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client()) {
            ObjectNode plain = Json.object();
            plain.putObject("metadata").put("name", "p");
            api.then(
                    status(409, "AlreadyExists", "exists"),
                    json(200, pod("p", "u", "1").toString()));
            KubeException e = catchThrowableOfType(KubeException.class, () -> client.createPod(plain));
            assertThat(e.reason()).isEqualTo("AlreadyExists");
        }
    }

    @Test
    void aConflictOverAQuotaIsTriedAgain() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client()) {
            api.then(
                    status(409, "Conflict", "Operation cannot be fulfilled on resourcequotas"),
                    status(404, "NotFound", "pods \"p\" not found"),
                    json(201, stored("i").toString()));
            client.createPod(manifest("i"));
            assertThat(api.calls()).containsExactly("POST /pods", "GET /pods/p", "POST /pods");
        }
    }

    @Test
    void listsFollowTheirPages() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client()) {
            api.then(
                    json(200, list("5", "n/1=", pod("a", "1", "1"), pod("b", "2", "2"))),
                    json(200, list("5", null, pod("c", "3", "3"))));
            PodList pods = client.pods("app=x,y in (z)");
            assertThat(pods.pods())
                    .extracting(p -> p.path("metadata").path("name").asText())
                    .containsExactly("a", "b", "c");
            assertThat(pods.resourceVersion()).isEqualTo("5");
            assertThat(api.seen.get(0).query()).isEqualTo("labelSelector=app%3Dx%2Cy%20in%20%28z%29&limit=2");
            assertThat(api.seen.get(1).query()).endsWith("&limit=2&continue=n%2F1%3D");
        }
    }

    @Test
    void anExpiredPageStartsTheListAgain() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client()) {
            api.then(
                    json(200, list("5", "n1", pod("a", "1", "1"))),
                    status(410, "Expired", "The provided continue parameter is too old"),
                    json(200, list("9", null, pod("b", "2", "2"))));
            PodList pods = client.pods("");
            assertThat(pods.pods())
                    .extracting(p -> p.path("metadata").path("name").asText())
                    .containsExactly("b");
            assertThat(pods.resourceVersion()).isEqualTo("9");
        }
    }

    @Test
    void answersBeyondTheLimitAreRefused() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client(TestApi.settings().withMaxResponseBytes(1000))) {
            api.then(json(200, "{\"x\":\"" + "y".repeat(2000) + "\"}"));
            KubeException e = catchThrowableOfType(KubeException.class, () -> client.pods(""));
            assertThat(e.getMessage()).contains("longer than 1000 bytes");
            assertThat(api.seen).hasSize(1);
        }
    }

    @Test
    void anAnswerThatStallsIsCutOff() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client(TestApi.settings()
                        .withRequestTimeout(Duration.ofMillis(200))
                        .withRetryFor(Duration.ofMillis(100)))) {
            api.then(api.stream(true, "{\"items\":"));
            KubeException e = catchThrowableOfType(KubeException.class, () -> client.pods(""));
            assertThat(e.reason()).isEqualTo(KubeException.UNREACHABLE);
            assertThat(e.getMessage()).contains("no answer in time");
        }
    }

    /// A thread that waits for an answer of the API.
    private static Thread caller(TestApi api, KubeClient client, AtomicReference<Throwable> thrown)
            throws InterruptedException {
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                client.pods("");
            } catch (KubeException | InterruptedException e) {
                thrown.set(e);
            }
        });
        Eventually.within(Duration.ofMinutes(1), () -> !api.seen.isEmpty());
        return caller;
    }

    @Test
    void aWaitingCallCanBeInterrupted() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client(TestApi.settings().withRequestTimeout(Duration.ofMinutes(10)))) {
            api.then(api.stream(true));
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread caller = caller(api, client, thrown);
            caller.interrupt();
            assertThat(caller.join(Duration.ofMinutes(1))).isTrue();
            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void closingTheClientEndsWaitingCalls() throws Exception {
        try (TestApi api = TestApi.start()) {
            KubeClient client = api.client(TestApi.settings()
                    .withRequestTimeout(Duration.ofMinutes(10))
                    .withRetryFor(Duration.ofMinutes(10)));
            api.then(api.stream(true));
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread caller = caller(api, client, thrown);
            client.close();
            assertThat(caller.join(Duration.ofMinutes(1))).isTrue();
            assertThat(thrown.get()).hasMessageContaining("the client is closed");
        }
    }

    @Test
    void deletingNamesThePodItMeans() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client()) {
            api.then(json(200, pod("p", "u", "1").toString()));
            client.deletePod("p", "uid-9", Duration.ofMillis(1500));
            assertThat(api.calls()).containsExactly("DELETE /pods/p");
            ObjectNode options =
                    (ObjectNode) Json.MAPPER.readTree(api.seen.getFirst().body());
            assertThat(options.path("preconditions").path("uid").asText()).isEqualTo("uid-9");
            assertThat(options.path("gracePeriodSeconds").asInt(-1)).isEqualTo(2);
        }
    }

    @Test
    void aPodThatIsGoneOrReplacedCountsAsDeleted() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client()) {
            api.then(status(404, "NotFound", "gone"), status(409, "Conflict", "the UID in the precondition"));
            client.deletePod("p", null, Duration.ZERO);
            client.deletePod("p", "uid-9", Duration.ZERO);
            assertThat(api.seen).hasSize(2);
            KubeException e =
                    catchThrowableOfType(KubeException.class, () -> client.deletePod("p", null, Duration.ZERO));
            assertThat(e.status()).isEqualTo(409);
        }
    }

    @Test
    void missingPermissionsAreNamedWithTheRuleToAdd() throws Exception {
        try (TestApi api = TestApi.start();
                KubeClient client = api.client()) {
            String yes = "{\"status\":{\"allowed\":true}}";
            String no = "{\"status\":{\"allowed\":false}}";
            api.then(json(201, yes), json(201, yes), json(201, yes), json(201, no), json(201, no), json(201, no));
            List<String> missing = client.missingPermissions();
            assertThat(missing).containsExactly("pods watch", "pods delete", "pods/log get");
            assertThat(Permissions.rules(missing))
                    .isEqualTo("- {apiGroups: [\"\"], resources: [\"pods\"], verbs: [\"watch\", \"delete\"]}\n"
                            + "- {apiGroups: [\"\"], resources: [\"pods/log\"], verbs: [\"get\"]}");
            assertThat(api.seen.getLast().body())
                    .contains("\"resource\":\"pods\",\"subresource\":\"log\"", "\"namespace\":\"ns\"");
        }
    }

    @Test
    void everyCallIsObserved() throws Exception {
        List<String> observed = new CopyOnWriteArrayList<>();
        try (TestApi api = TestApi.start();
                KubeClient client = api.client(TestApi.settings()
                        .withObserver((verb, resource, status, nanos) ->
                                observed.add(verb + " " + resource + " " + status + " " + (nanos > 0))))) {
            api.then(status(500, "InternalError", "x"), status(404, "NotFound", "x"));
            assertThat(client.pod("p")).isEmpty();
            assertThat(observed).containsExactly("get pods 500 true", "get pods 404 true");
        }
    }
}
