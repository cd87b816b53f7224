"""Elastic Load Balancing's scenario for `fidelity.py`."""
import socket

import boto3

from fidelity import Call, Fail, Until

VALIDATION = "ValidationError"
ALWAYS = {
    "CreateLoadBalancerOutput": ("LoadBalancers",),
    "DescribeLoadBalancersOutput": ("LoadBalancers",),
    "LoadBalancer": (
        "LoadBalancerArn", "DNSName", "CanonicalHostedZoneId", "CreatedTime", "LoadBalancerName", "Scheme", "VpcId",
        "State", "Type", "AvailabilityZones", "IpAddressType"),
    "LoadBalancerState": ("Code",),
    "AvailabilityZone": ("ZoneName", "SubnetId", "LoadBalancerAddresses"),
    "DescribeListenersOutput": ("Listeners",),
    "Listener": ("ListenerArn", "LoadBalancerArn", "Port", "Protocol", "DefaultActions"),
    "DescribeRulesOutput": ("Rules",),
    "Rule": ("RuleArn", "Priority", "Conditions", "Actions", "IsDefault"),
    "RuleCondition": ("Field",),
    "DescribeTargetGroupsOutput": ("TargetGroups",),
    "TargetGroup": (
        "TargetGroupArn", "TargetGroupName", "HealthCheckEnabled", "HealthCheckIntervalSeconds",
        "HealthCheckTimeoutSeconds", "HealthyThresholdCount", "UnhealthyThresholdCount", "LoadBalancerArns",
        "TargetType", "IpAddressType"),
    "DescribeTargetHealthOutput": ("TargetHealthDescriptions",),
    "TargetHealthDescription": ("Target", "TargetHealth"),
    "TargetHealth": ("State",),
    "DescribeTagsOutput": ("TagDescriptions",),
    "TagDescription": ("ResourceArn", "Tags"),
    "DescribeLoadBalancerAttributesOutput": ("Attributes",),
    "DescribeListenerAttributesOutput": ("Attributes",),
    "DescribeTargetGroupAttributesOutput": ("Attributes",),
    "DescribeAccountLimitsOutput": ("Limits",),
    "DescribeSSLPoliciesOutput": ("SslPolicies",),
    "SslPolicy": ("Name", "SslProtocols", "Ciphers", "SupportedLoadBalancerTypes"),
}
MAY_LACK = set()
OPEN_ENUMS = set()
# What the model doesn't list, but what there is besides in practice.
UNLISTED_ERRORS = {
    ("CreateTargetGroup", "DuplicateTargetGroupName"),
    ("SetSecurityGroups", "InvalidConfigurationRequest"),
    ("DescribeTargetGroups", "ValidationError"),
}
NOT_VARIED = set()
NOT_VALIDATED = set()
EC2 = boto3.client("ec2")
SUBNETS = [subnet["SubnetId"] for subnet in EC2.describe_subnets()["Subnets"]]
GROUP = EC2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/"
NO = "arn:aws:elasticloadbalancing:us-east-1:000000000000:"
NO_BALANCER = NO + "loadbalancer/app/none/0123456789abcdef"
NO_LISTENER = NO + "listener/app/none/0123456789abcdef/0123456789abcdef"
NO_RULE = NO + "listener-rule/app/none/0123456789abcdef/0123456789abcdef/0123456789abcdef"
NO_GROUP = NO + "targetgroup/none/0123456789abcdef"


def free(number):
    with socket.socket() as one:
        try:
            one.bind(("", number))
            return True
        except OSError:
            return False


# The listeners have the five ports behind it.
PORT = next(port for port in range(21500, 29000, 5) if all(free(port + n) for n in range(1, 6)))


def first(name, key, member):
    def save(c, answer):
        c[name] = answer[key][0][member]
    return save


balancer = {key: first(key, "LoadBalancers", "LoadBalancerArn") for key in ("alb", "nlb")}
listener = {key: first(key, "Listeners", "ListenerArn") for key in ("http", "https", "tcp", "tls")}
group = {key: first(key, "TargetGroups", "TargetGroupArn") for key in ("web", "stream", "function")}
rule = {key: first(key, "Rules", "RuleArn") for key in ("one", "two")}


def at(member, key, **more):
    return lambda c: {member: c[key], **{k: v(c) if callable(v) else v for k, v in more.items()}}


def to(key):
    return lambda c: [{"Type": "forward", "TargetGroupArn": c[key]}]


def fixed(text):
    return [{"Type": "fixed-response", "FixedResponseConfig": {
        "StatusCode": "200", "ContentType": "text/plain", "MessageBody": text}}]


