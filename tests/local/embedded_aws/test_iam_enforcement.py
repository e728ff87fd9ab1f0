"""What a role doesn't grant is refused, everywhere AWS refuses it; and every decision can be read."""

from __future__ import annotations

import json
import time
import urllib.request
import uuid
from typing import Any
from urllib.parse import quote

import pytest
from botocore.exceptions import ClientError

from local.launcher.ministack.state_services import required_grant
from local.launcher.permissions.model_resources import guardrail_arn, model_arns, model_of_path
from local.launcher.permissions.tuning_resources import bedrock_arn
from tests.local.embedded_aws.harness import Embedded, until

pytestmark = pytest.mark.patch(
    "permissions/iam.py",
    "ministack/object_keys.py",
    "ministack/state_services.py",
    "ministack/event_sources.py",
)

CALL = """
import boto3
def handler(event, context):
    answer = getattr(boto3.client(event["service"]), event["operation"])(**event["arguments"])
    return answer["ResponseMetadata"]["HTTPStatusCode"]
"""


def statement(action: str, resource: str, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def call(
    embedded: Embedded, service: str, operation: str, *grants: dict[str, Any], **arguments: Any
) -> str | int:
    """The HTTP status or the error's class name of a call under a role with these grants."""
    body, kind = embedded.invoke(
        embedded.function(CALL, *grants), {"service": service, "operation": operation, "arguments": arguments}
    )
    return str(body["errorType"]) if kind else int(body)


@pytest.fixture(scope="module")
def bucket(embedded: Embedded) -> str:
    name = f"bucket-{uuid.uuid4().hex[:8]}"
    s3 = embedded.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=name, Key="in/a.txt", Body=b"abc")
    return name


def test_a_role_without_grants_may_do_nothing(embedded: Embedded, bucket: str) -> None:
    assert call(embedded, "s3", "get_object", Bucket=bucket, Key="in/a.txt") == "AccessDenied"
    denials = embedded.control("denied")["denied"]
    assert denials[-1]["action"] == "s3:GetObject"
    assert denials[-1]["resource"] == f"arn:aws:s3:::{bucket}/in/a.txt"


def test_a_grant_covers_its_prefix_and_no_more(embedded: Embedded, bucket: str) -> None:
    grant = statement("s3:PutObject", f"arn:aws:s3:::{bucket}/work/*")
    assert call(embedded, "s3", "put_object", grant, Bucket=bucket, Key="work/x", Body="1") == 200
    assert call(embedded, "s3", "put_object", grant, Bucket=bucket, Key="in/x", Body="1") == "AccessDenied"


def test_reading_a_version_is_a_grant_of_its_own(embedded: Embedded, bucket: str) -> None:
    version = embedded.client("s3").head_object(Bucket=bucket, Key="in/a.txt")["VersionId"]
    arguments = {"Bucket": bucket, "Key": "in/a.txt", "VersionId": version}
    arn = f"arn:aws:s3:::{bucket}/*"
    assert call(embedded, "s3", "get_object", statement("s3:GetObject", arn), **arguments) == "AccessDenied"
    assert call(embedded, "s3", "get_object", statement("s3:GetObjectVersion", arn), **arguments) == 200


def test_who_reads_under_a_key_of_others_has_to_be_allowed_to_decrypt(
    embedded: Embedded, bucket: str
) -> None:
    key_arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd"
    version = embedded.client("s3").put_object(
        Bucket=bucket,
        Key="in/sealed.txt",
        Body=b"abc",
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId=key_arn,
        ChecksumAlgorithm="SHA256",
    )["VersionId"]
    reading = statement("s3:GetObject*", f"arn:aws:s3:::{bucket}/*")
    through_s3 = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
    decrypting = statement("kms:Decrypt", key_arn, Condition=through_s3)
    which = {"Bucket": bucket, "Key": "in/sealed.txt"}

    assert call(embedded, "s3", "get_object", reading, **which) == "AccessDenied"
    assert call(embedded, "s3", "get_object", reading, **which, VersionId=version) == "AccessDenied"
    assert call(embedded, "s3", "head_object", reading, **which, ChecksumMode="ENABLED") == "ClientError"
    assert call(embedded, "s3", "head_object", reading, **which) == 200
    assert call(embedded, "s3", "get_object", reading, decrypting, **which, VersionId=version) == 200
    assert call(embedded, "s3", "get_object", reading, Bucket=bucket, Key="in/a.txt") == 200


