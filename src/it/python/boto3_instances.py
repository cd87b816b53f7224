"""Instances through boto3 and the aws CLI: their lives, user data, metadata, templates. Ends with `all done`."""
import json

from compute import PYTHON_AMI, aws, aws_fails, client, done, expect_error, kubectl, pods, say, until, wait

ec2 = client("ec2")
ABSENT = "i-0123456789abcdef0"
# All that an instance knows of itself, said on its console and compared below.
USER_DATA = """#!/bin/sh
echo "hello from $(cat /etc/hostname)"
python3 - <<'END'
import json, os, urllib.error, urllib.request
base = os.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
def ask(path, method="GET", **headers):
    request = urllib.request.Request(base + path, method=method, headers={k.replace("_", "-"): v for k, v in headers.items()})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()
try:
    ask("/latest/meta-data/instance-id")
    without = 200
except urllib.error.HTTPError as error:
    without = error.code
token = ask("/latest/api/token", "PUT", X_aws_ec2_metadata_token_ttl_seconds="60")
def meta(path):
    return ask("/latest/" + path, X_aws_ec2_metadata_token=token)
role = meta("meta-data/iam/security-credentials/").strip()
print("METADATA " + json.dumps({
    "without": without, "id": meta("meta-data/instance-id"), "ami": meta("meta-data/ami-id"),
    "type": meta("meta-data/instance-type"), "ip": meta("meta-data/local-ipv4"),
    "zone": meta("meta-data/placement/availability-zone"), "tags": meta("meta-data/tags/instance").split(),
    "data": meta("user-data").splitlines()[0], "role": role,
    "key": json.loads(meta("meta-data/iam/security-credentials/" + role))["AccessKeyId"],
    "document": json.loads(meta("dynamic/instance-identity/document"))["instanceId"]}), flush=True)
END
echo finished
"""


def one(identity):
    return ec2.describe_instances(InstanceIds=[identity])["Reservations"][0]["Instances"][0]


def state(identity):
    now = one(identity)["State"]
    return now["Name"], now["Code"]


def pod(identity):
    return pods("podium.dev/instance-id=" + identity)


def console(identity):
    return ec2.get_console_output(InstanceId=identity, Latest=True).get("Output", "")


group = ec2.create_security_group(GroupName="it", Description="it")["GroupId"]
ec2.create_key_pair(KeyName="it")
request = dict(
    ImageId=PYTHON_AMI, InstanceType="t3.nano", MinCount=1, MaxCount=1, UserData=USER_DATA, KeyName="it",
    SecurityGroupIds=[group], ClientToken="one", IamInstanceProfile={"Name": "it-role"},
    MetadataOptions={"InstanceMetadataTags": "enabled"},
    TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "one"}, {"Key": "team", "Value": "it"}]}])
message = expect_error("DryRunOperation", ec2.run_instances, DryRun=True, **request)
assert message == "Request would have succeeded, but DryRun flag is set.", message
run = ec2.run_instances(**request)["Instances"][0]
identity = run["InstanceId"]
assert run["State"] == {"Code": 0, "Name": "pending"}, run["State"]
assert ec2.run_instances(**request)["Instances"][0]["InstanceId"] == identity, "the client token was forgotten"
wait(ec2, "instance_running", InstanceIds=[identity])
aws("ec2", "wait", "instance-running", "--instance-ids", identity)
say("running")
wait(ec2, "instance_status_ok", InstanceIds=[identity])
shown = one(identity)
assert state(identity) == ("running", 16)

# The pod is what the definition says, and no more than the namespace allows.
made, = pod(identity)
container, = made["spec"]["containers"]
assert made["status"]["podIP"] == shown["PrivateIpAddress"], (made["status"], shown["PrivateIpAddress"])
assert made["metadata"]["labels"]["podium.dev/" + group] == "true", made["metadata"]["labels"]
assert made["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "podium", made["metadata"]["labels"]
assert container["resources"] == {"requests": {"cpu": "100m", "memory": "512Mi"}, "limits": {"memory": "512Mi"}}, container
assert made["spec"]["securityContext"]["runAsNonRoot"] and made["spec"]["securityContext"]["runAsUser"] == 1000, made["spec"]
assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}, container["securityContext"]
assert not made["spec"].get("automountServiceAccountToken", True), made["spec"]

said = until("user data ran", lambda: "finished" in console(identity) and console(identity))
assert f"hello from {identity}\n" in said, said
knows = json.loads(next(line for line in said.splitlines() if line.startswith("METADATA "))[9:])
assert knows.pop("key"), knows
assert knows == {
    "without": 401, "id": identity, "ami": PYTHON_AMI, "type": "t3.nano", "ip": shown["PrivateIpAddress"],
    "zone": shown["Placement"]["AvailabilityZone"], "tags": ["Name", "team"], "data": "#!/bin/sh", "role": "it-role",
    "document": identity}, knows
by_cli = aws("ec2", "get-console-output", "--instance-id", identity, "--latest", "--query", "Output")
assert "METADATA" in by_cli, by_cli
say("user data ran and read its metadata")


def ids(**filters):
    wanted = [{"Name": name.replace("__", ":").replace("_", "-"), "Values": [value]} for name, value in filters.items()]
    pages = ec2.get_paginator("describe_instances").paginate(Filters=wanted)
    return [i["InstanceId"] for page in pages for r in page["Reservations"] for i in r["Instances"]]


