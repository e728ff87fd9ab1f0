"""What each role of the pipeline may do, a second time, and what a template allows, in the same words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = [
    "ASKING",
    "EVERY_FUNCTION",
    "GRANTS",
    "NO_STATE",
    "OF_POSTS",
    "WITHOUT_RESOURCES",
    "allowed",
    "short_name",
]

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
EVERY_FUNCTION = {
    **{key: ["LogGroup"] for key in ("logs:CreateLogStream", "logs:PutLogEvents")},
    **{key: ["*"] for key in ("xray:PutTraceSegments", "xray:PutTelemetryRecords")},
}
# A step that pays looks whether its attempt is still the newest.
_RECORD = {"dynamodb:GetItem": ["AssetsTable"]}
_RECORDS = {"dynamodb:GetItem": ["AssetsTable"], "dynamodb:UpdateItem": ["AssetsTable"]}
# Without the right to list, S3 answers "denied" about a version that is gone.
_SOURCES = {
    "s3:GetObjectVersion": ["inbox/*"],
    "s3:ListBucket": ["InputBucket"],
    "s3:ListBucketVersions": ["InputBucket"],
}
_CLOSING = {
    **_RECORDS,
    "s3:GetObject": ["assets/*", "by-source/*"],
    "s3:PutObject": ["assets/*", "by-source/*"],
    "s3:DeleteObject": ["by-source/*"],
    "s3:ListBucket": ["InputBucket", "ResultsBucket"],
    "s3:ListBucketVersions": ["InputBucket"],
    "s3:GetObjectVersionTagging": ["inbox/*"],
    "s3:PutObjectVersionTagging": ["inbox/*"],
}
_DEADLINES = ["schedule/braid-dev/*"]
_MACHINES = ["stateMachine:braid-dev-analyze-asset", "stateMachine:braid-dev-moderate-posts"]
_CHUNKS = {
    **_SOURCES,
    "s3:GetObject": ["work/*"],
    "s3:PutObject": ["work/*"],
    "s3:ListBucket": ["InputBucket", "ResultsBucket"],
}
_VERDICTS = {"dynamodb:BatchGetItem": ["VerdictsTable"], "dynamodb:BatchWriteItem": ["VerdictsTable"]}
ASKING = {
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
        "sqs:GetQueueAttributes": ["Queue"],
    },
    "intake": {
        **_SOURCES,
        **_RECORDS,
        # A rerun takes over what an earlier attempt left.
        "s3:GetObject": ["assets/*"],
        "s3:ListBucket": ["InputBucket", "ResultsBucket"],
        "s3:PutObject": ["assets/*", "work/*"],
    },
    "transcription-start": {
        **_RECORD,
        **_SOURCES,
        "s3:GetObject": ["assets/*", "work/*"],
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
        "s3:GetObject": ["assets/*"],
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
        "s3:GetObject": ["assets/*", "work/*"],
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
        **ASKING,
        "s3:ListBucket": ["ResultsBucket"],
    },
    "inference-trial": {**ASKING, "s3:GetObject": ["assets/*"], "s3:ListBucket": ["ResultsBucket"]},
    "publishing": {
        **_CLOSING,
        "s3:GetObject": ["assets/*", "by-source/*", "work/*"],
        "s3:GetObjectVersion": ["inbox/*"],
    },
    "recording": {
        **_CLOSING,
        "sqs:SendMessage": ["DeadLetters"],
        "events:PutEvents": ["event-bus/default"],
    },
    "review-ask": {
        **_RECORDS,
        "s3:GetObject": ["assets/*", "work/*"],
        "s3:PutObject": ["assets/*"],
        "s3:ListBucket": ["ResultsBucket"],
        "scheduler:CreateSchedule": _DEADLINES,
        "scheduler:UpdateSchedule": _DEADLINES,
        "iam:PassRole": ["ReviewDeadlines"],
        "sns:Publish": ["ReviewTopic"],
        "states:SendTaskFailure": _MACHINES,
    },
    "review-decide": {
        **_RECORDS,
        "scheduler:DeleteSchedule": _DEADLINES,
        "sqs:SendMessage": ["DeadLetters"],
        "s3:GetObject": ["assets/*"],
        "s3:PutObject": ["assets/*"],
        "states:SendTaskSuccess": _MACHINES,
    },
    "posts-admit": {**_SOURCES, **_RECORDS, "s3:PutObject": ["assets/*", "work/*"]},
    "posts-judge": {
        **_CHUNKS,
        **_RECORD,
        **_VERDICTS,
        "bedrock:InvokeModel": ASKING["bedrock:InvokeModel"],
    },
    # Asks for no job where the deployment has no batch inference.
    "posts-batch": {**_CHUNKS, **_RECORD, **_VERDICTS},
    "posts-collect": {
        "s3:GetObject": ["work/*"],
        "s3:PutObject": ["assets/*"],
        "s3:ListBucket": ["ResultsBucket"],
        "s3:AbortMultipartUpload": ["assets/*"],
        "dynamodb:BatchGetItem": ["VerdictsTable"],
    },
    "posts-one": {**_VERDICTS, "bedrock:InvokeModel": ASKING["bedrock:InvokeModel"]},
}
# Those of the other machine.
OF_POSTS = {"posts-admit", "posts-judge", "posts-batch", "posts-collect"}
# The queue starts the first; people and deadlines call the other.
NO_STATE = {"dispatch", "inference-trial", "review-decide", "posts-one"}
# The names of resources that an ARN stands for, longest first: "DeadLetters" isn't "Queue".
_NAMES = (
    "Images",
    "TrainingRole",
    "SwitchRole",
    *("VectorsBucket", "Collection"),
    *("InputBucket", "ResultsBucket", "AssetsTable", "VerdictsTable"),
    *(
        "StateMachine",
        "DeadLetters",
        "TranscribeQueue",
        "Queue",
        "LogGroup",
        "ReviewDeadlines",
        "PostsBatchRole",
        "ReviewTopic",
        "Guardrail",
        "SigningKey",
        "Published",
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