def test_a_schedule_is_asked_about_in_its_group(embedded: Embedded) -> None:
    scheduler, group = embedded.client("scheduler"), f"group-{uuid.uuid4().hex[:8]}"
    scheduler.create_schedule_group(Name=group)
    arn = f"arn:aws:scheduler:us-east-1:000000000000:schedule/{group}/*"
    role = embedded.role()
    entry = {
        "Name": "a-1",
        "ScheduleExpression": "at(2099-01-01T00:00:00)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": "arn:aws:sqs:us-east-1:000000000000:q", "RoleArn": role},
    }
    grants = (statement("scheduler:*", arn), statement("iam:PassRole", role))

    for group_name, status in ((group, 200), ("default", "ClientError")):
        entry["GroupName"] = group_name
        assert call(embedded, "scheduler", "create_schedule", *grants, **entry) == status
    gone = {"Name": "a-1", "GroupName": group}
    assert call(embedded, "scheduler", "delete_schedule", *grants, **gone) == 200


def test_a_tls_only_bucket_serves_loopback(embedded: Embedded, bucket: str) -> None:
    s3 = embedded.client("s3")
    deny = {
        **statement("s3:*", f"arn:aws:s3:::{bucket}/*", "Deny", Principal="*"),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    assert call(embedded, "s3", "get_object", statement("s3:GetObject", f"arn:aws:s3:::{bucket}/*"),
                Bucket=bucket, Key="in/a.txt") == 200  # fmt: skip


def test_a_table_grant_names_the_table(embedded: Embedded) -> None:
    for name in ("mine", "theirs"):
        dynamodb_table(embedded, name)
    grant = statement("dynamodb:PutItem", "arn:aws:dynamodb:us-east-1:000000000000:table/mine")
    item = {"id": {"S": "1"}}
    assert call(embedded, "dynamodb", "put_item", grant, TableName="mine", Item=item) == 200
    assert call(embedded, "dynamodb", "put_item", grant, TableName="theirs", Item=item) == "ClientError"


def test_nobody_is_not_the_root(embedded: Embedded, bucket: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{embedded.aws.endpoint}/{bucket}/in/a.txt", timeout=60)


def test_a_wrong_secret_is_refused(embedded: Embedded) -> None:
    iam = embedded.client("iam")
    iam.create_user(UserName="someone")
    key = iam.create_access_key(UserName="someone")["AccessKey"]["AccessKeyId"]
    client = embedded.client("s3", aws_access_key_id=key, aws_secret_access_key="guessed")
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        client.list_buckets()


def test_the_state_machines_role_is_asked(embedded: Embedded) -> None:
    function = embedded.function("def handler(event, context): return 1")
    invoke = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function},
    }
    definition = {"StartAt": "A", "States": {"A": {**invoke, "End": True}}}
    ended = embedded.run(definition, role_arn=embedded.role())
    assert ended.error == "Lambda.AWSLambdaException"
    assert "not authorized to perform: lambda:InvokeFunction" in (ended.cause or "")
    arn = f"arn:aws:lambda:us-east-1:000000000000:function:{function}"
    assert (
        embedded.run(definition, role_arn=embedded.role(statement("lambda:InvokeFunction", arn))).status
        == "SUCCEEDED"
    )


