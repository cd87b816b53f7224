"""What load balancers do with traffic, seen by raw clients: WebSocket, streams, draining, slow start, least outstanding requests,
source addresses, ports that several load balancers share, TLS of network load balancers. Ends with `all done`."""
import base64
import collections
import json
import os
import socket
import ssl
import threading

from compute import PYTHON_AMI, client, done, expect_error, get, let_in, port, refused, say, until, wait

ec2, elb = client("ec2"), client("elbv2")
VPC = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
SUBNETS = [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"][:2]]
CERTIFICATE = [{"CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-3333-4444-555555555555"}]
USER_DATA = """#!/usr/bin/python3
import base64, hashlib, http.server, os, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def say(self, text):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        if self.headers.get("Upgrade", "").lower() == "websocket":
            return self.web_socket()
        if self.path == "/slow":
            time.sleep(8)
        self.say(os.uname().nodename)
    def do_POST(self):
        # Each piece goes back as soon as it is there.
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while size := int(self.rfile.readline(), 16):
            piece = self.rfile.read(size + 2)[:-2].upper()
            self.wfile.write(b"%x\\r\\n%s\\r\\n" % (len(piece), piece))
        self.rfile.readline()
        self.wfile.write(b"0\\r\\n\\r\\n")
    def web_socket(self):
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        self.close_connection = True
        while True:
            head = self.rfile.read(2)
            if len(head) < 2 or head[0] & 15 == 8:
                return
            mask = self.rfile.read(4)
            text = bytes(b ^ mask[i % 4] for i, b in enumerate(self.rfile.read(head[1] & 127)))
            self.wfile.write(bytes([head[0], len(text)]) + text)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("", 8000), Handler).serve_forever()
"""
HTTP, TLS = port(0), port(1)
URL = f"http://127.0.0.1:{HTTP}"

let_in(ec2, 8000)
one, two = machines = [i["InstanceId"] for i in ec2.run_instances(
    ImageId=PYTHON_AMI, InstanceType="t3.nano", MinCount=2, MaxCount=2, UserData=USER_DATA)["Instances"]]


def group(name, protocol="HTTP", number=8000, **attributes):
    arn = elb.create_target_group(
        Name=name, Protocol=protocol, Port=number, TargetType="instance", VpcId=VPC, HealthCheckIntervalSeconds=5,
        HealthCheckTimeoutSeconds=2, HealthyThresholdCount=2)["TargetGroups"][0]["TargetGroupArn"]
    if attributes:
        elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[
            {"Key": key.replace("__", "."), "Value": str(value)} for key, value in attributes.items()])
    return arn


def register(arn, *instances):
    elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": i} for i in instances])


def health(arn, instance):
    return elb.describe_target_health(TargetGroupArn=arn, Targets=[{"Id": instance}])["TargetHealthDescriptions"][0]["TargetHealth"]


def forward(*arns):
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": arn} for arn in arns]}}]


def fixed(text):
    return [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": text}}]


def balancer(name, **more):
    return elb.create_load_balancer(Name=name, Subnets=SUBNETS, **more)["LoadBalancers"][0]


def listen(at, protocol, number, actions, **more):
    return elb.create_listener(LoadBalancerArn=at["LoadBalancerArn"], Protocol=protocol, Port=number, DefaultActions=actions,
                               **more)["Listeners"][0]["ListenerArn"]


def rule(listener, priority, actions, **condition):
    return elb.create_rule(ListenerArn=listener, Priority=priority, Actions=actions, Conditions=[condition])["Rules"][0]


def path(value):
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": [value]}}


class Client:
    """A connection whose bytes the test says and sees."""

    def __init__(self, number=HTTP, tls=None):
        self.socket = socket.create_connection(("127.0.0.1", number), timeout=30)
        if tls:
            self.socket = ssl._create_unverified_context().wrap_socket(self.socket, server_hostname=tls)
        self.input = self.socket.makefile("rb")

    def send(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())

    def head(self):
        lines = []
        while line := self.input.readline().strip():
            lines.append(line.decode())
        return lines

    def end(self):
        self.input.close()
        self.socket.close()


web = group("web", deregistration_delay__timeout_seconds=30)
least = group("least", load_balancing__algorithm__type="least_outstanding_requests")
slow = group("slow", slow_start__duration_seconds=900)
dead = group("dead", number=8001)
raw = group("raw", "TCP")
front, other, net = balancer("traffic"), balancer("other"), balancer("stream", Type="network")
listener = listen(front, "HTTP", HTTP, forward(web))
shown = rule(listener, 1, forward(web, dead), **path("/weights"))
assert [g["Weight"] for g in shown["Actions"][0]["ForwardConfig"]["TargetGroups"]] == [1, 1], shown
rule(listener, 2, fixed("nobody"), Field="source-ip", SourceIpConfig={"Values": ["192.0.2.0/24", "2001:db8::/32"]})
rule(listener, 3, fixed("expression"), Field="path-pattern", PathPatternConfig={"RegexValues": ["^/v[0-9]+/"]})
rule(listener, 10, forward(least), **path("/least"))
rule(listener, 11, forward(least), Field="http-header", HttpHeaderConfig={"HttpHeaderName": "X-Least", "Values": ["*"]})
rule(listener, 12, forward(slow), **path("/start"))
elb.create_rule(ListenerArn=listener, Priority=4, Actions=fixed("local"), Conditions=[
    path("/local"), {"Field": "source-ip", "SourceIpConfig": {"Values": ["127.0.0.0/8"]}}])
refused(elb.create_rule, ListenerArn=listener, Priority=50, Conditions=[path("/x")], Actions=[
    {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": {
        "Issuer": "https://a", "AuthorizationEndpoint": "https://a", "TokenEndpoint": "https://a", "UserInfoEndpoint": "https://a",
        "ClientId": "a", "ClientSecret": "b"}}, dict(fixed("x")[0], Order=2)])
