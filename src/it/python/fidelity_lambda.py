"""Lambda's scenario for `fidelity.py`: add an operation by adding a step; its invalid parameters are made from the
model. See the classes of steps in `fidelity.py`."""
import io
import json
import zipfile

import boto3

from fidelity import Call, Fail, Until

ROLE = "arn:aws:iam::000000000000:role/test"
ARN = "arn:aws:lambda:us-east-1:000000000000:function:fidelity"
SIGNER = "arn:aws:signer:us-east-1:000000000000:/signing-profiles/profile/0123456789"
NOT_FOUND = "ResourceNotFoundException"
INVALID = "InvalidParameterValueException"


def archive(name, text):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as out:
        out.writestr(zipfile.ZipInfo(name), text)
    return data.getvalue()


CODE = archive("app.py", "def handler(event, context):\n    return {'echo': event}\n")
OTHER = archive("app.py", "def handler(event, context):\n    return 2\n")
LAYER = archive("python/shared.py", "WHO = 1\n")

# Members that AWS shows always, by shape; of the answers' own shapes, what their steps rely on.
ALWAYS = {
    "FunctionConfiguration": (
        "Architectures", "CodeSha256", "CodeSize", "Description", "EphemeralStorage", "FunctionArn", "FunctionName",
        "LastModified", "LoggingConfig", "MemorySize", "PackageType", "RevisionId", "Role", "SnapStart", "Timeout",
        "TracingConfig", "Version"),
    "LoggingConfig": ("LogFormat", "LogGroup"),
    "SnapStartResponse": ("ApplyOn", "OptimizationStatus"),
    "TracingConfigResponse": ("Mode",),
    "GetFunctionResponse": ("Code", "Configuration"),
    "FunctionCodeLocation": ("RepositoryType",),
    "ListFunctionsResponse": ("Functions",),
    "ListVersionsByFunctionResponse": ("Versions",),
    "ListAliasesResponse": ("Aliases",),
    "AliasConfiguration": ("AliasArn", "Name", "FunctionVersion", "Description", "RevisionId"),
    "AccountLimit": ("TotalCodeSize", "CodeSizeUnzipped", "CodeSizeZipped", "ConcurrentExecutions",
                     "UnreservedConcurrentExecutions"),
    "AccountUsage": ("TotalCodeSize", "FunctionCount"),
    "GetAccountSettingsResponse": ("AccountLimit", "AccountUsage"),
    "Concurrency": ("ReservedConcurrentExecutions",),
    "PublishLayerVersionResponse": (
        "Content", "LayerArn", "LayerVersionArn", "Description", "CreatedDate", "Version"),
    "GetLayerVersionResponse": ("Content", "LayerArn", "LayerVersionArn", "Description", "CreatedDate", "Version"),
    "LayerVersionContentOutput": ("Location", "CodeSha256", "CodeSize"),
    "LayerVersionsListItem": ("LayerVersionArn", "Version", "Description", "CreatedDate"),
    "LayersListItem": ("LayerName", "LayerArn", "LatestMatchingVersion"),
    "ListLayersResponse": ("Layers",),
    "ListLayerVersionsResponse": ("LayerVersions",),
    "AddLayerVersionPermissionResponse": ("Statement", "RevisionId"),
    "GetLayerVersionPolicyResponse": ("Policy", "RevisionId"),
    "AddPermissionResponse": ("Statement",),
    "GetPolicyResponse": ("Policy", "RevisionId"),
    "ListTagsResponse": ("Tags",),
    "EventSourceMappingConfiguration": (
        "UUID", "BatchSize", "MaximumBatchingWindowInSeconds", "EventSourceArn", "FunctionArn", "LastModified", "State",
        "StateTransitionReason", "FunctionResponseTypes", "EventSourceMappingArn"),
    "ListEventSourceMappingsResponse": ("EventSourceMappings",),
    "GetRuntimeManagementConfigResponse": ("UpdateRuntimeOn", "FunctionArn"),
    "FunctionEventInvokeConfig": ("LastModified", "FunctionArn"),
    "ListCodeSigningConfigsResponse": ("CodeSigningConfigs",),
    "ListFunctionsByCodeSigningConfigResponse": ("FunctionArns",),
}

