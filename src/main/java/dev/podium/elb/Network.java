package dev.podium.elb;

import dev.podium.aws.Scope;
import java.util.Optional;

/// What there is of the network that load balancers are in. Traffic doesn't depend on it.
public interface Network {
    /// A subnet.
    ///
    /// @param zone such as `us-east-1a`
    record Subnet(String id, String vpcId, String zone) {}

    /// A subnet by its id, or nothing.
    Optional<Subnet> subnet(Scope scope, String id);

    /// Whether there is a security group.
    boolean hasSecurityGroup(Scope scope, String id);

    /// The default security group of a VPC, or nothing.
    Optional<String> defaultSecurityGroup(Scope scope, String vpcId);
}
