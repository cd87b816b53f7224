"""Schedules and rules through boto3 and the aws CLI: what they call runs in pods of the cluster. Ends with `all done`."""
import datetime
import io
import json
import urllib.request
import zipfile

from compute import BUSYBOX, ENDPOINT, aws, client, done, expect_error, pods, say, until, wait

scheduler, events, sqs, functions, ecs = client("scheduler"), client("events"), client("sqs"), client("lambda"), client("ecs")
ROLE = "arn:aws:iam::000000000000:role/it"
OFF = {"Mode": "OFF"}


def queue(name, **attributes):
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def message(url):
    def receive():
        return sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5, MessageAttributeNames=["All"], AttributeNames=["All"]).get("Messages")
    got, = until("a message came", receive)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=got["ReceiptHandle"])
    return got


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("at(%Y-%m-%dT%H:%M:%S)")


def runs(arn):
    with urllib.request.urlopen(f"{ENDPOINT}/_podium/schedules/{arn}") as answer:
        return json.load(answer)


def succeeded(arn):
    return until("the run has ended", lambda: runs(arn)["Succeeded"])


# A function, and a queue that hears what it was called with.
code = io.BytesIO()
with zipfile.ZipFile(code, "w") as out:
    out.writestr("app.py", "import os\ndef handler(event, context):\n    return os.uname().nodename\n")
function = functions.create_function(FunctionName="scheduled", Runtime="python3.11", Role=ROLE, Handler="app.handler", Timeout=20,
                                     Code={"ZipFile": code.getvalue()})["FunctionArn"]
functions.get_waiter("function_active_v2").wait(FunctionName="scheduled")
heard, heard_arn = queue("heard")
functions.put_function_event_invoke_config(FunctionName="scheduled", DestinationConfig={"OnSuccess": {"Destination": heard_arn}})


def ran():
    """What the function was called with; that its answer is the name of a pod shows where it ran."""
    record = json.loads(message(heard)["Body"])
    assert record["responsePayload"] in [pod["metadata"]["name"] for pod in pods("podium.dev/service=lambda")], record
    return record["requestPayload"]


# A schedule of a function.
scheduler.create_schedule_group(Name="it", Tags=[{"Key": "team", "Value": "it"}])
target = {"Arn": function, "RoleArn": ROLE, "Input": '{"by": "<aws.scheduler.schedule-arn>", "try": <aws.scheduler.attempt-number>}'}
made = scheduler.create_schedule(Name="once", GroupName="it", ScheduleExpression=now(), FlexibleTimeWindow=OFF, Target=target,
                                 ActionAfterCompletion="DELETE")["ScheduleArn"]
assert ran() == {"by": made, "try": 1}
until("the schedule is gone", lambda: not scheduler.list_schedules(GroupName="it")["Schedules"])
expect_error("ResourceNotFoundException", scheduler.get_schedule, Name="once", GroupName="it")
say("a schedule called a function in a pod")

# One that the aws CLI makes.
cli = aws("scheduler", "create-schedule", "--name", "cli", "--group-name", "it", "--schedule-expression", "rate(1 day)",
          "--flexible-time-window", "Mode=OFF", "--target", json.dumps(dict(target, Input='{"by": "cli"}')))["ScheduleArn"]
