package dev.podium.ec2;

import dev.podium.aws.ServiceApi;

/// A family of EC2's operations.
interface Ec2Operations {
    /// Adds its handlers.
    void addTo(ServiceApi.Builder service);
}
