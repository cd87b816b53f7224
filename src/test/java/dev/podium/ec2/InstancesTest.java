package dev.podium.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.ShutdownBehavior;
import software.amazon.awssdk.services.ec2.model.Tag;

/// The life of instances, through the AWS SDK and its waiters.
@NullMarked
@SuppressWarnings("unchecked") // the SDK's lists of consumers
final class InstancesTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @SuppressWarnings("NullAway.Init")
    private static Fixture fixture;

    @SuppressWarnings("NullAway.Init")
    private static Ec2Client ec2;

    @BeforeAll
    static void start() throws Exception {
        fixture = Fixture.start(Map.of("EC2_VM_MANAGER", "kubernetes"));
        ec2 = fixture.ec2;
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    private static InstanceStateName state(String id) {
        return fixture.describe(id).state().name();
    }

    @Test
    void instanceRunsStopsStartsAndTerminates() throws Exception {
        String id = fixture.run("#!/bin/sh\necho booted $((40 + 2))\n");
        Instance running = fixture.running(id);
        assertThat(running.state().code()).isEqualTo(16);
        assertThat(running.privateIpAddress()).startsWith("127.");
        assertThat(running.privateDnsName()).startsWith("ip-127-").endsWith(".ec2.internal");
        Eventually.within(SOON, () -> fixture.console(id).contains("booted 42"));

        var stopping =
                ec2.stopInstances(b -> b.instanceIds(id)).stoppingInstances().getFirst();
        assertThat(stopping.previousState().name()).isEqualTo(InstanceStateName.RUNNING);
        assertThat(stopping.currentState().code()).isEqualTo(64);
        fixture.waiter.waitUntilInstanceStopped(b -> b.instanceIds(id));
        Instance stopped = fixture.describe(id);
        assertThat(stopped.stateReason().code()).isEqualTo("Client.UserInitiatedShutdown");
        assertThat(stopped.stateTransitionReason()).startsWith("User initiated (");
        assertThat(stopped.privateIpAddress()).isNull();
        assertThat(fixture.console(id)).contains("booted 42");

        ec2.startInstances(b -> b.instanceIds(id));
        assertThat(fixture.running(id).stateReason()).isNull();

        ec2.terminateInstances(b -> b.instanceIds(id));
        fixture.waiter.waitUntilInstanceTerminated(b -> b.instanceIds(id));
        Instance gone = fixture.describe(id);
        assertThat(gone.state().code()).isEqualTo(48);
        assertThat(gone.networkInterfaces()).isEmpty();
        assertThatThrownBy(() -> ec2.startInstances(b -> b.instanceIds(id)))
                .isInstanceOfSatisfying(Ec2Exception.class, e -> {
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("IncorrectInstanceState");
                    assertThat(e.awsErrorDetails().errorMessage())
                            .isEqualTo("The instance '" + id + "' is not in a state from which it can be started.");
                });
    }

    @Test
    void userDataRunsAtTheFirstBootOnly() throws Exception {
        String first = "boot-" + UUID.randomUUID();
        String id = fixture.run("#!/bin/sh\necho " + first + "\n");
        Eventually.within(SOON, () -> fixture.console(id).contains(first));
        ec2.stopInstances(b -> b.instanceIds(id));
        fixture.waiter.waitUntilInstanceStopped(b -> b.instanceIds(id));
        String script = "#!/bin/sh\necho second boot\n";
        ec2.modifyInstanceAttribute(b ->
                b.instanceId(id).userData(d -> d.value(software.amazon.awssdk.core.SdkBytes.fromUtf8String(script))));
        assertThat(ec2.describeInstanceAttribute(b -> b.instanceId(id).attribute("userData"))
                        .userData()
                        .value())
                .isEqualTo(Fixture.base64(script));
        ec2.startInstances(b -> b.instanceIds(id));
        fixture.running(id);
        ec2.rebootInstances(b -> b.instanceIds(id));
        // The instance shuts down by itself only when a process of it says so: nothing has run to do so.
        assertThat(fixture.console(id)).doesNotContain("second boot");
        ec2.terminateInstances(b -> b.instanceIds(id));
        fixture.waiter.waitUntilInstanceTerminated(b -> b.instanceIds(id));
        assertThat(fixture.console(id)).doesNotContain("second boot");
    }

    @Test
    void instanceThatShutsItselfDownIsStoppedOrTerminated() throws Exception {
        String shutdown = "#!/bin/sh\nshutdown -h now\n";
        String stops = fixture.run(shutdown);
        String ends = fixture.run(Fixture.request()
                        .userData(Fixture.base64(shutdown))
                        .instanceInitiatedShutdownBehavior(ShutdownBehavior.TERMINATE))
                .getFirst();
        Eventually.within(SOON, () -> state(stops) == InstanceStateName.STOPPED);
        Eventually.within(SOON, () -> state(ends) == InstanceStateName.TERMINATED);
        for (String id : List.of(stops, ends)) {
            assertThat(fixture.describe(id).stateReason().code()).isEqualTo("Client.InstanceInitiatedShutdown");
        }
    }

    @Test
    void sameTokenLaunchesOnce() {
        String token = UUID.randomUUID().toString();
        var first = ec2.runInstances(Fixture.request().clientToken(token).build());
        var again = ec2.runInstances(Fixture.request().clientToken(token).build());
        assertThat(again.reservationId()).isEqualTo(first.reservationId());
        assertThat(again.instances().getFirst().instanceId())
                .isEqualTo(first.instances().getFirst().instanceId());
        assertThat(Fixture.code(() -> ec2.runInstances(
                        Fixture.request().clientToken(token).maxCount(2).build())))
                .isEqualTo("IdempotentParameterMismatch");
    }

    @Test
    void instancesAreFoundByTagsWildcardsAndPages() {
        String run = UUID.randomUUID().toString();
        List<String> ids = fixture.run(Fixture.request()
                .minCount(7)
                .maxCount(7)
                .tagSpecifications(t -> t.resourceType(ResourceType.INSTANCE)
                        .tags(Tag.builder().key("run").value(run).build())));
        assertThat(ids).hasSize(7);
        List<String> found = ec2
                .describeInstancesPaginator(b -> b.maxResults(5)
                        .filters(
                                f -> f.name("tag:run").values(run.substring(0, 8) + "*"),
                                f -> f.name("tag-key").values("r?n")))
                .reservations()
                .stream()
                .flatMap(r -> r.instances().stream())
                .map(Instance::instanceId)
                .toList();
        assertThat(found).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(ec2.describeInstances(b -> b.filters(f -> f.name("tag:run").values("nothing")))
                        .reservations())
                .isEmpty();
        assertThat(ec2.describeInstances(b -> b.instanceIds(ids)).reservations())
                .hasSize(1);
        ec2.terminateInstances(b -> b.instanceIds(ids));
        fixture.waiter.waitUntilInstanceTerminated(b -> b.instanceIds(ids));
    }

    @Test
    void dryRunSaysWhatWouldHappenAndDoesNothing() {
        assertThatThrownBy(() -> ec2.runInstances(
                        Fixture.request().clientToken("dry").dryRun(true).build()))
                .isInstanceOfSatisfying(Ec2Exception.class, e -> {
                    assertThat(e.statusCode()).isEqualTo(412);
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("DryRunOperation");
                });
        assertThat(ec2.describeInstances(
                                b -> b.filters(f -> f.name("client-token").values("dry")))
                        .reservations())
                .isEmpty();
    }

    @Test
    void whatAPodCannotDoIsRefusedByName() {
        assertThatThrownBy(() -> ec2.runInstances(Fixture.request()
                        .blockDeviceMappings(d -> d.deviceName("/dev/xvdb").ebs(e -> e.volumeSize(8)))
                        .build()))
                .hasMessageContaining("BlockDeviceMappings")
                .hasMessageContaining("not supported by Podium");
        assertThatThrownBy(() ->
                        ec2.createVolume(b -> b.availabilityZone("us-east-1a").size(1)))
                .hasMessageContaining("CreateVolume")
                .hasMessageContaining("pods");
    }

    @Test
    void imageThatCannotBePulledTerminatesANewInstance() throws Exception {
        String ami = ec2.registerImage(
                        b -> b.name("broken-" + UUID.randomUUID()).imageLocation("registry.invalid/no/such:image"))
                .imageId();
        String id = fixture.run(Fixture.request().imageId(ami)).getFirst();
        Eventually.within(SOON, () -> state(id) == InstanceStateName.TERMINATED);
        Instance failed = fixture.describe(id);
        assertThat(failed.stateReason().code()).isEqualTo("Server.InternalError");
        assertThat(failed.stateReason().message())
                .startsWith("Server.InternalError: ")
                .contains("registry.invalid");
    }
}
