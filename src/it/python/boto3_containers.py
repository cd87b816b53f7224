"""What containers of tasks are given and how they end, through boto3: order of starts, volumes, secrets, health, memory,
eviction; services on every node; what is refused. Ends with `all done`."""
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from compute import BUSYBOX, PYTHON, aws, client, done, evict, expect_error, kubectl, pods, refused, say, until, wait

ecs, ec2, logs = client("ecs"), client("ec2"), client("logs")
CLUSTER = "containers"
NETWORK = {"awsvpcConfiguration": {"subnets": [ec2.describe_subnets()["Subnets"][0]["SubnetId"]]}}
EC2 = dict(cluster=CLUSTER, launchType="EC2", networkConfiguration=NETWORK)
SECRET = "arn:aws:secretsmanager:us-east-1:000000000000:secret:db-AbCdEf"


class Upstream(BaseHTTPRequestHandler):
    """Parameters and secrets, as the AWS APIs give them."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        target = self.headers["X-Amz-Target"]
        if target == "AmazonSSM.GetParameter" and asked["Name"] == "/app/key":
            answer = {"Parameter": {"Name": asked["Name"], "Value": "value of " + asked["Name"]}}
        elif target == "secretsmanager.GetSecretValue" and asked["SecretId"] == SECRET:
            answer = {"SecretString": json.dumps({"user": "ada", "password": "xyzzy"})}
        else:
            answer = {"__type": "ParameterNotFound", "message": "nothing of that name"}
        body = json.dumps(answer).encode()
        self.send_response(400 if "__type" in answer else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


upstream = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PODIUM_IT_UPSTREAM"])), Upstream)
threading.Thread(target=upstream.serve_forever, daemon=True).start()


def logged(prefix):
    return {"logDriver": "awslogs", "options": {"awslogs-group": "/it/containers", "awslogs-region": "us-east-1",
                                               "awslogs-stream-prefix": prefix, "awslogs-create-group": "true"}}


def shell(name, script, **more):
    return dict(dict(name=name, image=BUSYBOX, entryPoint=["sh", "-c"], command=[script], memory=64, stopTimeout=2), **more)


def register(family, *containers, **more):
    return ecs.register_task_definition(
        family=family, networkMode="awsvpc", containerDefinitions=list(containers), **more)["taskDefinition"]


def start(family, *containers, **more):
    register(family, *containers, **more)
    ran = ecs.run_task(**EC2, taskDefinition=family)
    assert not ran["failures"], ran
    return ran["tasks"][0]["taskArn"]


def task(arn):
    return ecs.describe_tasks(cluster=CLUSTER, tasks=[arn], include=["TAGS"])["tasks"][0]


def stopped(arn):
    wait(ecs, "tasks_stopped", cluster=CLUSTER, tasks=[arn])
    return task(arn)


def lines(arn, prefix, container):
    stream = dict(logGroupName="/it/containers", logStreamName=f"{prefix}/{container}/{arn.rpartition('/')[2]}")
    return until("the log came", lambda: [e["message"] for e in logs.get_log_events(startFromHead=True, **stream)["events"]])


def pod(arn):
    return pods("podium.dev/task=" + arn.rpartition("/")[2])[0]


ecs.create_cluster(clusterName=CLUSTER)
NODES = json.loads(kubectl("get", "nodes", "-o", "json"))["items"]

# All begin at once, and are looked at one after the other.
register("everywhere", shell("main", "trap 'exit 0' TERM; while :; do sleep 0.2; done"))
ecs.create_service(**EC2, serviceName="everywhere", taskDefinition="everywhere", schedulingStrategy="DAEMON")
shared = [{"sourceVolume": "shared", "containerPath": "/shared"}]
order = start(
    "order",
    shell("first", "echo first >> /shared/order", essential=False, mountPoints=shared),
    shell("second", "echo second >> /shared/order; exit 0", essential=False, mountPoints=shared,
          dependsOn=[{"containerName": "first", "condition": "SUCCESS"}]),
    shell("beside", "echo beside >> /shared/order; sleep 3600", essential=False, mountPoints=shared,
          dependsOn=[{"containerName": "second", "condition": "COMPLETE"}]),
    shell("main", "sleep 1; cat /shared/order", mountPoints=shared, logConfiguration=logged("order"),
          dependsOn=[{"containerName": "beside", "condition": "START"}]),
    volumes=[{"name": "shared"}])
secret = start("secret", shell("main", "echo \"$KEY, $USER, $WHOLE\"", logConfiguration=logged("secret"), secrets=[
    {"name": "KEY", "valueFrom": "/app/key"}, {"name": "USER", "valueFrom": SECRET + ":user::"},
    {"name": "WHOLE", "valueFrom": SECRET}]))
absent = start("absent", shell("main", "true", secrets=[{"name": "KEY", "valueFrom": "/app/absent"}]))
full = start("full", dict(name="main", image=PYTHON, memory=64, entryPoint=["/usr/bin/python3", "-c"],
                          command=["x = b'x' * (200 << 20); print(len(x))"]))
failing = start("failing", shell("first", "exit 3", essential=False),
                shell("main", "true", dependsOn=[{"containerName": "first", "condition": "SUCCESS"}]))
# COMPLETE takes any exit code: of a shell, of another program, of a command alone.
COMPLETE = [{"containerName": name, "condition": "COMPLETE"} for name in ("first", "second", "third")]
complete = start(
    "complete",
    shell("first", "echo left > /shared/left; exit 4", essential=False, mountPoints=shared),
    dict(name="second", image=PYTHON, memory=64, essential=False, entryPoint=["/usr/bin/python3", "-c"],
         command=["raise SystemExit(5)"]),
    dict(name="third", image=BUSYBOX, memory=64, essential=False, command=["sh", "-c", "exit 6"]),
    shell("main", "cat /shared/left", mountPoints=shared, logConfiguration=logged("complete"), dependsOn=COMPLETE),
    volumes=[{"name": "shared"}])
unknown = start("unknown", dict(name="first", image=BUSYBOX, memory=64, essential=False, command=["/bin/busybox", "false"]),
                shell("main", "true", dependsOn=COMPLETE[:1]))
wrong = start("wrong", dict(name="main", image=BUSYBOX, memory=64, entryPoint=["/no/such/program"]))
sick = start("sick", shell("main", "sleep 3600", healthCheck={
    "command": ["CMD-SHELL", "exit 1"], "interval": 5, "retries": 1, "timeout": 2}))
well = start("well", shell("main", "sleep 3600", healthCheck={"command": ["CMD", "sh", "-c", "true"], "interval": 5, "retries": 1}))

end = stopped(order)
assert lines(order, "order", "main") == ["first", "second", "beside"], lines(order, "order", "main")
assert {c["name"]: c.get("exitCode") for c in end["containers"] if c["name"] != "beside"} == {
    "first": 0, "second": 0, "main": 0}, end["containers"]
stopped(secret)
assert lines(secret, "secret", "main") == ["value of /app/key, ada, {\"user\": \"ada\", \"password\": \"xyzzy\"}"]
end = stopped(absent)
assert end["stopCode"] == "TaskFailedToStart" and end["stoppedReason"].startswith("ResourceInitializationError"), end
say("order of starts, a shared volume, secrets of an upstream")

end = stopped(full)
assert (end["containers"][0]["exitCode"], end["containers"][0]["reason"]) == (
    137, "OutOfMemoryError: Container killed due to memory usage"), end["containers"]
end = stopped(failing)
assert end["stopCode"] == "TaskFailedToStart" and "first" in end["stoppedReason"], end
end = stopped(complete)
assert {c["name"]: c.get("exitCode") for c in end["containers"]} == {"first": 4, "second": 5, "third": 6, "main": 0}, end
assert lines(complete, "complete", "main") == ["left"]
end = stopped(unknown)
assert end["stopCode"] == "TaskFailedToStart" and "give its entryPoint" in end["stoppedReason"], end
end = stopped(wrong)
assert end["stopCode"] == "TaskFailedToStart" and end["stoppedReason"].startswith("CannotStartContainerError"), end
say("out of memory, failed dependencies, no such program")

until("the sick one is known as such", lambda: task(sick)["healthStatus"] == "UNHEALTHY")
until("the other one is healthy", lambda: task(well)["healthStatus"] == "HEALTHY")
assert task(well)["containers"][0]["healthStatus"] == "HEALTHY", task(well)
evict(pod(well))
end = stopped(well)
assert end["stoppedReason"] == "Evicted: The node was low on resource: memory.", end["stoppedReason"]
ecs.stop_task(cluster=CLUSTER, task=sick)
say("health, and an eviction")

# One task on every node.
wait(ecs, "services_stable", cluster=CLUSTER, services=["everywhere"])
shown = ecs.describe_services(cluster=CLUSTER, services=["everywhere"])["services"][0]
assert shown["desiredCount"] == shown["runningCount"] == len(NODES), shown
on = {pod(arn)["spec"]["nodeName"] for arn in ecs.list_tasks(cluster=CLUSTER, serviceName="everywhere")["taskArns"]}
assert on == {node["metadata"]["name"] for node in NODES}, on
say("a service on every node")

# Other ways to start tasks.
started = ecs.start_task(cluster=CLUSTER, taskDefinition="order", containerInstances=["a"], networkConfiguration=NETWORK,
                         tags=[{"key": "a", "value": "b"}], group="mine")["tasks"][0]["taskArn"]
register("spot", dict(name="main", image=BUSYBOX, command=["sh", "-c", "true"]), requiresCompatibilities=["FARGATE"], cpu="256",
         memory="512")
SPOT = dict(cluster=CLUSTER, taskDefinition="spot", networkConfiguration=NETWORK, clientToken="once",
            capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT"}])
spot, again = ecs.run_task(**SPOT), ecs.run_task(**SPOT)
assert spot["tasks"][0]["taskArn"] == again["tasks"][0]["taskArn"], (spot, again)
assert spot["tasks"][0]["capacityProviderName"] == "FARGATE_SPOT", spot
assert (stopped(started)["group"], stopped(started)["tags"]) == ("mine", [{"key": "a", "value": "b"}])
stopped(spot["tasks"][0]["taskArn"])

# Families and revisions.
for _ in range(2):
    register("family", shell("main", "true"))
found = aws("ecs", "list-task-definitions", "--family-prefix", "family", "--sort", "DESC", "--query", "taskDefinitionArns")
assert [arn.rpartition(":")[2] for arn in found] == ["2", "1"], found
assert "family" in ecs.list_task_definition_families(status="ACTIVE")["families"]
ecs.deregister_task_definition(taskDefinition="family:1")
assert ecs.describe_task_definition(taskDefinition="family:1")["taskDefinition"]["status"] == "INACTIVE"
expect_error("ClientException", ecs.run_task, **EC2, taskDefinition="family:1")
ecs.delete_task_definitions(taskDefinitions=["family:1"])

# What a pod can't.
refused(ecs.execute_command, cluster=CLUSTER, task=started, command="sh", interactive=True)
refused(ecs.create_task_set, cluster=CLUSTER, service="everywhere", taskDefinition="order")
refused(ecs.create_capacity_provider, name="mine", autoScalingGroupProvider={"autoScalingGroupArn": "arn:x"})
refused(ecs.register_task_definition, family="no", containerDefinitions=[
    shell("main", "true", ulimits=[{"name": "nofile", "softLimit": 10, "hardLimit": 10}])])
expect_error("InvalidParameterException", ecs.run_task, cluster=CLUSTER, taskDefinition="spot", networkConfiguration=NETWORK,
             capacityProviderStrategy=[{"capacityProvider": "mine"}])
say("other starts, revisions, refusals")

ecs.delete_service(cluster=CLUSTER, service="everywhere", force=True)
wait(ecs, "services_inactive", cluster=CLUSTER, services=["everywhere"])
until("the tasks went", lambda: not ecs.list_tasks(cluster=CLUSTER)["taskArns"])
ecs.delete_cluster(cluster=CLUSTER)
done()
