package dev.podium.ecs;

import dev.podium.aws.ServiceApi;

/// A family of ECS's operations.
interface EcsOperations {
    /// Adds its handlers.
    void addTo(ServiceApi.Builder service);
}