assert ids(tag__Name="one") == ids(tag_key="team") == ids(private_ip_address=shown["PrivateIpAddress"]) == [identity]
assert ids(instance_state_name="stopped") == ids(tag__Name="two") == []
ec2.create_tags(Resources=[identity], Tags=[{"Key": "Name", "Value": "two"}])
ec2.delete_tags(Resources=[identity], Tags=[{"Key": "team"}])
assert ids(tag__Name="tw*") == [identity] and one(identity)["Tags"] == [{"Key": "Name", "Value": "two"}]
tags = aws("ec2", "describe-tags", "--filters", "Name=resource-id,Values=" + identity, "--query", "Tags[].[Key,Value]")
assert tags == [["Name", "two"]], tags

# A reboot keeps pod and address, and runs user data no second time; a stopped instance has no pod; a started one has a new one.
expect_error("IncorrectInstanceState", ec2.modify_instance_attribute, InstanceId=identity, InstanceType={"Value": "t3.micro"})
ec2.reboot_instances(InstanceIds=[identity])
said = until("rebooted", lambda: "podium: rebooting" in console(identity) and console(identity))
assert said.count("hello from") == 1, said
assert one(identity)["PrivateIpAddress"] == shown["PrivateIpAddress"] and state(identity) == ("running", 16), one(identity)
again, = pod(identity)
assert again["metadata"]["uid"] == made["metadata"]["uid"] and again["status"]["containerStatuses"][0]["restartCount"] == 0, again
kubectl("exec", made["metadata"]["name"], "--", "test", "-s", "/var/lib/cloud/instance/user-data.txt")
say("rebooted in its pod")
change, = ec2.stop_instances(InstanceIds=[identity])["StoppingInstances"]
assert change["PreviousState"] == {"Code": 16, "Name": "running"} and change["CurrentState"] == {"Code": 64, "Name": "stopping"}
wait(ec2, "instance_stopped", InstanceIds=[identity])
aws("ec2", "wait", "instance-stopped", "--instance-ids", identity)
assert state(identity) == ("stopped", 80) and not pod(identity)
reason = one(identity)["StateReason"]
assert reason["Code"] == "Client.UserInitiatedShutdown", reason
ec2.modify_instance_attribute(InstanceId=identity, InstanceType={"Value": "t3.micro"})
ec2.start_instances(InstanceIds=[identity])
wait(ec2, "instance_running", InstanceIds=[identity])
again, = pod(identity)
assert again["spec"]["containers"][0]["resources"]["requests"] == {"cpu": "200m", "memory": "1Gi"}, again["spec"]
assert console(identity).count("hello from") <= 1, console(identity)
say("stopped and started")

expect_error("InvalidInstanceID.NotFound", ec2.describe_instances, InstanceIds=[ABSENT])
expect_error("InvalidInstanceID.Malformed", ec2.stop_instances, InstanceIds=["x"])
expect_error("InvalidInstanceID.NotFound", ec2.terminate_instances, InstanceIds=[ABSENT])
expect_error("InvalidAMIID.NotFound", ec2.run_instances, ImageId="ami-0123456789abcdef0", MinCount=1, MaxCount=1)
expect_error("InvalidKeyPair.NotFound", ec2.run_instances, ImageId=PYTHON_AMI, MinCount=1, MaxCount=1, KeyName="absent")
expect_error("DryRunOperation", ec2.stop_instances, InstanceIds=[identity], DryRun=True)
expect_error("DependencyViolation", ec2.delete_security_group, GroupId=group)
aws_fails("InvalidInstanceID.NotFound", "ec2", "start-instances", "--instance-ids", ABSENT)

# Two of a launch template, one of which ends on its own.
ec2.create_launch_template(LaunchTemplateName="it-template", LaunchTemplateData={
    "ImageId": PYTHON_AMI, "InstanceType": "t3.nano", "InstanceInitiatedShutdownBehavior": "terminate",
    "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "from", "Value": "template"}]}]})
launched = aws("ec2", "run-instances", "--count", "2", "--launch-template", "LaunchTemplateName=it-template,Version=$Latest",
               "--query", "Instances[].InstanceId")
wait(ec2, "instance_running", InstanceIds=launched)
assert sorted(ids(tag__from="template")) == sorted(launched)
name, = [p["metadata"]["name"] for p in pod(launched[0])]
kubectl("exec", name, "--", "/var/lib/cloud/bin/shutdown")
wait(ec2, "instance_terminated", InstanceIds=[launched[0]])
say("launched from a template, and one shut itself down")

ec2.terminate_instances(InstanceIds=[identity, launched[1]])
wait(ec2, "instance_terminated", InstanceIds=[identity, launched[1]])
aws("ec2", "wait", "instance-terminated", "--instance-ids", identity, launched[1])
assert state(identity) == ("terminated", 48)
expect_error("IncorrectInstanceState", ec2.start_instances, InstanceIds=[identity])
until("the pods went", lambda: not any(pod(i) for i in [identity, *launched]))
ec2.delete_launch_template(LaunchTemplateName="it-template")
ec2.delete_security_group(GroupId=group)
ec2.delete_key_pair(KeyName="it")
done()
