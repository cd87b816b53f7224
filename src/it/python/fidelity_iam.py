"""IAM's scenario for `fidelity.py`."""
import json

from fidelity import Call, Fail

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "logs:*", "Resource": "*"}]})
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
ALWAYS = {
    "GetRoleResponse": ("Role",),
    "Role": ("AssumeRolePolicyDocument",),
    "CreatePolicyResponse": ("Policy",),
    "GetPolicyResponse": ("Policy",),
    "Policy": ("PolicyName", "PolicyId", "Arn", "Path", "DefaultVersionId", "AttachmentCount",
               "PermissionsBoundaryUsageCount", "IsAttachable", "CreateDate", "UpdateDate"),
    "PolicyVersion": ("VersionId", "IsDefaultVersion", "CreateDate"),
    "CreatePolicyVersionResponse": ("PolicyVersion",),
    "GetPolicyVersionResponse": ("PolicyVersion",),
    "AttachedPolicy": ("PolicyName", "PolicyArn"),
    "ListAttachedRolePoliciesResponse": ("AttachedPolicies", "IsTruncated"),
    "ListEntitiesForPolicyResponse": ("PolicyGroups", "PolicyUsers", "PolicyRoles", "IsTruncated"),
    "ListPoliciesResponse": ("Policies", "IsTruncated"),
    "ListPolicyVersionsResponse": ("Versions", "IsTruncated"),
    "ListRolesResponse": ("IsTruncated",),
    "ListRolePoliciesResponse": ("IsTruncated",),
    "ListRoleTagsResponse": ("IsTruncated",),
    "ListPolicyTagsResponse": ("IsTruncated",),
    "ListInstanceProfilesResponse": ("IsTruncated",),
    "ListInstanceProfilesForRoleResponse": ("IsTruncated",),
    "ListInstanceProfileTagsResponse": ("IsTruncated",),
    "ListAccountAliasesResponse": ("IsTruncated",),
    "ListUsersResponse": ("IsTruncated",),
}
MAY_LACK = set()
OPEN_ENUMS = {"PermissionsBoundaryAttachmentType"}  # AWS says "Policy", as its documentation of that shape
UNLISTED_ERRORS = set()
NOT_VARIED = set()
NOT_VALIDATED = set()
VALIDATION = "ValidationError"

ROLE = {"RoleName": "fidelity"}
PROFILE = {"InstanceProfileName": "fidelity"}
TAGS = [{"Key": "team", "Value": "a"}]


def arn(c, answer):
    c["policy"] = answer["Policy"]["Arn"]


def policy(**more):
    return lambda c: {"PolicyArn": c["policy"], **more}


