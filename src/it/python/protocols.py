"""Drive every operation of one service with botocore against an echo server, and compare both ends.

usage: protocols.py <endpoint> <service> <compact model>
"""

import base64
import datetime
import json
import sys
import urllib.request

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.response import StreamingBody

TIME = datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.timezone.utc)
TEXT = 'é <a & "b"> \'c\' 100% + =?#/;,\u4e2d\U0001f600 end'
PLAIN = "plain-Text_1.2"

# A header is part of their route, which S3's own operations look at: fidelity_s3.py has them.
SKIPPED = {"CopyObject", "UploadPartCopy"}

# What botocore itself rewrites or checks on the way, so that the ends can't be equal.
SKIPPED_INPUT = {
    ("RunInstances", "UserData"),  # base64 by botocore
    ("PutObject", "SSECustomerKey"), ("PutObject", "SSECustomerKeyMD5"),
    ("GetObject", "SSECustomerKey"), ("GetObject", "SSECustomerKeyMD5"),
    ("HeadObject", "SSECustomerKey"), ("HeadObject", "SSECustomerKeyMD5"),
    ("GetObject", "ChecksumMode"), ("HeadObject", "ChecksumMode"),
    ("ListObjectsV2", "EncodingType"),
    ("InvokeAsync", "InvokeArgs"),  # a stream
}
SKIPPED_INPUT_PREFIX = ("Checksum", "ContentMD5", "ContentLength", "Expect")
# A policy document is decoded into a tree by botocore; it checks the MD5 of SQS's answers.
SKIPPED_OUTPUT = {("CreateRole", "Role"), ("ListObjectsV2", "EncodingType")}
SKIPPED_OUTPUT_PREFIX = ("MD5", "Checksum", "Expires", "ContentLength")


def sample(shape, where=None, depth=0, seen=()):
    kind = shape.type_name
    if kind == "structure":
        if getattr(shape, "is_document_type", False):
            return {"any": ["thing", 1, None, True]}
        members = list(shape.members.items())
        if getattr(shape, "is_tagged_union", False):
            members = members[:1]
        values = {
            name: sample(member, member.serialization.get("location"), depth + 1, seen + (shape.name,))
            for name, member in members
            if member.name not in seen and depth < 7
        }
        # What is cut off here leaves nothing behind: forms can't say that something is empty.
        return {name: value for name, value in values.items() if value not in ({}, [])}
    if kind == "list":
        count = 2 if shape.metadata.get("max", 2) >= 2 else 1
        values = [sample(shape.member, where, depth + 1, seen + (shape.name,)) for _ in range(count)]
        return [value for value in values if value not in ({}, [])]
    if kind == "map":
        enum = getattr(shape.key, "enum", None)
        keys = enum[:2] if enum else (["key-a", "key-b"] if where else ["key-a", 'key "b" é'])
        return {key: sample(shape.value, where, depth + 1, seen + (shape.name,)) for key in keys}
    if kind == "string":
        if shape.enum:
            return shape.enum[-1]
        text = PLAIN if where in ("header", "headers") or shape.name == "BucketName" else TEXT
        if shape.metadata.get("min", 0) > len(text):
            text = text + "x" * (shape.metadata["min"] - len(text))
        return text
    if kind in ("integer", "long"):
        if where == "statusCode":
            return 200
        return max(shape.metadata.get("min", 7), min(7, shape.metadata.get("max", 7)))
    if kind in ("float", "double"):
        return 0.5
    if kind == "boolean":
        return True
    if kind == "timestamp":
        return TIME
    if kind == "blob":
        return bytes(range(256))
    raise ValueError(kind)


