#!/usr/bin/env python3
"""Write the compact service models from the installed botocore package (Apache-2.0, see NOTICE).

A compact model keeps what the AWS front needs to route, parse, validate and render: operations with their HTTP
bindings and errors, and the shapes that they reach with their constraints. Documentation is left out. One line per
operation and shape, so that an update can be reviewed as a diff.

  scripts/models.py            writes the models
  scripts/models.py --check    fails when a model on disk differs from what would be written; compares nothing when
                               another botocore is installed than the one that NOTICE names, which fails in CI
"""

import argparse
import json
import os
import pathlib
import sys

import botocore
from botocore.loaders import Loader

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = "resources/dev/podium/aws/models"
ALL = None

# What the server answers: botocore's service -> operations that the server knows by name.
SERVER = {
    "lambda": ALL,
    "sqs": ALL,
    "elbv2": ALL,
    "ecs": ALL,
    "scheduler": ALL,
    "events": [
        "DeleteRule", "DescribeEventBus", "DescribeRule", "DisableRule", "EnableRule", "ListEventBuses",
        "ListRuleNamesByTarget", "ListRules", "ListTagsForResource", "ListTargetsByRule", "PutEvents", "PutRule",
        "PutTargets", "RemoveTargets", "TagResource", "TestEventPattern", "UntagResource",
    ],
    "sts": ALL,
    "iam": [
        "AddRoleToInstanceProfile", "AttachRolePolicy", "CreateInstanceProfile", "CreatePolicy", "CreatePolicyVersion",
        "CreateRole", "DeleteInstanceProfile", "DeletePolicy", "DeletePolicyVersion", "DeleteRole",
        "DeleteRolePermissionsBoundary", "DeleteRolePolicy", "DetachRolePolicy", "GetAccountSummary",
        "GetInstanceProfile", "GetPolicy", "GetPolicyVersion", "GetRole", "GetRolePolicy", "GetUser",
        "ListAccountAliases", "ListAttachedRolePolicies", "ListEntitiesForPolicy", "ListInstanceProfileTags",
        "ListInstanceProfiles", "ListInstanceProfilesForRole", "ListPolicies", "ListPolicyTags", "ListPolicyVersions",
        "ListRolePolicies", "ListRoleTags", "ListRoles", "ListUsers", "PutRolePermissionsBoundary", "PutRolePolicy",
        "RemoveRoleFromInstanceProfile", "SetDefaultPolicyVersion", "TagInstanceProfile", "TagPolicy", "TagRole",
        "UntagInstanceProfile", "UntagPolicy", "UntagRole", "UpdateAssumeRolePolicy", "UpdateRole",
        "UpdateRoleDescription",
    ],
    "logs": [
        "CreateLogGroup", "CreateLogStream", "DeleteLogGroup", "DeleteLogStream", "DeleteMetricFilter",
        "DeleteRetentionPolicy", "DeleteSubscriptionFilter", "DescribeLogGroups", "DescribeLogStreams",
        "DescribeMetricFilters", "DescribeSubscriptionFilters", "FilterLogEvents", "GetLogEvents", "GetQueryResults",
        "ListTagsForResource", "ListTagsLogGroup", "PutLogEvents", "PutMetricFilter", "PutRetentionPolicy",
        "PutSubscriptionFilter", "StartLiveTail", "StartQuery", "StopQuery", "TagLogGroup", "TagResource",
        "TestMetricFilter", "UntagLogGroup", "UntagResource",
    ],
    "ec2": [
        "AllocateAddress", "AssociateAddress", "AssociateIamInstanceProfile", "AttachInternetGateway",
        "AttachNetworkInterface", "AttachVolume", "AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress",
        "CopyImage", "CopySnapshot", "CreateDefaultVpc", "CreateFleet", "CreateImage", "CreateInternetGateway",
        "CreateKeyPair", "CreateLaunchTemplate", "CreateLaunchTemplateVersion", "CreateNatGateway",
        "CreateNetworkAcl", "CreateNetworkInterface", "CreatePlacementGroup", "CreateRoute", "CreateRouteTable",
        "CreateSecurityGroup", "CreateSnapshot", "CreateSnapshots", "CreateSubnet", "CreateTags", "CreateVolume",
        "CreateVpc", "CreateVpcEndpoint", "CreateVpcPeeringConnection", "DeleteKeyPair", "DeleteLaunchTemplate",
        "DeleteLaunchTemplateVersions", "DeleteNetworkInterface", "DeleteSecurityGroup", "DeleteSnapshot",
        "DeleteSubnet", "DeleteTags", "DeleteVolume", "DeleteVpc", "DeregisterImage", "DescribeAccountAttributes",
        "DescribeAddresses", "DescribeAvailabilityZones", "DescribeIamInstanceProfileAssociations",
        "DescribeImageAttribute", "DescribeImages", "DescribeInstanceAttribute",
        "DescribeInstanceCreditSpecifications", "DescribeInstanceStatus", "DescribeInstanceTypeOfferings",
        "DescribeInstanceTypes", "DescribeInstances", "DescribeInternetGateways", "DescribeKeyPairs",
        "DescribeLaunchTemplateVersions", "DescribeLaunchTemplates", "DescribeNatGateways", "DescribeNetworkAcls",
        "DescribeNetworkInterfaces", "DescribePlacementGroups", "DescribeRegions", "DescribeRouteTables",
        "DescribeSecurityGroupRules", "DescribeSecurityGroups", "DescribeSnapshots", "DescribeSpotInstanceRequests",
        "DescribeSubnets", "DescribeTags", "DescribeVolumeStatus", "DescribeVolumes", "DescribeVpcAttribute",
        "DescribeVpcEndpoints", "DescribeVpcPeeringConnections", "DescribeVpcs", "DetachNetworkInterface",
        "DetachVolume", "DisassociateAddress", "DisassociateIamInstanceProfile", "GetConsoleOutput",
        "GetConsoleScreenshot", "GetInstanceMetadataDefaults", "GetLaunchTemplateData", "GetPasswordData",
        "ImportImage", "ImportInstance", "ImportKeyPair", "ImportSnapshot", "ModifyImageAttribute",
        "ModifyInstanceAttribute", "ModifyInstanceMetadataOptions", "ModifyInstancePlacement", "ModifyLaunchTemplate",
        "ModifyNetworkInterfaceAttribute", "ModifySecurityGroupRules", "ModifySubnetAttribute", "ModifyVolume",
        "ModifyVpcAttribute", "MonitorInstances", "PurchaseReservedInstancesOffering", "RebootInstances",
        "RegisterImage", "ReleaseAddress", "ReplaceIamInstanceProfileAssociation", "RequestSpotFleet",
        "RequestSpotInstances", "ResetImageAttribute", "ResetInstanceAttribute", "RevokeSecurityGroupEgress",
        "RevokeSecurityGroupIngress", "RunInstances", "RunScheduledInstances", "StartInstances", "StopInstances",
        "TerminateInstances", "UnmonitorInstances",
    ],
    "s3": [
        "AbortMultipartUpload", "CompleteMultipartUpload", "CopyObject", "CreateBucket", "CreateMultipartUpload",
        "DeleteBucket", "DeleteBucketTagging", "DeleteObject", "DeleteObjectTagging", "DeleteObjects",
        "GetBucketTagging", "GetBucketVersioning", "GetObject", "GetObjectAttributes", "GetObjectTagging", "HeadBucket",
        "HeadObject", "ListBuckets", "ListMultipartUploads", "ListObjectVersions", "ListObjects", "ListObjectsV2",
        "ListParts", "PutBucketTagging", "PutBucketVersioning", "PutObject", "PutObjectTagging", "UploadPart",
        "UploadPartCopy",
    ],
}

