"""Function URLs through plain HTTP and botocore's own signatures, and the credentials that functions have. The server
asks for signatures. Endpoint and keys from the environment. Ends with `all done`."""
import http.client
import json
import os
import pathlib
import urllib.parse

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

import boto3
from functions import archive, client, create, expect_error, invoke

ENDPOINT = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"]).netloc
REGION = os.environ["AWS_DEFAULT_REGION"]
OWN = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
ECHO = """
import os
def handler(event, context):
    if event.get('rawPath') == '/own':
        return {'statusCode': 201, 'cookies': ['a=1', 'b=2'], 'body': 'b3du', 'isBase64Encoded': True,
                'headers': {'x-own': 'yes', 'access-control-allow-origin': 'https://function.example'}}
    if event.get('rawPath') == '/fail':
        raise ValueError('as asked')
    return {'event': event, 'arn': context.invoked_function_arn, 'version': context.function_version,
            'credentials': [os.environ['AWS_' + n] for n in ('ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'SESSION_TOKEN')]}
"""


def call(url, method="GET", body=None, **headers):
    """Status, headers and body. Host names without an address of their own are asked for at the endpoint."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(ENDPOINT, timeout=60)
    headers = {"Host": parts.netloc, **{name.replace("_", "-"): value for name, value in headers.items()}}
    connection.request(method, parts.path + ("?" + parts.query if parts.query else ""), body, headers)
    response = connection.getresponse()
    return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()


def signed(url, credentials=OWN, auth=SigV4Auth, service="lambda", method="GET", body=None, **more):
    request = AWSRequest(method, url, data=body)
    auth(credentials, service, REGION, **more).add_auth(request)
    return call(request.url, method, body, **dict(request.headers))


create("urls", Code={"ZipFile": archive(app_py=ECHO)})
credentials = invoke("urls")[1]["credentials"]
client.publish_version(FunctionName="urls")
client.create_alias(FunctionName="urls", Name="live", FunctionVersion="1")

# Anybody may call, by host name or at a path; the event has payload format 2.0.
made = client.create_function_url_config(FunctionName="urls", AuthType="NONE", Cors={
    "AllowOrigins": ["https://page.example"], "AllowMethods": ["PUT"], "AllowHeaders": ["x-one"], "MaxAge": 60,
    "ExposeHeaders": ["x-own"], "AllowCredentials": True})
url, url_id = made["FunctionUrl"], made["FunctionUrl"].split("/")[2].split(".")[0]
assert made["InvokeMode"] == "BUFFERED" and "LastModifiedTime" not in made, made
for at in (url, f"http://{ENDPOINT}/_podium/url/{url_id}/"):
    status, headers, body = call(at + "a%20b?x=1&x=2&y=", "POST", b"text", Cookie="c=1; d=2", Content_Type="text/plain")
    event = json.loads(body)["event"]
    assert status == 200 and headers["content-type"] == "application/json", (status, headers, body)
    assert event["version"] == "2.0" and event["rawPath"] == "/a%20b" and event["rawQueryString"] == "x=1&x=2&y=", event
    assert event["queryStringParameters"] == {"x": "1,2", "y": ""} and event["cookies"] == ["c=1", "d=2"], event
    assert event["body"] == "text" and event["isBase64Encoded"] is False, event
    assert event["requestContext"]["http"]["method"] == "POST" and "authorizer" not in event["requestContext"], event
assert call(url, "POST", b"\xff\x00", Content_Type="image/png")[0] == 200
status, headers, body = call(url + "own", Origin="https://page.example")
assert (status, body, headers["x-own"]) == (201, b"own", "yes"), (status, headers, body)
assert headers["access-control-allow-origin"] == "https://page.example", headers
assert headers["access-control-expose-headers"] == "x-own" and headers["access-control-allow-credentials"] == "true"
assert call(url + "fail")[0] == 502

# A browser's question first.
asked = {"Origin": "https://page.example", "Access_Control_Request_Method": "PUT"}
status, headers, body = call(url, "OPTIONS", **asked)
assert status == 200 and headers["access-control-allow-methods"] == "PUT" and headers["access-control-max-age"] == "60"
for other in ({"Origin": "https://other.example"}, {"Access_Control_Request_Method": "DELETE"}):
    headers = call(url, "OPTIONS", **{**asked, **other})[1]
    assert "access-control-allow-origin" not in headers, headers

# Each alias has a URL of its own, a version none.
alias_url = client.create_function_url_config(FunctionName="urls", Qualifier="live", AuthType="AWS_IAM")["FunctionUrl"]
expect_error("ResourceConflictException", client.create_function_url_config, FunctionName="urls", Qualifier="live",
             AuthType="NONE")
expect_error("ValidationException", client.create_function_url_config, FunctionName="urls", Qualifier="1",
             AuthType="NONE")
listed = client.list_function_url_configs(FunctionName="urls")["FunctionUrlConfigs"]
assert {u["FunctionUrl"] for u in listed} == {url, alias_url}, listed

# AWS_IAM: botocore signs for the service lambda, in a header or in the query.
for answer in (signed(alias_url + "a%20b?q=1%202&p=%C3%A4"),
               signed(alias_url, method="PUT", body=b'{"n": 1}'),
               signed(alias_url + "?q=1", auth=SigV4QueryAuth, expires=60)):
    told = json.loads(answer[2])
    assert answer[0] == 200 and told["version"] == "1" and told["arn"].endswith(":urls:live"), answer
    iam = told["event"]["requestContext"]["authorizer"]["iam"]
    assert iam["accessKey"] == OWN.access_key and iam["userArn"] == "arn:aws:iam::000000000000:root", iam
    assert "authorization" not in told["event"]["headers"], told
refused = {
    "no signature": call(alias_url), "other secret": signed(alias_url, Credentials(OWN.access_key, "wrong")),
    "unknown key": signed(alias_url, Credentials("AKIDUNKNOWN", "wrong")), "other service": signed(alias_url, service="s3"),
    "key of nobody's": signed(alias_url, Credentials("111122223333", "podium"))}
assert {name: answer[0] for name, answer in refused.items()} == dict.fromkeys(refused, 403), refused

# A function's own credentials: its calls say under which role it runs.
session = Credentials(*credentials)
caller = boto3.client("sts", aws_access_key_id=credentials[0], aws_secret_access_key=credentials[1],
                      aws_session_token=credentials[2]).get_caller_identity()
assert caller["Arn"] == "arn:aws:sts::000000000000:assumed-role/it/urls" and caller["Account"] == "000000000000", caller
status, _, body = signed(alias_url, session)
assert status == 200, body
iam = json.loads(body)["event"]["requestContext"]["authorizer"]["iam"]
assert iam["userArn"] == caller["Arn"] and iam["userId"] == iam["callerId"] == caller["UserId"], iam
assert signed(alias_url, Credentials(credentials[0], "podium", credentials[2]))[0] == 403
expect_error("UnrecognizedClientException", boto3.client("lambda", aws_access_key_id=credentials[0],
             aws_secret_access_key=credentials[1]).list_functions)

# Changes hold at once.
client.update_function_url_config(FunctionName="urls", Qualifier="live", AuthType="NONE")
assert call(alias_url)[0] == 200
client.delete_alias(FunctionName="urls", Name="live")
assert call(alias_url)[0] == 404

# A stream that breaks off is no whole answer.
source = (pathlib.Path(__file__).parent.parent / "functions/node/stream.mjs").read_text()
create("url-stream", "nodejs22.x", "stream.handler", Code={"ZipFile": archive(stream_mjs=source)})
stream_url = client.create_function_url_config(FunctionName="url-stream", AuthType="AWS_IAM",
                                               InvokeMode="RESPONSE_STREAM")["FunctionUrl"]
status, headers, body = signed(stream_url + "?sleepMillis=1")
assert (status, headers["x-own"]) == (202, "yes") and body.endswith(b"last\n"), (status, headers, body)
try:
    raise AssertionError(signed(stream_url + "?sleepMillis=1&fail=x"))
except (http.client.IncompleteRead, ConnectionError):
    pass
for name in ("urls", "url-stream"):
    client.delete_function(FunctionName=name)
assert call(url)[0] == 404
print("all done")
