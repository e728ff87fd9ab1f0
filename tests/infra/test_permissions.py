"""Least privilege: what each role may do is listed here too, so that every new permission is seen twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.infra.conftest import Synthesis, synthesize
from tests.infra.granted import (
    ASKING,
    EVERY_FUNCTION,
    GRANTS,
    NO_STATE,
    OF_POSTS,
    WITHOUT_RESOURCES,
    allowed,
)


@pytest.mark.parametrize("name", GRANTS)
def test_a_function_may_do_this_and_nothing_else(for_aws: Synthesis, name: str) -> None:
    found = allowed(for_aws.statements_of(for_aws.function(name)))

    assert found == {**GRANTS[name], **EVERY_FUNCTION}


def test_an_embedding_model_may_be_asked_in_this_region_and_no_other(
    for_aws: Synthesis, tmp_path: Path
) -> None:
    """Fusion asks one where the knob names it, and keeps what it gave for a retry."""
    asking = synthesize(tmp_path, {"embedding_model": "amazon.titan-embed-text-v2:0"})
    statements = list(asking.statements_of(asking.function("fusion")))

    assert allowed(iter(statements)) == {
        **EVERY_FUNCTION,
        "s3:GetObject": ["assets/*", "work/*"],
        "s3:PutObject": ["assets/*", "work/*"],
        "s3:ListBucket": ["ResultsBucket"],
        "bedrock:InvokeModel": ["foundation-model/amazon.titan-embed-text-v2:0"],
    }
    (invoking,) = [statement for statement in statements if statement["Action"] == "bedrock:InvokeModel"]
    assert f":bedrock:{asking.config.region}::" in json.dumps(invoking["Resource"])
    variables = asking.function("fusion")["Environment"]["Variables"]
    assert json.loads(variables["EMBEDDING_MODEL_IDS"]) == ["amazon.titan-embed-text-v2:0"]
    assert for_aws.function("fusion")["Environment"]["Variables"]["EMBEDDING_MODEL_IDS"] == "[]"


_TRANSLATING = {"translate:TranslateText": ["*"]}
# A track of some length goes up in parts.
_SPEAKING = {"polly:SynthesizeSpeech": ["*"], "s3:AbortMultipartUpload": ["assets/*"]}


@pytest.mark.parametrize(
    ("knobs", "added", "layers", "limits"),
    [
        ({"caption_languages": "de,fr"}, _TRANSLATING, 1, (600, 512)),
        ({"spoken_descriptions": True}, _SPEAKING, 2, (600, 1769)),
        (
            {"caption_languages": "ja", "spoken_descriptions": True},
            {**_TRANSLATING, **_SPEAKING},
            2,
            (600, 1769),
        ),
    ],
    ids=["translates", "speaks", "both"],
)
def test_publishing_translates_and_speaks_where_a_knob_asks_for_it_alone(
    tmp_path: Path, knobs: dict[str, Any], added: dict[str, list[str]], layers: int, limits: tuple[int, int]
) -> None:
    """And keeps what it paid for, for a retry."""
    asking = synthesize(tmp_path, knobs)
    publishing = asking.function("publishing")

    assert allowed(asking.statements_of(publishing)) == {
        **GRANTS["publishing"],
        **EVERY_FUNCTION,
        "s3:PutObject": ["assets/*", "by-source/*", "work/*"],
        **added,
    }
    assert len(publishing["Layers"]) == layers
    assert (publishing["Timeout"], publishing["MemorySize"]) == limits
    for name in GRANTS:
        if name != "publishing":
            assert (
                not {"translate:TranslateText", "polly:SynthesizeSpeech"}
                & allowed(asking.statements_of(asking.function(name))).keys()
            )


def test_a_batch_job_reads_and_writes_its_own_folder_alone(for_aws: Synthesis, tmp_path: Path) -> None:
    """Only where the knob asks for it, and for jobs of this account alone."""
    batching = synthesize(tmp_path, {"batch_inference": True})
    (role,) = [
        role
        for role in batching.properties_of_type("AWS::IAM::Role")
        if role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
        == {"Service": "bedrock.amazonaws.com"}
        and "posts" not in role["Description"]
    ]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    folder = {"s3:GetObject": ["work/batch/*"], "s3:PutObject": ["work/batch/*"]}

    assert allowed(iter(role["Policies"][0]["PolicyDocument"]["Statement"])) == {
        **folder,
        "s3:ListBucket": ["ResultsBucket"],
        "bedrock:InvokeModel": ASKING["bedrock:InvokeModel"],
    }
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert ":model-invocation-job/*" in json.dumps(trust["Condition"]["ArnLike"]["aws:SourceArn"])
    assert allowed(batching.statements_of(batching.function("inference-batch"))) == {
        **EVERY_FUNCTION,
        **folder,
        "s3:GetObject": ["assets/*", "work/batch/*"],
        "s3:ListBucket": ["ResultsBucket"],
        "bedrock:ApplyGuardrail": ["Guardrail"],
    }
    assert {"BatchFunctionName", "BatchRoleArn"} <= batching.pipeline["Outputs"].keys()
    assert not {"BatchFunctionName", "BatchRoleArn"} & for_aws.pipeline["Outputs"].keys()


def test_every_function_is_covered(for_aws: Synthesis) -> None:
    assert {f"braid-dev-{name}" for name in GRANTS} == for_aws.functions().keys()


def test_every_function_has_a_role_of_its_own(for_aws: Synthesis) -> None:
    roles = [function["Role"]["Fn::GetAtt"][0] for function in for_aws.functions().values()]

    assert len(set(roles)) == len(roles)


def test_roles_have_no_managed_and_no_attached_policy(for_aws: Synthesis) -> None:
    roles = for_aws.properties_of_type("AWS::IAM::Role")

    assert roles
    assert not any(role.get("ManagedPolicyArns") for role in roles)
    assert for_aws.of_type("AWS::IAM::Policy") == {}


def test_no_action_is_a_wildcard_and_only_some_services_have_no_resource(for_aws: Synthesis) -> None:
    for role in for_aws.properties_of_type("AWS::IAM::Role"):
        statements = [s for policy in role["Policies"] for s in policy["PolicyDocument"]["Statement"]]
        for action, resources in allowed(iter(statements)).items():
            assert "*" not in action
            if "*" in resources:
                assert {action, action.split(":")[0]} & WITHOUT_RESOURCES, action


def test_transcribe_may_write_into_the_results_bucket_only(for_aws: Synthesis) -> None:
    (starting,) = [
        statement
        for statement in for_aws.statements_of(for_aws.function("transcription-start"))
        if statement["Action"] == "transcribe:StartTranscriptionJob"
    ]

    (bucket,) = starting["Condition"]["StringEquals"].values()
    assert "ResultsBucket" in bucket["Fn::ImportValue"]


def test_the_state_machine_may_invoke_its_functions_and_announce(for_aws: Synthesis) -> None:
    statements = list(for_aws.statements_of(for_aws.machine()))
    invoked = [s["Resource"] for s in statements if s["Action"] == "lambda:InvokeFunction"]
    announced = [s["Resource"] for s in statements if s["Action"] == "events:PutEvents"]

    (arns,) = invoked
    functions = {arn["Fn::GetAtt"][0].removesuffix(arn["Fn::GetAtt"][0][-8:]) for arn in arns}
    assert functions == {
        f"{name.title().replace('-', '')}Function" for name in GRANTS if name not in NO_STATE | OF_POSTS
    }
    (bus,) = announced
    assert bus["Fn::Join"][1][-1].endswith(":event-bus/default")


def test_the_machine_of_posts_runs_its_chunks_and_no_others(for_aws: Synthesis) -> None:
    found = allowed(for_aws.statements_of(for_aws.machine("moderate-posts")))

    children = ["execution:braid-dev-moderate-posts/JudgePosts:*"]
    assert found["states:StartExecution"] == ["stateMachine:braid-dev-moderate-posts"]
    for action in ("DescribeExecution", "StopExecution", "RedriveExecution"):
        assert found[f"states:{action}"] == children
    assert found["s3:GetObject"] == ["work/*"]
    assert "s3:PutObject" not in found


def test_posts_ask_for_batch_jobs_where_the_knob_says_so_alone(for_aws: Synthesis, tmp_path: Path) -> None:
    batching = synthesize(tmp_path, {"batch_inference": True})
    found = allowed(batching.statements_of(batching.function("posts-batch")))
    jobs = {action for action in found if "Job" in action or action == "iam:PassRole"}

    assert jobs == {
        "bedrock:CreateModelInvocationJob",
        "bedrock:GetModelInvocationJob",
        "iam:PassRole",
    }
    assert found["iam:PassRole"] == ["PostsBatchRole"]
    assert not jobs & allowed(for_aws.statements_of(for_aws.function("posts-batch"))).keys()


def test_storage_is_named_by_import_not_by_wildcard(for_aws: Synthesis) -> None:
    text = json.dumps(for_aws.pipeline)
    assert "arn:aws:s3:::*" not in text
    assert "table/*" not in text
