package dev.podium.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.Eventually;
import dev.podium.SharedCluster;
import dev.podium.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.DeploymentRolloutState;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.SchedulingStrategy;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceNotActiveException;

/// Services over the embedded cluster, with the SDK's waiters.
@NullMarked
final class ServicesTest {
    private static final Duration SOON = Duration.ofSeconds(100);
    private static final String SERVES = "trap 'exit 0' TERM; while :; do sleep 0.05; done";

    @SuppressWarnings("NullAway.Init")
    private static EcsServer ecs;

    @BeforeAll
    static void start() throws Exception {
        ecs = EcsServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        ecs.close();
    }

    private static String serving() {
        return ecs.definition(EcsServer.container("main", SERVES, c -> {}));
    }

    private static String service(String definition, Consumer<CreateServiceRequest.Builder> change) {
        String name = "s-" + UUID.randomUUID();
        ecs.ecs.createService(b -> {
            b.serviceName(name).taskDefinition(definition).desiredCount(2);
            change.accept(b);
        });
        return name;
    }

    private static Service stable(String name) {
        return ecs.waiter
                .waitUntilServicesStable(b -> b.services(name))
                .matched()
                .response()
                .orElseThrow()
                .services()
                .getFirst();
    }

    private static Service shown(String name) {
        return ecs.ecs.describeServices(b -> b.services(name)).services().getFirst();
    }

    private static List<String> tasks(String name) {
        return ecs.ecs.listTasks(b -> b.serviceName(name)).taskArns();
    }

    private static void delete(String name) {
        ecs.ecs.deleteService(b -> b.service(name).force(true));
        ecs.waiter.waitUntilServicesInactive(b -> b.services(name));
    }

    @Test
    void serviceBecomesStableScalesAndGoes() throws Exception {
        String name = service(serving(), b -> {});
        Service stable = stable(name);
        assertThat(stable.runningCount()).isEqualTo(2);
        assertThat(tasks(name)).hasSize(2);
        Eventually.within(
                SOON, () -> shown(name).deployments().getFirst().rolloutState() == DeploymentRolloutState.COMPLETED);
        assertThat(shown(name).events()).anyMatch(e -> e.message().endsWith("has reached a steady state."));
        ecs.ecs.updateService(b -> b.service(name).desiredCount(1));
        assertThat(stable(name).runningCount()).isEqualTo(1);
        assertThatThrownBy(() -> ecs.ecs.deleteService(b -> b.service(name)))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("The service cannot be stopped while it is scaled above 0.");
        delete(name);
        assertThat(tasks(name)).isEmpty();
        assertThat(shown(name).status()).isEqualTo("INACTIVE");
        assertThatThrownBy(() -> ecs.ecs.updateService(b -> b.service(name).desiredCount(1)))
                .isInstanceOf(ServiceNotActiveException.class);
    }

    @Test
    void deadTaskIsReplacedAtOnce() throws Exception {
        String name = service(serving(), b -> {});
        stable(name);
        Eventually.within(
                SOON, () -> shown(name).deployments().getFirst().rolloutState() == DeploymentRolloutState.COMPLETED);
        String first = tasks(name).getFirst();
        ecs.ecs.stopTask(b -> b.task(first));
        Eventually.within(
                SOON,
                () -> tasks(name).size() == 2
                        && !tasks(name).contains(first)
                        && shown(name).runningCount() == 2);
        delete(name);
    }

    @Test
    void newDefinitionRollsOutWithoutFallingBelowTheLeast() throws Exception {
        String name = service(serving(), b -> b.desiredCount(3));
        stable(name);
        String next = serving();
        // As the answer has it: the earlier one is gone as soon as its tasks are.
        assertThat(ecs.ecs
                        .updateService(b -> b.service(name).taskDefinition(next))
                        .service()
                        .deployments())
                .hasSize(2);
        int[] fewest = {Integer.MAX_VALUE};
        int[] most = {0};
        Eventually.within(SOON, () -> {
            Service now = shown(name);
            fewest[0] = Math.min(fewest[0], now.runningCount());
            most[0] = Math.max(most[0], now.runningCount() + now.pendingCount());
            return now.deployments().size() == 1
                    && now.deployments().getFirst().rolloutState() == DeploymentRolloutState.COMPLETED;
        });
        assertThat(fewest[0]).isEqualTo(3);
        assertThat(most[0]).isLessThanOrEqualTo(6);
        assertThat(ecs.ecs.describeTasks(b -> b.tasks(tasks(name))).tasks())
                .hasSize(3)
                .allMatch(t -> t.taskDefinitionArn().equals(next));
        delete(name);
    }

    @Test
    void circuitBreakerRollsBack() throws Exception {
        String good = serving();
        String name = service(
                good,
                b -> b.desiredCount(1)
                        .deploymentConfiguration(d ->
                                d.deploymentCircuitBreaker(c -> c.enable(true).rollback(true))));
        stable(name);
        Eventually.within(
                SOON, () -> shown(name).deployments().getFirst().rolloutState() == DeploymentRolloutState.COMPLETED);
        String bad = ecs.definition(EcsServer.container("main", "exit 1", c -> {}));
        ecs.ecs.updateService(b -> b.service(name).taskDefinition(bad));
        Eventually.within(SOON, () -> shown(name).taskDefinition().equals(good));
        Service stable = stable(name);
        assertThat(stable.taskDefinition()).isEqualTo(good);
        assertThat(stable.events())
                .anyMatch(e -> e.message().contains("deployment failed: tasks failed to start."))
                .anyMatch(e -> e.message().contains("rolling back to deployment ecs-svc/"));
        delete(name);
    }

    @Test
    void failingTasksAreTriedEverMoreSeldom() throws Exception {
        String bad = ecs.definition(EcsServer.container("main", "exit 1", c -> {}));
        String name = service(bad, b -> b.desiredCount(1));
        Eventually.within(SOON, () -> shown(name).deployments().getFirst().failedTasks() >= 3);
        assertThat(shown(name).deployments().getFirst().rolloutState()).isEqualTo(DeploymentRolloutState.IN_PROGRESS);
        delete(name);
    }

    @Test
    void daemonServiceRunsOneTaskPerNode() throws Exception {
        String name = service(serving(), b -> b.desiredCount(null).schedulingStrategy(SchedulingStrategy.DAEMON));
        Eventually.within(SOON, () -> shown(name).runningCount() == 1);
        assertThat(shown(name).desiredCount()).isEqualTo(1);
        delete(name);
    }

    /// The API server of this cluster has no list of nodes for anybody, as where the role doesn't permit it.
    @Test
    void daemonServiceIsRefusedWhereNodesCannotBeListed() throws Exception {
        try (SharedCluster cluster = SharedCluster.start();
                TestServer other = TestServer.start(cluster.settings());
                EcsServer there = new EcsServer(other)) {
            there.ecs.createCluster(b -> {});
            String definition = there.definition(EcsServer.container("web", "sleep 1", c -> {}));
            assertThatThrownBy(() -> there.ecs.createService(b -> b.serviceName("everywhere")
                            .taskDefinition(definition)
                            .schedulingStrategy(SchedulingStrategy.DAEMON)))
                    .isInstanceOf(InvalidParameterException.class)
                    .hasMessageContaining("Podium has to list the cluster's nodes");
        }
    }
}
