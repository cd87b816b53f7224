"""What Podium lacks, through boto3 and the aws CLI: an upstream here checks each request's signature with botocore's own
signer, as AWS would, which knows nothing of Podium between. UPSTREAM_PORT says where Podium looks for it. Ends with `all done`."""
import hmac
import http.server
import json
import os
import threading
import urllib.parse

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from compute import aws, client, done, say

SECRET = os.environ["AWS_SECRET_ACCESS_KEY"]
seen = []
LARGE = 64 << 20


class Upstream(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.body()
        fields = dict(part.strip().split("=", 1) for part in self.headers["Authorization"].partition(" ")[2].split(","))
        key, date, region, service, _ = fields["Credential"].split("/")
        request = AWSRequest(self.command, "http://" + self.headers["Host"] + self.path, data=body)
        for name in fields["SignedHeaders"].split(";"):
            request.headers[name] = self.headers[name]
        request.context["timestamp"] = self.headers["X-Amz-Date"]
        signer = SigV4Auth(Credentials(key, SECRET), service, region)
        expected = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
        right = hmac.compare_digest(expected, fields["Signature"])
        target = self.headers.get("X-Amz-Target", "") or urllib.parse.parse_qs(body.decode("latin-1")).get("Action", [""])[0]
        seen.append((service, target, right))
        usual = (200, "text/xml", b"<Empty/>") if service == "route53" else (200, "application/json", b"{}")
        self.answer(*(ANSWERS.get(target, usual) if right else (403, "application/json", b"{}")))

    do_GET = do_PUT = do_POST

    def body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


ANSWERS = {
    "DynamoDB_20120810.ListTables": (200, "application/x-amz-json-1.0", b'{"TableNames": ["t"]}'),
    "DynamoDB_20120810.GetItem": (400, "application/x-amz-json-1.0",
                                  b'{"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "no table"}'),
    "GetTopicAttributes": (200, "text/xml", b'<GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">'
                           b"<GetTopicAttributesResult><Attributes><entry><key>Owner</key><value>me</value></entry></Attributes>"
                           b"</GetTopicAttributesResult></GetTopicAttributesResponse>"),
    "AmazonSSM.GetParameter": (200, "application/x-amz-json-1.1", json.dumps({"Parameter": {"Value": "x" * LARGE}}).encode()),
}
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["UPSTREAM_PORT"])), Upstream)
threading.Thread(target=server.serve_forever, daemon=True).start()

assert client("dynamodb").list_tables()["TableNames"] == ["t"]
assert aws("dynamodb", "list-tables")["TableNames"] == ["t"]
try:
    client("dynamodb").get_item(TableName="t", Key={"id": {"S": "1"}})
    raise AssertionError("an error was expected")
except ClientError as error:
    assert error.response["Error"] == {"Code": "ResourceNotFoundException", "Message": "no table"}, error.response
assert client("sns").get_topic_attributes(TopicArn="arn:aws:sns:us-east-1:000000000000:t")["Attributes"] == {"Owner": "me"}
client("route53").list_hosted_zones_by_name(DNSName="a b/c.")
client("appconfig").list_applications(MaxResults=3)
# Large bodies both ways.
client("kinesis").put_record(StreamName="s", PartitionKey="ü/?", Data=b"\0" * LARGE)
assert len(client("ssm").get_parameter(Name="/a b/c")["Parameter"]["Value"]) == LARGE
assert all(right for *_, right in seen) and {service for service, *_ in seen} == {
    "dynamodb", "sns", "route53", "appconfig", "kinesis", "ssm"}, seen
say("each signature held")

# While it is away: each client understands why.
server.shutdown()
server.server_close()
for name, call, arguments, code in (
        ("dynamodb", "list_tables", {}, "ServiceUnavailableException"),
        ("sns", "list_topics", {}, "ServiceUnavailable"),
        ("route53", "list_hosted_zones", {}, "ServiceUnavailable"),
        ("appconfig", "list_applications", {}, "ServiceUnavailableException")):
    try:
        getattr(client(name), call)(**arguments)
        raise AssertionError("an error was expected")
    except ClientError as error:
        said = error.response["Error"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        assert (status, said["Code"]) == (503, code) and "PODIUM_UPSTREAM_URL" in said["Message"], (name, error.response)
say("and its absence was named")
done()
