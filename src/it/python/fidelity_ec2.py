"""EC2's scenario for `fidelity.py`."""
import base64

from fidelity import Call, Fail, Until

ALWAYS = {
    "Reservation": ("ReservationId", "OwnerId", "Groups", "Instances"),
    "Instance": (
        "AmiLaunchIndex", "ImageId", "InstanceId", "InstanceType", "LaunchTime", "Monitoring", "Placement",
        "PrivateDnsName", "ProductCodes", "PublicDnsName", "State", "StateTransitionReason", "Architecture",
        "BlockDeviceMappings", "ClientToken", "EbsOptimized", "EnaSupport", "Hypervisor", "NetworkInterfaces",
        "RootDeviceName", "RootDeviceType", "SecurityGroups", "VirtualizationType", "CpuOptions",
        "CapacityReservationSpecification", "HibernationOptions", "MetadataOptions", "EnclaveOptions",
        "PlatformDetails", "UsageOperation", "UsageOperationUpdateTime", "PrivateDnsNameOptions", "MaintenanceOptions",
        "CurrentInstanceBootMode", "NetworkPerformanceOptions", "Operator"),
    "InstanceState": ("Code", "Name"),
    "InstanceStateChange": ("InstanceId", "CurrentState", "PreviousState"),
    "InstanceStatus": ("AvailabilityZone", "InstanceId", "InstanceState", "InstanceStatus", "SystemStatus"),
    "StateReason": ("Code", "Message"),
    "Placement": ("AvailabilityZone", "GroupName", "Tenancy"),
    "InstanceNetworkInterface": (
        "Attachment", "Description", "Groups", "Ipv6Addresses", "MacAddress", "NetworkInterfaceId", "OwnerId",
        "PrivateIpAddresses", "SourceDestCheck", "Status", "SubnetId", "VpcId", "InterfaceType"),
    "NetworkInterface": (
        "Attachment", "AvailabilityZone", "Description", "Groups", "InterfaceType", "Ipv6Addresses", "MacAddress",
        "NetworkInterfaceId", "OwnerId", "PrivateIpAddresses", "RequesterManaged", "SourceDestCheck", "Status",
        "SubnetId", "TagSet", "VpcId"),
    "Image": (
        "Architecture", "CreationDate", "ImageId", "ImageLocation", "ImageType", "Public", "OwnerId", "PlatformDetails",
        "UsageOperation", "State", "BlockDeviceMappings", "EnaSupport", "Hypervisor", "Name", "RootDeviceName",
        "RootDeviceType", "VirtualizationType"),
    "Vpc": ("CidrBlock", "DhcpOptionsId", "State", "VpcId", "OwnerId", "InstanceTenancy", "CidrBlockAssociationSet",
            "IsDefault"),
    "Subnet": (
        "AvailabilityZone", "AvailabilityZoneId", "AvailableIpAddressCount", "CidrBlock", "DefaultForAz",
        "MapPublicIpOnLaunch", "MapCustomerOwnedIpOnLaunch", "State", "SubnetId", "VpcId", "OwnerId",
        "AssignIpv6AddressOnCreation", "Ipv6CidrBlockAssociationSet", "SubnetArn", "EnableDns64", "Ipv6Native",
        "PrivateDnsNameOptionsOnLaunch"),
    "SecurityGroup": ("Description", "GroupName", "IpPermissions", "OwnerId", "GroupId", "IpPermissionsEgress", "VpcId",
                      "SecurityGroupArn"),
    "IpPermission": ("IpProtocol", "IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"),
    "SecurityGroupRule": ("SecurityGroupRuleId", "GroupId", "GroupOwnerId", "IsEgress", "IpProtocol", "FromPort",
                          "ToPort", "SecurityGroupRuleArn"),
    "KeyPairInfo": ("KeyPairId", "KeyFingerprint", "KeyName", "KeyType", "Tags", "CreateTime"),
    "TagDescription": ("Key", "ResourceId", "ResourceType", "Value"),
    "LaunchTemplate": ("LaunchTemplateId", "LaunchTemplateName", "CreateTime", "CreatedBy", "DefaultVersionNumber",
                       "LatestVersionNumber"),
    "LaunchTemplateVersion": ("LaunchTemplateId", "LaunchTemplateName", "VersionNumber", "CreateTime", "CreatedBy",
                              "DefaultVersion", "LaunchTemplateData"),
    "Region": ("Endpoint", "RegionName", "OptInStatus"),
    "AvailabilityZone": ("State", "OptInStatus", "Messages", "RegionName", "ZoneName", "ZoneId", "GroupName",
                         "NetworkBorderGroup", "ZoneType"),
    "InstanceTypeInfo": (
        "InstanceType", "CurrentGeneration", "FreeTierEligible", "SupportedUsageClasses", "SupportedRootDeviceTypes",
        "SupportedVirtualizationTypes", "BareMetal", "ProcessorInfo", "VCpuInfo", "MemoryInfo",
        "InstanceStorageSupported", "EbsInfo", "NetworkInfo", "PlacementGroupInfo", "HibernationSupported",
        "BurstablePerformanceSupported", "DedicatedHostsSupported", "AutoRecoverySupported", "SupportedBootModes"),
}
MAY_LACK = set()
OPEN_ENUMS = {"InstanceType"}
UNLISTED_ERRORS = set()
# EC2 words these itself, or the service and not the model checks them.
NOT_VARIED = {
    ("RequestLaunchTemplateData", "InstanceRequirements"), ("CreateVpcRequest", "VpcEncryptionControl"),
}
NOT_VALIDATED = {"DescribeVolumes"}
AMI = "ami-0a1b2c3d4e5f60001"
# Of more than 700 operations the server's model has those that Podium knows by name.
REFUSED_CODES = ("NotImplemented", "InvalidAction")
NONE = "0123456789abcdef0"
SCRIPT = "#!/bin/sh\necho hello from user data\n"


