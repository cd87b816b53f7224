package dev.podium.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.FreePort;
import dev.podium.codec.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Instances, tasks and load balancers, with boto3, the aws CLI and their waiters, as pods of a real cluster.
final class ComputeIT {
    @RegisterExtension
    static final ItCluster CLUSTER = new ItCluster();

    private static final String IMAGES = "ami-0a0a0a0a0a0a0a0a0=registry.local/python:3.11,ami-0b0b0b0b0b0b0b0b0=" + ItCluster.INIT_IMAGE;

    private static PodiumProcess server;
    /// Where `boto3_containers.py` plays Secrets Manager.
    private static int upstream;

    @BeforeAll
    static void start() throws Exception {
        upstream = FreePort.next();
        server = PodiumProcess.start(
                CLUSTER,
                Map.of(
                        "PODIUM_EC2_IMAGES", IMAGES,
                        "PODIUM_EC2_NETWORK_POLICY", "true",
                        "PODIUM_UPSTREAM_URL", "http://127.0.0.1:" + upstream));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void instancesLiveAsOnAws() throws Exception {
        allDone("boto3_instances.py");
    }

    @Test
    void networksAndGroupsSurroundThem() throws Exception {
        allDone("boto3_networks.py");
    }

    /// The bare cluster's network enforces nothing, so the script does it while it looks.
    @Test
    void securityGroupsAdmitAndRefuseConnections() throws Exception {
        Assumptions.assumeTrue(CLUSTER.isBare());
        allDone("boto3_enforced.py");
    }

    @Test
    void containersGetWhatTheirDefinitionSays() throws Exception {
        allDone("boto3_containers.py");
    }

    @Test
    void tasksAndServicesLiveAsOnAws() throws Exception {
        allDone("boto3_tasks.py");
    }

    @Test
    void loadBalancersCarryTraffic() throws Exception {
        allDone("boto3_balancing.py");
    }

    @Test
    void connectionsStreamAndDrain() throws Exception {
        allDone("boto3_traffic.py");
    }

    /// Both go on in the pods that they had: the server finds them again.
    @Test
    void instancesAndTasksOutliveAServerKilledWithNine() throws Exception {
        String instance = aws("ec2", "run-instances", "--image-id", "ami-0b0b0b0b0b0b0b0b0", "--instance-type", "t3.nano")
                .path("Instances")
                .path(0)
                .path("InstanceId")
                .asText();
        aws("ecs", "create-cluster", "--cluster-name", "kept");
        aws("ecs", "register-task-definition", "--family", "kept", "--container-definitions", """
                [{"name": "main", "image": "%s", "command": ["sleep", "3600"], "memory": 64}]"""
                        .formatted(ItCluster.INIT_IMAGE));
        String task = aws("ecs", "run-task", "--cluster", "kept", "--task-definition", "kept")
                .path("tasks")
                .path(0)
                .path("taskArn")
                .asText();
        aws("ec2", "wait", "instance-running", "--instance-ids", instance);
        aws("ecs", "wait", "tasks-running", "--cluster", "kept", "--tasks", task);
        JsonNode before = shown(instance);
        List<String> pods = pods();

        server.kill();
        server.startAgain();

        assertThat(shown(instance)).isEqualTo(before);
        assertThat(aws("ecs", "describe-tasks", "--cluster", "kept", "--tasks", task)
                        .path("tasks")
                        .path(0)
                        .path("lastStatus")
                        .asText())
                .isEqualTo("RUNNING");
        assertThat(pods()).isEqualTo(pods);
        aws("ec2", "terminate-instances", "--instance-ids", instance);
        aws("ecs", "stop-task", "--cluster", "kept", "--task", task);
        aws("ec2", "wait", "instance-terminated", "--instance-ids", instance);
        aws("ecs", "wait", "tasks-stopped", "--cluster", "kept", "--tasks", task);
    }

    private static JsonNode shown(String instance) throws IOException {
        return aws("ec2", "describe-instances", "--instance-ids", instance).path("Reservations");
    }

    private static List<String> pods() throws IOException {
        List<String> names = new ArrayList<>();
        for (JsonNode pod : CLUSTER.get("pods", "-l", "podium.dev/service in (ec2,ecs)").path("items")) {
            if (!pod.path("metadata").has("deletionTimestamp")) {
                names.add(pod.path("metadata").path("uid").asText());
            }
        }
        assertThat(names).hasSize(2);
        return names;
    }

    private static JsonNode aws(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(CLUSTER.fact("PODIUM_IT_AWS"), "--output", "json"));
        command.addAll(List.of(args));
        String out = Command.run(environment(), "", command).require();
        return out.isBlank() ? Json.object() : Json.MAPPER.readTree(out);
    }

    private static void allDone(String script) throws IOException {
        Map<String, String> env = environment();
        env.put("KUBECONFIG", CLUSTER.kubeconfig().toString());
        env.put("PODIUM_IT_NAMESPACE", CLUSTER.namespace());
        env.put("PODIUM_IT_AWS", CLUSTER.fact("PODIUM_IT_AWS"));
        env.put("PODIUM_IT_WRK", CLUSTER.fact("PODIUM_IT_WRK"));
        env.put("PODIUM_IT_UPSTREAM", String.valueOf(upstream));
        env.put("PODIUM_IT_PORTS", String.valueOf(FreePort.next(InetAddress.getLoopbackAddress(), 3)));
        Command.Result result = Command.run(env, "", List.of(CLUSTER.fact("PODIUM_IT_PYTHON"), "src/it/python/" + script));
        // How long what took, for people.
        System.out.println(script + "\n" + result.out());
        assertThat(result.err()).isEmpty();
        assertThat(result.require()).endsWith("all done\n");
    }

    private static Map<String, String> environment() {
        return Command.aws(server.endpoint(), "test", "test");
    }
}
