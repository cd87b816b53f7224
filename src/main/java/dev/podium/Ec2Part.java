package dev.podium;

import dev.podium.aws.Scope;
import dev.podium.aws.Service;
import dev.podium.ec2.Ec2Api;
import dev.podium.ec2.Ec2Settings;
import dev.podium.ec2.Instances;
import dev.podium.elb.InstanceAddresses;
import dev.podium.pods.NetworkPolicies;
import dev.podium.pods.PodException;
import java.util.Optional;
import java.util.function.BiConsumer;

/// EC2.
final class Ec2Part implements ServicePart {
    private final Instances instances;
    private final Service service;

    Ec2Part(Foundation on) {
        Ec2Settings settings = Wiring.ec2(on);
        NetworkPolicies policies = settings.networkPolicies() ? on.pods().networkPolicies() : null;
        instances = on.parts().add(new Instances(on.store(), on.pods(), policies, on.reaper(), on.port(), settings));
        service = Service.lazy("ec2", () -> new Ec2Api(on.store(), instances, settings).service());
    }

    /// Where instances can be reached, for load balancers.
    InstanceAddresses addresses() {
        return (scope, id) -> instances
                .address(scope, id)
                .map(found -> new InstanceAddresses.Instance(
                        found.state().equals("running") ? Optional.ofNullable(found.ip()) : Optional.empty()));
    }

    /// Has a listener told of instances that start, stop, or get another address.
    void onChange(BiConsumer<Scope, String> listener) {
        instances.onChange(listener);
    }

    @Override
    public Service service() {
        return service;
    }

    @Override
    public void adopt() throws PodException, InterruptedException {
        instances.adopt();
    }

    @Override
    public void settle() {
        instances.settle();
    }

    @Override
    public void clear() {
        instances.clear();
    }
}
