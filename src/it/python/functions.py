"""What the scripts about functions share. Endpoint and keys from the environment."""
import io
import json
import time
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::000000000000:role/it"
config = Config(retries={"total_max_attempts": 1}, read_timeout=120, max_pool_connections=20)
client, sqs = boto3.client("lambda", config=config), boto3.client("sqs", config=config)


def archive(**files):
    """A zip archive; the first underscore of a name stands for its dot."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as out:
        for name, text in files.items():
            out.writestr(name.replace("_", ".", 1), text)
    return data.getvalue()


def create(name, runtime="python3.11", handler="app.handler", **more):
    settings = {"Timeout": 30, "Role": ROLE, **more}
    created = client.create_function(FunctionName=name, Runtime=runtime, Handler=handler, **settings)
    client.get_waiter("function_active_v2").wait(FunctionName=name)
    return created


def settled(name):
    client.get_waiter("function_updated_v2").wait(FunctionName=name)


def invoke(name, event=None, **more):
    """The whole answer, and its payload."""
    answer = client.invoke(FunctionName=name, Payload=json.dumps(event or {}), **more)
    payload = answer["Payload"].read()
    assert "FunctionError" not in answer, payload
    return answer, json.loads(payload or b"null")


def expect_error(code, call, message="", **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        assert message in error.response["Error"]["Message"], error
        return error.response
    raise AssertionError(f"{code} was expected")


def queue(name):
    """URL and ARN of a new queue."""
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def messages(url, count, seconds=300):
    """So many messages of a queue, which are gone from there then. A pod may have to wait for room on its node."""
    found, end = [], time.monotonic() + seconds
    while len(found) < count:
        assert time.monotonic() < end, (url, found)
        for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5, MaxNumberOfMessages=10,
                                           MessageAttributeNames=["All"]).get("Messages", ()):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(message)
    return found