# Of these, the names of the other operations too: they are refused by name.
NAMED = ["events", "iam", "logs", "s3"]

# Older names of operations, at the same method and path.
SHADOWED = {"s3": ["GetBucketLifecycle", "GetBucketNotification", "PutBucketLifecycle", "PutBucketNotification"]}

# What tells S3's operations at one method and path apart: query parameters, and for copies a header, which the
# service turns into one. Botocore's model leaves that out, and some statuses, the namespace and the
# names of the answers' root elements.
ROUTES = {
    "s3": {
        "AbortMultipartUpload": "?uploadId",
        "CompleteMultipartUpload": "?uploadId",
        "CopyObject": "?x-amz-copy-source",
        "ListParts": "?uploadId",
        "UploadPart": "?partNumber&uploadId",
        "UploadPartCopy": "?partNumber&uploadId&x-amz-copy-source",
    },
}
STATUSES = {"s3": {"PutBucketTagging": 204}}
NAMESPACES = {"s3": "http://s3.amazonaws.com/doc/2006-03-01/"}
ELEMENTS = {
    "s3": {
        "CompleteMultipartUploadOutput": "CompleteMultipartUploadResult",
        "CreateMultipartUploadOutput": "InitiateMultipartUploadResult",
        "DeleteObjectsOutput": "DeleteResult",
        "GetBucketTaggingOutput": "Tagging",
        "GetBucketVersioningOutput": "VersioningConfiguration",
        "GetObjectAttributesOutput": "GetObjectAttributesResponse",
        "GetObjectTaggingOutput": "Tagging",
        "ListBucketsOutput": "ListAllMyBucketsResult",
        "ListMultipartUploadsOutput": "ListMultipartUploadsResult",
        "ListObjectVersionsOutput": "ListVersionsResult",
        "ListObjectsOutput": "ListBucketResult",
        "ListObjectsV2Output": "ListBucketResult",
        "ListPartsOutput": "ListPartsResult",
    },
}

