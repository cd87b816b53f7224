"""Load balancers through boto3 and the aws CLI, in front of instances and a function: rules, actions, stickiness, TCP,
TLS. Ends with `all done`."""
import collections
import io
import json
import ssl
import urllib.request
import zipfile

from compute import ENDPOINT, PYTHON_AMI, aws, aws_fails, client, done, expect_error, get, let_in, port, say, until, wait

ec2, elb, functions = client("ec2"), client("elbv2"), client("lambda")
VPC = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
SUBNETS = [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"][:2]]
USER_DATA = """#!/usr/bin/python3
import http.server, json, os
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = json.dumps({"host": os.uname().nodename, "path": self.path, "headers": dict(self.headers)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("", 8000), Handler).serve_forever()
"""
FUNCTION = """
def handler(event, context):
    return {"statusCode": 200, "statusDescription": "200 OK", "isBase64Encoded": False,
            "headers": {"Content-Type": "text/plain"}, "body": "function " + event["httpMethod"] + " " + event["path"]}
"""
ALB, TLS, TCP = port(0), port(1), port(2)
URL = f"http://127.0.0.1:{ALB}"

let_in(ec2, 8000)
machines = [i["InstanceId"] for i in ec2.run_instances(
    ImageId=PYTHON_AMI, InstanceType="t3.nano", MinCount=2, MaxCount=2, UserData=USER_DATA)["Instances"]]
data = io.BytesIO()
with zipfile.ZipFile(data, "w") as out:
    out.writestr("app.py", FUNCTION)
function = functions.create_function(FunctionName="web", Runtime="python3.11", Role="arn:aws:iam::000000000000:role/it",
                                     Handler="app.handler", Code={"ZipFile": data.getvalue()}, Timeout=20)["FunctionArn"]


def group(name, **more):
    return elb.create_target_group(Name=name, **more)["TargetGroups"][0]["TargetGroupArn"]


def forward(*groups, **config):
    return [{"Type": "forward", "ForwardConfig": dict(
        TargetGroups=[{"TargetGroupArn": arn, "Weight": weight} for arn, weight in groups], **config)}]


def fixed(text, status="200"):
    return [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": status, "ContentType": "text/plain", "MessageBody": text}}]


CHECK = dict(HealthCheckIntervalSeconds=5, HealthCheckTimeoutSeconds=2, HealthyThresholdCount=2)
web = group("machines", Protocol="HTTP", Port=8000, TargetType="instance", VpcId=VPC, **CHECK)
raw = group("raw", Protocol="TCP", Port=8000, TargetType="instance", VpcId=VPC, **CHECK)
code = group("code", TargetType="lambda")
functions.add_permission(FunctionName="web", StatementId="elb", Action="lambda:InvokeFunction",
                         Principal="elasticloadbalancing.amazonaws.com", SourceArn=code)
functions.get_waiter("function_active_v2").wait(FunctionName="web")
elb.register_targets(TargetGroupArn=code, Targets=[{"Id": function}])
for target_group in (web, raw):
    elb.modify_target_group_attributes(TargetGroupArn=target_group, Attributes=[
        {"Key": "deregistration_delay.timeout_seconds", "Value": "2"}])

balancer = elb.create_load_balancer(Name="front", Subnets=SUBNETS, Tags=[{"Key": "team", "Value": "it"}])["LoadBalancers"][0]
front = balancer["LoadBalancerArn"]
wait(elb, "load_balancer_exists", LoadBalancerArns=[front])
wait(elb, "load_balancer_available", LoadBalancerArns=[front])
aws("elbv2", "wait", "load-balancer-available", "--load-balancer-arns", front)
listener = elb.create_listener(LoadBalancerArn=front, Protocol="HTTP", Port=ALB,
                               DefaultActions=fixed("nothing here", "404"))["Listeners"][0]["ListenerArn"]


def rule(priority, actions, *conditions):
    return elb.create_rule(ListenerArn=listener, Priority=priority, Actions=actions, Conditions=list(conditions))["Rules"][0]["RuleArn"]


def path(*values):
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": list(values)}}


rule(10, fixed("by header"), {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Colour", "Values": ["blue*"]}})
rule(20, fixed("by query"), {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": "2"}]}}, path("/api/*"))
rule(30, fixed("by host"), {"Field": "host-header", "HostHeaderConfig": {"Values": ["*.example.com"]}})
rule(35, fixed("by method"), {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["OPTIONS"]}})
moved = rule(40, [{"Type": "redirect", "RedirectConfig": {
    "StatusCode": "HTTP_301", "Path": "/new/#{path}", "Port": "8443", "Protocol": "HTTPS", "Query": "from=#{host}"}}], path("/old"))
rule(50, forward((code, 1)), path("/code*"))
split = rule(60, forward((web, 0), (code, 1)), path("/split"))
rule(70, forward((web, 1), TargetGroupStickinessConfig={"Enabled": False}), path("/web*"))

assert get(URL + "/")[::2] == (404, "nothing here")
assert get(URL + "/", **{"X-Colour": "red"})[0] == 404
assert get(URL + "/web", **{"X-Colour": "blueish"})[2] == "by header"
assert get(URL + "/api/x?v=2")[2] == "by query" and get(URL + "/api/x?v=3")[0] == 404
assert get(URL + "/", host="www.example.com")[2] == "by host"
status, headers, _ = get(URL + "/old")
assert (status, headers["Location"]) == (301, "https://127.0.0.1:8443/new/old?from=127.0.0.1"), (status, headers["Location"])
assert get(URL + "/code/x")[2] == "function GET /code/x", get(URL + "/code/x")
assert get(ENDPOINT + "/code/y", host=balancer["DNSName"])[2] == "function GET /code/y"
elb.set_rule_priorities(RulePriorities=[{"RuleArn": moved, "Priority": 5}])
order = [r["Priority"] for r in elb.describe_rules(ListenerArn=listener)["Rules"]]
assert order == ["5", "10", "20", "30", "35", "50", "60", "70", "default"], order
expect_error("PriorityInUse", elb.create_rule, ListenerArn=listener, Priority=10, Actions=fixed("again"), Conditions=[path("/again")])
say("rules, redirects, fixed answers and a function")

# Instances with a web server from their user data.
wait(ec2, "instance_running", InstanceIds=machines)
for target_group in (web, raw):
    elb.register_targets(TargetGroupArn=target_group, Targets=[{"Id": m} for m in machines])
wait(elb, "target_in_service", TargetGroupArn=web)
aws("elbv2", "wait", "target-in-service", "--target-group-arn", web)
seen = collections.Counter()
for _ in range(20):
    status, headers, text = get(URL + "/web/page?x=1")
    answer = json.loads(text)
    seen[answer["host"]] += 1
    given = {name.lower(): value for name, value in answer["headers"].items()}
    assert answer["path"] == "/web/page?x=1" and given["x-forwarded-for"] == "127.0.0.1", answer
    assert given["x-forwarded-proto"] == "http" and given["x-forwarded-port"] == str(ALB) and "x-amzn-trace-id" in given, given
assert sorted(seen) == sorted(machines) and min(seen.values()) >= 5, seen
assert "function" in get(URL + "/split")[2]
elb.modify_rule(RuleArn=split, Actions=forward((web, 1), (code, 1)))
kinds = collections.Counter("function" in get(URL + "/split")[2] for _ in range(60))
assert min(kinds[True], kinds[False]) >= 8, kinds  # less once in a thousand million
say("two instances take turns, and weights decide")

elb.modify_target_group_attributes(TargetGroupArn=web, Attributes=[
    {"Key": "stickiness.enabled", "Value": "true"}, {"Key": "stickiness.type", "Value": "lb_cookie"},
    {"Key": "stickiness.lb_cookie.duration_seconds", "Value": "60"}])
_, headers, text = get(URL + "/web")
cookie = next(c for c in headers.get_all("Set-Cookie") if c.startswith("AWSALB=")).split(";")[0]
stuck = json.loads(text)["host"]
assert {json.loads(get(URL + "/web", Cookie=cookie)[2])["host"] for _ in range(10)} == {stuck}

# A target that goes: the cookie leads to the other one.
elb.deregister_targets(TargetGroupArn=web, Targets=[{"Id": stuck}])
wait(elb, "target_deregistered", TargetGroupArn=web, Targets=[{"Id": stuck}])
left, = set(machines) - {stuck}
assert {json.loads(get(URL + "/web", Cookie=cookie)[2])["host"] for _ in range(5)} == {left}
say("a cookie sticks as long as its target stays")

network = elb.create_load_balancer(Name="net", Type="network", Subnets=SUBNETS)["LoadBalancers"][0]["LoadBalancerArn"]
elb.create_listener(LoadBalancerArn=network, Protocol="TCP", Port=TCP, DefaultActions=forward((raw, 1)))
wait(elb, "target_in_service", TargetGroupArn=raw)
assert {json.loads(get(f"http://127.0.0.1:{TCP}/")[2])["host"] for _ in range(12)} == set(machines)
elb.create_listener(LoadBalancerArn=front, Protocol="HTTPS", Port=TLS, DefaultActions=forward((web, 1)), Certificates=[
    {"CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-3333-4444-555555555555"}])
trusting = ssl._create_unverified_context()
with urllib.request.urlopen(f"https://127.0.0.1:{TLS}/web", context=trusting, timeout=30) as answer:
    given = json.loads(answer.read())
assert given["headers"].get("X-Forwarded-Proto") == "https", given
say("TCP and TLS")

# The instance that is left stops: nobody answers, and the reason says why.
ec2.stop_instances(InstanceIds=[left])
wait(ec2, "instance_stopped", InstanceIds=[left])
health = until("the target is unused", lambda: [
    t["TargetHealth"] for t in elb.describe_target_health(TargetGroupArn=web)["TargetHealthDescriptions"]
    if t["TargetHealth"]["State"] == "unused"])
assert health[0]["Reason"] == "Target.InvalidState", health
assert get(URL + "/web")[0] == 503
ec2.start_instances(InstanceIds=[left])
wait(ec2, "instance_running", InstanceIds=[left])
say("a stopped instance is no target")

expect_error("ResourceInUse", elb.delete_target_group, TargetGroupArn=web)
expect_error("DuplicateListener", elb.create_listener, LoadBalancerArn=front, Protocol="HTTP", Port=ALB, DefaultActions=fixed("x"))
aws_fails("LoadBalancerNotFound", "elbv2", "describe-load-balancers", "--names", "absent")
for arn in (front, network):
    elb.delete_load_balancer(LoadBalancerArn=arn)
wait(elb, "load_balancers_deleted", LoadBalancerArns=[front, network])
aws("elbv2", "wait", "load-balancers-deleted", "--load-balancer-arns", front)
try:
    get(URL + "/")
    raise SystemExit("the listener of a load balancer that is gone answers")
except OSError:
    pass
for arn in (web, raw, code):
    elb.delete_target_group(TargetGroupArn=arn)
ec2.terminate_instances(InstanceIds=machines)
wait(ec2, "instance_terminated", InstanceIds=machines)
functions.delete_function(FunctionName="web")
done()
