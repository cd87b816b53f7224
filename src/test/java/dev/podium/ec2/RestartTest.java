package dev.podium.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.Eventually;
import dev.podium.SharedCluster;
import dev.podium.kube.embedded.Faults.Fault;
import dev.podium.kube.embedded.Faults.Verb;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// Instances over a restart of the server.
@NullMarked
@SuppressWarnings("unchecked") // the SDK's lists of consumers
final class RestartTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @Test
    void instancesRunOnAndOnesWhosePodsVanishedAreStopped() throws Exception {
        try (SharedCluster cluster = SharedCluster.start();
                Fixture fixture = Fixture.start(cluster.settings())) {
            String stays = fixture.run("#!/bin/sh\necho stays\n");
            String vanishes = fixture.run("#!/bin/sh\necho vanishes\n");
            String ip = fixture.running(stays).privateIpAddress();
            fixture.running(vanishes);
            fixture.server.stop();
            String gone = cluster.podNames().stream()
                    .filter(name -> name.startsWith("podium-i-" + vanishes))
                    .findFirst()
                    .orElseThrow();
            cluster.delete(gone);
            fixture.server.startAgain();
            fixture.reconnect();
            fixture.waiter.waitUntilInstanceStopped(b -> b.instanceIds(vanishes));
            assertThat(fixture.describe(vanishes).stateReason().code()).isEqualTo("Server.InternalError");
            assertThat(fixture.running(stays).privateIpAddress()).isEqualTo(ip);
            assertThat(cluster.podNames()).hasSize(1);

            // It is still listened to: its end is noticed.
            cluster.delete(cluster.podNames().getFirst());
            fixture.waiter.waitUntilInstanceStopped(b -> b.instanceIds(stays));
            assertThat(fixture.describe(stays).stateReason().message()).contains("deleted");
        }
    }

    @Test
    void aPodIsWhatItsInstanceSays() throws Exception {
        try (SharedCluster cluster = SharedCluster.start();
                Fixture fixture = Fixture.start(cluster.settings())) {
            String group = fixture.ec2
                    .createSecurityGroup(b -> b.groupName("g").description("g"))
                    .groupId();
            String id = fixture.run(Fixture.request().instanceType("t3.small").securityGroupIds(group))
                    .getFirst();
            fixture.running(id);
            JsonNode pod = cluster.pods().getFirst();
            assertThat(pod.at("/spec/containers/0/resources"))
                    .hasToString("{\"requests\":{\"cpu\":\"400m\",\"memory\":\"2048Mi\"},"
                            + "\"limits\":{\"memory\":\"2048Mi\"}}");
            assertThat(pod.at("/spec/nodeSelector/kubernetes.io~1arch").asText())
                    .isEqualTo("amd64");
            assertThat(pod.at("/spec/automountServiceAccountToken").asBoolean(true))
                    .isFalse();
            JsonNode labels = pod.at("/metadata/labels");
            assertThat(labels.path("podium.dev/" + group).asText()).isEqualTo("true");
            assertThat(labels.path("podium.dev/instance-id").asText()).isEqualTo(id);
            assertThat(fixture.ec2
                            .describeInstanceStatus(b -> b.instanceIds(id))
                            .instanceStatuses()
                            .getFirst()
                            .instanceStatus()
                            .statusAsString())
                    .isEqualTo("ok");
        }
    }

    /// The server answers requests before it has looked for the pods of an earlier run.
    @Test
    void instancesThatComeBeforeTheServerHasSettledGetOnePodEach() throws Exception {
        try (SharedCluster cluster = SharedCluster.start()) {
            cluster.faults().always(Verb.LIST, new Fault.Failure(403, "Forbidden", null));
            cluster.faults().add(Verb.CREATE, 1, new Fault.Slow(Duration.ZERO));
            try (Fixture fixture = Fixture.start(cluster.settings())) {
                String first = fixture.run("#!/bin/sh\n");
                Eventually.within(SOON, () -> cluster.faults().pending() == 0);
                cluster.faults().clear();
                cluster.faults().add(Verb.LIST, 20, new Fault.Slow(Duration.ofMillis(300)));
                cluster.faults().add(Verb.CREATE, 1000, new Fault.Slow(Duration.ofMillis(200)));
                List<String> ids = new ArrayList<>();
                do {
                    ids.add(fixture.run("#!/bin/sh\n"));
                } while (!fixture.server.page("/readyz").startsWith("200") && ids.size() < 60);
                fixture.running(first);
                for (String id : ids) {
                    fixture.running(id);
                }
                assertThat(cluster.pods()).hasSize(1 + ids.size());
                cluster.faults().clear();
            }
        }
    }

    /// As on AWS: address and files stay, processes end, user data runs no second time.
    @Test
    void aRebootKeepsPodAddressAndFiles() throws Exception {
        try (SharedCluster cluster = SharedCluster.start();
                Fixture fixture = Fixture.start(cluster.settings())) {
            String id = fixture.run("""
                    #!/bin/sh
                    boot=/var/lib/cloud/scripts/per-boot/again
                    printf '#!/bin/sh\necho again >> /var/lib/cloud/boots; echo $(wc -l < /var/lib/cloud/boots) boots\n' > $boot
                    chmod 755 $boot
                    sh -c 'trap "echo told to end; exit" TERM; echo can be told; while :; do sleep 0.1; done' &
                    echo first boot
                    """);
            Eventually.within(
                    SOON,
                    () -> fixture.console(id).contains("first boot")
                            && fixture.console(id).contains("can be told"));
            var before = fixture.running(id);
            String pod = cluster.pods().getFirst().at("/metadata/uid").asText();
            fixture.ec2.rebootInstances(b -> b.instanceIds(id));
            Eventually.within(SOON, () -> {
                assertThat(fixture.console(id)).contains("1 boots");
                return true;
            });
            // The server that comes back is listened to again.
            fixture.server.stop();
            fixture.server.startAgain();
            fixture.reconnect();
            fixture.ec2.rebootInstances(b -> b.instanceIds(id));
            Eventually.within(SOON, () -> {
                assertThat(fixture.console(id)).contains("2 boots");
                return true;
            });
            assertThat(fixture.console(id)).containsOnlyOnce("first boot").contains("told to end");
            assertThat(fixture.describe(id)).isEqualTo(before);
            assertThat(cluster.pods()).hasSize(1);
            assertThat(cluster.pods().getFirst().at("/metadata/uid").asText()).isEqualTo(pod);
        }
    }

    /// The API server made the pod, but its answer said otherwise: the next one has another name.
    @Test
    void aCreationWhoseAnswerWasLostLeavesNoSecondPod() throws Exception {
        try (SharedCluster cluster = SharedCluster.start();
                Fixture fixture = Fixture.start(cluster.settings())) {
            cluster.faults().add(Verb.CREATE, 1, new Fault.FailureAfterwards(403, "exceeded quota"));
            String id = fixture.run("#!/bin/sh\n");
            Eventually.within(
                    SOON,
                    () -> cluster.faults().pending() == 0
                            && cluster.podNames().size() == 1
                            && fixture.describe(id).state().code() == 16);
            fixture.ec2.terminateInstances(b -> b.instanceIds(id));
            fixture.waiter.waitUntilInstanceTerminated(b -> b.instanceIds(id));
            assertThat(cluster.podNames()).isEmpty();
        }
    }

    @Test
    void instancesOfTheEmbeddedClusterStopWithItAndStartAgain() throws Exception {
        try (Fixture fixture = Fixture.start(Map.of())) {
            String id = fixture.run("#!/bin/sh\necho up\n");
            fixture.running(id);
            fixture.server.restart();
            fixture.reconnect();
            fixture.waiter.waitUntilInstanceStopped(b -> b.instanceIds(id));
            fixture.ec2.startInstances(b -> b.instanceIds(id));
            fixture.running(id);
            fixture.ec2.terminateInstances(b -> b.instanceIds(id));
            fixture.waiter.waitUntilInstanceTerminated(b -> b.instanceIds(id));
            Eventually.within(SOON, () -> fixture.describe(id).state().code() == 48);
        }
    }

    @Test
    void resetEndsAndForgetsInstances() throws Exception {
        try (Fixture fixture = Fixture.start(Map.of("PODIUM_ALLOW_RESET", "true"))) {
            String id = fixture.run("#!/bin/sh\n");
            fixture.running(id);
            try (var http = java.net.http.HttpClient.newHttpClient()) {
                var request = java.net.http.HttpRequest.newBuilder(
                                fixture.server.endpoint().resolve("/_podium/reset"))
                        .POST(java.net.http.HttpRequest.BodyPublishers.noBody())
                        .build();
                http.send(request, java.net.http.HttpResponse.BodyHandlers.discarding());
            }
            assertThat(Fixture.code(() -> fixture.describe(id))).isEqualTo("InvalidInstanceID.NotFound");
        }
    }

    @Test
    void terminatedInstancesAreForgottenAfterAnHour() throws Exception {
        AtomicReference<Duration> later = new AtomicReference<>(Duration.ZERO);
        Clock clock = new Clock() {
            @Override
            public Instant instant() {
                return Instant.now().plus(later.get());
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        try (Fixture fixture = Fixture.start(Map.of(), clock)) {
            String id = fixture.run("#!/bin/sh\n");
            fixture.running(id);
            fixture.ec2.createTags(b -> b.resources(id).tags(t -> t.key("k").value("v")));
            fixture.ec2.terminateInstances(b -> b.instanceIds(id));
            fixture.waiter.waitUntilInstanceTerminated(b -> b.instanceIds(id));
            later.set(Duration.ofMinutes(59));
            assertThat(fixture.describe(id).tags()).hasSize(1);
            later.set(Duration.ofMinutes(62));
            assertThat(Fixture.code(() -> fixture.describe(id))).isEqualTo("InvalidInstanceID.NotFound");
            assertThat(fixture.ec2.describeInstances().reservations()).isEmpty();
            assertThat(fixture.ec2.describeTags().tags()).isEmpty();
        }
    }
}