# What only the tests of the protocols use, one service or two for each protocol.
TESTS = {
}

# What JSON models leave out of the query protocol that their services still speak: names of list elements, map keys
# and values, members and errors where they differ, and the namespace. As in the service's API reference.
QUERY = {
    "sqs": {
        "xmlNamespace": "http://queue.amazonaws.com/doc/2012-11-05/",
        "names": {
            "AWSAccountIdList.member": "AWSAccountId",
            "ActionNameList.member": "ActionName",
            "AttributeNameList.member": "AttributeName",
            "BatchResultErrorEntryList.member": "BatchResultErrorEntry",
            "BinaryList.member": "BinaryListValue",
            "ChangeMessageVisibilityBatchRequestEntryList.member": "ChangeMessageVisibilityBatchRequestEntry",
            "ChangeMessageVisibilityBatchResultEntryList.member": "ChangeMessageVisibilityBatchResultEntry",
            "CreateQueueRequest.Attributes": "Attribute",
            "CreateQueueRequest.tags": "Tag",
            "DeleteMessageBatchRequestEntryList.member": "DeleteMessageBatchRequestEntry",
            "DeleteMessageBatchResultEntryList.member": "DeleteMessageBatchResultEntry",
            "GetQueueAttributesResult.Attributes": "Attribute",
            "ListMessageMoveTasksResultEntryList.member": "ListMessageMoveTasksResultEntry",
            "ListQueueTagsResult.Tags": "Tag",
            "Message.Attributes": "Attribute",
            "Message.MessageAttributes": "MessageAttribute",
            "MessageAttributeNameList.member": "MessageAttributeName",
            "MessageBodyAttributeMap.key": "Name",
            "MessageBodyAttributeMap.value": "Value",
            "MessageBodySystemAttributeMap.key": "Name",
            "MessageBodySystemAttributeMap.value": "Value",
            "MessageList.member": "Message",
            "MessageSystemAttributeList.member": "MessageSystemAttributeName",
            "MessageSystemAttributeMap.key": "Name",
            "MessageSystemAttributeMap.value": "Value",
            "QueueAttributeMap.key": "Name",
            "QueueAttributeMap.value": "Value",
            "QueueUrlList.member": "QueueUrl",
            "SendMessageBatchRequestEntry.MessageAttributes": "MessageAttribute",
            "SendMessageBatchRequestEntry.MessageSystemAttributes": "MessageSystemAttribute",
            "SendMessageBatchRequestEntryList.member": "SendMessageBatchRequestEntry",
            "SendMessageBatchResultEntryList.member": "SendMessageBatchResultEntry",
            "SendMessageRequest.MessageAttributes": "MessageAttribute",
            "SendMessageRequest.MessageSystemAttributes": "MessageSystemAttribute",
            "SetQueueAttributesRequest.Attributes": "Attribute",
            "StringList.member": "StringListValue",
            "TagKeyList.member": "TagKey",
            "TagMap.key": "Key",
            "TagMap.value": "Value",
            "TagQueueRequest.Tags": "Tag",
        },
        "codes": {
            "BatchEntryIdsNotDistinct": "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
            "BatchRequestTooLong": "AWS.SimpleQueueService.BatchRequestTooLong",
            "EmptyBatchRequest": "AWS.SimpleQueueService.EmptyBatchRequest",
            "InvalidBatchEntryId": "AWS.SimpleQueueService.InvalidBatchEntryId",
            "MessageNotInflight": "AWS.SimpleQueueService.MessageNotInflight",
            "PurgeQueueInProgress": "AWS.SimpleQueueService.PurgeQueueInProgress",
            "QueueDeletedRecently": "AWS.SimpleQueueService.QueueDeletedRecently",
            "QueueDoesNotExist": "AWS.SimpleQueueService.NonExistentQueue",
            "QueueNameExists": "QueueAlreadyExists",
            "TooManyEntriesInBatchRequest": "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
            "UnsupportedOperation": "AWS.SimpleQueueService.UnsupportedOperation",
        },
    },
}

