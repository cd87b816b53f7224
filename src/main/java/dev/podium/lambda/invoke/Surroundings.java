package dev.podium.lambda.invoke;

import dev.podium.pods.PodState;
import java.time.Duration;

/// What a group asks of its surroundings. Must not block.
interface Surroundings {
    /// Makes a pod for the environment, on a thread of its own.
    void start(Environment environment);

    /// The environment's pod has an address: connect to it if it doesn't connect itself.
    void running(Environment environment, PodState pod);

    /// The environment's pod can't be used: replaces it by another one, not from the pool.
    void restart(Environment environment);

    /// No node has room for the environment's pod.
    void noRoom();

    /// Calls [EnvironmentGroup#replenish] later.
    void replenishLater(EnvironmentGroup group, Duration delay);

    /// Gives the environment's pod up.
    void end(Environment environment);

    /// The same in a moment: a pod that ends would slow down the start of the one that takes its place.
    void endSoon(Environment environment);

    /// The environment is idle for the first time.
    void watchIdle(Environment environment);

    /// How much longer a start may take because something has to be installed before.
    Duration installing(Deployment deployment);

    /// Environments beyond this number aren't made; 0 for no limit.
    int maxEnvironments();

    /// Whether an environment may serve a second invocation.
    boolean reuse();
}
