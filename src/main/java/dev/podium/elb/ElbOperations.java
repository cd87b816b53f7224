package dev.podium.elb;

import dev.podium.aws.ServiceApi;

/// A family of the API's operations.
interface ElbOperations {
    /// Adds the handlers of this family, and what to say about them.
    void addTo(ServiceApi.Builder service);
}
