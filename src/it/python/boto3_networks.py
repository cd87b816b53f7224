"""What surrounds instances, through boto3 and the aws CLI: networks, security groups and the NetworkPolicies that are made of
them, images, keys; and why Kubernetes ends an instance. Ends with `all done`."""
import json

from compute import (BUSYBOX, BUSYBOX_AMI, aws, aws_fails, client, done, drain, evict, expect_error, kubectl, pods, refused, say, until,
                     wait)

ec2 = client("ec2")


def one(identity):
    return ec2.describe_instances(InstanceIds=[identity])["Reservations"][0]["Instances"][0]


def run(**more):
    return ec2.run_instances(**dict(
        dict(ImageId=BUSYBOX_AMI, InstanceType="t3.nano", MinCount=1, MaxCount=1), **more))["Instances"][0]["InstanceId"]


def policy(group):
    """The spec of the NetworkPolicy that the real API server has for a group, or nothing."""
    found = [p for p in json.loads(kubectl("get", "networkpolicies", "-o", "json"))["items"]
             if p["metadata"]["name"].endswith(group)]
    return found[0]["spec"] if found else None


# No node has room for such an instance, and the reason says so while it is waited for.
giant = run(InstanceType="m5.4xlarge")
vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
group = ec2.create_security_group(GroupName="web", Description="it", VpcId=vpc)["GroupId"]
wait(ec2, "security_group_exists", GroupIds=[group])
identity = run(SecurityGroupIds=[group])

# Security groups are NetworkPolicies, and their changes are.
start = until("the group has a policy", lambda: policy(group))
assert start["podSelector"]["matchLabels"]["podium.dev/" + group] == "true", start
assert start["policyTypes"] == ["Ingress", "Egress"] and not start.get("ingress"), start
assert {"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]} in start["egress"], start
answer = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
    {"IpProtocol": "tcp", "FromPort": 8000, "ToPort": 8010, "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "us"}]},
    {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}])
assert len(answer["SecurityGroupRules"]) == 2, answer
rules = until("the rules are there", lambda: (policy(group) or {}).get("ingress"))
assert {"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}], "ports": [{"protocol": "TCP", "port": 8000, "endPort": 8010}]} in rules, rules
assert any("podSelector" in peer for rule in rules for peer in rule["from"]), rules
shown = aws("ec2", "describe-security-group-rules", "--filters", "Name=group-id,Values=" + group,
            "--query", "SecurityGroupRules[?IsEgress==`false` && CidrIpv4=='10.0.0.0/8'].[FromPort,ToPort,Description]")
assert shown == [[8000, 8010, "us"]], shown
expect_error("InvalidPermission.Duplicate", ec2.authorize_security_group_ingress, GroupId=group, IpProtocol="tcp", FromPort=8000,
             ToPort=8010, CidrIp="10.0.0.0/8")
ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[
    {"IpProtocol": "tcp", "FromPort": 8000, "ToPort": 8010, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}])
ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
until("the rules are gone", lambda: len(policy(group)["ingress"]) == 1 and len(policy(group)["egress"]) == 1)
say("security groups are NetworkPolicies")

# Networks.
zones = [z["ZoneName"] for z in ec2.describe_availability_zones()["AvailabilityZones"]]
assert len(zones) == 3 and "us-east-1" in [r["RegionName"] for r in ec2.describe_regions()["Regions"]], zones
assert sorted(s["AvailabilityZone"] for s in ec2.describe_subnets(
    Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]) == sorted(zones)
other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
wait(ec2, "vpc_available", VpcIds=[other])
subnet = ec2.create_subnet(VpcId=other, CidrBlock="10.1.2.0/24", AvailabilityZone=zones[1])["Subnet"]["SubnetId"]
wait(ec2, "subnet_available", SubnetIds=[subnet])
expect_error("InvalidSubnet.Conflict", ec2.create_subnet, VpcId=other, CidrBlock="10.1.2.128/25")
expect_error("DependencyViolation", ec2.delete_vpc, VpcId=other)
ec2.delete_subnet(SubnetId=subnet)
ec2.delete_vpc(VpcId=other)
expect_error("InvalidVpcID.NotFound", ec2.describe_vpcs, VpcIds=[other])

