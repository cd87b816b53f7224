package dev.podium.ecs;

import dev.podium.TestServer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.Service;

/// Services of web servers, for tests of more than ECS.
@NullMarked
public final class TestTasks implements AutoCloseable {
    private final EcsServer server;

    /// Makes the default cluster.
    public TestTasks(TestServer of) {
        server = new EcsServer(of);
        server.ecs.createCluster(b -> {});
    }

    /// The client.
    public EcsClient ecs() {
        return server.ecs;
    }

    /// Registers a definition of one container, `web`, with one port.
    ///
    /// @return its ARN
    public String web(String family, List<String> command, int port, Map<String, String> variables) {
        ContainerDefinition container = ContainerDefinition.builder()
                .name("web")
                .image("python")
                .memory(128)
                .entryPoint(command.getFirst())
                .command(command.subList(1, command.size()))
                .portMappings(p -> p.containerPort(port))
                .environment(variables.entrySet().stream()
                        .map(v -> KeyValuePair.builder()
                                .name(v.getKey())
                                .value(v.getValue())
                                .build())
                        .toList())
                .build();
        return server.ecs
                .registerTaskDefinition(b -> b.family(family).containerDefinitions(container))
                .taskDefinition()
                .taskDefinitionArn();
    }

    /// Makes a service behind a target group.
    ///
    /// @return its name
    public String service(String definition, int count, String targetGroupArn) {
        String name = "s-" + UUID.randomUUID();
        server.ecs.createService(b -> b.serviceName(name)
                .taskDefinition(definition)
                .desiredCount(count)
                .loadBalancers(l ->
                        l.targetGroupArn(targetGroupArn).containerName("web").containerPort(8080)));
        return name;
    }

    /// A service as it is shown.
    public Service shown(String name) {
        return server.ecs.describeServices(b -> b.services(name)).services().getFirst();
    }

    /// ARNs of a service's running tasks.
    public List<String> of(String service) {
        return server.ecs.listTasks(b -> b.serviceName(service)).taskArns();
    }

    @Override
    public void close() {
        server.close();
    }
}