def is_invalid(code, said, path):
    last = path.replace(".member", "").rpartition(".")[2]
    if code == "MissingParameter":
        return said.lower().endswith(last.lower())
    return code == "InvalidParameterValue" and path in said


def save(name, *path):
    def keep(c, answer):
        for key in path:
            answer = answer[key]
        c[name] = answer
    return keep


def one(name):
    return lambda c: {"InstanceIds": [c[name]]}


def state(wanted):
    return lambda answer: answer["Reservations"][0]["Instances"][0]["State"]["Name"] == wanted


def missing(operation, code, **parameters):
    return Fail(operation, parameters, 400, code)


def dry(operation, parameters):
    def given(c):
        return dict(parameters(c) if callable(parameters) else parameters, DryRun=True)
    return Fail(operation, given, 412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")


RUN = {"ImageId": AMI, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1}
WEB = [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "in"}]}]

STEPS = [
    Call("DescribeRegions", {"RegionNames": ["us-east-1"]}),
    Call("DescribeRegions", {"Filters": [{"Name": "region-name", "Values": ["eu-*"]}]}),
    missing("DescribeRegions", "InvalidParameterValue", RegionNames=["moon-1"]),
    missing("DescribeRegions", "InvalidParameterValue", Filters=[{"Name": "color", "Values": ["red"]}]),
    dry("DescribeRegions", {}),
    Call("DescribeAvailabilityZones", {"ZoneNames": ["us-east-1a"]}),
    missing("DescribeAvailabilityZones", "InvalidParameterValue", ZoneNames=["us-east-1z"]),
    Call("DescribeAccountAttributes", {"AttributeNames": ["default-vpc"]}),
    Call("GetInstanceMetadataDefaults", {}),
    Call("DescribeVpcs", {"Filters": [{"Name": "is-default", "Values": ["true"]}]}, save("vpc", "Vpcs", 0, "VpcId")),
    missing("DescribeVpcs", "InvalidVpcID.NotFound", VpcIds=["vpc-" + NONE]),
    missing("DescribeVpcs", "InvalidVpcID.Malformed", VpcIds=["vpc-x"]),
    Call("DescribeVpcAttribute", lambda c: {"VpcId": c["vpc"], "Attribute": "enableDnsSupport"}),
    Call("ModifyVpcAttribute", lambda c: {"VpcId": c["vpc"], "EnableDnsHostnames": {"Value": True}}),
    Call("CreateVpc", {"CidrBlock": "10.7.0.0/16", "TagSpecifications": [
        {"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "own"}]}]}, save("own", "Vpc", "VpcId")),
    missing("CreateVpc", "InvalidVpc.Range", CidrBlock="10.0.0.0/8"),
    missing("CreateVpc", "InvalidParameterValue", CidrBlock="10.0.0.0"),
    dry("CreateVpc", {"CidrBlock": "10.8.0.0/16"}),
    missing("CreateDefaultVpc", "DefaultVpcAlreadyExists"),
    Call("CreateSubnet", lambda c: {"VpcId": c["own"], "CidrBlock": "10.7.1.0/24", "AvailabilityZone": "us-east-1b"},
         save("subnet", "Subnet", "SubnetId")),
    Fail("CreateSubnet", lambda c: {"VpcId": c["own"], "CidrBlock": "10.7.1.0/25"}, 400, "InvalidSubnet.Conflict"),
    Fail("CreateSubnet", lambda c: {"VpcId": c["own"], "CidrBlock": "10.9.1.0/25"}, 400, "InvalidSubnet.Range"),
    Call("DescribeSubnets", lambda c: {"Filters": [{"Name": "vpc-id", "Values": [c["vpc"]]}]}),
    missing("DescribeSubnets", "InvalidSubnetID.NotFound", SubnetIds=["subnet-" + NONE]),
    Call("ModifySubnetAttribute", lambda c: {"SubnetId": c["subnet"], "MapPublicIpOnLaunch": {"Value": True}}),
    Fail("DeleteVpc", lambda c: {"VpcId": c["own"]}, 400, "DependencyViolation"),
    Call("CreateSecurityGroup", {"GroupName": "web", "Description": "for the web", "TagSpecifications": [
        {"ResourceType": "security-group", "Tags": [{"Key": "team", "Value": "a"}]}]}, save("group", "GroupId")),
    missing("CreateSecurityGroup", "InvalidGroup.Duplicate", GroupName="web", Description="again"),
    Call("AuthorizeSecurityGroupIngress", lambda c: {"GroupId": c["group"], "IpPermissions": WEB},
         save("rule", "SecurityGroupRules", 0, "SecurityGroupRuleId")),
    Fail("AuthorizeSecurityGroupIngress", lambda c: {"GroupId": c["group"], "IpPermissions": WEB}, 400,
         "InvalidPermission.Duplicate", "TCP, from port: 80, to port: 80, ALLOW"),
    Call("AuthorizeSecurityGroupIngress", lambda c: {
        "GroupId": c["group"], "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}, vary=False),
    Call("AuthorizeSecurityGroupIngress", lambda c: {"GroupId": c["group"], "IpPermissions": [
        {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": c["group"]}]}]}, vary=False),
    Call("AuthorizeSecurityGroupEgress", lambda c: {"GroupId": c["group"], "IpPermissions": [
        {"IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}]}),
    Fail("AuthorizeSecurityGroupEgress", {"GroupId": "sg-" + NONE, "IpPermissions": WEB}, 400, "InvalidGroup.NotFound"),
    Call("DescribeSecurityGroups", lambda c: {"GroupIds": [c["group"]]}),
    Call("DescribeSecurityGroups", {"Filters": [{"Name": "ip-permission.from-port", "Values": ["80"]}]}, vary=False),
    missing("DescribeSecurityGroups", "InvalidGroup.NotFound", GroupIds=["sg-" + NONE]),
    missing("DescribeSecurityGroups", "InvalidGroupId.Malformed", GroupIds=["web"]),
    Call("DescribeSecurityGroupRules", lambda c: {"Filters": [{"Name": "group-id", "Values": [c["group"]]}]}),
    missing("DescribeSecurityGroupRules", "InvalidSecurityGroupRuleId.NotFound", SecurityGroupRuleIds=["sgr-" + NONE]),
    Call("ModifySecurityGroupRules", lambda c: {"GroupId": c["group"], "SecurityGroupRules": [
        {"SecurityGroupRuleId": c["rule"], "SecurityGroupRule": {
            "IpProtocol": "tcp", "FromPort": 81, "ToPort": 81, "CidrIpv4": "10.0.0.0/8"}}]}),
    Call("RevokeSecurityGroupIngress", lambda c: {"GroupId": c["group"], "SecurityGroupRuleIds": [c["rule"]]}),
    Fail("RevokeSecurityGroupIngress", lambda c: {"GroupId": c["group"], "IpPermissions": WEB}, 400,
         "InvalidPermission.NotFound"),
    Call("RevokeSecurityGroupEgress", lambda c: {"GroupId": c["group"], "IpPermissions": [
        {"IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}]}),
    Call("CreateKeyPair", {"KeyName": "mine", "KeyType": "ed25519"}, save("key", "KeyPairId")),
    Call("CreateKeyPair", {"KeyName": "rsa"}, vary=False),
    missing("CreateKeyPair", "InvalidKeyPair.Duplicate", KeyName="mine"),
    Call("ImportKeyPair", {"KeyName": "theirs", "PublicKeyMaterial":
         b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8UKzWxMgvmkrTANu3oTO8BiOxBOvK1dHTmAUZ0oPmz a@b"}),
    missing("ImportKeyPair", "InvalidKey.Format", KeyName="bad", PublicKeyMaterial=b"no key"),
    Call("DescribeKeyPairs", {"KeyNames": ["mine"], "IncludePublicKey": True}),
    missing("DescribeKeyPairs", "InvalidKeyPair.NotFound", KeyNames=["nobody"]),
    Call("DescribeImages", {"Owners": ["amazon"]}),
    missing("DescribeImages", "InvalidAMIID.NotFound", ImageIds=["ami-" + NONE]),
    missing("DescribeImages", "InvalidAMIID.Malformed", ImageIds=["debian"]),
    Call("RegisterImage", {"Name": "own-image", "ImageLocation": "debian:12"}, save("image", "ImageId")),
    missing("RegisterImage", "InvalidAMIName.Duplicate", Name="own-image", ImageLocation="debian:12"),
    missing("RegisterImage", "UnsupportedOperation", Name="from-snapshot", ImageLocation="x",
            BlockDeviceMappings=[{"DeviceName": "/dev/xvda"}]),
    Call("DescribeImages", {"Owners": ["self"]}, vary=False),
    Call("DescribeImageAttribute", {"ImageId": AMI, "Attribute": "description"}),
    Call("DescribeInstanceTypes", {"InstanceTypes": ["t3.micro", "m6g.large"]}),
    missing("DescribeInstanceTypes", "InvalidInstanceType", InstanceTypes=["t3.huge"]),
    Call("DescribeInstanceTypeOfferings", {"LocationType": "availability-zone", "MaxResults": 5}),
    Call("CreateLaunchTemplate", {"LaunchTemplateName": "base", "LaunchTemplateData": {
        "ImageId": AMI, "InstanceType": "t3.micro", "TagSpecifications": [
            {"ResourceType": "instance", "Tags": [{"Key": "from", "Value": "template"}]}]}},
         save("template", "LaunchTemplate", "LaunchTemplateId")),
    missing("CreateLaunchTemplate", "InvalidLaunchTemplateName.AlreadyExistsException", LaunchTemplateName="base",
            LaunchTemplateData={"ImageId": AMI}),
    missing("CreateLaunchTemplate", "UnsupportedOperation", LaunchTemplateName="volumes",
            LaunchTemplateData={"BlockDeviceMappings": [{"DeviceName": "/dev/xvda"}]}),
    Call("CreateLaunchTemplateVersion", lambda c: {
        "LaunchTemplateId": c["template"], "SourceVersion": "1", "LaunchTemplateData": {"InstanceType": "t3.nano"}}),
    Call("DescribeLaunchTemplates", {"LaunchTemplateNames": ["base"]}),
    missing("DescribeLaunchTemplates", "InvalidLaunchTemplateId.NotFound", LaunchTemplateIds=["lt-" + NONE]),
    Call("DescribeLaunchTemplateVersions", {"LaunchTemplateName": "base"}),
    missing("DescribeLaunchTemplateVersions", "InvalidLaunchTemplateId.VersionNotFound", LaunchTemplateName="base",
            Versions=["7"]),
    Call("ModifyLaunchTemplate", {"LaunchTemplateName": "base", "DefaultVersion": "2"}),
    Call("DeleteLaunchTemplateVersions", {"LaunchTemplateName": "base", "Versions": ["1", "2", "9"]}),
    Call("RunInstances", dict(RUN, UserData=SCRIPT, KeyName="mine", ClientToken="token", IamInstanceProfile={
        "Name": "role"}, TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "one"}]}]),
         save("one", "Instances", 0, "InstanceId")),
    Call("RunInstances", {"LaunchTemplate": {"LaunchTemplateName": "base"}, "MinCount": 2, "MaxCount": 2},
         save("two", "Instances", 1, "InstanceId"), vary=False),
    missing("RunInstances", "IdempotentParameterMismatch", **dict(RUN, ClientToken="token", InstanceType="t3.nano")),
    missing("RunInstances", "InvalidAMIID.NotFound", **dict(RUN, ImageId="ami-" + NONE)),
    missing("RunInstances", "InvalidKeyPair.NotFound", **dict(RUN, KeyName="nobody")),
    missing("RunInstances", "InvalidSubnetID.NotFound", **dict(RUN, SubnetId="subnet-" + NONE)),
    missing("RunInstances", "InvalidGroup.NotFound", **dict(RUN, SecurityGroupIds=["sg-" + NONE])),
    missing("RunInstances", "InvalidParameterValue", **dict(RUN, InstanceType="t3.huge")),
    missing("RunInstances", "InvalidParameterCombination", **dict(RUN, MinCount=2)),
    missing("RunInstances", "UnsupportedOperation", **dict(RUN, BlockDeviceMappings=[{"DeviceName": "/dev/xvda"}])),
    missing("RunInstances", "UnsupportedOperation", **dict(RUN, Placement={"HostId": "h-1"})),
    missing("RunInstances", "MissingParameter", MinCount=1, MaxCount=1),
    dry("RunInstances", RUN),
    Until("DescribeInstances", one("one"), state("running")),
    Call("DescribeInstances", one("one")),
    Call("DescribeInstances", {"Filters": [{"Name": "tag:Name", "Values": ["o*"]}], "MaxResults": 5}, vary=False),
    missing("DescribeInstances", "InvalidInstanceID.NotFound", InstanceIds=["i-" + NONE]),
    missing("DescribeInstances", "InvalidInstanceID.Malformed", InstanceIds=["web"]),
    missing("DescribeInstances", "InvalidParameterValue", Filters=[{"Name": "color", "Values": ["red"]}]),
    missing("DescribeInstances", "InvalidParameterValue", NextToken="%"),
    Call("DescribeInstanceStatus", lambda c: dict(one("one")(c), IncludeAllInstances=True)),
    missing("DescribeInstanceStatus", "InvalidInstanceID.NotFound", InstanceIds=["i-" + NONE]),
    Call("DescribeNetworkInterfaces", lambda c: {"Filters": [{"Name": "attachment.instance-id", "Values": [c["one"]]}]}),
    missing("DescribeNetworkInterfaces", "InvalidNetworkInterfaceID.NotFound", NetworkInterfaceIds=["eni-" + NONE]),
    Call("GetConsoleOutput", lambda c: {"InstanceId": c["one"]}),
    missing("GetConsoleOutput", "InvalidInstanceID.NotFound", InstanceId="i-" + NONE),
    Call("DescribeInstanceAttribute", lambda c: {"InstanceId": c["one"], "Attribute": "userData"}),
    Call("DescribeInstanceAttribute", lambda c: {"InstanceId": c["one"], "Attribute": "groupSet"}, vary=False),
    Call("DescribeInstanceAttribute", lambda c: {"InstanceId": c["one"], "Attribute": "disableApiTermination"}, vary=False),
    Call("ModifyInstanceAttribute", lambda c: {"InstanceId": c["one"], "DisableApiTermination": {"Value": True}}),
    Fail("ModifyInstanceAttribute", lambda c: {"InstanceId": c["one"], "InstanceType": {"Value": "t3.nano"}}, 400,
         "IncorrectInstanceState", "must be in a 'stopped' state"),
    Fail("TerminateInstances", one("one"), 400, "OperationNotPermitted", "may not be terminated"),
    Call("ModifyInstanceAttribute", lambda c: {"InstanceId": c["one"], "DisableApiTermination": {"Value": False}}, vary=False),
    Call("ResetInstanceAttribute", lambda c: {"InstanceId": c["one"], "Attribute": "sourceDestCheck"}),
    Call("ModifyInstanceMetadataOptions", lambda c: {"InstanceId": c["one"], "InstanceMetadataTags": "enabled"}),
    Call("MonitorInstances", one("one")),
    Call("UnmonitorInstances", one("one")),
    Call("CreateTags", lambda c: {"Resources": [c["one"]], "Tags": [{"Key": "stage", "Value": "test"}]}),
    missing("CreateTags", "InvalidInstanceID.NotFound", Resources=["i-" + NONE], Tags=[{"Key": "a", "Value": "b"}]),
    missing("CreateTags", "InvalidID", Resources=["nothing"], Tags=[{"Key": "a", "Value": "b"}]),
    Call("DescribeTags", lambda c: {"Filters": [{"Name": "resource-id", "Values": [c["one"]]}]}),
    Call("DeleteTags", lambda c: {"Resources": [c["one"]], "Tags": [{"Key": "stage"}]}),
    Call("RebootInstances", one("one")),
    missing("RebootInstances", "InvalidInstanceID.NotFound", InstanceIds=["i-" + NONE]),
    dry("StopInstances", one("one")),
    Call("StopInstances", one("one")),
    Until("DescribeInstances", one("one"), state("stopped")),
    Call("DescribeInstances", one("one"), vary=False),
    missing("StopInstances", "InvalidInstanceID.NotFound", InstanceIds=["i-" + NONE]),
    missing("StopInstances", "UnsupportedOperation", InstanceIds=["i-" + NONE], Hibernate=True),
    Fail("RebootInstances", one("one"), 400, "IncorrectInstanceState"),
    Call("StartInstances", one("one")),
    Until("DescribeInstances", one("one"), state("running")),
    Call("TerminateInstances", one("one")),
    Until("DescribeInstances", one("one"), state("terminated")),
    Call("DescribeInstances", one("one"), vary=False),
    Fail("StartInstances", one("one"), 400, "IncorrectInstanceState", "is not in a state from which it can be started."),
    Call("TerminateInstances", one("two"), vary=False),
    Call("DescribeVolumes", {}),
    missing("DescribeVolumes", "InvalidVolume.NotFound", VolumeIds=["vol-" + NONE]),
    Call("DescribeVolumeStatus", {}),
    Call("DescribeSnapshots", {"OwnerIds": ["self"]}),
    Call("DescribeAddresses", {}),
    missing("DescribeAddresses", "InvalidAllocationID.NotFound", AllocationIds=["eipalloc-" + NONE]),
    Call("DescribeRouteTables", {}),
    Call("DescribeInternetGateways", {}),
    Call("DeleteLaunchTemplate", lambda c: {"LaunchTemplateId": c["template"]}),
    missing("DeleteLaunchTemplate", "InvalidLaunchTemplateName.NotFoundException", LaunchTemplateName="base"),
    Call("DeregisterImage", lambda c: {"ImageId": c["image"]}),
    missing("DeregisterImage", "InvalidAMIID.NotFound", ImageId="ami-" + NONE),
    Call("DeleteKeyPair", {"KeyName": "mine"}),
    Call("DeleteSecurityGroup", lambda c: {"GroupId": c["group"]}),
    missing("DeleteSecurityGroup", "CannotDelete", GroupName="default"),
    missing("DeleteSecurityGroup", "InvalidGroup.NotFound", GroupId="sg-" + NONE),
    Call("DeleteSubnet", lambda c: {"SubnetId": c["subnet"]}),
    missing("DeleteSubnet", "InvalidSubnetID.NotFound", SubnetId="subnet-" + NONE),
    Call("DeleteVpc", lambda c: {"VpcId": c["own"]}),
    missing("DeleteVpc", "InvalidVpcID.NotFound", VpcId="vpc-" + NONE),
]
