"""STS's scenario for `fidelity.py`."""
from fidelity import Call, Fail

ROLE = "arn:aws:iam::123456789012:role/deploy"
ALWAYS = {
    "GetCallerIdentityResponse": ("UserId", "Account", "Arn"),
    "AssumeRoleResponse": ("Credentials", "AssumedRoleUser"),
    "GetSessionTokenResponse": ("Credentials",),
}
MAY_LACK = set()
OPEN_ENUMS = set()
UNLISTED_ERRORS = set()
NOT_VARIED = set()
NOT_VALIDATED = set()
VALIDATION = "ValidationError"

STEPS = [
    Call("GetCallerIdentity"),
    Call("AssumeRole", {"RoleArn": ROLE, "RoleSessionName": "ci", "DurationSeconds": 900, "SourceIdentity": "me",
                        "Tags": [{"Key": "a", "Value": "b"}]}),
    Fail("AssumeRole", {"RoleArn": "arn:aws:iam::123456789012:user/u", "RoleSessionName": "ci"}, 400,
         "ValidationError", "is invalid"),
    Call("GetSessionToken", {"DurationSeconds": 900}),
]
