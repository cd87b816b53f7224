package dev.podium.ec2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Scope;
import dev.podium.aws.ServiceApi;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Network interfaces: each instance has one.
final class InterfacesApi implements Ec2Operations {
    private static final Filters FILTERS = Filters.withTags("tagSet", """
            addresses.primary privateIpAddresses.primary
            addresses.private-ip-address privateIpAddresses.privateIpAddress
            association.public-ip association.publicIp
            association.allocation-id association.allocationId
            attachment.attach-time attachment.attachTime
            attachment.attachment-id attachment.attachmentId
            attachment.delete-on-termination attachment.deleteOnTermination
            attachment.device-index attachment.deviceIndex
            attachment.instance-id attachment.instanceId
            attachment.instance-owner-id attachment.instanceOwnerId
            attachment.status attachment.status
            availability-zone availabilityZone
            availability-zone-id availabilityZoneId
            description description
            group-id groups.groupId
            group-name groups.groupName
            interface-type interfaceType
            mac-address macAddress
            network-interface-id networkInterfaceId
            owner-id ownerId
            private-dns-name privateDnsName
            private-ip-address privateIpAddress
            requester-id requesterId
            requester-managed requesterManaged
            source-dest-check sourceDestCheck
            status status
            subnet-id subnetId
            vpc-id vpcId
            """);

    private final Instances instances;
    private final Shown shown;

    InterfacesApi(Instances instances, Shown shown) {
        this.instances = instances;
        this.shown = shown;
    }

    @Override
    public void addTo(ServiceApi.Builder service) {
        service.remark("DescribeNetworkInterfaces", "Those of the instances.");
        Listing.describe(
                service,
                "DescribeNetworkInterfaces",
                "NetworkInterfaceIds",
                "networkInterfaces",
                scope -> Listing.of(Resource.NETWORK_INTERFACE, FILTERS, new Source()));
    }

    private final class Source implements Listing.Source {
        @Override
        public Optional<ObjectNode> get(Scope scope, String id) {
            return instances.ofInterface(scope, id).map(shown::networkInterface);
        }

        @Override
        public List<Listing.Item> after(Scope scope, @Nullable String after, int limit) {
            return instances.living(scope).stream()
                    .filter(i -> after == null || i.id().compareTo(after) > 0)
                    .limit(limit)
                    .map(i -> new Listing.Item(i.id(), shown.networkInterface(i)))
                    .toList();
        }
    }
}
