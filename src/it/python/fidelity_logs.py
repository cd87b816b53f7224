"""CloudWatch Logs' scenario for `fidelity.py`."""
import time

from fidelity import Call, Fail, Until

ALWAYS = {
    "LogGroup": ("logGroupName", "creationTime", "metricFilterCount", "arn", "storedBytes", "logGroupClass",
                 "logGroupArn"),
    "LogStream": ("logStreamName", "creationTime", "uploadSequenceToken", "arn", "storedBytes"),
    "DescribeLogGroupsResponse": ("logGroups",),
    "DescribeLogStreamsResponse": ("logStreams",),
    "GetLogEventsResponse": ("events", "nextForwardToken", "nextBackwardToken"),
    "OutputLogEvent": ("timestamp", "message", "ingestionTime"),
    "FilterLogEventsResponse": ("events", "searchedLogStreams"),
    "FilteredLogEvent": ("logStreamName", "timestamp", "message", "ingestionTime", "eventId"),
    "PutLogEventsResponse": ("nextSequenceToken",),
    "ListTagsLogGroupResponse": ("tags",),
    "ListTagsForResourceResponse": ("tags",),
}
MAY_LACK = set()
VALIDATION = "InvalidParameterException"  # of what the model says is invalid
OPEN_ENUMS = set()
# What the model says is invalid is refused before the operation.
UNLISTED_ERRORS = {(name, "InvalidParameterException") for name in ("ListTagsLogGroup", "UntagLogGroup")}
NOT_VARIED = set()
NOT_VALIDATED = set()

GROUP = "/fidelity/group"
ARN = "arn:aws:logs:us-east-1:000000000000:log-group:" + GROUP
NOW = int(time.time() * 1000)
NO_GROUP = "The specified log group does not exist."
NO_STREAM = "The specified log stream does not exist."


def of(**more):
    return {"logGroupName": GROUP, **more}


def stream(**more):
    return of(logStreamName="one", **more)


def events(*messages):
    return [{"timestamp": NOW - 1000 + i, "message": m} for i, m in enumerate(messages)]


def save(name):
    def keep(c, answer):
        c[name] = answer[name]
    return keep


def missing(operation, **more):
    return Fail(operation, {"logGroupName": "absent", **more}, 400, "ResourceNotFoundException", NO_GROUP)


def invalid(operation, message, **parameters):
    return Fail(operation, parameters, 400, "InvalidParameterException", message)


STEPS = [
    Call("CreateLogGroup", of(tags={"team": "a"}, logGroupClass="STANDARD")),
    Fail("CreateLogGroup", of(), 400, "ResourceAlreadyExistsException", "The specified log group already exists"),
    Call("DescribeLogGroups", {"logGroupNamePrefix": "/fid", "limit": 5}),
    Call("DescribeLogGroups", {"logGroupNamePattern": "delity"}),
    invalid("DescribeLogGroups", "mutually exclusive", logGroupNamePrefix="a", logGroupNamePattern="abc"),
    Call("PutRetentionPolicy", of(retentionInDays=7)),
    invalid("PutRetentionPolicy", "", logGroupName=GROUP, retentionInDays=8),
    missing("PutRetentionPolicy", retentionInDays=7),
    Call("DescribeLogGroups", {}),
    Call("DeleteRetentionPolicy", of()),
    missing("DeleteRetentionPolicy"),
    Call("CreateLogStream", stream()),
    Call("CreateLogStream", of(logStreamName="two")),
    Fail("CreateLogStream", stream(), 400, "ResourceAlreadyExistsException",
         "The specified log stream already exists"),
    missing("CreateLogStream", logStreamName="one"),
    Call("DescribeLogStreams", of(orderBy="LogStreamName", limit=1, logStreamNamePrefix="o")),
    missing("DescribeLogStreams"),
    invalid("DescribeLogStreams", "Cannot order by LastEventTime with a logStreamNamePrefix.",
            logGroupName=GROUP, orderBy="LastEventTime", logStreamNamePrefix="o"),
    Call("PutLogEvents", stream(logEvents=events("first", "second ERROR", "{\"level\": \"INFO\"}"))),
    Call("PutLogEvents", stream(logEvents=[{"timestamp": 1000, "message": "old"}]), vary=False),
    missing("PutLogEvents", logStreamName="one", logEvents=events("x")),
    Fail("PutLogEvents", of(logStreamName="absent", logEvents=events("x")), 400, "ResourceNotFoundException",
         NO_STREAM),
    invalid("PutLogEvents", "chronological order", logGroupName=GROUP, logStreamName="one",
            logEvents=list(reversed(events("x", "y")))),
    Until("GetLogEvents", stream(), lambda answer: len(answer["events"]) == 3),
    Call("GetLogEvents", stream(startFromHead=True, limit=2, startTime=NOW - 60_000, endTime=NOW + 1000),
         save=save("nextForwardToken")),
    Call("GetLogEvents", lambda c: stream(nextToken=c["nextForwardToken"])),
    missing("GetLogEvents", logStreamName="one"),
    Fail("GetLogEvents", of(logStreamName="absent"), 400, "ResourceNotFoundException", NO_STREAM),
    invalid("GetLogEvents", "", logGroupName=GROUP, logStreamName="one", nextToken="nonsense"),
    Call("FilterLogEvents", of(filterPattern="ERROR", startTime=NOW - 60_000, logStreamNames=["one"], limit=10)),
    Call("FilterLogEvents", of(limit=1), save=save("nextToken")),
    Call("FilterLogEvents", lambda c: of(limit=1, nextToken=c["nextToken"])),
    Call("FilterLogEvents", of(logStreamNamePrefix="t")),
    missing("FilterLogEvents"),
    invalid("FilterLogEvents", "mutually exclusive", logGroupName=GROUP, logStreamNames=["one"],
            logStreamNamePrefix="t"),
    invalid("FilterLogEvents", "", logGroupName=GROUP, filterPattern="{ $.level = "),
    Call("DescribeLogStreams", {"logGroupIdentifier": ARN, "orderBy": "LastEventTime", "descending": True}),
    Call("TagLogGroup", of(tags={"owner": "b"})),
    missing("TagLogGroup", tags={"owner": "b"}),
    Call("ListTagsLogGroup", of()),
    missing("ListTagsLogGroup"),
    Call("UntagLogGroup", of(tags=["owner"])),
    missing("UntagLogGroup", tags=["owner"]),
    Call("TagResource", {"resourceArn": ARN, "tags": {"cost": "1"}}),
    Call("ListTagsForResource", {"resourceArn": ARN}),
    Fail("ListTagsForResource", {"resourceArn": ARN + "x"}, 400, "ResourceNotFoundException"),
    Call("UntagResource", {"resourceArn": ARN, "tagKeys": ["cost"]}),
    Fail("StartLiveTail", {"logGroupIdentifiers": [ARN + "x"]}, 400, "ResourceNotFoundException"),
    Call("DeleteLogStream", of(logStreamName="two")),
    Fail("DeleteLogStream", of(logStreamName="two"), 400, "ResourceNotFoundException", NO_STREAM),
    Call("DeleteLogGroup", of()),
    missing("DeleteLogGroup"),
]
