"""SQS's scenario for `fidelity.py`. SQS words its own validation, so that no invalid parameters are made."""
import json

from fidelity import Call, Fail

ALWAYS = {
    "CreateQueueResult": ("QueueUrl",),
    "GetQueueUrlResult": ("QueueUrl",),
    "GetQueueAttributesResult": ("Attributes",),
    "SendMessageResult": ("MD5OfMessageBody", "MessageId"),
    "ReceiveMessageResult": ("Messages",),
    "Message": ("MessageId", "ReceiptHandle", "MD5OfBody", "Body"),
    "StartMessageMoveTaskResult": ("TaskHandle",),
}
MAY_LACK = set()
OPEN_ENUMS = set()
UNLISTED_ERRORS = set()
NOT_VARIED = set()


class Everything:
    def __contains__(self, operation):
        return True


NOT_VALIDATED = Everything()
MISSING = "AWS.SimpleQueueService.NonExistentQueue"


def of(queue="url", **more):
    return lambda c: {"QueueUrl": c[queue], **more}


def url(name):
    def save(c, answer):
        c[name] = answer["QueueUrl"]
    return save


def receipt(c, answer):
    c["receipt"] = answer["Messages"][0]["ReceiptHandle"]


STEPS = [
    Call("CreateQueue", {"QueueName": "dead", "tags": {"a": "b"}}, save=url("dead")),
    Call("GetQueueAttributes", of("dead", AttributeNames=["All"])),
    Call("CreateQueue", {"QueueName": "fidelity", "Attributes": {"VisibilityTimeout": "300"}}, save=url("url")),
    Call("GetQueueUrl", {"QueueName": "fidelity"}),
    Fail("GetQueueUrl", {"QueueName": "absent"}, 400, MISSING),
    Call("ListQueues", {"QueueNamePrefix": "f"}),
    Call("SetQueueAttributes", of(Attributes={"RedrivePolicy": json.dumps({
        "deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dead", "maxReceiveCount": 3})})),
    Call("GetQueueAttributes", of(AttributeNames=["All"])),
    Call("ListDeadLetterSourceQueues", of("dead")),
    Call("SendMessage", of(MessageBody="hello", MessageAttributes={
        "colour": {"DataType": "String", "StringValue": "blue"}})),
    Call("ReceiveMessage", of(WaitTimeSeconds=1, AttributeNames=["All"], MessageAttributeNames=["All"]), save=receipt),
    Call("ChangeMessageVisibility", lambda c: {
        "QueueUrl": c["url"], "ReceiptHandle": c["receipt"], "VisibilityTimeout": 10}),
    Call("ChangeMessageVisibilityBatch", lambda c: {"QueueUrl": c["url"], "Entries": [
        {"Id": "a", "ReceiptHandle": c["receipt"], "VisibilityTimeout": 10}]}),
    Call("DeleteMessage", lambda c: {"QueueUrl": c["url"], "ReceiptHandle": c["receipt"]}),
    Call("SendMessageBatch", of(Entries=[{"Id": "a", "MessageBody": "one"}, {"Id": "b", "MessageBody": "two"}])),
    Call("ReceiveMessage", of(WaitTimeSeconds=1), save=receipt),
    Call("DeleteMessageBatch", lambda c: {"QueueUrl": c["url"], "Entries": [
        {"Id": "a", "ReceiptHandle": c["receipt"]}]}),
    Call("TagQueue", of(Tags={"team": "a"})),
    Call("ListQueueTags", of()),
    Call("UntagQueue", of(TagKeys=["team"])),
    Call("AddPermission", of(Label="all", AWSAccountIds=["123456789012"], Actions=["SendMessage"])),
    Call("RemovePermission", of(Label="all")),
    Call("StartMessageMoveTask", {"SourceArn": "arn:aws:sqs:us-east-1:000000000000:dead"}),
    Call("ListMessageMoveTasks", {"SourceArn": "arn:aws:sqs:us-east-1:000000000000:dead"}),
    Fail("CancelMessageMoveTask", {"TaskHandle": "bm8gaGFuZGxl"}, 400, "ResourceNotFoundException"),
    Call("PurgeQueue", of()),
    Call("DeleteQueue", of()),
    Fail("SendMessage", of(MessageBody="late"), 400, MISSING),
    Call("DeleteQueue", of("dead")),
]