assert ran() == {"by": "cli"}
shown = aws("scheduler", "get-schedule", "--name", "cli", "--group-name", "it")
assert shown["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}, shown
run, = succeeded(cli)
assert run["Attempts"] == 1 and run["Target"] == function, run
say("so did one of the aws CLI's")

# A schedule of a task.
cluster = ecs.create_cluster(clusterName="it")["cluster"]["clusterArn"]
definition = ecs.register_task_definition(family="scheduled", requiresCompatibilities=["EC2"], cpu="64", memory="64", containerDefinitions=[
    {"name": "main", "image": BUSYBOX, "command": ["false"], "memory": 64}])["taskDefinition"]["taskDefinitionArn"]
task = scheduler.create_schedule(
    Name="task", GroupName="it", ScheduleExpression=now(), FlexibleTimeWindow=OFF, Target={
        "Arn": cluster, "RoleArn": ROLE, "EcsParameters": {"TaskDefinitionArn": definition, "TaskCount": 1, "LaunchType": "EC2"},
        "Input": json.dumps({"containerOverrides": [{"name": "main", "command": ["sleep", "3600"]}]})})["ScheduleArn"]
arn, = until("the task was run", lambda: ecs.list_tasks(cluster="it")["taskArns"])
wait(ecs, "tasks_running", cluster="it", tasks=[arn])
pod, = pods("podium.dev/task=" + arn.rpartition("/")[2])
assert pod["spec"]["containers"][0]["args"] == ["sleep", "3600"], pod["spec"]
assert ecs.describe_tasks(cluster="it", tasks=[arn])["tasks"][0]["startedBy"] == "chronos-schedule/task"
succeeded(task)
ecs.stop_task(cluster="it", task=arn)
say("a schedule ran a task in a pod")

# A FIFO queue, and a dead-letter queue.
fifo, fifo_arn = queue("it.fifo", FifoQueue="true", ContentBasedDeduplication="true")
scheduler.create_schedule(Name="fifo", GroupName="it", ScheduleExpression=now(), FlexibleTimeWindow=OFF, Target={
    "Arn": fifo_arn, "RoleArn": ROLE, "Input": "in order", "SqsParameters": {"MessageGroupId": "g"}})
got = message(fifo)
assert (got["Body"], got["Attributes"]["MessageGroupId"]) == ("in order", "g"), got
dead, dead_arn = queue("it-dead")
scheduler.create_schedule(Name="lost", GroupName="it", ScheduleExpression=now(), FlexibleTimeWindow=OFF, Target={
    "Arn": function + "-absent", "RoleArn": ROLE, "Input": '"<aws.scheduler.attempt-number>"', "DeadLetterConfig": {"Arn": dead_arn}})
got = message(dead)
said = {name: value["StringValue"] for name, value in got["MessageAttributes"].items()}
assert got["Body"] == '"1"' and said["ERROR_CODE"] == "ResourceNotFoundException", got
assert said["TARGET_ARN"] == function + "-absent" and said["SCHEDULE_ARN"].endswith(":schedule/it/lost"), said
say("queues got their messages")

# A rule with a pattern, and one with a schedule.
events.put_rule(Name="orders", EventPattern=json.dumps({"source": ["shop"], "detail": {"total": [{"numeric": [">", 10]}]}}))
events.put_targets(Rule="orders", Targets=[{"Id": "f", "Arn": function, "InputTransformer": {
    "InputPathsMap": {"n": "$.detail.total", "k": "$.detail-type"}, "InputTemplate": '{"total": <n>, "text": "<k> of <n>"}'}}])
put = events.put_events(Entries=[
    {"Source": "shop", "DetailType": "Order", "Detail": json.dumps({"total": total})} for total in (5, 50)])
assert put["FailedEntryCount"] == 0 and len(put["Entries"]) == 2, put
assert ran() == {"total": 50, "text": "Order of 50"}
rule = aws("events", "put-rule", "--name", "minutely", "--schedule-expression", "rate(1 minute)")["RuleArn"]
aws("events", "put-targets", "--rule", "minutely", "--targets", f"Id=f,Arn={function}")
event = ran()
assert (event["detail-type"], event["resources"], event["source"]) == ("Scheduled Event", [rule], "aws.events"), event
assert events.list_rule_names_by_target(TargetArn=function)["RuleNames"] == ["minutely", "orders"]
for name in ("minutely", "orders"):
    events.remove_targets(Rule=name, Ids=["f"])
    events.delete_rule(Name=name)
say("rules called the function")

scheduler.delete_schedule_group(Name="it")
until("the group is gone with its schedules", lambda: [g["Name"] for g in scheduler.list_schedule_groups()["ScheduleGroups"]] == ["default"])
expect_error("ResourceNotFoundException", scheduler.get_schedule, Name="cli", GroupName="it")
functions.delete_function(FunctionName="scheduled")
done()
