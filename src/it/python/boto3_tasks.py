"""Tasks and services through boto3 and the aws CLI: containers that work together, a service behind a load balancer
that loses a task and rolls to a new version under load. Ends with `all done`."""
import json
import time

from compute import (BUSYBOX, ENDPOINT, PYTHON, WEB, Traffic, Wrk, aws, aws_fails, client, done, expect_error, get, kubectl, pods,
                     port, say, until, wait)

ecs, elb, ec2, logs = client("ecs"), client("elbv2"), client("ec2"), client("logs")
ROLE = "arn:aws:iam::000000000000:role/it-task"
NETWORK = {"awsvpcConfiguration": {"subnets": [ec2.describe_subnets()["Subnets"][0]["SubnetId"]]}}
FARGATE = dict(cluster="it", launchType="FARGATE", networkConfiguration=NETWORK)
# On EC2 a task may be as small as it likes, so that many fit on one node.
EC2 = dict(cluster="it", launchType="EC2", networkConfiguration=NETWORK)
SERVER = """
import http.server, signal, os
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
http.server.HTTPServer(("127.0.0.1", 8080), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
# What a container can learn of its task, and of the container beside it.
ASKS = """
import json, os, sys, urllib.request
def ask(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
        return answer.read().decode()
uri = os.environ["ECS_CONTAINER_METADATA_URI_V4"]
task, own = json.loads(ask(uri + "/task")), json.loads(ask(uri))
stats = [json.loads(ask(uri + "/stats"))] + list(json.loads(ask(uri + "/task/stats")).values())
token = os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
role = json.loads(ask(os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"], Authorization=token))
try:
    ask(os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
    without = 200
except urllib.error.HTTPError as error:
    without = error.code
print("beside: %d" % len(ask("http://127.0.0.1:8080/")))
print("METADATA " + json.dumps({
    "task": task["TaskARN"], "family": task["Family"], "containers": sorted(c["Name"] for c in task["Containers"]),
    "own": own["Name"], "image": own["Image"], "role": role["RoleArn"], "key": bool(role["AccessKeyId"]),
    "refused": without >= 400, "colour": os.environ["COLOUR"],
    "stats": stats}))
sys.exit(7)
"""


def register(family, *containers, **more):
    given = dict(family=family, networkMode="awsvpc", requiresCompatibilities=["EC2"], cpu="64", memory="64")
    return ecs.register_task_definition(**dict(given, containerDefinitions=list(containers), **more))["taskDefinition"]


def logged(prefix):
    return {"logDriver": "awslogs", "options": {"awslogs-group": "/it/tasks", "awslogs-region": "us-east-1",
                                               "awslogs-stream-prefix": prefix, "awslogs-create-group": "true"}}


def python(name, code, **more):
    return dict(name=name, image=PYTHON, entryPoint=["/usr/bin/python3", "-uc"], command=[code], **more)


def task(arn):
    return ecs.describe_tasks(cluster="it", tasks=[arn])["tasks"][0]


def service(name="web"):
    return ecs.describe_services(cluster="it", services=[name])["services"][0]


def stable(name="web"):
    wait(ecs, "services_stable", cluster="it", services=[name])


def rolled_out(name="web"):
    return [d["rolloutState"] for d in service(name)["deployments"]] == ["COMPLETED"]


ecs.create_cluster(clusterName="it")
# In the background all along: a service whose next version can't run.
bad = dict(name="main", image=BUSYBOX, command=["sh", "-c", "exit 1"])
good = register("breaker", dict(bad, command=["sleep", "3600"], stopTimeout=2))["taskDefinitionArn"]
ecs.create_service(**EC2, serviceName="breaker", taskDefinition="breaker", desiredCount=1, deploymentConfiguration={
    "deploymentCircuitBreaker": {"enable": True, "rollback": True}})

# One task, two containers.
pair = register(
    "pair",
    python("beside", SERVER, essential=False, stopTimeout=2, healthCheck={
        "command": ["CMD-SHELL", "python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", 8080))'"],
        "interval": 5, "retries": 10}),
    python("main", ASKS, logConfiguration=logged("pair"), environment=[{"name": "COLOUR", "value": "red"}],
           dependsOn=[{"containerName": "beside", "condition": "HEALTHY"}]),
    taskRoleArn=ROLE, requiresCompatibilities=["FARGATE"], cpu="256", memory="512")
assert pair["revision"] == 1 and pair["status"] == "ACTIVE", pair
ran = ecs.run_task(**FARGATE, taskDefinition="pair", startedBy="it", tags=[{"key": "team", "value": "it"}], overrides={
    "containerOverrides": [{"name": "main", "environment": [{"name": "COLOUR", "value": "blue"}]}]})
assert not ran["failures"] and ran["tasks"][0]["lastStatus"] == "PROVISIONING", ran
arn = ran["tasks"][0]["taskArn"]
missing = ecs.run_task(**EC2, taskDefinition=register(
    "missing", dict(bad, image="registry.local/absent:1"))["taskDefinitionArn"])["tasks"][0]["taskArn"]

# Two tasks that stay until they are stopped.
register("sleeper", dict(bad, command=["sh", "-c", "trap 'exit 9' TERM; while :; do sleep 0.2; done"], cpu=64, memory=64))
sleepers = [t["taskArn"] for t in ecs.run_task(**EC2, taskDefinition="sleeper", count=2)["tasks"]]
wait(ecs, "tasks_running", cluster="it", tasks=sleepers)
aws("ecs", "wait", "tasks-running", "--cluster", "it", "--tasks", *sleepers)
say("two tasks run")
shown = task(sleepers[0])
made, = pods("podium.dev/task=" + sleepers[0].rpartition("/")[2])
container, = made["spec"]["containers"]
assert container["resources"] == {"requests": {"cpu": "62m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}}, container
assert made["spec"]["securityContext"]["runAsNonRoot"], made["spec"]
details = {d["name"]: d["value"] for a in shown["attachments"] for d in a["details"]}
assert details["privateIPv4Address"] == made["status"]["podIP"], (details, made["status"])
assert shown["containers"][0]["networkInterfaces"][0]["privateIpv4Address"] == made["status"]["podIP"], shown
assert sorted(ecs.list_tasks(cluster="it", family="sleeper")["taskArns"]) == sorted(sleepers)
ecs.stop_task(cluster="it", task=sleepers[0], reason="enough")
aws("ecs", "stop-task", "--cluster", "it", "--task", sleepers[1])
wait(ecs, "tasks_stopped", cluster="it", tasks=sleepers)
ended = task(sleepers[0])
assert (ended["stopCode"], ended["stoppedReason"], ended["containers"][0]["exitCode"]) == ("UserInitiated", "enough", 9), ended
say("and stop")

wait(ecs, "tasks_stopped", cluster="it", tasks=[arn])
aws("ecs", "wait", "tasks-stopped", "--cluster", "it", "--tasks", arn)
ended = task(arn)
assert ended["stopCode"] == "EssentialContainerExited" and ended["stoppedReason"] == "Essential container in task exited", ended
assert {c["name"]: c.get("exitCode") for c in ended["containers"]}["main"] == 7, ended["containers"]
stream = dict(logGroupName="/it/tasks", logStreamName="pair/main/" + arn.rpartition("/")[2])
lines = until("the log came", lambda: (found := [e["message"] for e in logs.get_log_events(startFromHead=True, **stream)["events"]])
              and "METADATA" in found[-1] and found)
assert lines[0].startswith("beside: "), lines
knows = json.loads(lines[-1][9:])
assert knows == {"task": arn, "family": "pair", "containers": ["beside", "main"], "own": "main", "image": PYTHON,
                 "role": ROLE, "key": True, "refused": True, "colour": "blue", "stats": [None] * 3}, knows
say("one task, two containers, and what they know")
wait(ecs, "tasks_stopped", cluster="it", tasks=[missing])
ended = task(missing)
assert ended["stopCode"] == "TaskFailedToStart" and ended["stoppedReason"].startswith("CannotPullContainerError"), ended
expect_error("ClusterNotFoundException", ecs.run_task, cluster="absent", taskDefinition="pair")
expect_error("ClientException", ecs.run_task, **FARGATE, taskDefinition="nowhere")
expect_error("InvalidParameterException", ecs.stop_task, cluster="it", task="0" * 32)
aws_fails("ServiceNotFoundException", "ecs", "update-service", "--cluster", "it", "--service", "absent")

# A service behind a load balancer.
stable("breaker")
until("breaker's first version is out", lambda: rolled_out("breaker"))
broken = register("breaker", bad)["taskDefinitionArn"]
ecs.update_service(cluster="it", service="breaker", taskDefinition=broken)
group = elb.create_target_group(
    Name="web", Protocol="HTTP", Port=8080, TargetType="ip", VpcId=ec2.describe_vpcs()["Vpcs"][0]["VpcId"],
    HealthCheckIntervalSeconds=5, HealthCheckTimeoutSeconds=2, HealthyThresholdCount=2)["TargetGroups"][0]["TargetGroupArn"]
elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[
    {"Key": "deregistration_delay.timeout_seconds", "Value": "3"}])
balancer = elb.create_load_balancer(Name="web", Subnets=[s["SubnetId"] for s in ec2.describe_subnets()["Subnets"][:2]])["LoadBalancers"][0]
LISTENER = port(0)
elb.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=LISTENER,
                    DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])


def version(text):
    return register("web", python("web", WEB, portMappings=[{"containerPort": 8080}], stopTimeout=5,
                                  environment=[{"name": "VERSION", "value": text}]))["taskDefinitionArn"]


ecs.create_service(**EC2, serviceName="web", taskDefinition=version("one"), desiredCount=2, loadBalancers=[
    {"targetGroupArn": group, "containerName": "web", "containerPort": 8080}],
    deploymentConfiguration={"minimumHealthyPercent": 100, "maximumPercent": 200})
stable()
aws("ecs", "wait", "services-stable", "--cluster", "it", "--services", "web")
wait(elb, "target_in_service", TargetGroupArn=group)
say("a service of two is stable")
status, _, text = get(ENDPOINT, host=balancer["DNSName"])
assert status == 200 and text.startswith("one "), (status, text)
aws("ecs", "list-tasks", "--cluster", "it", "--service-name", "web")


def tasks():
    return ecs.list_tasks(cluster="it", serviceName="web")["taskArns"]


until("the rollout is over", rolled_out)
traffic = Traffic(LISTENER)
until("both answer", lambda: len(traffic.answers) == 2)
before = tasks()
victim = pods("podium.dev/task=" + before[0].rpartition("/")[2])[0]["metadata"]["name"]
killed = time.monotonic()
kubectl("delete", "pod", victim, "--grace-period=0", "--force")
until("a new task was made", lambda: len(set(tasks()) - set(before)) == 1, every=0.05)
replaced = time.monotonic() - killed
until("the new one answers", lambda: len(traffic.answers) == 3)
wait(ecs, "services_stable", cluster="it", services=["web"])
say(f"a dead task was replaced after {replaced:.1f} s and another answered after {time.monotonic() - killed:.1f} s; "
    f"{len(traffic.failures)} requests failed: {traffic.failures}")
# Only those that were under way to it may fail: at most one per connection.
assert len(traffic.failures) <= 4, traffic.failures
assert replaced < 15, replaced
traffic.end()

# Four tasks roll to the next version.
ecs.update_service(cluster="it", service="web", desiredCount=4)
stable()
until("four are out", rolled_out)
traffic, wrk = Traffic(LISTENER), Wrk(LISTENER)
started = time.monotonic()
ecs.update_service(cluster="it", service="web", taskDefinition=version("two"), healthCheckGracePeriodSeconds=60)
stable()
until("the rollout is over", rolled_out)
until("only the new version answers", lambda: get(f"http://127.0.0.1:{LISTENER}/")[2].startswith("two "))
requests, errors = traffic.end(), wrk.end()
say(f"four tasks rolled in {time.monotonic() - started:.1f} s; of {requests} requests {len(traffic.failures)} failed")
assert not traffic.failures and not errors, (traffic.failures, errors)
assert len({t for t in traffic.answers if t.startswith("two ")}) == 4, traffic.answers

# The circuit breaker has put the old version back by now.
until("the breaker rolled back", lambda: service("breaker")["taskDefinition"] == good)
stable("breaker")
events = " ".join(e["message"] for e in service("breaker")["events"])
assert "deployment failed: tasks failed to start." in events and "rolling back to deployment" in events, events
say("the circuit breaker rolled back")

expect_error("InvalidParameterException", ecs.delete_service, cluster="it", service="web")
expect_error("ResourceInUse", elb.delete_target_group, TargetGroupArn=group)
for name in ("web", "breaker"):
    ecs.delete_service(cluster="it", service=name, force=True)
for name in ("web", "breaker"):  # of several, the waiter waits for the first alone
    wait(ecs, "services_inactive", cluster="it", services=[name])
aws("ecs", "wait", "services-inactive", "--cluster", "it", "--services", "web")
until("the tasks went", lambda: not ecs.list_tasks(cluster="it")["taskArns"])
elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
elb.delete_target_group(TargetGroupArn=group)
ecs.delete_cluster(cluster="it")
done()
