package dev.podium.s3;

import dev.podium.aws.ServiceApi;

/// A family of S3's operations.
interface S3Operations {
    /// Adds them to the service.
    void addTo(ServiceApi.Builder service);
}
