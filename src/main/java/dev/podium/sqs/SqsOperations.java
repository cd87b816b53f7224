package dev.podium.sqs;

import dev.podium.aws.ServiceApi;

/// A family of SQS's operations.
interface SqsOperations {
    /// Adds its handlers.
    void addTo(ServiceApi.Builder service);
}