STEPS = [
    Call("CreateRole", {**ROLE, "AssumeRolePolicyDocument": TRUST, "Path": "/a/", "Description": "d",
                        "MaxSessionDuration": 7200, "PermissionsBoundary": BASIC, "Tags": TAGS}),
    Fail("CreateRole", {**ROLE, "AssumeRolePolicyDocument": TRUST}, 409, "EntityAlreadyExists"),
    Fail("CreateRole", {"RoleName": "x", "AssumeRolePolicyDocument": "{"}, 400, "MalformedPolicyDocument",
         "This policy contains invalid Json"),
    Call("GetRole", ROLE),
    Fail("GetRole", {"RoleName": "absent"}, 404, "NoSuchEntity", "The role with name absent cannot be found."),
    Call("ListRoles", {"PathPrefix": "/a/"}),
    Call("UpdateRole", {**ROLE, "Description": "e", "MaxSessionDuration": 3600}),
    Call("UpdateRoleDescription", {**ROLE, "Description": "f"}),
    Call("UpdateAssumeRolePolicy", {**ROLE, "PolicyDocument": TRUST}),
    Call("PutRolePermissionsBoundary", {**ROLE, "PermissionsBoundary": BASIC}),
    Call("DeleteRolePermissionsBoundary", ROLE),
    Call("TagRole", {**ROLE, "Tags": [{"Key": "stage", "Value": ""}]}),
    Call("ListRoleTags", {**ROLE, "MaxItems": 1}),
    Call("UntagRole", {**ROLE, "TagKeys": ["stage"]}),
    Call("PutRolePolicy", {**ROLE, "PolicyName": "inline", "PolicyDocument": POLICY}),
    Call("GetRolePolicy", {**ROLE, "PolicyName": "inline"}),
    Call("ListRolePolicies", ROLE),
    Call("CreatePolicy", {"PolicyName": "fidelity", "PolicyDocument": POLICY, "Description": "d", "Tags": TAGS,
                          "Path": "/p/"}, save=arn),
    Fail("CreatePolicy", {"PolicyName": "Fidelity", "PolicyDocument": POLICY}, 409, "EntityAlreadyExists"),
    Call("GetPolicy", policy()),
    Call("GetPolicy", {"PolicyArn": BASIC}),
    Fail("GetPolicy", {"PolicyArn": "arn:aws:iam::000000000000:policy/absent"}, 404, "NoSuchEntity"),
    Fail("GetPolicy", {"PolicyArn": "arn:aws:s3:::not-a-policy"}, 400, "InvalidInput"),
    Call("CreatePolicyVersion", policy(PolicyDocument=POLICY, SetAsDefault=True)),
    Call("ListPolicyVersions", policy()),
    Call("GetPolicyVersion", policy(VersionId="v2")),
    Fail("DeletePolicyVersion", policy(VersionId="v2"), 409, "DeleteConflict"),
    Call("SetDefaultPolicyVersion", policy(VersionId="v1")),
    Call("DeletePolicyVersion", policy(VersionId="v2")),
    Call("TagPolicy", policy(Tags=TAGS)),
    Call("ListPolicyTags", policy()),
    Call("UntagPolicy", policy(TagKeys=["team"])),
    Call("AttachRolePolicy", lambda c: {**ROLE, "PolicyArn": c["policy"]}),
    Call("AttachRolePolicy", {**ROLE, "PolicyArn": BASIC}),
    Call("ListAttachedRolePolicies", ROLE),
    Call("ListEntitiesForPolicy", policy()),
    Call("ListPolicies", {"Scope": "Local", "OnlyAttached": True}),
    Fail("DeletePolicy", policy(), 409, "DeleteConflict"),
    Call("CreateInstanceProfile", {**PROFILE, "Tags": TAGS}),
    Call("AddRoleToInstanceProfile", {**PROFILE, **ROLE}),
    Fail("AddRoleToInstanceProfile", {**PROFILE, **ROLE}, 409, "LimitExceeded"),
    Call("GetInstanceProfile", PROFILE),
    Call("ListInstanceProfiles"),
    Call("ListInstanceProfilesForRole", ROLE),
    Call("TagInstanceProfile", {**PROFILE, "Tags": TAGS}),
    Call("ListInstanceProfileTags", PROFILE),
    Call("UntagInstanceProfile", {**PROFILE, "TagKeys": ["team"]}),
    Fail("DeleteRole", ROLE, 409, "DeleteConflict"),
    Fail("DeleteInstanceProfile", PROFILE, 409, "DeleteConflict"),
    Call("RemoveRoleFromInstanceProfile", {**PROFILE, **ROLE}),
    Call("DeleteInstanceProfile", PROFILE),
    Call("DetachRolePolicy", {**ROLE, "PolicyArn": BASIC}),
    Call("DetachRolePolicy", lambda c: {**ROLE, "PolicyArn": c["policy"]}),
    Fail("DetachRolePolicy", {**ROLE, "PolicyArn": BASIC}, 404, "NoSuchEntity"),
    Call("DeleteRolePolicy", {**ROLE, "PolicyName": "inline"}),
    Call("DeleteRole", ROLE),
    Call("DeletePolicy", policy()),
    Call("ListAccountAliases"),
    Call("ListUsers"),
    Fail("GetUser", {"UserName": "absent"}, 404, "NoSuchEntity", "The user with name absent cannot be found."),
]
