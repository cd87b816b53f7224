"""EventBridge Scheduler's scenario for `fidelity.py`."""
from fidelity import Call, Fail, Until

TARGET = {"Arn": "arn:aws:sqs:us-east-1:000000000000:fidelity", "RoleArn": "arn:aws:iam::000000000000:role/any"}
OFF = {"Mode": "OFF"}
ALWAYS = {
    "GetScheduleOutput": (
        "ActionAfterCompletion", "Arn", "CreationDate", "FlexibleTimeWindow", "GroupName", "LastModificationDate",
        "Name", "ScheduleExpression", "ScheduleExpressionTimezone", "State", "Target"),
    "Target": ("RetryPolicy",),
    "RetryPolicy": ("MaximumEventAgeInSeconds", "MaximumRetryAttempts"),
    "GetScheduleGroupOutput": ("Arn", "CreationDate", "LastModificationDate", "Name", "State"),
    "ScheduleGroupSummary": ("Arn", "CreationDate", "LastModificationDate", "Name", "State"),
    "ScheduleSummary": ("Arn", "CreationDate", "GroupName", "LastModificationDate", "Name", "State", "Target"),
    "ListTagsForResourceOutput": ("Tags",),
}
MAY_LACK = set()
OPEN_ENUMS = set()
UNLISTED_ERRORS = set()
NOT_VARIED = set()
NOT_VALIDATED = set()


def schedule(name, expression, **more):
    return {"Name": name, "ScheduleExpression": expression, "FlexibleTimeWindow": OFF, "Target": TARGET, **more}


def arn(c, answer):
    c["group"] = answer["ScheduleGroupArn"]


STEPS = [
    Call("CreateScheduleGroup", {"Name": "fidelity", "Tags": [{"Key": "team", "Value": "a"}]}, save=arn),
    Fail("CreateScheduleGroup", {"Name": "fidelity"}, 409, "ConflictException", "already exists"),
    Call("GetScheduleGroup", {"Name": "fidelity"}),
    Fail("GetScheduleGroup", {"Name": "absent"}, 404, "ResourceNotFoundException",
         "Schedule group absent does not exist."),
    Call("ListScheduleGroups", {"NamePrefix": "f", "MaxResults": 10}),
    Call("TagResource", lambda c: {"ResourceArn": c["group"], "Tags": [{"Key": "b", "Value": "c"}]}),
    Call("ListTagsForResource", lambda c: {"ResourceArn": c["group"]}),
    Call("UntagResource", lambda c: {"ResourceArn": c["group"], "TagKeys": ["b"]}),
    Call("CreateSchedule", {**schedule("all", "cron(0 10 ? * MON-FRI *)"), "GroupName": "fidelity", "State": "DISABLED",
         "ScheduleExpressionTimezone": "Europe/Berlin", "Description": "of all", "ActionAfterCompletion": "DELETE",
         "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
         "Target": {**TARGET, "Input": "hello", "RetryPolicy": {"MaximumRetryAttempts": 3},
                    "DeadLetterConfig": {"Arn": "arn:aws:sqs:us-east-1:000000000000:dead"}}}),
    Fail("CreateSchedule", schedule("all", "rate(1 hour)", GroupName="fidelity"), 409, "ConflictException",
         "Schedule all already exists."),
    Fail("CreateSchedule", schedule("all", "rate(1 hour)", GroupName="absent"), 404, "ResourceNotFoundException",
         "Schedule group absent does not exist."),
    Fail("CreateSchedule", schedule("bad", "cron(0 10 * * * *)"), 400, "ValidationException",
         "Invalid Schedule Expression cron(0 10 * * * *)."),
    Fail("CreateSchedule", schedule("bad", "rate(1 hour)", ScheduleExpressionTimezone="Mars"), 400,
         "ValidationException", "Invalid ScheduleExpressionTimezone Mars."),
    Fail("CreateSchedule", schedule("bad", "rate(1 hour)", StartDate=1), 400, "ValidationException",
         "The StartDate you specify cannot be earlier than 5 minutes ago."),
    Call("GetSchedule", {"Name": "all", "GroupName": "fidelity"}),
    Fail("GetSchedule", {"Name": "all"}, 404, "ResourceNotFoundException", "Schedule all does not exist."),
    Call("ListSchedules", {"GroupName": "fidelity", "NamePrefix": "a", "State": "DISABLED", "MaxResults": 1}),
    Call("UpdateSchedule", schedule("all", "rate(1 day)", GroupName="fidelity", State="DISABLED")),
    Call("GetSchedule", {"Name": "all", "GroupName": "fidelity"}, vary=False),
    Fail("UpdateSchedule", schedule("absent", "rate(1 day)"), 404, "ResourceNotFoundException"),
    Call("CreateSchedule", schedule("task", "rate(1 day)", State="DISABLED", Target={
        **TARGET, "Arn": "arn:aws:ecs:us-east-1:000000000000:cluster/default",
        "EcsParameters": {"TaskDefinitionArn": "arn:aws:ecs:us-east-1:000000000000:task-definition/t:1", "TaskCount": 2,
                          "LaunchType": "FARGATE", "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["s"]}},
                          "Tags": [{"Key": "a", "Value": "b"}]}}), vary=False),
    Call("GetSchedule", {"Name": "task"}, vary=False),
    Call("DeleteSchedule", {"Name": "task"}),
    Fail("DeleteSchedule", {"Name": "task"}, 404, "ResourceNotFoundException", "Schedule task does not exist."),
    Call("DeleteScheduleGroup", {"Name": "fidelity"}),
    Fail("DeleteScheduleGroup", {"Name": "default"}, 400, "ValidationException"),
    Until("ListScheduleGroups", {"NamePrefix": "fidelity"}, lambda answer: not answer["ScheduleGroups"]),
]
