"""What functions have besides their code, through boto3 in real pods: layers, versions, weighted aliases, concurrency,
provisioned environments, asynchronous events. Endpoint and keys from the environment. Ends with `all done`."""
import concurrent.futures
import json
import time

from functions import archive, client, create, expect_error, messages, queue
from functions import invoke as invoked
from functions import settled as settled_function

SOURCE = """
import glob, os, time
def handler(event, context):
    if 'fail' in event:
        raise ValueError(event['fail'])
    time.sleep(event.get('seconds', 0))
    return {'version': context.function_version, 'arn': context.invoked_function_arn,
            'opt': {path: open(path).read() for path in glob.glob('/opt/*.txt')},
            'trace': os.environ['_X_AMZN_TRACE_ID'], 'type': os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']}
"""


def invoke(event=None, **more):
    return invoked("parts", event, **more)


def settled():
    settled_function("parts")


# Layers lie upon each other in their order.
first, second = (client.publish_layer_version(LayerName=name, Content={"ZipFile": archive(**files)})["LayerVersionArn"]
                 for name, files in (("first", {"own_txt": "1", "both_txt": "1"}), ("second", {"both_txt": "2"})))
create("parts", Code={"ZipFile": archive(app_py=SOURCE)}, Layers=[first, second], TracingConfig={"Mode": "Active"})
_, payload = invoke()
assert payload["opt"] == {"/opt/own.txt": "1", "/opt/both.txt": "2"}, payload
assert payload["trace"].split(";")[2] == "Sampled=1" and payload["type"] == "on-demand", payload
client.update_function_configuration(FunctionName="parts", Layers=[second, first])
settled()
assert invoke()[1]["opt"]["/opt/both.txt"] == "1"

# Versions stay as they are; an alias divides its calls by weight.
assert client.publish_version(FunctionName="parts")["Version"] == "1"
client.update_function_configuration(FunctionName="parts", Layers=[])
settled()
assert client.publish_version(FunctionName="parts")["Version"] == "2"
client.create_alias(FunctionName="parts", Name="live", FunctionVersion="1",
                    RoutingConfig={"AdditionalVersionWeights": {"2": 0.3}})
second_ones = 0
for _ in range(200):
    answer, payload = invoke(Qualifier="live")
    assert answer["ExecutedVersion"] == payload["version"] and payload["arn"].endswith(":parts:live"), payload
    assert bool(payload["opt"]) == (payload["version"] == "1"), payload
    second_ones += payload["version"] == "2"
assert 22 <= second_ones <= 104, second_ones  # beyond that once in ten thousand million
error = expect_error("ResourceConflictException", client.delete_function, FunctionName="parts", Qualifier="1")
assert error["Error"]["Message"].endswith("the following aliases reference it: [live]"), error

# No more at once than are reserved.
client.put_function_concurrency(FunctionName="parts", ReservedConcurrentExecutions=1)
with concurrent.futures.ThreadPoolExecutor() as pool:
    running = pool.submit(invoke, {"seconds": 8})
    time.sleep(3)
    error = expect_error("TooManyRequestsException", client.invoke, FunctionName="parts")
    assert error["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded", error
    running.result()
client.delete_function_concurrency(FunctionName="parts")

# Provisioned environments are there before the first call.
client.put_provisioned_concurrency_config(FunctionName="parts", Qualifier="2", ProvisionedConcurrentExecutions=2)
end = time.monotonic() + 300
while True:
    state = client.get_provisioned_concurrency_config(FunctionName="parts", Qualifier="2")
    if state["Status"] == "READY":
        break
    assert state["Status"] == "IN_PROGRESS" and time.monotonic() < end, state
    time.sleep(0.1)
assert state["AvailableProvisionedConcurrentExecutions"] == 2, state
assert invoke(Qualifier="2")[1]["type"] == "provisioned-concurrency"
client.delete_provisioned_concurrency_config(FunctionName="parts", Qualifier="2")

# An event that fails is run again, then its destination and its dead-letter queue hear of it.
queues = {name: queue(name) for name in ("dead", "failed", "done")}
client.update_function_configuration(FunctionName="parts", DeadLetterConfig={"TargetArn": queues["dead"][1]})
settled()
client.put_function_event_invoke_config(FunctionName="parts", MaximumRetryAttempts=1, DestinationConfig={
    "OnSuccess": {"Destination": queues["done"][1]}, "OnFailure": {"Destination": queues["failed"][1]}})


def message(name):
    return messages(queues[name][0], 1)[0]


answer, _ = invoke({"fail": "as asked"}, InvocationType="Event")
letter = message("dead")
assert json.loads(letter["Body"]) == {"fail": "as asked"}, letter
assert letter["MessageAttributes"]["RequestID"]["StringValue"] == answer["ResponseMetadata"]["RequestId"], letter
assert letter["MessageAttributes"]["ErrorMessage"]["StringValue"] == "as asked", letter
record = json.loads(message("failed")["Body"])
assert record["requestContext"]["condition"] == "RetriesExhausted", record
assert record["requestContext"]["approximateInvokeCount"] == 2, record
assert record["requestPayload"] == {"fail": "as asked"}, record
assert record["responsePayload"]["errorType"] == "ValueError", record
invoke({"n": 1}, InvocationType="Event")
record = json.loads(message("done")["Body"])
assert record["requestContext"]["condition"] == "Success" and record["responsePayload"]["version"] == "$LATEST", record

client.delete_function(FunctionName="parts")
print("all done")
