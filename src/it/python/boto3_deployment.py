"""The calls, in their order, with which Terraform's and SAM's kinds of tool deploy a function with its role, trigger and
schedule, and take them down again. What IAM is told is kept and shown, and enforced nowhere. Ends with `all done`."""
import io
import json
import zipfile

import boto3

from compute import aws, client, done, expect_error, say

sts, iam, functions, events, scheduler = (client(name) for name in ("sts", "iam", "lambda", "events", "scheduler"))
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"

caller = sts.get_caller_identity()
assert caller["Account"] == "000000000000" and aws("sts", "get-caller-identity")["Arn"] == caller["Arn"], caller

# aws_iam_role, its policies and attachments: made, read, changed.
role = iam.create_role(RoleName="it", Path="/", AssumeRolePolicyDocument=json.dumps(TRUST), MaxSessionDuration=3600,
                       Tags=[{"Key": "team", "Value": "it"}])["Role"]
iam.get_waiter("role_exists").wait(RoleName="it")
shown = iam.get_role(RoleName="it")["Role"]
assert shown["AssumeRolePolicyDocument"] == TRUST and shown["Arn"] == role["Arn"] and shown["Tags"] == [{"Key": "team", "Value": "it"}], shown
assert iam.list_role_policies(RoleName="it")["PolicyNames"] == [] == iam.list_attached_role_policies(RoleName="it")["AttachedPolicies"]
iam.update_assume_role_policy(RoleName="it", PolicyDocument=json.dumps(TRUST))
iam.update_role_description(RoleName="it", Description="of tests")
iam.update_role(RoleName="it", Description="of tests", MaxSessionDuration=7200)
iam.put_role_permissions_boundary(RoleName="it", PermissionsBoundary="arn:aws:iam::aws:policy/PowerUserAccess")
iam.delete_role_permissions_boundary(RoleName="it")
iam.tag_role(RoleName="it", Tags=[{"Key": "stage", "Value": "test"}])
iam.untag_role(RoleName="it", TagKeys=["team"])
assert iam.list_role_tags(RoleName="it")["Tags"] == [{"Key": "stage", "Value": "test"}]
iam.put_role_policy(RoleName="it", PolicyName="inline", PolicyDocument=json.dumps(POLICY))
assert iam.get_role_policy(RoleName="it", PolicyName="inline")["PolicyDocument"] == POLICY
iam.attach_role_policy(RoleName="it", PolicyArn=BASIC)
managed = iam.create_policy(PolicyName="it", PolicyDocument=json.dumps(POLICY), Tags=[{"Key": "team", "Value": "it"}])["Policy"]["Arn"]
found = iam.get_policy(PolicyArn=managed)["Policy"]
assert iam.get_policy_version(PolicyArn=managed, VersionId=found["DefaultVersionId"])["PolicyVersion"]["Document"] == POLICY
assert len(iam.list_policy_versions(PolicyArn=managed)["Versions"]) == 1
assert iam.list_policy_tags(PolicyArn=managed)["Tags"] == found["Tags"]
iam.create_policy_version(PolicyArn=managed, PolicyDocument=json.dumps(POLICY), SetAsDefault=True)
iam.attach_role_policy(RoleName="it", PolicyArn=managed)
assert {p["PolicyArn"] for p in iam.list_attached_role_policies(RoleName="it")["AttachedPolicies"]} == {BASIC, managed}
assert [p["Arn"] for p in iam.list_policies(Scope="Local")["Policies"]] == [managed]
say("a role with its policies")

# aws_iam_instance_profile.
iam.create_instance_profile(InstanceProfileName="it")
iam.add_role_to_instance_profile(InstanceProfileName="it", RoleName="it")
assert iam.get_instance_profile(InstanceProfileName="it")["InstanceProfile"]["Roles"][0]["RoleName"] == "it"

# aws_lambda_function and aws_lambda_permission: the policies that deny everything keep nobody from anything.
code = io.BytesIO()
with zipfile.ZipFile(code, "w") as out:
    out.writestr("app.py", "def handler(event, context):\n    return event\n")
made = functions.create_function(FunctionName="deployed", Runtime="python3.11", Role=role["Arn"], Handler="app.handler", Publish=False,
                                 Code={"ZipFile": code.getvalue()}, Tags={"team": "it"})