# Images, types, keys.
image = ec2.register_image(Name="mine", ImageLocation=BUSYBOX)["ImageId"]
wait(ec2, "image_available", ImageIds=[image])
assert aws("ec2", "describe-images", "--owners", "self", "--query", "Images[].[ImageId,ImageLocation]") == [[image, BUSYBOX]]
own = run(ImageId=image)
kind, = ec2.describe_instance_types(InstanceTypes=["t3.nano"])["InstanceTypes"]
assert kind["MemoryInfo"]["SizeInMiB"] == 512, kind
material = ec2.create_key_pair(KeyName="net")["KeyMaterial"]
assert material.startswith("-----BEGIN"), material[:40]
wait(ec2, "key_pair_exists", KeyNames=["net"])
ec2.delete_key_pair(KeyName="net")
expect_error("InvalidKeyPair.NotFound", ec2.describe_key_pairs, KeyNames=["net"])
say("networks, images, keys")

# What a pod can't.
assert ec2.describe_volumes()["Volumes"] == []
refused(ec2.create_volume, AvailabilityZone=zones[0], Size=1)
refused(ec2.allocate_address)
refused(ec2.create_image, InstanceId=identity, Name="copy")
aws_fails("NotImplemented", "ec2", "create-snapshot", "--volume-id", "vol-0123456789abcdef0")

reason = until("there is no room for the giant", lambda: (
    now := one(giant)).get("StateReason", {}).get("Code") == "Server.InsufficientInstanceCapacity" and now)
assert reason["State"]["Name"] == "pending" and "Insufficient cpu" in reason["StateReason"]["Message"], reason["StateReason"]
ec2.terminate_instances(InstanceIds=[giant])
wait(ec2, "instance_exists", InstanceIds=[identity, own])
wait(ec2, "instance_running", InstanceIds=[identity, own])
attached, = ec2.describe_network_interfaces(Filters=[{"Name": "attachment.instance-id", "Values": [identity]}])["NetworkInterfaces"]
assert attached["PrivateIpAddress"] == one(identity)["PrivateIpAddress"] and attached["Groups"][0]["GroupId"] == group, attached
# An image without the means to be told, here without `kill`, is rebooted by another pod.
named = pods("podium.dev/instance-id=" + own)[0]["metadata"]["uid"]
ec2.reboot_instances(InstanceIds=[own])
until("rebooted", lambda: [p for p in pods("podium.dev/instance-id=" + own)
                           if p["metadata"]["uid"] != named and p["status"].get("podIP") == one(own).get("PrivateIpAddress")])
ec2.modify_instance_attribute(InstanceId=identity, DisableApiTermination={"Value": True})
expect_error("OperationNotPermitted", ec2.terminate_instances, InstanceIds=[identity])
protected = ec2.describe_instance_attribute(InstanceId=identity, Attribute="disableApiTermination")["DisableApiTermination"]
assert protected == {"Value": True}, protected
ec2.modify_instance_attribute(InstanceId=identity, DisableApiTermination={"Value": False})

# One is drained away, the node says that it puts one out, and somebody deletes a third one's pod.
third = run()
wait(ec2, "instance_running", InstanceIds=[third])
drain(pods("podium.dev/instance-id=" + third)[0])
evict(pods("podium.dev/instance-id=" + identity)[0])
kubectl("delete", "pod", pods("podium.dev/instance-id=" + own)[0]["metadata"]["name"], "--grace-period=0", "--force")
wait(ec2, "instance_stopped", InstanceIds=[identity, own, third])
drained, evicted, deleted = [one(i)["StateReason"]["Message"] for i in (third, identity, own)]
assert drained == "Server.InternalError: Evicted: Eviction API: evicting", drained
assert "Evicted: The node was low on resource: memory." in evicted and "deleted" in deleted, (evicted, deleted)
ec2.start_instances(InstanceIds=[identity])
wait(ec2, "instance_running", InstanceIds=[identity])
say("evicted, deleted, and started again")

ec2.deregister_image(ImageId=image)
ec2.terminate_instances(InstanceIds=[identity, own, third])
wait(ec2, "instance_terminated", InstanceIds=[identity, own, third, giant])
ec2.delete_security_group(GroupId=group)
until("its policy went", lambda: policy(group) is None)
done()