def plain(value):
    """As the echo server prints it."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, StreamingBody):
        return plain(value.read())
    return value


def without(value, operation, skipped, prefixes):
    return {
        name: item for name, item in value.items()
        if (operation, name) not in skipped and not name.startswith(prefixes)
    }


def differences(path, left, right):
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted(left.keys() | right.keys()):
            if key not in left or key not in right:
                yield f"{path}.{key}: {'missing' if key not in right else 'unknown'} at the other end"
            else:
                yield from differences(f"{path}.{key}", left[key], right[key])
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, (a, b) in enumerate(zip(left, right)):
            yield from differences(f"{path}[{index}]", a, b)
    elif left != right:
        yield f"{path}: {left!r} became {right!r}"


class Echo:
    def __init__(self, endpoint):
        self.endpoint = endpoint

    def answer(self, **value):
        body = json.dumps(plain(value)).encode()
        request = urllib.request.Request(self.endpoint + "/_echo/answer", data=body, method="PUT")
        urllib.request.urlopen(request).read()

    def request(self):
        return json.load(urllib.request.urlopen(self.endpoint + "/_echo/request"))


def call(client, model, name, parameters):
    method = getattr(client, botocore.xform_name(name))
    return method(**parameters)


def check_operation(client, echo, model, name):
    operation = model.operation_model(name)
    parameters = {}
    if operation.input_shape is not None:
        parameters = sample(operation.input_shape)
        parameters = {k: v for k, v in parameters.items()
                      if not k.startswith(SKIPPED_INPUT_PREFIX) and not k.startswith("SSECustomer")}
    output = sample(operation.output_shape) if operation.output_shape is not None else {}
    output = without(output, name, SKIPPED_OUTPUT, SKIPPED_OUTPUT_PREFIX)
    echo.answer(output=output)
    response = call(client, model, name, parameters)
    understood = echo.request()
    if understood["operation"] != name:
        yield f"{name}: routed to {understood['operation']}"
        return
    sent = without(plain(parameters), name, SKIPPED_INPUT, SKIPPED_INPUT_PREFIX)
    seen = without(understood["input"], name, SKIPPED_INPUT, SKIPPED_INPUT_PREFIX)
    yield from differences(f"{name} input", sent, seen)
    metadata = response.pop("ResponseMetadata")
    if metadata.get("RequestId") != "echo-request":
        yield f"{name}: request id {metadata.get('RequestId')}"
    received = without(plain(response), name, SKIPPED_OUTPUT, SKIPPED_OUTPUT_PREFIX)
    yield from differences(f"{name} output", plain(output), received)


def check_error(client, echo, model, name):
    operation = model.operation_model(name)
    parameters = sample(operation.input_shape) if operation.input_shape is not None else {}
    parameters = {k: v for k, v in parameters.items()
                  if not k.startswith(SKIPPED_INPUT_PREFIX) and not k.startswith("SSECustomer")}
    for shape in operation.error_shapes[:3]:
        code = shape.metadata.get("error", {}).get("code", shape.name)
        status = shape.metadata.get("error", {}).get("httpStatusCode", 400)
        echo.answer(error={"code": shape.name, "status": status, "message": TEXT})
        try:
            call(client, model, name, parameters)
            yield f"{name}: no error {code}"
        except ClientError as error:
            got = error.response
            if name.startswith("Head"):
                continue
            # A service that spoke the query protocol before names its errors in both.
            told = got["Error"].get("QueryErrorCode", got["Error"]["Code"])
            if (told, got["Error"]["Message"]) != (code, TEXT):
                yield f"{name}: {code} became {got['Error']}"
            if got["ResponseMetadata"]["HTTPStatusCode"] != status:
                yield f"{name}: status {status} became {got['ResponseMetadata']['HTTPStatusCode']}"
            if got["ResponseMetadata"].get("RequestId") != "echo-request":
                yield f"{name}: error without request id: {got['ResponseMetadata']}"


def main():
    endpoint, service, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        operations = json.load(file)["operations"]
    client = botocore.session.get_session().create_client(
        service, endpoint_url=endpoint, region_name="eu-west-1",
        aws_access_key_id="111122223333", aws_secret_access_key="secret",
        config=Config(
            parameter_validation=False, inject_host_prefix=False, retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"}, request_checksum_calculation="when_required",
            response_checksum_validation="when_required", connect_timeout=30, read_timeout=120,
        ),
    )
    model = client.meta.service_model
    echo = Echo(endpoint)
    problems = []
    checked = 0
    for name, known in operations.items():
        if name not in model.operation_names or model.operation_model(name).has_event_stream_output:
            continue
        operation = model.operation_model(name)
        if known.keys() == {"http"} and (
                operation.input_shape or operation.output_shape or operation.error_shapes):
            continue  # refused by name: Podium knows nothing more of it
        if operation.auth_type == "none" or name in SKIPPED:
            continue  # the echo server wants signatures
        checked += 1
        for check in (check_operation, check_error):
            try:
                problems += check(client, echo, model, name)
            except Exception as error:  # every operation is to be reported
                problems.append(f"{name}: {type(error).__name__}: {error}")
    print("\n".join(problems))
    print(f"{service}: {checked - len({p.split(':')[0].split(' ')[0] for p in problems})} of {checked} operations agree")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