def test_the_state_machines_role_is_asked_for_events(embedded: Embedded) -> None:
    entry = {"Source": "probe", "DetailType": "Probed", "Detail": {}}
    put = {
        "Type": "Task",
        "Resource": "arn:aws:states:::events:putEvents",
        "Parameters": {"Entries": [entry]},
    }
    ended = embedded.run({"StartAt": "A", "States": {"A": {**put, "End": True}}}, role_arn=embedded.role())
    assert ended.error == "EventBridge.AccessDeniedException"


def test_answering_a_token_needs_a_grant_on_the_machine_that_waits(embedded: Embedded) -> None:
    url = embedded.client("sqs").create_queue(QueueName=f"tokens-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    asks = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}},
        "TimeoutSeconds": 60,
        "End": True,
    }
    machine = embedded.machine({"StartAt": "A", "States": {"A": asks}})
    execution = embedded.client("stepfunctions").start_execution(stateMachineArn=machine)["executionArn"]
    answer = {"taskToken": until(lambda: embedded.received(url))[0]["token"], "output": "{}"}

    def send(arn: str) -> str | int:
        grant = statement("states:SendTaskSuccess", arn)
        return call(embedded, "stepfunctions", "send_task_success", grant, **answer)

    assert send(machine + "-other") == "ClientError"
    denial = embedded.control("denied")["denied"][-1]
    assert (denial["action"], denial["resource"]) == ("states:SendTaskSuccess", machine)
    assert send(machine) == 200
    assert embedded.ended(execution).status == "SUCCEEDED"


def test_the_grants_report_names_what_was_used(embedded: Embedded, bucket: str) -> None:
    call(embedded, "s3", "put_object", statement("s3:*", "*"), Bucket=bucket, Key="report/x", Body="1")
    used = [g for g in embedded.control("grants")["grants"] if g["resource"].endswith("/report/x")]
    assert [grant["action"] for grant in used] == ["s3:PutObject"]
    assert ":assumed-role/role-" in used[0]["principal"]


def test_a_denial_knows_its_execution(embedded: Embedded) -> None:
    function = embedded.function(
        "import boto3\ndef handler(event, context): boto3.client('s3').list_buckets()"
    )
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function},
    }
    ended = embedded.run({"StartAt": "A", "States": {"A": {**task, "End": True}}})
    name = ended.execution_arn.rsplit(":", 1)[-1]
    mine = [denial for denial in embedded.control("denied")["denied"] if denial["execution"] == name]
    assert [denial["action"] for denial in mine] == ["s3:ListAllMyBuckets"]


def test_a_mapping_needs_the_right_to_read_its_queue(embedded: Embedded) -> None:
    template = {
        "Resources": {
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Mapping": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {
                    "FunctionName": embedded.function("def handler(event, context): pass"),
                    "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                },
            },
        }
    }
    stack, cloudformation = f"mapping-{time.time_ns()}", embedded.client("cloudformation")
    cloudformation.create_stack(StackName=stack, TemplateBody=json.dumps(template), OnFailure="DO_NOTHING")
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events]
    assert any("permissions to call ReceiveMessage on SQS" in reason for reason in reasons), reasons


@pytest.mark.parametrize("allowed", [True, False])
def test_a_rule_needs_the_functions_permission(embedded: Embedded, allowed: bool) -> None:
    name, bus = f"rule-{time.time_ns()}", embedded.client("events")
    dynamodb_table(embedded, name)
    code = f"""
import boto3
def handler(event, context):
    boto3.client("dynamodb").put_item(TableName="{name}", Item={{"id": {{"S": "x"}}}})
"""
    function = embedded.function(code, statement("dynamodb:PutItem", "*"))
    arn = f"arn:aws:lambda:us-east-1:000000000000:function:{function}"
    rule = bus.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))["RuleArn"]
    bus.put_targets(Rule=name, Targets=[{"Id": "function", "Arn": arn}])
    if allowed:
        embedded.client("lambda").add_permission(
            FunctionName=function, StatementId="rule", Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com", SourceArn=rule,
        )  # fmt: skip
    bus.put_events(Entries=[{"Source": name, "DetailType": "Any", "Detail": "{}"}])

    def arrived() -> bool:
        return bool(embedded.client("dynamodb").scan(TableName=name)["Count"] == 1)

    if allowed:
        assert until(arrived)
    else:
        time.sleep(1.5)
        assert not arrived()


