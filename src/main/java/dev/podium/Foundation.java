package dev.podium;

import dev.podium.aws.HttpUpstream;
import dev.podium.config.Config;
import dev.podium.lambda.runtime.RuntimePort;
import dev.podium.pods.Pods;
import dev.podium.pods.Reaper;
import dev.podium.store.Store;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/// What every service is built upon.
///
/// @param server who this server is
/// @param port the port that pods call
/// @param upstream where requests for services go that Podium lacks, or null
/// @param parts closes what a service opens, in reverse order
record Foundation(
        Config config,
        Clock clock,
        Store store,
        Server server,
        Cluster cluster,
        Pods pods,
        Reaper reaper,
        RuntimePort port,
        Telemetry telemetry,
        @Nullable HttpUpstream upstream,
        Parts parts) {
    /// The same, with others to close.
    Foundation with(Parts others) {
        return new Foundation(config, clock, store, server, cluster, pods, reaper, port, telemetry, upstream, others);
    }
}
