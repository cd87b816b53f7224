package dev.podium;

import dev.podium.aws.Scope;
import dev.podium.ec2.NetworkLookup;
import dev.podium.elb.Network;
import java.util.Optional;

/// EC2's networks, for the load balancers in them.
record InstanceNetwork(NetworkLookup networks) implements Network {
    @Override
    public Optional<Subnet> subnet(Scope scope, String id) {
        return networks.subnet(scope, id).map(found -> new Subnet(id, found.vpcId(), found.zone()));
    }

    @Override
    public boolean hasSecurityGroup(Scope scope, String id) {
        return networks.hasSecurityGroup(scope, id);
    }

    @Override
    public Optional<String> defaultSecurityGroup(Scope scope, String vpcId) {
        return networks.defaultSecurityGroup(scope, vpcId);
    }
}