STEPS = [
    # Load balancers
    Call("CreateLoadBalancer", {
        "Name": "fidelity", "Subnets": SUBNETS, "SecurityGroups": [GROUP], "Scheme": "internet-facing",
        "Type": "application", "IpAddressType": "ipv4", "Tags": [{"Key": "a", "Value": "b"}]}, save=balancer["alb"]),
    Call("CreateLoadBalancer", {"Name": "fidelity-net", "Type": "network", "SubnetMappings": [
        {"SubnetId": SUBNETS[0]}], "Scheme": "internal"}, save=balancer["nlb"], vary=False),
    Fail("CreateLoadBalancer", {"Name": "fidelity", "Subnets": SUBNETS}, 400, "DuplicateLoadBalancerName"),
    Fail("CreateLoadBalancer", {"Name": "x", "Subnets": ["none"]}, 400, "SubnetNotFound"),
    Fail("CreateLoadBalancer", {"Name": "x", "Subnets": SUBNETS, "SecurityGroups": ["none"]}, 400,
         "InvalidSecurityGroup"),
    Fail("CreateLoadBalancer", {"Name": "x_y", "Subnets": SUBNETS}, 400, "ValidationError", "hyphens"),
    Call("DescribeLoadBalancers", {"Names": ["fidelity"], "PageSize": 1}),
    Call("DescribeLoadBalancers", {}),
    Fail("DescribeLoadBalancers", {"Names": ["none"]}, 400, "LoadBalancerNotFound", "[none]"),
    Fail("DescribeLoadBalancers", {"LoadBalancerArns": ["none"]}, 400, "ValidationError",
         "'none' is not a valid load balancer ARN"),
    Call("DescribeLoadBalancerAttributes", at("LoadBalancerArn", "alb")),
    Call("DescribeLoadBalancerAttributes", at("LoadBalancerArn", "nlb")),
    Fail("DescribeLoadBalancerAttributes", {"LoadBalancerArn": NO_BALANCER}, 400, "LoadBalancerNotFound"),
    Call("ModifyLoadBalancerAttributes", at("LoadBalancerArn", "alb", Attributes=[
        {"Key": "idle_timeout.timeout_seconds", "Value": "30"}])),
    Fail("ModifyLoadBalancerAttributes", at("LoadBalancerArn", "alb", Attributes=[
        {"Key": "idle_timeout.timeout_seconds", "Value": "x"}]), 400, "ValidationError"),
    Fail("ModifyLoadBalancerAttributes", at("LoadBalancerArn", "alb", Attributes=[
        {"Key": "access_logs.s3.enabled", "Value": "true"}]), 400, "InvalidConfigurationRequest"),
    Call("SetSecurityGroups", at("LoadBalancerArn", "alb", SecurityGroups=[GROUP])),
    Fail("SetSecurityGroups", at("LoadBalancerArn", "nlb", SecurityGroups=[GROUP]), 400,
         "InvalidConfigurationRequest"),
    Call("SetSubnets", at("LoadBalancerArn", "alb", Subnets=SUBNETS[:2])),
    Fail("SetSubnets", at("LoadBalancerArn", "alb", Subnets=["none", SUBNETS[0]]), 400, "SubnetNotFound"),
    Call("SetIpAddressType", at("LoadBalancerArn", "alb", IpAddressType="dualstack")),
    Fail("SetIpAddressType", {"LoadBalancerArn": NO_BALANCER, "IpAddressType": "ipv4"}, 400, "LoadBalancerNotFound"),

    # Target groups
    Call("CreateTargetGroup", {
        "Name": "web", "Protocol": "HTTP", "ProtocolVersion": "HTTP1", "Port": 80, "VpcId": "vpc-1",
        "TargetType": "ip", "HealthCheckProtocol": "HTTP", "HealthCheckPort": "traffic-port", "HealthCheckEnabled": True,
        "HealthCheckPath": "/health", "HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 2,
        "HealthyThresholdCount": 2, "UnhealthyThresholdCount": 2, "Matcher": {"HttpCode": "200-299"},
        "IpAddressType": "ipv4", "Tags": [{"Key": "a", "Value": "b"}]}, save=group["web"]),
    Call("CreateTargetGroup", {"Name": "stream", "Protocol": "TCP", "Port": 5432, "VpcId": "vpc-1", "TargetType": "ip"},
         save=group["stream"]),
    Call("CreateTargetGroup", {"Name": "function", "TargetType": "lambda"}, save=group["function"]),
    Fail("CreateTargetGroup", {"Name": "web", "Protocol": "HTTP", "Port": 81, "VpcId": "vpc-1"}, 400,
         "DuplicateTargetGroupName"),
    Fail("CreateTargetGroup", {"Name": "x", "Protocol": "HTTP", "Port": 80}, 400, "ValidationError",
         "A VPC ID must be specified"),
    Fail("CreateTargetGroup", {"Name": "x", "Protocol": "UDP", "Port": 80, "VpcId": "vpc-1"}, 400,
         "InvalidConfigurationRequest", "not supported by Podium"),
    Call("ModifyTargetGroup", at("TargetGroupArn", "web", HealthCheckPath="/", Matcher={"HttpCode": "200"})),
    Fail("ModifyTargetGroup", {"TargetGroupArn": NO_GROUP}, 400, "TargetGroupNotFound"),
    Call("DescribeTargetGroups", {"Names": ["web"]}),
    Call("DescribeTargetGroups", at("LoadBalancerArn", "alb")),
    Fail("DescribeTargetGroups", {"TargetGroupArns": [NO_GROUP]}, 400, "TargetGroupNotFound"),
    Call("DescribeTargetGroupAttributes", at("TargetGroupArn", "web")),
    Call("DescribeTargetGroupAttributes", at("TargetGroupArn", "stream")),
    Call("DescribeTargetGroupAttributes", at("TargetGroupArn", "function")),
    Fail("DescribeTargetGroupAttributes", {"TargetGroupArn": NO_GROUP}, 400, "TargetGroupNotFound"),
    Call("ModifyTargetGroupAttributes", at("TargetGroupArn", "web", Attributes=[
        {"Key": "deregistration_delay.timeout_seconds", "Value": "0"}])),
    Fail("ModifyTargetGroupAttributes", at("TargetGroupArn", "web", Attributes=[
        {"Key": "lambda.multi_value_headers.enabled", "Value": "true"}]), 400, "InvalidConfigurationRequest"),

    # Listeners
    Call("CreateListener", at(
        "LoadBalancerArn", "alb", Protocol="HTTP", Port=PORT + 1, DefaultActions=to("web"),
        Tags=[{"Key": "a", "Value": "b"}]), save=listener["http"]),
    Call("CreateListener", at(
        "LoadBalancerArn", "alb", Protocol="HTTPS", Port=PORT + 2, DefaultActions=fixed("hello"),
        Certificates=[{"CertificateArn": CERTIFICATE + "one"}], SslPolicy="ELBSecurityPolicy-2016-08"),
        save=listener["https"], vary=False),
    Call("CreateListener", at("LoadBalancerArn", "nlb", Protocol="TCP", Port=PORT + 3, DefaultActions=to("stream")),
         save=listener["tcp"], vary=False),
    Fail("CreateListener", at("LoadBalancerArn", "alb", Protocol="HTTP", Port=PORT + 1, DefaultActions=fixed("x")), 400,
         "DuplicateListener", "A listener already exists on this port for this load balancer"),
    Fail("CreateListener", at("LoadBalancerArn", "alb", Protocol="HTTPS", Port=PORT + 4, DefaultActions=fixed("x")), 400,
         "ValidationError", "A certificate must be specified for HTTPS listeners"),
    Call("CreateListener", at("LoadBalancerArn", "nlb", Protocol="TLS", Port=PORT + 5, DefaultActions=to("stream"),
                              Certificates=[{"CertificateArn": CERTIFICATE + "one"}]), save=listener["tls"], vary=False),
    Fail("CreateListener", at("LoadBalancerArn", "nlb", Protocol="TLS", Port=PORT + 4, DefaultActions=to("stream")), 400,
         "ValidationError", "A certificate must be specified for TLS listeners"),
    Fail("CreateListener", at("LoadBalancerArn", "nlb", Protocol="UDP", Port=PORT + 4, DefaultActions=to("stream")), 400,
         "UnsupportedProtocol"),
    Fail("CreateListener", at("LoadBalancerArn", "nlb", Protocol="TCP", Port=PORT + 4, DefaultActions=to("web")), 400,
         "IncompatibleProtocols"),
    Fail("CreateListener", at("LoadBalancerArn", "alb", Protocol="HTTP", Port=PORT + 4, DefaultActions=[
        {"Type": "forward", "TargetGroupArn": NO_GROUP}]), 400, "TargetGroupNotFound"),
    Fail("CreateListener", {"LoadBalancerArn": NO_BALANCER, "Protocol": "HTTP", "Port": PORT + 4,
                            "DefaultActions": fixed("x")}, 400, "LoadBalancerNotFound"),
    Call("DescribeListeners", at("LoadBalancerArn", "alb")),
    Call("DescribeListeners", at("LoadBalancerArn", "nlb")),
    Fail("DescribeListeners", {"ListenerArns": [NO_LISTENER]}, 400, "ListenerNotFound"),
    Fail("DescribeListeners", {}, 400, "ValidationError"),
    Call("ModifyListener", at("ListenerArn", "https", DefaultActions=[{"Type": "redirect", "RedirectConfig": {
        "Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}])),
    Fail("ModifyListener", at("ListenerArn", "https", SslPolicy="none"), 400, "SSLPolicyNotFound"),
    Call("DescribeListenerAttributes", at("ListenerArn", "http")),
    Call("DescribeListenerAttributes", at("ListenerArn", "tcp")),
    Fail("DescribeListenerAttributes", {"ListenerArn": NO_LISTENER}, 400, "ListenerNotFound"),
    Call("ModifyListenerAttributes", at("ListenerArn", "tcp", Attributes=[
        {"Key": "tcp.idle_timeout.seconds", "Value": "60"}])),
    Fail("ModifyListenerAttributes", at("ListenerArn", "http", Attributes=[
        {"Key": "tcp.idle_timeout.seconds", "Value": "60"}]), 400, "InvalidConfigurationRequest"),
    Call("AddListenerCertificates", at("ListenerArn", "https", Certificates=[{"CertificateArn": CERTIFICATE + "two"}])),
    Fail("AddListenerCertificates", {"ListenerArn": NO_LISTENER, "Certificates": [
        {"CertificateArn": CERTIFICATE + "two"}]}, 400, "ListenerNotFound"),
    Call("DescribeListenerCertificates", at("ListenerArn", "https")),
    Fail("DescribeListenerCertificates", {"ListenerArn": NO_LISTENER}, 400, "ListenerNotFound"),
    Call("RemoveListenerCertificates", at("ListenerArn", "https", Certificates=[
        {"CertificateArn": CERTIFICATE + "two"}])),
    Fail("RemoveListenerCertificates", at("ListenerArn", "https", Certificates=[
        {"CertificateArn": CERTIFICATE + "one"}]), 400, "OperationNotPermitted"),
    Call("DescribeSSLPolicies", {"Names": ["ELBSecurityPolicy-2016-08"], "LoadBalancerType": "application"}),
    Call("DescribeSSLPolicies", {}),
    Fail("DescribeSSLPolicies", {"Names": ["none"]}, 400, "SSLPolicyNotFound"),
    Call("DescribeAccountLimits", {"PageSize": 5}),

    # Rules
    Call("CreateRule", at("ListenerArn", "http", Priority=30, Actions=fixed("x"), Conditions=[
        {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["^/v[0-9]+/"]}},
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-A", "RegexValues": ["a+"]}}]), vary=False),
    Fail("CreateRule", at("ListenerArn", "http", Priority=31, Actions=fixed("x"), Conditions=[
        {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["("]}}]), 400, "ValidationError"),
    Call("CreateRule", at("ListenerArn", "http", Priority=10, Actions=to("web"), Tags=[{"Key": "a", "Value": "b"}],
                          Conditions=[{"Field": "path-pattern", "Values": ["/a*"]}]), save=rule["one"]),
    Call("CreateRule", at("ListenerArn", "http", Priority=20, Conditions=[
        {"Field": "host-header", "HostHeaderConfig": {"Values": ["*.example.com"]}},
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-A", "Values": ["b*"]}},
        {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "q", "Value": "1"}]}},
        {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}},
        {"Field": "source-ip", "SourceIpConfig": {"Values": ["127.0.0.0/8"]}}],
        Actions=lambda c: [{"Type": "forward", "ForwardConfig": {
            "TargetGroups": [{"TargetGroupArn": c["web"], "Weight": 3}, {"TargetGroupArn": c["function"], "Weight": 1}],
            "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 60}}}]), save=rule["two"], vary=False),
    Fail("CreateRule", at("ListenerArn", "http", Priority=10, Actions=fixed("x"), Conditions=[
        {"Field": "path-pattern", "Values": ["/b"]}]), 400, "PriorityInUse", "Priority '10' is currently in use"),
    Fail("CreateRule", at("ListenerArn", "http", Priority=11, Actions=fixed("x"), Conditions=[
        {"Field": "colour", "Values": ["b"]}]), 400, "ValidationError", "Condition field 'colour' must be one of"),
    Fail("CreateRule", {"ListenerArn": NO_LISTENER, "Priority": 1, "Actions": fixed("x"), "Conditions": [
        {"Field": "path-pattern", "Values": ["/b"]}]}, 400, "ListenerNotFound"),
    Call("DescribeRules", at("ListenerArn", "http", PageSize=2)),
    Call("DescribeRules", lambda c: {"RuleArns": [c["one"]]}),
    Fail("DescribeRules", {"RuleArns": [NO_RULE]}, 400, "RuleNotFound"),
    Call("ModifyRule", at("RuleArn", "one", Actions=fixed("changed"))),
    Fail("ModifyRule", {"RuleArn": NO_RULE, "Actions": fixed("x")}, 400, "RuleNotFound"),
    Call("SetRulePriorities", lambda c: {"RulePriorities": [
        {"RuleArn": c["one"], "Priority": 20}, {"RuleArn": c["two"], "Priority": 10}]}),
    Fail("SetRulePriorities", lambda c: {"RulePriorities": [{"RuleArn": c["one"], "Priority": 10}]}, 400,
         "PriorityInUse"),

    # Tags
    Call("AddTags", lambda c: {"ResourceArns": [c["alb"], c["http"], c["one"], c["web"]],
                               "Tags": [{"Key": "team", "Value": "a"}]}),
    Fail("AddTags", {"ResourceArns": [NO_GROUP], "Tags": [{"Key": "team"}]}, 400, "TargetGroupNotFound"),
    Fail("AddTags", lambda c: {"ResourceArns": [c["alb"]], "Tags": [{"Key": "a"}, {"Key": "a"}]}, 400,
         "DuplicateTagKeys"),
    Call("DescribeTags", lambda c: {"ResourceArns": [c["alb"], c["http"], c["one"], c["web"]]}),
    Fail("DescribeTags", {"ResourceArns": [NO_RULE]}, 400, "RuleNotFound"),
    Call("RemoveTags", lambda c: {"ResourceArns": [c["alb"]], "TagKeys": ["team"]}),
    Fail("RemoveTags", {"ResourceArns": [NO_LISTENER], "TagKeys": ["a"]}, 400, "ListenerNotFound"),

    # Targets
    Call("RegisterTargets", at("TargetGroupArn", "web", Targets=[
        {"Id": "127.0.0.1", "Port": 1, "AvailabilityZone": "all"}, {"Id": "127.0.0.1", "Port": 2}])),
    Fail("RegisterTargets", at("TargetGroupArn", "web", Targets=[{"Id": "x"}]), 400, "ValidationError"),
    Fail("RegisterTargets", {"TargetGroupArn": NO_GROUP, "Targets": [{"Id": "127.0.0.1"}]}, 400, "TargetGroupNotFound"),
    Call("RegisterTargets", at("TargetGroupArn", "function", Targets=[
        {"Id": "arn:aws:lambda:us-east-1:000000000000:function:f"}]), vary=False),
    Call("DescribeTargetHealth", at("TargetGroupArn", "web", Include=["All"])),
    Call("DescribeTargetHealth", at("TargetGroupArn", "function")),
    Call("DescribeTargetHealth", at("TargetGroupArn", "web", Targets=[{"Id": "127.0.0.9", "Port": 9}])),
    Until("DescribeTargetHealth", at("TargetGroupArn", "web"), lambda answer: all(
        target["TargetHealth"]["State"] == "unhealthy" for target in answer["TargetHealthDescriptions"])),
    Fail("DescribeTargetHealth", {"TargetGroupArn": NO_GROUP}, 400, "TargetGroupNotFound"),
    Call("DeregisterTargets", at("TargetGroupArn", "web", Targets=[{"Id": "127.0.0.1", "Port": 1}])),
    Fail("DeregisterTargets", {"TargetGroupArn": NO_GROUP, "Targets": [{"Id": "127.0.0.1"}]}, 400,
         "TargetGroupNotFound"),

    # The end
    Fail("DeleteTargetGroup", at("TargetGroupArn", "web"), 400, "ResourceInUse"),
    Call("DeleteRule", at("RuleArn", "one")),
    Fail("DeleteRule", at("RuleArn", "one"), 400, "RuleNotFound"),
    Call("DeleteListener", at("ListenerArn", "https")),
    Fail("DeleteListener", at("ListenerArn", "https"), 400, "ListenerNotFound"),
    Call("DeleteLoadBalancer", at("LoadBalancerArn", "alb")),
    Call("DeleteLoadBalancer", at("LoadBalancerArn", "nlb")),
    Fail("DeleteLoadBalancer", {"LoadBalancerArn": "none"}, 400, "ValidationError"),
    Call("DeleteTargetGroup", at("TargetGroupArn", "web")),
    Call("DeleteTargetGroup", at("TargetGroupArn", "stream")),
    Call("DeleteTargetGroup", at("TargetGroupArn", "function")),
]
