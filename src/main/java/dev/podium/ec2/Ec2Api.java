package dev.podium.ec2;

import dev.podium.aws.Scope;
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
        Networks networks = instances.networks();
        Images images = new Images(store, tags, settings);
        KeyPairs keys = new KeyPairs(store, tags);
        LaunchTemplates templates = new LaunchTemplates(store, tags);
        Shown shown = new Shown(networks, tags, settings);
        GroupPolicies policies = instances.policies();
        families = List.of(
                new RunApi(instances, new Launch(images, networks, keys), templates, shown),
                new LifecycleApi(instances),
                new AttributesApi(instances, networks),
                new VpcsApi(store, networks, instances),
                new SubnetsApi(networks, instances),
                new SecurityGroupsApi(networks, instances, policies),
                new RulesApi(networks, tags, policies),
                new InterfacesApi(instances, shown),
                new KeyPairsApi(keys, settings.clock()),
                new ImagesApi(images, settings.clock()),
                new InstanceTypesApi(),
                new LaunchTemplatesApi(templates, settings.clock()),
                new TagsApi(tags, (scope, id) -> exists(scope, id, instances, images, keys, templates)),
                new RegionsApi(networks),
                new EmptyApi(),
                new RefusedOperations());
    }

    private static boolean exists(
            Scope scope, String id, Instances instances, Images images, KeyPairs keys, LaunchTemplates templates) {
        Networks networks = instances.networks();
        return switch (Resource.of(id).orElseThrow()) {
            case INSTANCE -> instances.find(scope, id).isPresent();
            case IMAGE -> images.registered().find(scope, id).isPresent();
            case VPC -> networks.vpcs(scope).find(scope, id).isPresent();
            case SUBNET -> networks.subnets(scope).find(scope, id).isPresent();
            case SECURITY_GROUP -> networks.groups(scope).find(scope, id).isPresent();
            case SECURITY_GROUP_RULE ->
                networks.groups(scope).all(scope).stream()
                        .flatMap(group -> group.rules().stream())
                        .anyMatch(rule -> rule.id().equals(id));
            case KEY_PAIR -> keys.records().find(scope, id).isPresent();
            case LAUNCH_TEMPLATE -> templates.records().find(scope, id).isPresent();
            case NETWORK_INTERFACE -> instances.ofInterface(scope, id).isPresent();
            case RESERVATION, VOLUME, SNAPSHOT, ROUTE_TABLE, INTERNET_GATEWAY, ADDRESS -> false;
        };
    }

    /// The operations, for the dispatcher.
    public ServiceApi service() {
        ServiceApi.Builder service = ServiceApi.of("ec2")
                .maxBody(MAX_BODY)
                .openEnum("InstanceType")
                .missing((operation, path) -> Ec2Error.missing(path).error())
                .invalid((path, value) -> Ec2Error.invalid(
                                "Value (" + value + ") for parameter " + path + " is invalid.")
                        .error())
                .unread((operation, path) ->
                        Ec2Error.unsupported(operation, path).error());
        families.forEach(family -> family.addTo(service));
        return service.build();
    }
}
