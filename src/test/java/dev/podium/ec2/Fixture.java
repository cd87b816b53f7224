package dev.podium.ec2;

import dev.podium.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import software.amazon.awssdk.services.ec2.model.RunInstancesRequest;
import software.amazon.awssdk.services.ec2.waiters.Ec2Waiter;

/// A server with a client of EC2, and what most tests do with it.
@NullMarked
final class Fixture implements AutoCloseable {
    final TestServer server;
    Ec2Client ec2;
    Ec2Waiter waiter;

    private Fixture(TestServer server) {
        this.server = server;
        this.ec2 = TestClients.ec2(server);
        this.waiter = TestClients.waiter(ec2);
    }

    static Fixture start(Map<String, String> settings) throws Exception {
        return new Fixture(TestServer.start(settings));
    }

    static Fixture start(Map<String, String> settings, java.time.Clock clock) throws Exception {
        return new Fixture(TestServer.start(settings, clock));
    }

    /// Connects again, after a restart of the server on another port.
    void reconnect() {
        waiter.close();
        ec2.close();
        ec2 = TestClients.ec2(server);
        waiter = TestClients.waiter(ec2);
    }

    static RunInstancesRequest.Builder request() {
        return RunInstancesRequest.builder()
                .imageId(TestClients.AMI)
                .instanceType(InstanceType.T3_MICRO)
                .minCount(1)
                .maxCount(1);
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Launches instances and gives their ids.
    List<String> run(RunInstancesRequest.Builder request) {
        return ec2.runInstances(request.build()).instances().stream()
                .map(Instance::instanceId)
                .toList();
    }

    /// Launches one instance with user data and gives its id.
    String run(String userData) {
        return run(request().userData(base64(userData))).getFirst();
    }

    /// Waits until an instance runs.
    Instance running(String id) {
        waiter.waitUntilInstanceRunning(b -> b.instanceIds(id));
        return describe(id);
    }

    Instance describe(String id) {
        return ec2.describeInstances(b -> b.instanceIds(id))
                .reservations()
                .getFirst()
                .instances()
                .getFirst();
    }

    String console(String id) {
        String output = ec2.getConsoleOutput(b -> b.instanceId(id)).output();
        return output == null ? "" : new String(Base64.getDecoder().decode(output), StandardCharsets.UTF_8);
    }

    /// The code of the error that a call ends with.
    static String code(Runnable call) {
        try {
            call.run();
            return "";
        } catch (software.amazon.awssdk.services.ec2.model.Ec2Exception e) {
            return e.awsErrorDetails().errorCode();
        }
    }

    @Override
    public void close() throws java.io.IOException {
        waiter.close();
        ec2.close();
        server.close();
    }
}