functions.get_waiter("function_active_v2").wait(FunctionName="deployed")
shown = functions.get_function(FunctionName="deployed")
assert shown["Configuration"]["Role"] == role["Arn"] and shown["Tags"] == {"team": "it"}, shown
assert [v["Version"] for v in functions.list_versions_by_function(FunctionName="deployed")["Versions"]] == ["$LATEST"]
functions.get_function_code_signing_config(FunctionName="deployed")
rule = events.put_rule(Name="deployed", ScheduleExpression="cron(0 3 ? * MON-FRI *)", State="ENABLED")["RuleArn"]
assert events.describe_rule(Name="deployed")["ScheduleExpression"] == "cron(0 3 ? * MON-FRI *)"
assert events.list_tags_for_resource(ResourceARN=rule)["Tags"] == []
functions.add_permission(FunctionName="deployed", StatementId="rule", Action="lambda:InvokeFunction", Principal="events.amazonaws.com",
                         SourceArn=rule)
assert json.loads(functions.get_policy(FunctionName="deployed")["Policy"])["Statement"][0]["Sid"] == "rule"
assert events.put_targets(Rule="deployed", Targets=[{"Id": "f", "Arn": made["FunctionArn"]}])["FailedEntryCount"] == 0
assert events.list_targets_by_rule(Rule="deployed")["Targets"] == [{"Id": "f", "Arn": made["FunctionArn"]}]
group = scheduler.create_schedule_group(Name="deployed")["ScheduleGroupArn"]
assert scheduler.get_schedule_group(Name="deployed")["State"] == "ACTIVE"
assert scheduler.list_tags_for_resource(ResourceArn=group)["Tags"] == []
scheduler.create_schedule(Name="deployed", GroupName="deployed", ScheduleExpression="cron(0 3 ? * MON-FRI *)", FlexibleTimeWindow={"Mode": "OFF"},
                          ScheduleExpressionTimezone="Europe/Berlin", Target={"Arn": made["FunctionArn"], "RoleArn": role["Arn"]})
shown = scheduler.get_schedule(Name="deployed", GroupName="deployed")
assert (shown["ScheduleExpressionTimezone"], shown["State"], shown["ActionAfterCompletion"]) == ("Europe/Berlin", "ENABLED", "NONE"), shown
say("a function with a rule and a schedule")

# As the role, in a session that a further client uses.
given = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="tests", DurationSeconds=900)
keys = given["Credentials"]
session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name="us-east-1")
assert session.client("sts").get_caller_identity()["Arn"] == given["AssumedRoleUser"]["Arn"]
answer = session.client("lambda").invoke(FunctionName="deployed", Payload="7")
assert answer["Payload"].read() == b"7", answer
say("the role's session may do what its policies deny")

# And down again: what is in use can't go.
functions.remove_permission(FunctionName="deployed", StatementId="rule")
events.remove_targets(Rule="deployed", Ids=["f"])
events.delete_rule(Name="deployed")
expect_error("ResourceNotFoundException", events.describe_rule, Name="deployed")
scheduler.delete_schedule(Name="deployed", GroupName="deployed")
scheduler.delete_schedule_group(Name="deployed")
functions.delete_function(FunctionName="deployed")
assert [p["InstanceProfileName"] for p in iam.list_instance_profiles_for_role(RoleName="it")["InstanceProfiles"]] == ["it"]
assert "instance profile" in expect_error("DeleteConflict", iam.delete_role, RoleName="it")
iam.remove_role_from_instance_profile(InstanceProfileName="it", RoleName="it")
iam.delete_instance_profile(InstanceProfileName="it")
assert "attached" in expect_error("DeleteConflict", iam.delete_policy, PolicyArn=managed)
for arn in (BASIC, managed):
    iam.detach_role_policy(RoleName="it", PolicyArn=arn)
expect_error("DeleteConflict", iam.delete_role, RoleName="it")
iam.delete_role_policy(RoleName="it", PolicyName="inline")
iam.delete_role(RoleName="it")
expect_error("NoSuchEntity", iam.get_role, RoleName="it")
assert "version" in expect_error("DeleteConflict", iam.delete_policy, PolicyArn=managed)
iam.delete_policy_version(PolicyArn=managed, VersionId="v1")
iam.delete_policy(PolicyArn=managed)
expect_error("NoSuchEntity", iam.get_policy, PolicyArn=managed)
done()
