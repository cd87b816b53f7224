package dev.podium.ec2;

import dev.podium.aws.Scope;
import dev.podium.store.Store;
import java.util.Optional;

/// Subnets and security groups, for the services whose resources lie in them.
public final class NetworkLookup {
    private final Networks networks;

    /// Looks into the networks of a store.
    public NetworkLookup(Store store) {
        networks = new Networks(store, new Tags(store));
    }

    /// Where a subnet lies.
    ///
    /// @param zone such as `us-east-1a`
    public record Place(String vpcId, String zone) {}

    /// A subnet by its id, or nothing when there is none.
    public Optional<Place> subnet(Scope scope, String id) {
        return networks.subnets(scope)
                .find(scope, id)
                .map(subnet -> new Place(subnet.vpcId(), subnet.availabilityZone()));
    }

    /// Tells whether there is a security group.
    public boolean hasSecurityGroup(Scope scope, String id) {
        return networks.groups(scope).find(scope, id).isPresent();
    }

    /// The id of a network's default security group, or nothing when there is no such network.
    public Optional<String> defaultSecurityGroup(Scope scope, String vpcId) {
        return networks.groups(scope).all(scope).stream()
                .filter(group ->
                        group.vpcId().equals(vpcId) && group.groupName().equals(SecurityGroup.DEFAULT))
                .map(SecurityGroup::groupId)
                .findFirst();
    }
}
