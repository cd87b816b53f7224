package dev.podium.ecs;

import dev.podium.aws.ServiceApi;
import dev.podium.pods.PodException;
import java.util.List;

/// Amazon ECS: its operations, and what they are about.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/Welcome.html">API reference</a>
public final class EcsApi implements AutoCloseable {
    private static final long MAX_BODY = 4 << 20;

    private final Surroundings on;
    private final Clusters clusters;
    private final TaskDefinitions definitions;
    private final Tasks tasks;
    private final Services services;

    /// Makes the service; nothing is read or started yet.
    public EcsApi(Surroundings on) {
        this.on = on;
        clusters = new Clusters(on.store());
        definitions = new TaskDefinitions(on.store());
        tasks = new Tasks(on);
        services = new Services(tasks, on);
        on.loadBalancing().onChange(tasks::targetsChanged);
    }

    private List<EcsOperations> families() {
        return List.of(
                new ClustersApi(clusters, tasks, services),
                new TaskDefinitionsApi(definitions, on.clock()),
                new TasksApi(clusters, definitions, tasks),
                new ServicesApi(clusters, definitions, services, new ServiceRules(on), on.clock()),
                new TagsApi(clusters, definitions, tasks, services),
                new SettingsApi(on.store()),
                new CapacityApi(clusters));
    }

    /// The operations, for the dispatcher.
    public ServiceApi service() {
        ServiceApi.Builder service = ServiceApi.of("ecs").maxBody(MAX_BODY).validationCode("InvalidParameterException");
        families().forEach(family -> family.addTo(service));
        return service.build();
    }

    /// Reads what an earlier run has left. Its tasks wait for [#adopt] and [#settle].
    public void start() {
        tasks.load();
        services.load();
    }

    /// Takes in the pods of an earlier run.
    ///
    /// @throws PodException when they can't be listed now
    public void adopt() throws PodException, InterruptedException {
        tasks.adopt();
    }

    /// All pods are taken in: tasks whose pod is missing have ended, and services go on.
    public void settle() {
        tasks.settle();
        services.settle();
    }

    /// Stops leading tasks and services; the pods stay for the next run of the server.
    @Override
    public void close() {
        try {
            services.leave();
            tasks.leave();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends all services and tasks and forgets them.
    public void clear() {
        services.clear();
        tasks.clear();
    }
}
