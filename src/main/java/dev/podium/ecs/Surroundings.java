package dev.podium.ecs;

import dev.podium.http.wire.VirtualHosts;
import dev.podium.pods.Pods;
import dev.podium.pods.Reaper;
import dev.podium.store.Store;
import java.time.Clock;

/// What tasks and services need of the rest of the server.
///
/// @param hosts where pods ask for their metadata and credentials
public record Surroundings(
        Store store,
        Pods pods,
        Reaper reaper,
        VirtualHosts hosts,
        LoadBalancing loadBalancing,
        TaskLogs logs,
        SecretValues secrets,
        NodeNames nodes,
        TaskUsage usage,
        EcsSettings settings,
        Clock clock) {}
