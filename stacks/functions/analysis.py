"""Analysis: the functions of the three branches, and the one that fuses what they found."""

from __future__ import annotations

import aws_cdk as cdk

from stacks.config import DeploymentConfig
from stacks.constructs.grants import Grant, granted_role
from stacks.constructs.step_lambda import StepLambda
from stacks.functions.access import Access
from stacks.functions.factory import FunctionFactory
from stacks.functions.model_access import ModelAccess
from stacks.storage_stack import Storage

__all__ = ["AnalysisFunctions"]

_KEYFRAMES_SECONDS = 900


class AnalysisFunctions:
    """Speech, vision and text, language for all three, and fusion."""

    def __init__(
        self,
        stack: cdk.Stack,
        *,
        config: DeploymentConfig,
        storage: Storage,
        functions: FunctionFactory,
        models: ModelAccess,
    ) -> None:
        access = Access(storage)
        transcription_jobs = [
            stack.format_arn(service="transcribe", resource="transcription-job", resource_name=name)
            # The second are jobs that the version before started: they run while it is replaced.
            for name in (f"{config.job_prefix}*", f"{config.deployment_name}-*")
        ]
        queue_role = granted_role(
            stack,
            "TranscribeQueue",
            service="transcribe.amazonaws.com",
            description=f"Lets Transcribe work on what waits in its queue for {config.deployment_name}",
            grants=[
                access.read_results("work"),
                access.write_results("work"),
                access.let_transcribe_try_to_write(),
                access.list_results(),
            ],
            # https://docs.aws.amazon.com/transcribe/latest/dg/security-iam-confused-deputy.html
            only_for={
                "StringEquals": {"aws:SourceAccount": stack.account},
                "ArnLike": {"aws:SourceArn": stack.format_arn(service="transcribe", resource="*")},
            },
        )
        self.transcription_start: StepLambda = functions.make(
            "TranscriptionStart",
            folder="transcription",
            verb="start",
            description="Writes the audio track for Amazon Transcribe and starts the job",
            # Sound that has to be decoded, of four hours, takes one whole processor some minutes.
            timeout_seconds=600,
            memory_mb=1769,
            layers=[functions.media],
            environment={
                "RESULTS_BUCKET": storage.results_bucket_name,
                "ASSETS_TABLE": storage.assets_table_name,
                "JOB_PREFIX": config.job_prefix,
                "TRANSCRIBE_ROLE_ARN": queue_role.role_arn,
            },
            grants=[
                access.read_records(),
                *access.read_sources(),
                access.list_inbox(),
                access.read_results("assets"),
                # Transcribe reads the audio and writes its output with the caller's permissions.
                access.read_results("work"),
                access.write_results("work"),
                access.abort_uploads("work"),
                access.let_transcribe_try_to_write(),
                access.list_results(),
                Grant(
                    ("iam:PassRole",),
                    (queue_role.role_arn,),
                    conditions={"StringEquals": {"iam:PassedToService": "transcribe.amazonaws.com"}},
                ),
                Grant(
                    ("transcribe:StartTranscriptionJob",),
                    ("*",),
                    because="Starting a job names no resource; its output is held to the results bucket",
                    conditions={"StringEquals": {"transcribe:OutputBucketName": storage.results_bucket_name}},
                ),
            ],
        )
        self.transcription_collect: StepLambda = functions.make(
            "TranscriptionCollect",
            folder="transcription",
            verb="collect",
            description="Reads the transcription job and turns its output into utterances",
            timeout_seconds=60,
            memory_mb=512,
            environment={"RESULTS_BUCKET": storage.results_bucket_name},
            grants=[
                access.read_results("assets", "work"),
                access.write_results("assets"),
                Grant(
                    ("transcribe:GetTranscriptionJob",),
                    tuple(transcription_jobs),
                    because="A job is named after its asset; the deployment's name opens every one",
                ),
            ],
        )
        self.keyframes: StepLambda = functions.make(
            "Keyframes",
            folder="keyframes",
            verb="select",
            description="Chooses the stills that stand for a video, a picture or a document's pages",
            # Where something always moves every picture is decoded: on one processor 720p 14 times as
            # fast as it plays (measured), 1080p about 6 times. It takes 512 MB at most, tested; memory
            # buys processors, 1.7 here; a new account gets 3008 MB at most.
            timeout_seconds=_KEYFRAMES_SECONDS,
            memory_mb=3008,
            layers=[functions.media],
            environment={
                "RESULTS_BUCKET": storage.results_bucket_name,
                "MAX_KEYFRAMES": str(config.max_keyframes),
                # What is left is enough to read on to a film's end, looking at single pictures.
                "TIME_BUDGET_SECONDS": str(_KEYFRAMES_SECONDS * 2 // 3),
            },
            grants=[
                *access.read_sources(),
                access.list_inbox(),
                access.read_results("assets"),
                access.write_results("assets", "work"),
            ],
        )
        self.vision: StepLambda = functions.make(
            "Vision",
            folder="vision",
            verb="look",
            description="Looks at the keyframes: labels, text, faces, moderation, descriptions",
            timeout_seconds=600,
            memory_mb=1024,
            environment={
                "RESULTS_BUCKET": storage.results_bucket_name,
                "ASSETS_TABLE": storage.assets_table_name,
                "REQUESTS_PER_SECOND": str(config.rekognition_requests_per_second),
                "DESCRIPTIONS_PER_SECOND": str(config.descriptions_per_second),
                **models.description_settings,
            },
            grants=[
                access.read_records(),
                access.read_results("assets", "work"),
                access.write_results("assets", "work"),
                access.list_results(),
                _without_resources(
                    "Amazon Rekognition",
                    "rekognition:DetectFaces",
                    "rekognition:DetectLabels",
                    "rekognition:DetectModerationLabels",
                    "rekognition:DetectText",
                ),
                # Reads pictures of more text than Rekognition does.
                _without_resources("Amazon Textract", "textract:DetectDocumentText"),
                *models.invoke_description_models(),
            ],
        )
        self.reading: StepLambda = functions.make(
            "Reading",
            folder="reading",
            verb="read",
            description="Reads text from documents, and from page images where they hold none",
            timeout_seconds=600,
            memory_mb=1536,
            layers=[functions.media, functions.documents],
            environment={
                "RESULTS_BUCKET": storage.results_bucket_name,
                "ASSETS_TABLE": storage.assets_table_name,
                "MAX_PAGES": str(config.max_pages),
                "MAX_TEXT_CHARACTERS": str(config.max_text_characters),
            },
            grants=[
                access.read_records(),
                *access.read_sources(),
                access.list_inbox(),
                access.read_results("assets", "work"),
                access.write_results("assets", "work"),
                access.list_results(),
                _without_resources("Amazon Textract", "textract:DetectDocumentText"),
            ],
        )
        self.language: StepLambda = functions.make(
            "Language",
            folder="language",
            verb="analyze",
            description="Entities, key phrases, sentiment, personal data and toxicity of a text",
            timeout_seconds=300,
            memory_mb=512,
            environment={
                "RESULTS_BUCKET": storage.results_bucket_name,
                "ASSETS_TABLE": storage.assets_table_name,
            },
            grants=[
                access.read_records(),
                access.read_results("assets", "work"),
                access.write_results("work"),
                access.list_results(),
                _without_resources(
                    "Amazon Comprehend",
                    "comprehend:DetectDominantLanguage",
                    "comprehend:DetectEntities",
                    "comprehend:DetectKeyPhrases",
                    "comprehend:DetectPiiEntities",
                    "comprehend:DetectSentiment",
                    "comprehend:DetectToxicContent",
                ),
            ],
        )
        embedding = models.invoke_embedding_models()
        self.fusion: StepLambda = functions.make(
            "Fusion",
            folder="fusion",
            verb="fuse",
            description="Braids the modalities onto one timeline and chooses the evidence",
            timeout_seconds=300,
            memory_mb=1024,
            environment={
                "RESULTS_BUCKET": storage.results_bucket_name,
                "EVIDENCE_BUDGET_TOKENS": str(config.evidence_budget_tokens),
                **models.embedding_settings,
            },
            grants=[
                access.read_results("assets", "work"),
                access.write_results("assets"),
                # Vectors are kept under work/, so that a retry doesn't ask for them again.
                *([access.write_results("work"), access.list_results()] if embedding else []),
                *embedding,
            ],
        )


def _without_resources(service: str, *actions: str) -> Grant:
    return Grant(actions, ("*",), because=f"{service} has no resources to name in a grant for these actions")
