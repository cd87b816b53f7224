package dev.podium.elb;

import dev.podium.aws.Scope;
import java.util.Optional;

/// Where instances that are targets can be reached.
@FunctionalInterface
public interface InstanceAddresses {
    /// The state of an instance as far as a load balancer is concerned.
    ///
    /// @param address its IP address; nothing while it isn't running
    record Instance(Optional<String> address) {}

    /// An instance, or nothing when there is none of the id.
    Optional<Instance> find(Scope scope, String instanceId);
}
