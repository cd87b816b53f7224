package dev.podium.iam;

import dev.podium.aws.ServiceApi;

/// A family of operations.
@FunctionalInterface
interface IamOperations {
    /// Adds the operations.
    void addTo(ServiceApi.Builder service);
}