# Required by the model and absent in AWS's own answers: a function without a code signing configuration.
MAY_LACK = {("GetFunctionCodeSigningConfigResponse", "CodeSigningConfigArn"),
            ("GetFunctionCodeSigningConfigResponse", "FunctionName")}

# Enumerations whose values aren't held against the model. Runtime: Lambda words that by a check of its own.
# LastUpdateStatusReasonCode is `Creating` in AWS's recordings, which its model lacks.
OPEN_ENUMS = {"Runtime", "LastUpdateStatusReasonCode"}

# Operations that answer errors that their model doesn't list, as AWS's do.
UNLISTED_ERRORS = {("GetFunctionCodeSigningConfig", NOT_FOUND)}

# Operations that read their request without the model.
NOT_VALIDATED = {"Invoke", "InvokeAsync", "InvokeWithResponseStream"}

# Members, by shape or by operation and path, of which no invalid values are made.
NOT_VARIED = set()


def function(c):
    return {"FunctionName": "fidelity"}


def at(**more):
    return lambda c: {"FunctionName": "fidelity", **more}


SETTLED = Until("GetFunctionConfiguration", at(), lambda a: a.get("LastUpdateStatus") == "Successful")


def keep(name, *path):
    def save(context, answer):
        for part in path:
            answer = answer[part]
        context[name] = answer
    return save


def queue(name="fidelity-source"):
    boto3.client("sqs").create_queue(QueueName=name)
    return "arn:aws:sqs:us-east-1:000000000000:" + name


def mapping(**more):
    return lambda c: {"EventSourceArn": queue(), "FunctionName": "fidelity", **more}


def of(name="mapping", **more):
    return lambda c: {"UUID": c[name], **more}


