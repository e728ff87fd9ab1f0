"""Least privilege: what each role may do is listed here too, so that every new permission is seen twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.infra.conftest import Synthesis, synthesize

# Services, and single actions, that AWS can't limit to a resource.
WITHOUT_RESOURCES = {
    "comprehend",
    "logs",
    "polly:SynthesizeSpeech",
    "rekognition",
    "textract",
    "xray",
    "transcribe:StartTranscriptionJob",
    "translate:TranslateText",
}
_EVERY_FUNCTION = {
    **{key: ["LogGroup"] for key in ("logs:CreateLogStream", "logs:PutLogEvents")},
    **{key: ["*"] for key in ("xray:PutTraceSegments", "xray:PutTelemetryRecords")},
}
# A step that pays looks whether its attempt is still the newest.
_RECORD = {"dynamodb:GetItem": ["AssetsTable"]}
_RECORDS = {"dynamodb:GetItem": ["AssetsTable"], "dynamodb:UpdateItem": ["AssetsTable"]}
# Without the right to list, S3 answers "denied" about a version that is gone.
_SOURCES = {
    "s3:GetObject": ["inbox/*"],
    "s3:GetObjectVersion": ["inbox/*"],
    "s3:ListBucket": ["InputBucket"],
    "s3:ListBucketVersions": ["InputBucket"],
}
_CLOSING = {
    **_RECORDS,
    "s3:GetObject": ["assets/*", "by-source/*", "work/*"],
    "s3:PutObject": ["assets/*", "by-source/*"],
    "s3:DeleteObject": ["by-source/*"],
    "s3:ListBucket": ["InputBucket", "ResultsBucket"],
    "s3:ListBucketVersions": ["InputBucket"],
    "s3:GetObjectTagging": ["inbox/*"],
    "s3:GetObjectVersionTagging": ["inbox/*"],
    "s3:PutObjectTagging": ["inbox/*"],
    "s3:PutObjectVersionTagging": ["inbox/*"],
}
_DEADLINES = ["schedule/braid-dev/*"]
_ASKING = {
    "bedrock:ApplyGuardrail": ["Guardrail"],
    "bedrock:InvokeModel": [
        "foundation-model/amazon.nova-2-lite-v1:0",
        "foundation-model/amazon.nova-micro-v1:0",
        "foundation-model/amazon.nova-pro-v1:0",
        "inference-profile/us.amazon.nova-2-lite-v1:0",
        "inference-profile/us.amazon.nova-micro-v1:0",
        "inference-profile/us.amazon.nova-pro-v1:0",
    ],
}
GRANTS: dict[str, dict[str, list[str]]] = {
    "dispatch": {
        **_RECORDS,
        "states:StartExecution": ["StateMachine"],
        "sqs:SendMessage": ["DeadLetters", "Queue"],
        "sqs:ReceiveMessage": ["Queue"],
        "sqs:DeleteMessage": ["Queue"],
        "sqs:ChangeMessageVisibility": ["Queue"],
        "sqs:GetQueueAttributes": ["Queue"],
    },
    "intake": {
        **_SOURCES,
        **_RECORDS,
        # A rerun takes over what an earlier attempt left.
        "s3:GetObject": ["assets/*", "inbox/*"],
        "s3:ListBucket": ["InputBucket", "ResultsBucket"],
        "s3:PutObject": ["assets/*", "work/*"],
    },
    "transcription-start": {
        **_RECORD,
        **_SOURCES,
        "s3:GetObject": ["assets/*", "inbox/*", "work/*"],
        "s3:PutObject": [".write_access_check_file.temp", "work/*"],
        "s3:AbortMultipartUpload": ["work/*"],
        "s3:ListBucket": ["InputBucket", "ResultsBucket"],
        "transcribe:StartTranscriptionJob": ["*"],
        "iam:PassRole": ["TranscribeQueue"],
    },
    "transcription-collect": {
        "s3:GetObject": ["assets/*", "work/*"],
        "s3:PutObject": ["assets/*"],
        # The first are jobs that the version before started.
        "transcribe:GetTranscriptionJob": [
            "transcription-job/braid-dev-*",
            "transcription-job/braid.dev.*",
        ],
    },
    "keyframes": {
        **_SOURCES,
        "s3:GetObject": ["assets/*", "inbox/*"],
        "s3:PutObject": ["assets/*", "work/*"],
    },
    "vision": {
        **_RECORD,
        "s3:GetObject": ["assets/*", "work/*"],
        "s3:PutObject": ["assets/*", "work/*"],
        "s3:ListBucket": ["ResultsBucket"],
        "rekognition:DetectFaces": ["*"],
        "rekognition:DetectLabels": ["*"],
        "rekognition:DetectModerationLabels": ["*"],
        "rekognition:DetectText": ["*"],
        "textract:DetectDocumentText": ["*"],
        # The tier that the general profile has captions written by.
        "bedrock:InvokeModel": [
            "foundation-model/amazon.nova-2-lite-v1:0",
            "inference-profile/us.amazon.nova-2-lite-v1:0",
        ],
    },
    "reading": {
        **_RECORD,
        **_SOURCES,
        "s3:GetObject": ["assets/*", "inbox/*", "work/*"],
        "s3:PutObject": ["assets/*", "work/*"],
        "s3:ListBucket": ["InputBucket", "ResultsBucket"],
        "textract:DetectDocumentText": ["*"],
    },
    "language": {
        **_RECORD,
        "s3:GetObject": ["assets/*", "work/*"],
        "s3:PutObject": ["work/*"],
        "s3:ListBucket": ["ResultsBucket"],
        "comprehend:DetectDominantLanguage": ["*"],
        "comprehend:DetectEntities": ["*"],
        "comprehend:DetectKeyPhrases": ["*"],
        "comprehend:DetectPiiEntities": ["*"],
        "comprehend:DetectSentiment": ["*"],
        "comprehend:DetectToxicContent": ["*"],
    },
    "fusion": {"s3:GetObject": ["assets/*", "work/*"], "s3:PutObject": ["assets/*"]},
    "inference": {
        **_RECORD,
        "s3:GetObject": ["assets/*", "work/*"],
        "s3:PutObject": ["assets/*", "work/*"],
        **_ASKING,
        "s3:ListBucket": ["ResultsBucket"],
    },
    "inference-trial": {**_ASKING, "s3:GetObject": ["assets/*"], "s3:ListBucket": ["ResultsBucket"]},
    "publishing": {
        **_CLOSING,
        "s3:GetObject": ["assets/*", "by-source/*", "inbox/*", "work/*"],
        "s3:GetObjectVersion": ["inbox/*"],
    },
    "recording": {**_CLOSING, "sqs:SendMessage": ["DeadLetters"]},
    "review-ask": {
        **_RECORDS,
        "s3:GetObject": ["assets/*", "work/*"],
        "s3:PutObject": ["assets/*"],
        "s3:ListBucket": ["ResultsBucket"],
        "scheduler:CreateSchedule": _DEADLINES,
        "scheduler:UpdateSchedule": _DEADLINES,
        "iam:PassRole": ["ReviewDeadlines"],
        "sns:Publish": ["ReviewTopic"],
        "states:SendTaskFailure": ["stateMachine:braid-dev-analyze-asset"],
    },
    "review-decide": {
        **_RECORDS,
        "scheduler:DeleteSchedule": _DEADLINES,
        "sqs:SendMessage": ["DeadLetters"],
        "s3:GetObject": ["assets/*"],
        "s3:PutObject": ["assets/*"],
        "states:SendTaskSuccess": ["stateMachine:braid-dev-analyze-asset"],
    },
}
# The queue starts the first; people and deadlines call the other.
NO_STATE = {"dispatch", "inference-trial", "review-decide"}
# The names of resources that an ARN stands for, longest first: "DeadLetters" isn't "Queue".
_NAMES = (
    *("InputBucket", "ResultsBucket", "AssetsTable"),
    *(
        "StateMachine",
        "DeadLetters",
        "TranscribeQueue",
        "Queue",
        "LogGroup",
        "ReviewDeadlines",
        "ReviewTopic",
        "Guardrail",
        "Function",
    ),
)


def short_name(resource: Any) -> str:
    """What a policy resource stands for: ``assets/*``, ``AssetsTable``, ``*``."""
    if isinstance(resource, str):
        return resource.rsplit(":", 1)[-1]
    if isinstance(resource, dict) and "Fn::Join" in resource:
        last = str(resource["Fn::Join"][1][-1])
        return last.removeprefix("/") if last.startswith("/") else _after_the_account(last)
    text = json.dumps(resource)
    return next(name for name in _NAMES if name in text)


def _after_the_account(arn: str) -> str:
    """``foundation-model/x`` of ``:bedrock:*::foundation-model/x`` and of ``:foundation-model/x``."""
    return arn.rsplit("::", 1)[-1].removeprefix(":")


def allowed(statements: Iterator[Mapping[str, Any]]) -> dict[str, list[str]]:
    """What statements allow: the short names of resources by action."""
    grants: dict[str, set[str]] = {}
    for statement in statements:
        assert statement["Effect"] == "Allow"
        actions, resources = statement["Action"], statement["Resource"]
        for action in actions if isinstance(actions, list) else [actions]:
            for resource in resources if isinstance(resources, list) else [resources]:
                grants.setdefault(action, set()).add(short_name(resource))
    return {action: sorted(resources) for action, resources in grants.items()}


@pytest.mark.parametrize("name", GRANTS)
def test_a_function_may_do_this_and_nothing_else(for_aws: Synthesis, name: str) -> None:
    found = allowed(for_aws.statements_of(for_aws.function(name)))

    assert found == {**GRANTS[name], **_EVERY_FUNCTION}


def test_an_embedding_model_may_be_asked_in_this_region_and_no_other(
    for_aws: Synthesis, tmp_path: Path
) -> None:
    """Fusion asks one where the knob names it, and keeps what it gave for a retry."""
    asking = synthesize(tmp_path, {"embedding_model": "amazon.titan-embed-text-v2:0"})
    statements = list(asking.statements_of(asking.function("fusion")))

    assert allowed(iter(statements)) == {
        **_EVERY_FUNCTION,
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
        **_EVERY_FUNCTION,
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
    ]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    folder = {"s3:GetObject": ["work/batch/*"], "s3:PutObject": ["work/batch/*"]}

    assert allowed(iter(role["Policies"][0]["PolicyDocument"]["Statement"])) == {
        **folder,
        "s3:ListBucket": ["ResultsBucket"],
        "bedrock:InvokeModel": _ASKING["bedrock:InvokeModel"],
    }
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert ":model-invocation-job/*" in json.dumps(trust["Condition"]["ArnLike"]["aws:SourceArn"])
    assert allowed(batching.statements_of(batching.function("inference-batch"))) == {
        **_EVERY_FUNCTION,
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
    (machine,) = for_aws.properties_of_type("AWS::StepFunctions::StateMachine")
    statements = list(for_aws.statements_of(machine))
    invoked = [s["Resource"] for s in statements if s["Action"] == "lambda:InvokeFunction"]
    announced = [s["Resource"] for s in statements if s["Action"] == "events:PutEvents"]

    (arns,) = invoked
    functions = {arn["Fn::GetAtt"][0].removesuffix(arn["Fn::GetAtt"][0][-8:]) for arn in arns}
    assert functions == {
        f"{name.title().replace('-', '')}Function" for name in GRANTS if name not in NO_STATE
    }
    (bus,) = announced
    assert bus["Fn::Join"][1][-1].endswith(":event-bus/default")


def test_storage_is_named_by_import_not_by_wildcard(for_aws: Synthesis) -> None:
    text = json.dumps(for_aws.pipeline)
    assert "arn:aws:s3:::*" not in text
    assert "table/*" not in text
