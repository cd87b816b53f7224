package dev.podium.ec2;

import dev.podium.aws.ServiceApi;

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
        Listing.of(
                        "DescribeNetworkInterfaces",
                        "networkInterfaces",
                        FILTERS,
                        scope -> Listing.Source.of(instances.living(scope).stream()
                                .map(i -> new Listing.Item(i.definition().interfaceId(), shown.networkInterface(i)))
                                .toList()))
                .ids(Resource.NETWORK_INTERFACE, "NetworkInterfaceIds")
                .addTo(service);
    }
}
