package dev.podium.kube;

import static dev.podium.kube.TestApi.event;
import static dev.podium.kube.TestApi.json;
import static dev.podium.kube.TestApi.list;
import static dev.podium.kube.TestApi.pod;
import static dev.podium.kube.TestApi.status;
import static dev.podium.kube.TestApi.statusBody;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.Eventually;
import dev.podium.FreePort;
import dev.podium.codec.Json;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullMarked
@Timeout(120)
final class PodWatchTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    private static final Duration LONG = Duration.ofMinutes(10);

    private static PodWatchSettings settings(Duration silence) {
        return settings(silence, LONG);
    }

    private static PodWatchSettings settings(Duration silence, Duration unhealthyAfter) {
        return new PodWatchSettings(
                Duration.ofMinutes(1),
                silence,
                Duration.ofMillis(30),
                LONG,
                Duration.ofMillis(5),
                Duration.ofMillis(20),
                unhealthyAfter,
                LONG);
    }

    /// Watches until the test was told of something.
    private static void watch(TestApi api, Log log, Duration silence, String until) throws Exception {
        try (PodWatch watch = PodWatch.start(api.client(), "app=x", log, settings(silence))) {
            Eventually.within(SOON, () -> log.told.contains(until));
            assertThat(watch.healthy()).isTrue();
        }
    }

    private static void watch(TestApi api, Log log, String until) throws Exception {
        watch(api, log, LONG, until);
    }

    private static PodWatch start(TestApi api, PodWatch.Events events) {
        return PodWatch.start(api.client(), "app=x", events, settings(LONG));
    }

    private static ObjectNode bookmark(String version) {
        ObjectNode object = Json.object();
        object.putObject("metadata").put("resourceVersion", version);
        return object;
    }

    @Test
    void itListsAndThenTellsOfChanges() throws Exception {
        Log log = new Log();
        try (TestApi api = TestApi.start()) {
            api.then(
                    json(200, list("5", null, pod("a", "1", "3"))),
                    api.stream(
                            true,
                            event("ADDED", pod("b", "2", "6")),
                            event("MODIFIED", pod("a", "1", "7")),
                            event("DELETED", pod("a", "1", "8"))));
            try (PodWatch watch = start(api, log)) {
                Eventually.within(SOON, () -> log.told.size() == 4);
                assertThat(log.told).containsExactly("listed a", "changed b", "changed a", "deleted a");
                assertThat(watch.healthy()).isTrue();
            }
            assertThat(api.seen.get(1).query())
                    .contains("watch=true", "allowWatchBookmarks=true", "timeoutSeconds=60", "resourceVersion=5")
                    .contains("labelSelector=app%3Dx");
        }
    }

    @Test
    void aCutStreamGoesOnWhereItEnded() throws Exception {
        Log log = new Log();
        try (TestApi api = TestApi.start()) {
            api.then(
                    json(200, list("5", null)),
                    TestApi.cutStream(event("ADDED", pod("a", "1", "6")), event("BOOKMARK", bookmark("9"))),
                    TestApi.cut(),
                    status(500, "InternalError", "x"),
                    api.stream(true, event("ADDED", pod("b", "2", "10"))));
            watch(api, log, "changed b");
            assertThat(log.told).containsExactly("listed ", "changed a", "changed b");
            assertThat(api.seen).hasSizeGreaterThanOrEqualTo(5);
            assertThat(api.seen.subList(2, 5)).allMatch(s -> s.query().contains("resourceVersion=9&"));
        }
    }

    @Test
    void aForgottenPlaceIsListedAgainAndTellsWhatVanished() throws Exception {
        Log log = new Log();
        try (TestApi api = TestApi.start()) {
            api.then(
                    json(200, list("5", null, pod("a", "1", "3"), pod("b", "2", "4"))),
                    status(410, "Expired", "too old resource version"),
                    json(200, list("20", null, pod("b", "2", "4"))),
                    api.stream(true, event("ADDED", pod("c", "3", "21")), event("ERROR", (ObjectNode)
                            Json.MAPPER.readTree(statusBody(410, "Expired", "too old")))),
                    json(200, list("30", null, pod("b", "99", "25"))),
                    api.stream(true));
            try (PodWatch watch = start(api, log)) {
                Eventually.within(SOON, () -> log.told.size() == 7);
                assertThat(watch.healthy()).isTrue();
            }
            assertThat(log.told.subList(0, 4)).containsExactly("listed a b", "deleted a", "listed b", "changed c");
            // b was replaced by another pod of the same name
            assertThat(log.told.subList(4, 6)).containsExactlyInAnyOrder("deleted b", "deleted c");
            assertThat(log.told.get(6)).isEqualTo("listed b");
        }
    }

    @Test
    void aSilentStreamIsCutAndListedAgain() throws Exception {
        Log log = new Log();
        try (TestApi api = TestApi.start()) {
            // On a slow machine a stream may be silent for too long once more: it is listed again then.
            api.then(json(200, list("5", null)), json(200, list("6", null, pod("a", "1", "6"))))
                    .watched(api.stream(true), api.stream(true, event("ADDED", pod("b", "2", "7"))));
            watch(api, log, Duration.ofMillis(150), "changed b");
            assertThat(log.told).startsWith("listed ", "listed a");
            assertThat(log.told.subList(2, log.told.size())).isSubsetOf("listed a", "deleted b", "changed b");
        }
    }

    @Test
    void streamsThatKeepEventsBackAreReplacedByPolling() throws Exception {
        Log log = new Log();
        try (TestApi api = TestApi.start()) {
            api.then(
                    json(200, list("5", null)),
                    api.stream(true),
                    json(200, list("6", null, pod("a", "1", "6"))),
                    api.stream(true),
                    json(200, list("7", null, pod("a", "1", "7"))),
                    json(200, list("8", null, pod("a", "1", "8"))),
                    json(200, list("9", null)));
            watch(api, log, Duration.ofMillis(100), "deleted a");
            assertThat(log.told).containsExactly("listed ", "listed a", "listed a", "changed a", "deleted a");
            assertThat(api.seen.stream().filter(s -> s.query().contains("watch=true")))
                    .hasSize(2);
        }
    }

    @Test
    void whereWatchingIsForbiddenItPolls() throws Exception {
        Log log = new Log();
        try (TestApi api = TestApi.start()) {
            api.then(
                    json(200, list("5", null)),
                    status(403, "Forbidden", "cannot watch resource \"pods\""),
                    json(200, list("6", null, pod("a", "1", "6"))),
                    status(500, "InternalError", "x"),
                    json(200, list("7", null, pod("a", "1", "7"), pod("b", "2", "7"))),
                    json(200, list("8", null, pod("b", "2", "7"))));
            watch(api, log, "deleted a");
            assertThat(log.told).containsExactly("listed ", "changed a", "changed a", "changed b", "deleted a");
        }
    }

    @Test
    void whatAnEventThrowsDoesNotEndTheWatch() throws Exception {
        Log log = new Log() {
            @Override
            public void listed(Collection<ObjectNode> all) {
                super.listed(all);
                throw new IllegalStateException("from the test");
            }

            @Override
            public void changed(ObjectNode pod) {
                super.changed(pod);
                throw new IllegalStateException("from the test");
            }
        };
        try (TestApi api = TestApi.start()) {
            api.then(
                    json(200, list("5", null)),
                    api.stream(true, event("ADDED", pod("a", "1", "6")), event("ADDED", pod("b", "2", "7"))));
            watch(api, log, "changed b");
            assertThat(api.seen).hasSize(2);
        }
    }

    @Test
    void anErrorInAnEventAndRubbishOnTheStreamDoNotEndTheWatch() throws Exception {
        Log log = new Log() {
            @Override
            public void changed(ObjectNode pod) {
                super.changed(pod);
                throw new AssertionError("from the test");
            }
        };
        try (TestApi api = TestApi.start()) {
            api.then(
                    json(200, list("5", null)),
                    api.stream(true, event("ADDED", pod("a", "1", "6"))),
                    json(200, list("7", null, pod("a", "1", "6"))),
                    api.stream(true, "<html>"),
                    json(200, list("8", null)),
                    api.stream(true));
            watch(api, log, "deleted a");
        }
    }

    @Test
    void itIsUnhealthyWithoutAServerAndRecovers() throws Exception {
        int port = FreePort.next();
        Log log = new Log();
        KubeAccess access = KubeAccess.plain(URI.create("http://127.0.0.1:" + port), "t", "ns");
        PodWatchSettings settings = settings(LONG, Duration.ofSeconds(2));
        String said = event("BOOKMARK", bookmark("5"));
        try (KubeClient client = KubeClient.connect(access, TestApi.settings());
                PodWatch watch = PodWatch.start(client, "", log, settings)) {
            assertThat(watch.healthy()).isFalse();
            try (TestApi api = TestApi.at(port)) {
                api.then(json(200, list("5", null, pod("a", "1", "3"))), api.lively(said))
                        .open();
                Eventually.within(SOON, () -> log.told.contains("listed a") && watch.healthy());
            }
            Eventually.within(SOON, () -> !watch.healthy());
            try (TestApi api = TestApi.at(port)) {
                api.then(api.lively(said, event("ADDED", pod("b", "2", "6")))).open();
                Eventually.within(SOON, () -> log.told.contains("changed b") && watch.healthy());
            }
        }
    }

    @Test
    void closingEndsItsThreadAndItsEvents() throws Exception {
        Log log = new Log();
        CountDownLatch never = new CountDownLatch(1);
        try (TestApi api = TestApi.start()) {
            api.then(json(200, list("5", null)), x -> {
                x.sendResponseHeaders(200, 0);
                x.getResponseBody().flush();
                TestApi.await(never);
            });
            PodWatch watch = start(api, log);
            Eventually.within(SOON, () -> api.seen.size() == 2);
            watch.close(); // for its thread it would wait longer than this test may take
            int told = log.told.size();
            watch.close();
            assertThat(log.told).hasSize(told);
        }
    }

    /// Notes what it is told.
    private static class Log implements PodWatch.Events {
        final List<String> told = new CopyOnWriteArrayList<>();

        private static String name(ObjectNode pod) {
            assertThat(pod.path("metadata").has("managedFields")).isFalse();
            return pod.path("metadata").path("name").asText();
        }

        @Override
        public void listed(Collection<ObjectNode> all) {
            told.add("listed " + String.join(" ", all.stream().map(Log::name).toList()));
        }

        @Override
        public void changed(ObjectNode pod) {
            told.add("changed " + name(pod));
        }

        @Override
        public void deleted(ObjectNode pod) {
            told.add("deleted " + name(pod));
        }
    }
}
