"""EventBridge's scenario for `fidelity.py`: rules, targets and events of the default bus."""
import json

from fidelity import Call, Fail

QUEUE = "arn:aws:sqs:us-east-1:000000000000:fidelity"
PATTERN = json.dumps({"source": ["fidelity"], "detail": {"n": [{"numeric": [">", 1]}]}})
RULE = ("Name", "Arn", "State", "EventBusName")
ALWAYS = {
    "PutRuleResponse": ("RuleArn",),
    "DescribeRuleResponse": RULE + ("CreatedBy",),
    "Rule": RULE,
    "ListRulesResponse": ("Rules",),
    "PutTargetsResponse": ("FailedEntryCount", "FailedEntries"),
    "RemoveTargetsResponse": ("FailedEntryCount", "FailedEntries"),
    "ListTargetsByRuleResponse": ("Targets",),
    "ListRuleNamesByTargetResponse": ("RuleNames",),
    "PutEventsResponse": ("FailedEntryCount", "Entries"),
    "TestEventPatternResponse": ("Result",),
    "DescribeEventBusResponse": ("Name", "Arn"),
    "ListEventBusesResponse": ("EventBuses",),
    "EventBus": ("Name", "Arn"),
    "ListTagsForResourceResponse": ("Tags",),
}
MAY_LACK = set()
OPEN_ENUMS = set()
# EventBridge's model leaves its validation out.
UNLISTED_ERRORS = set()
# Refused whatever they hold.
NOT_VARIED = {("PutEventsRequest", "EndpointId")} | {("Target", name) for name in (
    "RunCommandParameters", "BatchParameters", "HttpParameters", "RedshiftDataParameters",
    "SageMakerPipelineParameters", "AppSyncParameters")}
NOT_VALIDATED = set()


def arn(c, answer):
    c["rule"] = answer["RuleArn"]


STEPS = [
    Call("PutRule", {"Name": "fidelity", "EventPattern": PATTERN, "State": "ENABLED", "Description": "d",
                     "RoleArn": "arn:aws:iam::000000000000:role/any", "EventBusName": "default",
                     "Tags": [{"Key": "a", "Value": "b"}]}, save=arn),
    Call("PutRule", {"Name": "hourly", "ScheduleExpression": "rate(1 hour)"}, vary=False),
    Fail("PutRule", {"Name": "bad"}, 400, "ValidationException",
         "Parameter(s) EventPattern or ScheduleExpression must be specified."),
    Fail("PutRule", {"Name": "bad", "ScheduleExpression": "rate(1 hours)"}, 400, "ValidationException",
         "Parameter ScheduleExpression is not valid."),
    Fail("PutRule", {"Name": "bad", "EventPattern": "{"}, 400, "InvalidEventPatternException",
         "Event pattern is not valid. Reason: "),
    Fail("PutRule", {"Name": "bad", "EventPattern": PATTERN, "EventBusName": "other"}, 400,
         "ResourceNotFoundException", "Event bus other does not exist."),
    Call("DescribeRule", {"Name": "fidelity"}),
    Call("DescribeRule", {"Name": "hourly"}, vary=False),
    Fail("DescribeRule", {"Name": "absent"}, 400, "ResourceNotFoundException",
         "Rule absent does not exist on EventBus default."),
    Call("ListRules", {"NamePrefix": "f", "Limit": 1}),
    Call("DisableRule", {"Name": "hourly"}),
    Call("EnableRule", {"Name": "hourly"}),
    Call("PutTargets", {"Rule": "fidelity", "Targets": [
        {"Id": "q", "Arn": QUEUE, "RetryPolicy": {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 60},
         "DeadLetterConfig": {"Arn": QUEUE}, "InputTransformer": {
             "InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": "{\"n\": <n>}"}}]}),
    Fail("PutTargets", {"Rule": "absent", "Targets": [{"Id": "q", "Arn": QUEUE}]}, 400, "ResourceNotFoundException"),
    Fail("PutTargets", {"Rule": "fidelity", "Targets": [{"Id": "f", "Arn": QUEUE + ".fifo"}]}, 400,
         "ValidationException", "Parameter(s) SqsParameters must be specified for target: f."),
    Call("ListTargetsByRule", {"Rule": "fidelity"}),
    Call("ListRuleNamesByTarget", {"TargetArn": QUEUE}),
    Call("PutEvents", {"Entries": [
        {"Source": "fidelity", "DetailType": "d", "Detail": "{\"n\": 2}", "Resources": ["r"]},
        {"Source": "fidelity", "DetailType": "d"}]}),
    Call("TestEventPattern", {"EventPattern": PATTERN, "Event": json.dumps({
        "id": "1", "account": "1", "source": "fidelity", "time": "2026-01-01T00:00:00Z", "region": "r", "resources": [],
        "detail-type": "d", "detail": {"n": 2}})}),
    Fail("DeleteRule", {"Name": "fidelity"}, 400, "ValidationException",
         "Rule can't be deleted since it has targets."),
    Call("RemoveTargets", {"Rule": "fidelity", "Ids": ["q"]}),
    Call("TagResource", lambda c: {"ResourceARN": c["rule"], "Tags": [{"Key": "c", "Value": "d"}]}),
    Call("ListTagsForResource", lambda c: {"ResourceARN": c["rule"]}),
    Call("UntagResource", lambda c: {"ResourceARN": c["rule"], "TagKeys": ["c"]}),
    Call("DeleteRule", {"Name": "fidelity"}),
    Call("DeleteRule", {"Name": "hourly"}, vary=False),
    Call("DescribeEventBus", {"Name": "default"}),
    Fail("DescribeEventBus", {"Name": "other"}, 400, "ResourceNotFoundException", "Event bus other does not exist."),
    Call("ListEventBuses", {}),
]
