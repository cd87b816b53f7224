package dev.podium.ec2;

import dev.podium.aws.ServiceApi;
import java.util.LinkedHashMap;
import java.util.Map;

/// What AWS has and a pod can't do, refused by name.
final class RefusedOperations implements Ec2Operations {
    /// Operations by the reason.
    private static final Map<String, String> REFUSED = new LinkedHashMap<>();

    static {
        REFUSED.put("instances are pods, which have no volumes of EC2's", """
                AttachVolume CopySnapshot CreateSnapshot CreateSnapshots CreateVolume DeleteSnapshot DeleteVolume DetachVolume
                ImportSnapshot ModifyVolume""");
        REFUSED.put("an image is a container image; register one with RegisterImage", """
                CopyImage CreateImage ImportImage ImportInstance ModifyImageAttribute ResetImageAttribute""");
        REFUSED.put("a pod has one address, in the cluster's network", """
                AllocateAddress AssociateAddress DisassociateAddress ReleaseAddress AttachNetworkInterface
                CreateNetworkInterface DeleteNetworkInterface DetachNetworkInterface ModifyNetworkInterfaceAttribute""");
        REFUSED.put("the cluster routes what pods send", """
                AttachInternetGateway CreateInternetGateway CreateNatGateway CreateNetworkAcl CreateRoute CreateRouteTable
                CreateVpcEndpoint CreateVpcPeeringConnection DescribeNatGateways DescribeNetworkAcls DescribeVpcEndpoints
                DescribeVpcPeeringConnections""");
        REFUSED.put("all instances are on demand; use RunInstances", """
                CreateFleet DescribeSpotInstanceRequests PurchaseReservedInstancesOffering RequestSpotFleet RequestSpotInstances
                RunScheduledInstances""");
        REFUSED.put("Kubernetes places the pods; use the pod template", """
                CreatePlacementGroup DescribePlacementGroups ModifyInstancePlacement""");
        REFUSED.put("an instance profile is given at launch", """
                AssociateIamInstanceProfile DescribeIamInstanceProfileAssociations DisassociateIamInstanceProfile
                ReplaceIamInstanceProfileAssociation""");
        REFUSED.put("a pod has no screen and no Windows", "GetConsoleScreenshot GetPasswordData");
        REFUSED.put(
                "use DescribeInstances and CreateLaunchTemplate",
                "GetLaunchTemplateData DescribeInstanceCreditSpecifications");
    }

    @Override
    public void addTo(ServiceApi.Builder service) {
        REFUSED.forEach((reason, operations) -> {
            for (String operation : operations.split("\\s+", -1)) {
                service.refused(operation, reason);
            }
        });
    }
}
