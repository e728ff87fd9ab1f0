"""The way in, the state machine and the rule for dead executions; nothing gets lost on any of them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.doubles.memory_queue import INBOX
from tests.infra.conftest import REPOSITORY, Synthesis
from tests.infra.test_functions import LIMITS

MACHINES = ("analyze-asset", "moderate-posts")
OUTPUTS = {
    "DeploymentName",
    "InputBucketName",
    "ResultsBucketName",
    "AssetsTableName",
    "StateMachineArn",
    "DropCommand",
    "ConsoleUrl",
    "DeadLetterQueueUrl",
}


def queue(synthesis: Synthesis, name: str) -> dict[str, Any]:
    """The properties of ``Queue`` or ``DeadLetters``."""
    (found,) = [
        resource["Properties"]
        for key, resource in synthesis.of_type("AWS::SQS::Queue").items()
        if key.startswith(f"Inbox{name}")
    ]
    return dict(found)


def rules(synthesis: Synthesis, detail_type: str) -> list[dict[str, Any]]:
    """The rules on one kind of event."""
    return [
        properties
        for properties in synthesis.properties_of_type("AWS::Events::Rule")
        if properties["EventPattern"]["detail-type"] == [detail_type]
    ]


def rule(synthesis: Synthesis, detail_type: str) -> dict[str, Any]:
    """The rule on one kind of event."""
    (found,) = [
        properties
        for properties in synthesis.properties_of_type("AWS::Events::Rule")
        if properties["EventPattern"]["detail-type"] == [detail_type]
    ]
    return dict(found)


def test_queues_are_encrypted_and_refuse_plain_http(for_aws: Synthesis) -> None:
    queues = for_aws.of_type("AWS::SQS::Queue")
    refusing = {
        policy["Queues"][0]["Ref"]
        for policy in for_aws.properties_of_type("AWS::SQS::QueuePolicy")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        and statement["Action"] == "sqs:*"
    }

    assert refusing == queues.keys()
    assert all(resource["Properties"]["SqsManagedSseEnabled"] for resource in queues.values())


def test_only_its_rule_may_send_to_the_queue(for_aws: Synthesis) -> None:
    for policy in for_aws.properties_of_type("AWS::SQS::QueuePolicy"):
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                assert statement["Principal"] == {"Service": "events.amazonaws.com"}
                assert "aws:SourceArn" in statement["Condition"]["ArnEquals"]


def test_a_message_is_tried_five_times_and_then_kept_two_weeks(for_aws: Synthesis) -> None:
    inbox, dead = queue(for_aws, "Queue"), queue(for_aws, "DeadLetters")

    assert inbox["RedrivePolicy"]["maxReceiveCount"] == INBOX.tries
    assert inbox["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0].startswith("InboxDeadLetters")
    assert dead["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert inbox["MessageRetentionPeriod"] == INBOX.retention_seconds < dead["MessageRetentionPeriod"]
    # Lambda's rule: six times the function's timeout, or a slow batch is delivered twice.
    assert inbox["VisibilityTimeout"] == INBOX.visibility_seconds >= 6 * LIMITS["dispatch"][0]


def test_dispatch_says_which_messages_failed_and_is_bounded(for_aws: Synthesis) -> None:
    (mapping,) = for_aws.properties_of_type("AWS::Lambda::EventSourceMapping")

    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": for_aws.config.max_dispatch_concurrency}
    assert mapping["BatchSize"] == INBOX.batch
    assert mapping["FunctionName"]["Ref"].startswith("DispatchFunction")


def test_only_objects_below_inbox_arrive(for_aws: Synthesis) -> None:
    found = rule(for_aws, "Object Created")

    assert found["EventPattern"]["source"] == ["aws.s3"]
    assert found["EventPattern"]["detail"]["object"] == {"key": [{"prefix": "inbox/"}]}
    assert "InputBucket" in json.dumps(found["EventPattern"]["detail"]["bucket"])
    (target,) = found["Targets"]
    assert target["Arn"]["Fn::GetAtt"][0].startswith("InboxQueue")
    assert "InputPath" not in target
    assert "InputTransformer" not in target
    assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].startswith("InboxDeadLetters")


def test_dead_executions_reach_recording_or_the_dead_letters(for_aws: Synthesis) -> None:
    machines = for_aws.of_type("AWS::StepFunctions::StateMachine")
    (rule,) = rules(for_aws, "Step Functions Execution Status Change")

    watched = rule["EventPattern"]["detail"]["stateMachineArn"]
    assert sorted(watched, key=str) == sorted(({"Ref": machine} for machine in machines), key=str)
    assert rule["EventPattern"]["source"] == ["aws.states"]
    assert set(rule["EventPattern"]["detail"]["status"]) == {"FAILED", "TIMED_OUT", "ABORTED"}
    (target,) = rule["Targets"]
    assert target["Arn"]["Fn::GetAtt"][0].startswith("RecordingFunction")
    assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].startswith("InboxDeadLetters")
    for permission in for_aws.properties_of_type("AWS::Lambda::Permission"):
        assert permission["Principal"] == "events.amazonaws.com"
        assert "SourceArn" in permission


def test_what_functions_that_nobody_waits_for_give_up_is_kept(for_aws: Synthesis) -> None:
    given_up = for_aws.properties_of_type("AWS::Lambda::EventInvokeConfig")

    recording, deciding = sorted(config["FunctionName"]["Ref"] for config in given_up)
    assert recording.startswith("RecordingFunction")
    assert deciding.startswith("ReviewDecideFunction")
    for config in given_up:
        destination = config["DestinationConfig"]["OnFailure"]["Destination"]
        assert destination["Fn::GetAtt"][0].startswith("InboxDeadLetters")


@pytest.mark.parametrize("name", MACHINES)
def test_the_state_machine_is_standard_logged_traced_and_the_file_itself(
    for_aws: Synthesis, name: str
) -> None:
    machine = for_aws.machine(name)
    definition = (REPOSITORY / "statemachines" / f"{name.replace('-', '_')}.asl.json").read_text("utf-8")

    assert machine["StateMachineType"] == "STANDARD"
    assert machine["DefinitionString"] == definition
    assert machine["TracingConfiguration"] == {"Enabled": True}
    logging = machine["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    (destination,) = logging["Destinations"]
    log_group = destination["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"][0]
    properties = for_aws.of_type("AWS::Logs::LogGroup")[log_group]["Properties"]
    assert properties["LogGroupName"] == f"/aws/vendedlogs/states/braid-dev-{name}"
    assert properties["RetentionInDays"] == for_aws.config.log_retention_days


@pytest.mark.parametrize("name", MACHINES)
def test_every_placeholder_is_filled_with_the_function_it_names(for_aws: Synthesis, name: str) -> None:
    machine = for_aws.machine(name)
    substitutions = machine["DefinitionSubstitutions"]

    for placeholder, value in substitutions.items():
        function = placeholder.removesuffix("Arn")
        assert value["Fn::GetAtt"][0].startswith(function), placeholder
        assert value["Fn::GetAtt"][1] == "Arn"
        assert f"${{{placeholder}}}" in machine["DefinitionString"]
    assert machine["DefinitionString"].count("${") == sum(
        machine["DefinitionString"].count(f"${{{name}}}") for name in substitutions
    )


def test_the_outputs_that_the_command_looks_for(for_aws: Synthesis) -> None:
    outputs = for_aws.pipeline["Outputs"]

    assert outputs.keys() >= OUTPUTS
    assert json.dumps(outputs["DropCommand"]).count("aws s3 cp") == 1
    assert all(outputs[name].get("Description") for name in OUTPUTS)


def test_two_deployments_share_no_name(for_aws: Synthesis) -> None:
    named = [
        value
        for resource in for_aws.pipeline["Resources"].values()
        for key, value in resource["Properties"].items()
        if key in {"FunctionName", "StateMachineName", "LogGroupName", "QueueName", "RoleName", "Name"}
        and isinstance(value, str)
    ]

    assert named
    assert all(re.search(r"braid-dev(?:[-_]|$)", name) for name in named), named


def test_stacks_say_what_they_are_and_resources_whose(for_aws: Synthesis) -> None:
    for template in (for_aws.storage, for_aws.pipeline):
        assert template["Description"].startswith("Braid, ")
    tagged = for_aws.properties_of_type("AWS::Lambda::Function") + for_aws.properties_of_type(
        "AWS::S3::Bucket"
    )
    for properties in tagged:
        tags = {tag["Key"]: tag["Value"] for tag in properties["Tags"]}
        assert tags == {"project": "braid", "environment": "dev"}