refused(elb.create_target_group, Name="grpc", Protocol="HTTP", ProtocolVersion="GRPC", Port=80, VpcId=VPC)

# Each load balancer has port 80 on AWS: here they share it, by name.
listen(other, "HTTP", HTTP, fixed("other"))
assert get(URL + "/", host=other["DNSName"])[2] == get(URL + "/x", host=f"{other['DNSName']}:{HTTP}")[2] == "other"
assert get(URL + "/local")[2] == get(URL + "/local", host=front["DNSName"])[2] == "local"
assert get(URL + "/v12/x")[2] == "expression"
listen(front, "HTTPS", TLS, fixed("front"), Certificates=CERTIFICATE)
secure = listen(other, "HTTPS", TLS, fixed("other"), Certificates=CERTIFICATE)
for at, text in ((front, b"front"), (other, b"other")):
    talk = Client(TLS, tls=at["DNSName"])
    talk.send(f"GET / HTTP/1.1\r\nHost: {at['DNSName']}\r\nConnection: close\r\n\r\n")
    assert talk.input.read().endswith(text)
    talk.end()
expect_error("InvalidConfigurationRequest", listen, at=net, protocol="TCP", number=HTTP, actions=forward(raw))
elb.delete_listener(ListenerArn=secure)
say("two load balancers share their ports")

wait(ec2, "instance_running", InstanceIds=machines)
register(slow, one)
for arn in (web, least, dead):
    register(arn, *machines)
register(raw, two)
wait(elb, "target_in_service", TargetGroupArn=web)
wait(elb, "target_in_service", TargetGroupArn=least)
wait(elb, "target_in_service", TargetGroupArn=slow)

# WebSocket frames, each way.
talk = Client()
key = base64.b64encode(os.urandom(16)).decode()
talk.send(f"GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
          "Sec-WebSocket-Version: 13\r\n\r\n")
head = talk.head()
assert head[0].split()[1] == "101" and any(line.lower() == "upgrade: websocket" for line in head), head
for text in ("hello", "again"):
    talk.send(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text.encode())
    assert talk.input.read(2 + len(text)) == bytes([0x81, len(text)]) + text.encode()
talk.send(bytes([0x88, 0x80, 0, 0, 0, 0]))
assert talk.input.read() == b""
talk.end()

# A body and its answer at the same time, piece by piece.
talk = Client()
talk.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
assert talk.head()[0].split()[1] == "200"
assert [talk.input.readline(), talk.input.readline()] == [b"5\r\n", b"FIRST\r\n"]
talk.send("6\r\nsecond\r\n0\r\n\r\n")
assert talk.input.readline() + talk.input.readline() == b"6\r\nSECOND\r\n"
talk.end()
say("WebSocket, and streams both ways")

# A target that is new beside another one gets few requests at first.
register(slow, two)
wait(elb, "target_in_service", TargetGroupArn=slow, Targets=[{"Id": two}])
seen = collections.Counter(get(URL + "/start")[2] for _ in range(40))
assert seen[one] >= 28, seen

# Who has a request already gets none while the other has none.
answers = []
busy = threading.Thread(target=lambda: answers.append(get(URL + "/slow", **{"X-Least": "1"})[2]))
busy.start()
threading.Event().wait(1)
quick = collections.Counter(get(URL + "/least")[2] for _ in range(12))
busy.join()
assert quick[answers[0]] <= 1, (answers, quick)
say("slow start, least outstanding requests")

# A request in progress ends; its target drains, and gets no other.
elb.deregister_targets(TargetGroupArn=web, Targets=[{"Id": two}])
until("the first one is left", lambda: health(web, two)["State"] in ("draining", "unused"))
register(web, two)
wait(elb, "target_in_service", TargetGroupArn=web)
answers = []
clients = [threading.Thread(target=lambda: answers.append(get(URL + "/slow")[::2])) for _ in range(2)]
for thread in clients:
    thread.start()
until("both are busy", lambda: sum(1 for t in clients if t.is_alive()) == 2)
threading.Event().wait(1)
elb.deregister_targets(TargetGroupArn=web, Targets=[{"Id": one}])
draining = health(web, one)
assert (draining["State"], draining["Reason"]) == ("draining", "Target.DeregistrationInProgress"), draining
assert {get(URL + "/")[2] for _ in range(6)} == {two}
for thread in clients:
    thread.join()
assert sorted(answers) == sorted([(200, one), (200, two)]), answers
say("a target drains")

bad = health(dead, one)
assert bad["State"] in ("unhealthy", "unused", "initial"), bad
bad = until("nobody answers there", lambda: (h := health(dead, one))["State"] == "unhealthy" and h)
assert bad["Reason"] in ("Target.FailedHealthChecks", "Target.Timeout"), bad

# A network load balancer ends TLS.
listen(net, "TLS", port(2), forward(raw), Certificates=CERTIFICATE)
wait(elb, "target_in_service", TargetGroupArn=raw)
talk = Client(port(2), tls="any.example")
talk.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
assert talk.input.read().decode().endswith(two)
talk.end()
say("health reasons, and TLS of a network load balancer")

for at in (front, other, net):
    elb.delete_load_balancer(LoadBalancerArn=at["LoadBalancerArn"])
wait(elb, "load_balancers_deleted", LoadBalancerArns=[at["LoadBalancerArn"] for at in (front, other, net)])
for arn in (web, least, slow, dead, raw):
    elb.delete_target_group(TargetGroupArn=arn)
ec2.terminate_instances(InstanceIds=machines)
wait(ec2, "instance_terminated", InstanceIds=machines)
done()