STEPS = [
    # Functions
    Call("CreateFunction", {
        "FunctionName": "fidelity", "Runtime": "python3.12", "Role": ROLE, "Handler": "app.handler",
        "Code": {"ZipFile": CODE}, "Description": "what for", "Timeout": 20, "MemorySize": 256,
        "Environment": {"Variables": {"COLOUR": "blue"}}, "Tags": {"team": "a"}, "PackageType": "Zip",
        "Architectures": ["x86_64"], "TracingConfig": {"Mode": "Active"}, "EphemeralStorage": {"Size": 1024},
        "LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG"}, "SnapStart": {"ApplyOn": "None"},
        "Layers": []}),
    Until("GetFunction", at(), lambda a: a["Configuration"]["State"] == "Active"),
    Call("GetFunction", at()),
    Call("GetFunction", at(Qualifier="$LATEST")),
    Fail("GetFunction", {"FunctionName": "absent"}, 404, NOT_FOUND,
         "Function not found: arn:aws:lambda:us-east-1:000000000000:function:absent"),
    Fail("CreateFunction", {
        "FunctionName": "fidelity", "Runtime": "python3.12", "Role": ROLE, "Handler": "app.handler",
        "Code": {"ZipFile": CODE}}, 409, "ResourceConflictException", "Function already exist: fidelity"),
    Fail("CreateFunction", {
        "FunctionName": "other", "Runtime": "cobol", "Role": ROLE, "Handler": "app.handler",
        "Code": {"ZipFile": CODE}}, 400, INVALID, "Value cobol at 'runtime' failed to satisfy constraint"),
    Fail("CreateFunction", {
        "FunctionName": "other", "Runtime": "python3.12", "Role": ROLE, "Handler": "app.handler",
        "Code": {"ZipFile": b"no zip"}}, 400, INVALID, "Could not unzip uploaded file."),
    Call("GetFunctionConfiguration", at()),
    Call("ListFunctions", {"MaxItems": 10}),
    Call("UpdateFunctionConfiguration", at(
        Description="changed", Timeout=10, MemorySize=128, Handler="app.handler", Runtime="python3.12", Role=ROLE,
        Environment={"Variables": {"COLOUR": "red"}}, TracingConfig={"Mode": "PassThrough"})),
    SETTLED,
    Fail("UpdateFunctionConfiguration", at(RevisionId="other"), 412, "PreconditionFailedException",
         "The Revision Id provided does not match the latest Revision Id."),
    Call("UpdateFunctionCode", at(ZipFile=OTHER, Architectures=["x86_64"], DryRun=True)),
    Call("UpdateFunctionCode", at(ZipFile=OTHER)),
    SETTLED,

    # Invocations
    Call("Invoke", at(Payload=b"{}", LogType="Tail"), status=200),
    Call("Invoke", at(Payload=b"{}", InvocationType="Event"), status=202),
    Call("Invoke", at(Payload=b"{}", InvocationType="DryRun"), status=204),
    Fail("Invoke", at(Payload=b"{no json"), 400, "InvalidRequestContentException"),
    Fail("Invoke", {"FunctionName": "absent"}, 404, NOT_FOUND, "Function not found: "),
    Call("InvokeAsync", at(InvokeArgs=b"{}"), status=202),
    Call("InvokeWithResponseStream", at(Payload=b"{}")),

    # Versions and aliases
    Call("PublishVersion", at(Description="first")),
    Until("GetFunctionConfiguration", at(Qualifier="1"), lambda a: a["State"] == "Active"),
    Call("GetFunctionConfiguration", at(Qualifier="1")),
    Call("ListVersionsByFunction", at(MaxItems=10)),
    Fail("PublishVersion", at(CodeSha256="other"), 400, INVALID, "CodeSHA256 (other) is different from current "),
    Fail("PublishVersion", at(RevisionId="other"), 412, "PreconditionFailedException",
         "Call the GetFunction/GetAlias API to retrieve the latest Revision Id"),
    Fail("PublishVersion", {"FunctionName": ARN + ":1"}, 400, INVALID,
         "This operation is permitted on Lambda functions only."),
    Until("PublishVersion", at(Description="unchanged"),  # as often as it is asked
          lambda a: a["Version"] == "1" and a["Description"] == "first", seconds=0),
    Until("ListVersionsByFunction", at(MaxItems=1),
          lambda a: [v["Version"] for v in a["Versions"]] == ["$LATEST"] and "NextMarker" in a, seconds=0),
    Call("ListFunctions", {"FunctionVersion": "ALL"}),
    Call("CreateAlias", at(Name="live", FunctionVersion="1", Description="for all"),
         save=keep("alias", "RevisionId")),
    Fail("CreateAlias", at(Name="live", FunctionVersion="1"), 409, "ResourceConflictException",
         "Alias already exists: " + ARN + ":live"),
    Fail("CreateAlias", at(Name="none", FunctionVersion="9"), 404, NOT_FOUND, "Function not found: " + ARN + ":9"),
    Fail("DeleteFunction", at(Qualifier="1"), 409, "ResourceConflictException",
         "Unable to delete version because the following aliases reference it: [live]"),
    Fail("DeleteFunction", at(Qualifier="$LATEST"), 400, INVALID,
         "$LATEST version cannot be deleted without deleting the function."),
    Fail("DeleteFunction", at(Qualifier="7"), 404, NOT_FOUND, "Function not found: " + ARN + ":7"),
    Fail("GetFunction", {"FunctionName": ARN + ":1", "Qualifier": "live"}, 400, INVALID,
         "The derived qualifier from the function name does not match the specified qualifier."),
    Fail("CreateAlias", at(Name="two", FunctionVersion="$LATEST", RoutingConfig={
        "AdditionalVersionWeights": {"1": 0.5}}), 400, INVALID,
         "$LATEST is not supported for an alias pointing to more than 1 version"),
    Fail("UpdateAlias", at(Name="live", RevisionId="other"), 412, "PreconditionFailedException"),
    Call("GetAlias", at(Name="live")),
    Fail("GetAlias", at(Name="none"), 404, NOT_FOUND, "Cannot find alias arn: " + ARN + ":none"),
    Call("ListAliases", at(FunctionVersion="1", MaxItems=10)),
    Call("UpdateAlias", at(Name="live", Description="changed")),

    # Concurrency
    Call("GetAccountSettings"),
    Call("PutFunctionConcurrency", at(ReservedConcurrentExecutions=5)),
    Fail("PutFunctionConcurrency", at(ReservedConcurrentExecutions=100_000), 400, INVALID,
         "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below "
         "its minimum value of [100]."),
    Call("GetFunctionConcurrency", at()),
    Call("DeleteFunctionConcurrency", at()),
    Call("GetFunctionConcurrency", at()),
    Call("PutProvisionedConcurrencyConfig", at(Qualifier="live", ProvisionedConcurrentExecutions=1)),
    Call("GetProvisionedConcurrencyConfig", at(Qualifier="live")),
    Call("ListProvisionedConcurrencyConfigs", at(MaxItems=10)),
    Call("DeleteProvisionedConcurrencyConfig", at(Qualifier="live")),
    Fail("GetProvisionedConcurrencyConfig", at(Qualifier="live"), 404, "ProvisionedConcurrencyConfigNotFoundException",
         "No Provisioned Concurrency Config found for this function"),

    # Asynchronous invocations
    Call("PutFunctionEventInvokeConfig", at(MaximumRetryAttempts=1, MaximumEventAgeInSeconds=60)),
    Call("UpdateFunctionEventInvokeConfig", at(MaximumRetryAttempts=0)),
    Call("GetFunctionEventInvokeConfig", at()),
    Call("ListFunctionEventInvokeConfigs", at(MaxItems=10)),
    Call("DeleteFunctionEventInvokeConfig", at()),
    Fail("GetFunctionEventInvokeConfig", at(), 404, NOT_FOUND,
         "The function " + ARN + ":$LATEST doesn't have an EventInvokeConfig"),
    Call("PutFunctionRecursionConfig", at(RecursiveLoop="Allow")),
    Call("GetFunctionRecursionConfig", at()),

    # Layers
    Call("PublishLayerVersion", {
        "LayerName": "fidelity", "Description": "shared", "Content": {"ZipFile": LAYER}, "LicenseInfo": "MIT",
        "CompatibleRuntimes": ["python3.12"], "CompatibleArchitectures": ["x86_64"]},
         save=keep("layer", "LayerVersionArn")),
    Call("PublishLayerVersion", {"LayerName": "fidelity", "Content": {"ZipFile": LAYER}}),
    Call("GetLayerVersion", {"LayerName": "fidelity", "VersionNumber": 1}),
    Call("GetLayerVersionByArn", lambda c: {"Arn": c["layer"]}),
    Fail("GetLayerVersion", {"LayerName": "fidelity", "VersionNumber": 9}, 404, NOT_FOUND,
         "The resource you requested does not exist."),
    Call("ListLayers", {"MaxItems": 10, "CompatibleRuntime": "python3.12", "CompatibleArchitecture": "x86_64"}),
    Call("ListLayerVersions", {"LayerName": "fidelity", "MaxItems": 10}),
    Call("AddLayerVersionPermission", {
        "LayerName": "fidelity", "VersionNumber": 1, "StatementId": "all", "Action": "lambda:GetLayerVersion",
        "Principal": "*", "OrganizationId": "o-abcdefghij"}),
    Call("GetLayerVersionPolicy", {"LayerName": "fidelity", "VersionNumber": 1}),
    Fail("GetLayerVersionPolicy", {"LayerName": "fidelity", "VersionNumber": 2}, 404, NOT_FOUND, "No policy"),
    Call("UpdateFunctionConfiguration", lambda c: {"FunctionName": "fidelity", "Layers": [c["layer"]]}, vary=False),
    SETTLED,
    Call("RemoveLayerVersionPermission", {"LayerName": "fidelity", "VersionNumber": 1, "StatementId": "all"}),
    Call("DeleteLayerVersion", {"LayerName": "fidelity", "VersionNumber": 1}),
    Fail("UpdateFunctionConfiguration", lambda c: {"FunctionName": "fidelity", "Layers": [
        c["layer"][:-1] + str(n) for n in range(6)]}, 400, INVALID, "Cannot reference more than 5 layers."),
    Fail("UpdateFunctionConfiguration", lambda c: {"FunctionName": "fidelity", "Layers": [
        c["layer"].replace(":1", ":7")]}, 400, INVALID, "does not exist."),

    # Policies
    Fail("GetPolicy", at(), 404, NOT_FOUND, "The resource you requested does not exist."),
    Call("AddPermission", at(
        StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::bucket", SourceAccount="123456789012")),
    Fail("AddPermission", at(StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"), 409,
         "ResourceConflictException", "The statement id (s3) provided already exists."),
    Call("AddPermission", at(StatementId="live", Action="lambda:*", Principal="*", Qualifier="live"), vary=False),
    Call("GetPolicy", at()),
    Call("RemovePermission", at(StatementId="s3")),
    Fail("RemovePermission", at(StatementId="s3"), 404, NOT_FOUND, "No policy is associated with the given resource."),

    # Function URLs
    Call("CreateFunctionUrlConfig", at(
        AuthType="NONE", InvokeMode="BUFFERED", Cors={
            "AllowCredentials": True, "AllowHeaders": ["x-one"], "AllowMethods": ["GET"],
            "AllowOrigins": ["https://example.com"], "ExposeHeaders": ["x-two"], "MaxAge": 60})),
    Fail("CreateFunctionUrlConfig", at(AuthType="NONE"), 409, "ResourceConflictException"),
    Call("GetFunctionUrlConfig", at()),
    Call("UpdateFunctionUrlConfig", at(AuthType="AWS_IAM")),
    Call("ListFunctionUrlConfigs", at(MaxItems=10)),
    Call("DeleteFunctionUrlConfig", at()),
    Fail("GetFunctionUrlConfig", at(), 404, NOT_FOUND, "The resource you requested does not exist."),

    # Code signing
    Call("CreateCodeSigningConfig", {
        "Description": "warns", "AllowedPublishers": {"SigningProfileVersionArns": [SIGNER]},
        "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Warn"}, "Tags": {"a": "b"}},
         save=keep("signing", "CodeSigningConfig", "CodeSigningConfigArn")),
    Call("GetCodeSigningConfig", lambda c: {"CodeSigningConfigArn": c["signing"]}),
    Call("UpdateCodeSigningConfig", lambda c: {
        "CodeSigningConfigArn": c["signing"], "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Enforce"},
        "AllowedPublishers": {"SigningProfileVersionArns": [SIGNER]}}),
    Call("ListCodeSigningConfigs", {"MaxItems": 10}),
    Call("GetFunctionCodeSigningConfig", at()),
    Call("PutFunctionCodeSigningConfig", lambda c: {
        "FunctionName": "fidelity", "CodeSigningConfigArn": c["signing"]}),
    Call("GetFunctionCodeSigningConfig", at()),
    Call("ListFunctionsByCodeSigningConfig", lambda c: {"CodeSigningConfigArn": c["signing"], "MaxItems": 10}),
    Fail("UpdateFunctionCode", at(ZipFile=CODE), 400, "CodeVerificationFailedException"),
    Fail("DeleteCodeSigningConfig", lambda c: {"CodeSigningConfigArn": c["signing"]}, 409,
         "ResourceConflictException"),
    Call("DeleteFunctionCodeSigningConfig", at()),
    Call("DeleteCodeSigningConfig", lambda c: {"CodeSigningConfigArn": c["signing"]}),
    Fail("GetCodeSigningConfig", lambda c: {"CodeSigningConfigArn": c["signing"]}, 404, NOT_FOUND,
         "The Lambda code signing configuration"),

    # Runtimes and tags
    Call("PutRuntimeManagementConfig", at(UpdateRuntimeOn="FunctionUpdate")),
    Call("GetRuntimeManagementConfig", at()),
    Call("TagResource", {"Resource": ARN, "Tags": {"stage": "test"}}),
    Call("ListTags", {"Resource": ARN}),
    Call("UntagResource", {"Resource": ARN, "TagKeys": ["stage"]}),
    Fail("ListTags", {"Resource": ARN + "2"}, 404, NOT_FOUND, "Function not found: " + ARN + "2"),
    Fail("TagResource", {"Resource": ARN, "Tags": {str(n): "" for n in range(51)}}, 400, INVALID,
         "Number of tags exceeds resource tag limit."),
    Fail("ListTags", {"Resource": ARN + ":1"}, 400, INVALID,
         "Tags on function aliases and versions are not supported. Please specify a function ARN."),
    Fail("TagResource", {"Resource": ARN, "Tags": {"aws:x": "1"}}, 400, INVALID, "System tags cannot"),

    # Event source mappings
    Call("CreateEventSourceMapping", mapping(
        BatchSize=5, Enabled=False, MaximumBatchingWindowInSeconds=1, Tags={"team": "a"},
        FunctionResponseTypes=["ReportBatchItemFailures"], ScalingConfig={"MaximumConcurrency": 2},
        FilterCriteria={"Filters": [{"Pattern": '{"body": {"kind": ["a"]}}'}]}), save=keep("mapping", "UUID")),
    Until("GetEventSourceMapping", of(), lambda a: a["State"] == "Disabled"),
    Call("GetEventSourceMapping", of()),
    Fail("CreateEventSourceMapping", mapping(), 409, "ResourceConflictException",
         "An event source mapping with SQS arn (\" arn:aws:sqs:us-east-1:000000000000:fidelity-source \") and function"
         " (\" fidelity \") already exists. Please update or delete the existing mapping with UUID "),
    Call("CreateEventSourceMapping", mapping(FunctionName=ARN + ":live"), save=keep("other", "UUID"), vary=False),
    Call("ListEventSourceMappings", lambda c: {"EventSourceArn": queue(), "FunctionName": "fidelity", "MaxItems": 10}),
    Call("UpdateEventSourceMapping", of(
        BatchSize=20, MaximumBatchingWindowInSeconds=2, FilterCriteria={}, ScalingConfig={}, Enabled=False,
        FunctionName="fidelity", FunctionResponseTypes=[])),
    Call("ListTags", lambda c: {"Resource": "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:" + c["mapping"]}),
    Fail("UpdateEventSourceMapping", of(MaximumBatchingWindowInSeconds=0), 400, INVALID,
         "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"),
    Fail("UpdateEventSourceMapping", of(FilterCriteria={"Filters": [{"Pattern": '{"body": "x"}'}]}), 400, INVALID,
         "Invalid filter pattern definition."),
    Fail("UpdateEventSourceMapping", of(TumblingWindowInSeconds=10), 400, INVALID,
         "Unsupported TumblingWindowInSeconds parameter for given event source mapping type."),
    Fail("CreateEventSourceMapping", mapping(StartingPosition="LATEST"), 400, INVALID,
         "StartingPosition is not valid for SQS event sources."),
    Fail("CreateEventSourceMapping", {
        "EventSourceArn": "arn:aws:sqs:us-east-1:000000000000:no-such-queue", "FunctionName": "fidelity"}, 400, INVALID,
         "AWS.SimpleQueueService.NonExistentQueue"),
    Fail("CreateEventSourceMapping", {"FunctionName": "fidelity"}, 400, INVALID, "Unrecognized event source."),
    Fail("CreateEventSourceMapping", lambda c: {"EventSourceArn": queue(), "FunctionName": "absent"}, 404, NOT_FOUND,
         "Function not found: arn:aws:lambda:us-east-1:000000000000:function:absent"),
    Fail("CreateEventSourceMapping", {
        "EventSourceArn": "arn:aws:mq:us-east-1:000000000000:broker:b:b-1", "FunctionName": "fidelity"}, 400, INVALID,
         "Amazon MQ"),
    Call("DeleteEventSourceMapping", of()),
    Call("DeleteEventSourceMapping", of("other"), vary=False),
    Fail("GetEventSourceMapping", {"UUID": "00000000-0000-0000-0000-000000000000"}, 404, NOT_FOUND,
         "The resource you requested does not exist."),

    # Images
    Call("CreateFunction", {
        "FunctionName": "image", "Role": ROLE, "PackageType": "Image",
        "Code": {"ImageUri": "000000000000.dkr.ecr.us-east-1.amazonaws.com/f:1"},
        "ImageConfig": {"EntryPoint": ["/run"], "Command": ["app"], "WorkingDirectory": "/work"}}, vary=False),
    Until("GetFunction", {"FunctionName": "image"}, lambda a: a["Configuration"]["State"] == "Active"),
    Call("GetFunction", {"FunctionName": "image"}),
    Call("UpdateFunctionConfiguration", {"FunctionName": "image", "ImageConfig": {"Command": ["other"]}}, vary=False),
    Until("GetFunctionConfiguration", {"FunctionName": "image"},
          lambda a: a.get("LastUpdateStatus") == "Successful"),
    Call("UpdateFunctionCode", {
        "FunctionName": "image", "ImageUri": "000000000000.dkr.ecr.us-east-1.amazonaws.com/f@sha256:" + "a" * 64},
         vary=False),
    Until("GetFunctionConfiguration", {"FunctionName": "image"},
          lambda a: a.get("LastUpdateStatus") == "Successful"),
    Call("DeleteFunction", {"FunctionName": "image"}, vary=False, status=204),

    # The end
    Call("DeleteAlias", at(Name="live")),
    Call("DeleteFunction", at(Qualifier="1"), status=204),
    Call("DeleteFunction", at(), status=204),
    Fail("DeleteFunction", at(), 404, NOT_FOUND, "Function not found: " + ARN),
]