def test_a_function_that_a_rule_invokes_is_retried(embedded: Embedded) -> None:
    """As every asynchronous invocation; the first attempt fails, the second writes."""
    name, bus = f"retried-{time.time_ns()}", embedded.client("events")
    dynamodb_table(embedded, name)
    code = f"""
import boto3
def handler(event, context):
    item = {{"id": {{"S": "x"}}}}
    answer = boto3.client("dynamodb").update_item(TableName="{name}", Key=item, UpdateExpression="ADD n :one",
        ExpressionAttributeValues={{":one": {{"N": "1"}}}}, ReturnValues="ALL_NEW")
    if answer["Attributes"]["n"] == {{"N": "1"}}: raise RuntimeError("first")
"""
    function = embedded.function(code, statement("dynamodb:UpdateItem", "*"))
    arn = f"arn:aws:lambda:us-east-1:000000000000:function:{function}"
    rule = bus.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))["RuleArn"]
    bus.put_targets(Rule=name, Targets=[{"Id": "function", "Arn": arn}])
    embedded.client("lambda").add_permission(
        FunctionName=function, StatementId="rule", Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com", SourceArn=rule,
    )  # fmt: skip
    bus.put_events(Entries=[{"Source": name, "DetailType": "Any", "Detail": "{}"}])
    scan = embedded.client("dynamodb").scan
    assert until(lambda: [item["n"] for item in scan(TableName=name)["Items"]] == [{"N": "2"}], 20)


def dynamodb_table(embedded: Embedded, name: str) -> None:
    """A table with the string key ``id``."""
    embedded.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.mark.parametrize(
    ("model_id", "arns"),
    [
        ("amazon.nova-lite-v1:0", ("arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0",)),
        (
            "eu.amazon.nova-lite-v1:0",
            (
                "arn:aws:bedrock:eu-west-1:12:inference-profile/eu.amazon.nova-lite-v1:0",
                "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0",
            ),
        ),
        (
            "arn:aws:bedrock:eu-west-1:12:inference-profile/global.amazon.nova-2-lite-v1:0",
            (
                "arn:aws:bedrock:eu-west-1:12:inference-profile/global.amazon.nova-2-lite-v1:0",
                "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-2-lite-v1:0",
            ),
        ),
    ],
)
def test_a_model_needs_these_grants(model_id: str, arns: tuple[str, ...]) -> None:
    assert model_arns(model_id, "eu-west-1", "12") == arns
    assert model_of_path(f"/model/{model_id}/converse") == model_id
    # Whoever submits a batch job is asked about what the job asks.
    submitted = {"modelId": model_id}
    assert bedrock_arn("POST", "/model-invocation-job", submitted, "eu-west-1", "12") == arns[0]


def test_applying_a_guardrail_asks_about_that_guardrail() -> None:
    arn = "arn:aws:bedrock:eu-west-1:12:guardrail/abc123"
    assert guardrail_arn("/guardrail/abc123/version/1/apply", "eu-west-1", "12") == arn
    assert guardrail_arn(f"/guardrail/{quote(arn, safe='')}/version/1/apply", "eu-west-1", "12") == arn
    assert guardrail_arn("/model/amazon.nova-lite-v1:0/converse", "eu-west-1", "12") is None


def test_a_task_needs_this_grant() -> None:
    arn = "arn:aws:lambda:us-east-1:000000000000:function:f"
    assert required_grant("arn:aws:states:::lambda:invoke", {"FunctionName": "f"}) == (
        "lambda",
        "lambda:InvokeFunction",
        arn,
    )
    assert required_grant("arn:aws:states:::aws-sdk:s3:listObjectsV2", {}) == ("s3", "s3:ListObjectsV2", "*")