METADATA = ["serviceId", "apiVersion", "protocol", "jsonVersion", "targetPrefix", "xmlNamespace"]
SHAPE = [
    "type", "required", "members", "member", "key", "value", "enum", "pattern", "min", "max", "sensitive", "flattened",
    "locationName", "payload", "timestampFormat", "exception", "fault", "error", "streaming", "eventstream", "event",
    "document", "union", "xmlNamespace",
]
MEMBER = [
    "shape", "location", "locationName", "queryName", "flattened", "xmlNamespace", "xmlAttribute", "timestampFormat",
    "idempotencyToken", "jsonvalue", "streaming", "eventpayload", "eventheader",
]


def only(source, keys):
    return {key: source[key] for key in keys if key in source}


def member(source):
    return only(source, MEMBER)


def shape(source):
    kept = only(source, SHAPE)
    for key in ("member", "key", "value"):
        if key in kept:
            kept[key] = member(kept[key])
    if "members" in kept:
        kept["members"] = {name: member(value) for name, value in kept["members"].items()}
    return kept


def operation(source):
    kept = {"http": only(source["http"], ["method", "requestUri", "responseCode"])}
    for key in ("input", "output"):
        if key in source:
            kept[key] = only(source[key], ["shape", "locationName", "xmlNamespace", "resultWrapper"])
    if source.get("errors"):
        kept["errors"] = [error["shape"] for error in source["errors"]]
    return kept


def reachable(model, operations):
    names = set()
    queue = []
    for value in operations.values():
        queue += [value[key]["shape"] for key in ("input", "output") if key in value]
        queue += value.get("errors", [])
    while queue:
        name = queue.pop()
        if name in names:
            continue
        names.add(name)
        source = model["shapes"][name]
        queue += [source[key]["shape"] for key in ("member", "key", "value") if key in source]
        queue += [value["shape"] for value in source.get("members", {}).values()]
    return sorted(names)


def compact(service, wanted):
    model = Loader().load_service_model(service, "service-2")
    metadata = model["metadata"]
    kept = only(metadata, METADATA)
    kept["signingName"] = metadata.get("signingName", metadata["endpointPrefix"])
    if "awsQueryCompatible" in metadata:
        kept["queryCompatible"] = True
    operations = {
        name: operation(value)
        for name, value in sorted(model["operations"].items())
        if wanted is ALL or name in wanted
    }
    missing = set(wanted or []) - set(operations)
    if missing:
        sys.exit(f"botocore {botocore.__version__} has no {sorted(missing)} in {service}")
    shapes = {name: shape(model["shapes"][name]) for name in reachable(model, operations)}
    if service in NAMED:
        others = {
            name: {"http": operation(value)["http"]}
            for name, value in model["operations"].items()
            if name not in SHADOWED.get(service, [])
        }
        operations = dict(sorted({**others, **operations}.items()))
    if service in NAMESPACES:
        kept["xmlNamespace"] = NAMESPACES[service]
    for name, condition in ROUTES.get(service, {}).items():
        operations[name]["http"]["requestUri"] += condition
    for name, status in STATUSES.get(service, {}).items():
        operations[name]["http"]["responseCode"] = status
    for name, element in ELEMENTS.get(service, {}).items():
        shapes[name]["locationName"] = element
    query(QUERY.get(service, {}), kept, shapes)
    return text({"service": service, **kept}, operations, shapes)


def query(names, kept, shapes):
    kept.update(only(names, ["xmlNamespace"]))
    for path, name in names.get("names", {}).items():
        holder, key = path.split(".")
        place = shapes[holder] if key in ("member", "key", "value") else shapes[holder]["members"]
        place[key]["queryName"] = name
    for holder, code in names.get("codes", {}).items():
        shapes[holder]["error"] = {"code": code}


def text(head, operations, shapes):
    def line(value):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    def block(values):
        return ",\n".join(f"{line(name)}:{line(value)}" for name, value in values.items())

    return (
        line(head)[:-1]
        + ',\n"operations":{\n' + block(operations)
        + '\n},\n"shapes":{\n' + block(shapes)
        + "\n}}\n"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only compare")
    check = parser.parse_args().check
    if check and f"botocore {botocore.__version__} " not in (ROOT / "NOTICE").read_text(encoding="utf-8"):
        print(f"botocore {botocore.__version__} is not the version that NOTICE names: the models are not compared")
        return 1 if os.environ.get("CI") else 0
    stale = []
    for source, services in (("src/main", SERVER), ("src/test", TESTS)):
        for service, wanted in services.items():
            path = ROOT / source / FOLDER / f"{service}.json"
            content = compact(service, wanted)
            if path.exists() and path.read_text(encoding="utf-8") == content:
                continue
            stale.append(str(path.relative_to(ROOT)))
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
    verb = "out of date" if check else "written"
    print(f"botocore {botocore.__version__}: {len(stale)} models {verb} {' '.join(stale)}".rstrip())
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
