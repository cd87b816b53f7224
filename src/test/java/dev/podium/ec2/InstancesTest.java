package dev.podium.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.TestServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.waiters.Ec2Waiter;

/// The life of instances, through the AWS SDK and its waiters.
@NullMarked
final class InstancesTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private static Ec2Client ec2;

    @SuppressWarnings("NullAway.Init")
    private static Ec2Waiter waiter;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(Map.of());
        ec2 = TestClients.ec2(server);
        waiter = TestClients.waiter(ec2);
    }

    @AfterAll
    static void stop() throws Exception {
        waiter.close();
        ec2.close();
        server.close();
    }

    private static RunInstancesRequest.Builder request() {
        return RunInstancesRequest.builder()
                .imageId(TestClients.AMI)
                .instanceType(InstanceType.T3_MICRO)
                .minCount(1)
                .maxCount(1);
    }

    private static String run(String userData) {
        String data = Base64.getEncoder().encodeToString(userData.getBytes(StandardCharsets.UTF_8));
        return ec2.runInstances(request().userData(data).build())
                .instances()
                .getFirst()
                .instanceId();
    }

    private static Instance describe(String id) {
        return ec2.describeInstances(b -> b.instanceIds(id))
                .reservations()
                .getFirst()
                .instances()
                .getFirst();
    }

    private static String console(String id) {
        String output = ec2.getConsoleOutput(b -> b.instanceId(id)).output();
        return output == null ? "" : new String(Base64.getDecoder().decode(output), StandardCharsets.UTF_8);
    }

    @Test
    void instanceRunsStopsStartsAndTerminates() throws Exception {
        String id = run("#!/bin/sh\necho booted $((40 + 2))\n");
        assertThat(describe(id).stateTransitionReason()).isEmpty();
        waiter.waitUntilInstanceRunning(b -> b.instanceIds(id));
        Instance running = describe(id);
        assertThat(running.state().code()).isEqualTo(16);
        assertThat(running.privateIpAddress()).startsWith("127.");
        assertThat(running.privateDnsName()).startsWith("ip-127-").endsWith(".ec2.internal");
        Eventually.within(SOON, () -> console(id).contains("booted 42"));

        var stopping = ec2.stopInstances(b -> b.instanceIds(id)).stoppingInstances().getFirst();
        assertThat(stopping.previousState().name()).isEqualTo(InstanceStateName.RUNNING);
        assertThat(stopping.currentState().code()).isEqualTo(64);
        waiter.waitUntilInstanceStopped(b -> b.instanceIds(id));
        Instance stopped = describe(id);
        assertThat(stopped.stateReason().code()).isEqualTo("Client.UserInitiatedShutdown");
        assertThat(stopped.stateTransitionReason()).startsWith("User initiated (");
        assertThat(stopped.privateIpAddress()).isNull();
        assertThat(console(id)).contains("booted 42");

        ec2.startInstances(b -> b.instanceIds(id));
        waiter.waitUntilInstanceRunning(b -> b.instanceIds(id));
        assertThat(describe(id).stateReason()).isNull();

        ec2.terminateInstances(b -> b.instanceIds(id));
        waiter.waitUntilInstanceTerminated(b -> b.instanceIds(id));
        Instance gone = describe(id);
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
        String id = run("#!/bin/sh\necho once\n");
        Eventually.within(SOON, () -> console(id).contains("once"));
        ec2.stopInstances(b -> b.instanceIds(id));
        waiter.waitUntilInstanceStopped(b -> b.instanceIds(id));
        ec2.startInstances(b -> b.instanceIds(id));
        waiter.waitUntilInstanceRunning(b -> b.instanceIds(id));
        String attribute = ec2.describeInstanceAttribute(b -> b.instanceId(id).attribute("userData"))
                .userData()
                .value();
        assertThat(new String(Base64.getDecoder().decode(attribute), StandardCharsets.UTF_8))
                .contains("echo once");
        ec2.terminateInstances(b -> b.instanceIds(id));
        waiter.waitUntilInstanceTerminated(b -> b.instanceIds(id));
    }

    @Test
    void instanceThatShutsItselfDownIsStoppedOrTerminated() {
        String shutdown = Base64.getEncoder().encodeToString("#!/bin/sh\nshutdown -h now\n".getBytes(StandardCharsets.UTF_8));
        String stops = ec2.runInstances(request().userData(shutdown).build())
                .instances()
                .getFirst()
                .instanceId();
        String ends = ec2.runInstances(request()
                        .userData(shutdown)
                        .instanceInitiatedShutdownBehavior("terminate")
                        .build())
                .instances()
                .getFirst()
                .instanceId();
        waiter.waitUntilInstanceStopped(b -> b.instanceIds(stops));
        waiter.waitUntilInstanceTerminated(b -> b.instanceIds(ends));
        for (String id : List.of(stops, ends)) {
            assertThat(describe(id).stateReason().code()).isEqualTo("Client.InstanceInitiatedShutdown");
        }
    }
}
