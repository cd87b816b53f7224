"""What becomes of asynchronous events, through boto3 in real pods: aliases, throttling, loops. Endpoint and keys from
the environment. Ends with `all done`."""
import collections
import json

from functions import archive, client, create, expect_error, messages, queue, settled

SOURCE = """
import time
def handler(event, context):
    time.sleep(event.get('seconds', 0))
    return {'n': event.get('n'), 'version': context.function_version}
"""
ARN = "arn:aws:lambda:us-east-1:000000000000:function:"
create("events", Code={"ZipFile": archive(app_py=SOURCE)}, Publish=True)
done_url, done = queue("events-done")
failed_url, failed = queue("events-failed")


def events(count, name="events", **more):
    for n in range(count):
        answer = client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps({"n": n, **more}))
        assert answer["StatusCode"] == 202 and answer["Payload"].read() == b"", answer


def records(url, count):
    return [json.loads(message["Body"]) for message in messages(url, count)]


# A weighted alias divides events; its own configuration tells its own queue.
client.update_function_configuration(FunctionName="events", Description="second", MemorySize=256)
settled("events")
assert client.publish_version(FunctionName="events")["Version"] == "2"
client.create_alias(FunctionName="events", Name="half", FunctionVersion="1",
                    RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
config = client.put_function_event_invoke_config(
    FunctionName="events", Qualifier="half", MaximumEventAgeInSeconds=3600,
    DestinationConfig={"OnSuccess": {"Destination": done}, "OnFailure": {"Destination": failed}})
assert config["FunctionArn"] == ARN + "events:half" and "MaximumRetryAttempts" not in config, config
events(60, "events:half")
told = records(done_url, 60)
assert sorted(record["requestPayload"]["n"] for record in told) == list(range(60)), told
versions = collections.Counter(record["responseContext"]["executedVersion"] for record in told)
assert min(versions["1"], versions["2"]) >= 8, versions  # less once in a thousand million
assert all(record["requestContext"]["functionArn"] == ARN + "events:half" for record in told), told

# A throttled event waits until there is room; none is lost.
client.update_function_event_invoke_config(FunctionName="events", Qualifier="half", MaximumRetryAttempts=0)
client.put_function_concurrency(FunctionName="events", ReservedConcurrentExecutions=1)
events(3, "events:half", seconds=2)
assert sorted(record["responsePayload"]["n"] for record in records(done_url, 3)) == [0, 1, 2]

# A function that is switched off has its events given up.
client.put_function_concurrency(FunctionName="events", ReservedConcurrentExecutions=0)
events(1, "events:half")
context = records(failed_url, 1)[0]["requestContext"]
assert (context["condition"], context["approximateInvokeCount"]) == ("ZeroReservedConcurrency", 0), context
client.delete_function_concurrency(FunctionName="events")
configs = client.list_function_event_invoke_configs(FunctionName="events")["FunctionEventInvokeConfigs"]
assert [c["MaximumRetryAttempts"] for c in configs] == [0], configs
expect_error("InvalidParameterValueException", client.put_function_event_invoke_config, "as a destination for itself",
             FunctionName="events", DestinationConfig={"OnSuccess": {"Destination": ARN + "events"}})

# Two functions that call each other through their destinations: the loop is stopped after sixteen turns. The first one's
# pods make room.
client.delete_function(FunctionName="events")
expect_error("ResourceNotFoundException", client.get_function_event_invoke_config, FunctionName="events")
for name in ("there", "back"):
    create(name, Code={"ZipFile": archive(app_py=SOURCE)})
for name, other in (("there", "back"), ("back", "there")):
    client.put_function_event_invoke_config(FunctionName=name, DestinationConfig={
        "OnSuccess": {"Destination": ARN + other}, "OnFailure": {"Destination": failed}})
assert client.get_function_recursion_config(FunctionName="there")["RecursiveLoop"] == "Terminate"
events(1, "there")
record = records(failed_url, 1)[0]
assert record["responsePayload"]["errorType"] == "RecursiveInvocationException", record
assert record["responseContext"]["statusCode"] == 400, record
client.put_function_recursion_config(FunctionName="there", RecursiveLoop="Allow")
assert client.get_function_recursion_config(FunctionName="there")["RecursiveLoop"] == "Allow"

for name in ("there", "back"):
    client.delete_function(FunctionName=name)
print("all done")
