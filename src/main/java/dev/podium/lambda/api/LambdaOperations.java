package dev.podium.lambda.api;

import dev.podium.aws.ServiceApi;

/// A family of Lambda's operations: what belongs together stands in one class, and `Podium` lists the classes.
public interface LambdaOperations {
    /// Adds its handlers to the service.
    void addTo(ServiceApi.Builder service);
}
