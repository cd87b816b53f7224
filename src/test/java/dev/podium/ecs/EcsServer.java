package dev.podium.ecs;

import dev.podium.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.waiters.WaiterOverrideConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.Volume;
import software.amazon.awssdk.services.ecs.waiters.EcsWaiter;

/// A client of ECS with what its tests have in common.
@NullMarked
final class EcsServer implements AutoCloseable {
    final EcsClient ecs;
    final EcsWaiter waiter;
    private @Nullable TestServer own;

    EcsServer(TestServer server) {
        this(server.endpoint());
    }

    /// Starts a server of its own, with the default cluster.
    static EcsServer start() throws Exception {
        TestServer server = TestServer.start(Map.of());
        EcsServer made = new EcsServer(server);
        made.own = server;
        made.ecs.createCluster(b -> {});
        return made;
    }

    private EcsServer(URI endpoint) {
        ecs = EcsClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClient(UrlConnectionHttpClient.builder()
                        .socketTimeout(Duration.ofMinutes(2))
                        .build())
                .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
                .build();
        waiter = EcsWaiter.builder()
                .client(ecs)
                .overrideConfiguration(WaiterOverrideConfiguration.builder()
                        .backoffStrategyV2(BackoffStrategy.fixedDelayWithoutJitter(Duration.ofMillis(50)))
                        .maxAttempts(2400)
                        .build())
                .build();
    }

    /// A container that runs a shell script.
    static ContainerDefinition container(String name, String script, Consumer<ContainerDefinition.Builder> change) {
        ContainerDefinition.Builder builder = ContainerDefinition.builder()
                .name(name)
                .image("busybox")
                .memory(64)
                .entryPoint("sh", "-c")
                .command(script);
        change.accept(builder);
        return builder.build();
    }

    /// Registers a definition.
    ///
    /// @return its ARN
    String definition(ContainerDefinition... containers) {
        return ecs.registerTaskDefinition(b -> b.family("f-" + UUID.randomUUID())
                        .volumes(List.of(Volume.builder().name("shared").build()))
                        .containerDefinitions(containers))
                .taskDefinition()
                .taskDefinitionArn();
    }

    /// Starts one task.
    ///
    /// @return its ARN
    String run(String definition) {
        return ecs.runTask(b -> b.taskDefinition(definition)).tasks().getFirst().taskArn();
    }

    Task task(String arn) {
        return ecs.describeTasks(b -> b.tasks(arn)).tasks().getFirst();
    }

    Task running(String arn) {
        return waiter.waitUntilTasksRunning(b -> b.tasks(List.of(arn)))
                .matched()
                .response()
                .orElseThrow()
                .tasks()
                .getFirst();
    }

    Task stopped(String arn) {
        return waiter.waitUntilTasksStopped(b -> b.tasks(List.of(arn)))
                .matched()
                .response()
                .orElseThrow()
                .tasks()
                .getFirst();
    }

    @Override
    public void close() {
        waiter.close();
        ecs.close();
        TestServer mine = own;
        try {
            if (mine != null) {
                mine.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
