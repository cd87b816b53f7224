"""A function's whole life through boto3, endpoint and keys from the environment. Ends with `all done`."""
import base64
import json
import pathlib

from functions import ROLE, archive, client, expect_error

source = (pathlib.Path(__file__).parent.parent / "functions/python/app.py").read_text()


def invoke(event, **more):
    answer = client.invoke(FunctionName="boto", Payload=json.dumps(event), **more)
    return answer, json.loads(answer["Payload"].read() or b"null")


created = client.create_function(FunctionName="boto", Runtime="python3.11", Role=ROLE,
                                 Handler="app.handler", Code={"ZipFile": archive(app_py=source)}, Timeout=20,
                                 Environment={"Variables": {"COLOUR": "blue"}}, Tags={"team": "it"})
assert created["FunctionArn"] == "arn:aws:lambda:us-east-1:000000000000:function:boto", created
client.get_waiter("function_active_v2").wait(FunctionName="boto")

answer, payload = invoke({"n": 1, "variable": "COLOUR"}, LogType="Tail")
assert answer["StatusCode"] == 200 and "FunctionError" not in answer, (answer, payload)
assert payload["echo"]["n"] == 1 and payload["variable"] == "blue" and payload["memory"] == 128, payload
assert "python handles" in base64.b64decode(answer["LogResult"]).decode()

answer, payload = invoke({"fail": "as asked"})
assert answer["FunctionError"] == "Unhandled" and payload["errorType"] == "ValueError", payload

answer, payload = invoke({}, InvocationType="DryRun")
assert answer["StatusCode"] == 204 and payload is None
answer, payload = invoke({}, InvocationType="Event")
assert answer["StatusCode"] == 202 and payload is None

client.update_function_code(FunctionName="boto", ZipFile=archive(app_py="def handler(event, context):\n    return 'second'\n"))
client.get_waiter("function_updated_v2").wait(FunctionName="boto")
assert invoke({})[1] == "second"

names = [f["FunctionName"] for page in client.get_paginator("list_functions").paginate() for f in page["Functions"]]
assert "boto" in names, names
assert client.list_tags(Resource=created["FunctionArn"])["Tags"] == {"team": "it"}

error = expect_error("ResourceConflictException", client.create_function, FunctionName="boto", Runtime="python3.11",
                     Role=ROLE, Handler="app.handler", Code={"ZipFile": archive(app_py=source)})
assert error["ResponseMetadata"]["HTTPStatusCode"] == 409
expect_error("ResourceNotFoundException", client.invoke, FunctionName="absent", Payload="{}")
expect_error("InvalidRequestContentException", client.invoke, FunctionName="boto", Payload="{no json")

client.delete_function(FunctionName="boto")
expect_error("ResourceNotFoundException", client.get_function, FunctionName="boto")
print("all done")
