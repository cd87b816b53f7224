package dev.podium.ec2;

import dev.podium.aws.ServiceApi;
import dev.podium.store.Store;
import java.util.List;

/// The EC2 API.
///
/// @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Welcome.html">API reference</a>
public final class Ec2Api {
    private static final long MAX_BODY = 1 << 20;

    private final List<Ec2Operations> families;

    /// Makes the API over the instances, which belong to the caller.
    public Ec2Api(Store store, Instances instances, Ec2Settings settings) {
        Tags tags = instances.tags();
        Networks networks = new Networks(store, tags);
        Images images = new Images(store, tags, settings);
        KeyPairs keys = new KeyPairs(store, tags);
        LaunchTemplates templates = new LaunchTemplates();
        Shown shown = new Shown(networks, tags, settings);
        families = List.of(
                new RunApi(instances, new Launch(images, networks, keys), templates, shown),
                new LifecycleApi(instances));
    }

    /// The operations, for the dispatcher.
    public ServiceApi service() {
        ServiceApi.Builder service = ServiceApi.of("ec2")
                .maxBody(MAX_BODY)
                .openEnum("InstanceType")
                .missing((operation, path) -> new Ec2Error.MissingParameter(path))
                .unread(Ec2Error.UnsupportedOperation::parameter);
        families.forEach(family -> family.addTo(service));
        return service.build();
    }
}
