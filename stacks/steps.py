"""Every function of the pipeline: its duty, its limits, its settings and all that it may do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from stacks.access import Access
from stacks.config import DeploymentConfig
from stacks.constructs.grants import Grant, granted_role
from stacks.constructs.inbox import Inbox
from stacks.constructs.platform import StepPlatform, code_asset
from stacks.constructs.python_layer import PythonLayer
from stacks.constructs.step_lambda import StepLambda
from stacks.guardrails import Guardrails
from stacks.models import description_model_ids, embedding_model_ids, foundation_model_id, model_ids
from stacks.storage_stack import Storage
from stacks.use_cases import read_profiles

__all__ = ["DISPATCH_TIMEOUT_SECONDS", "Steps"]

DISPATCH_TIMEOUT_SECONDS = 30
_KEYFRAMES_SECONDS = 900


class Steps:
    """The functions of one pipeline stack, each made once; all share one code asset and three layers."""

    def __init__(self, stack: cdk.Stack, *, config: DeploymentConfig, storage: Storage, today: date) -> None:
        self._stack = stack
        self._config = config
        self._storage = storage
        self._access = Access(storage)
        self._platform = StepPlatform(config=config, code=code_asset())
        self._profiles = read_profiles()
        self._models = model_ids(config, today)
        self._description_models = description_model_ids(config, self._profiles, today)
        self._embedding_models = embedding_model_ids(config, today)
        self._guardrails = Guardrails(stack, deployment_name=config.deployment_name, profiles=self._profiles)
        self._core = PythonLayer(
            stack, "CoreLayer", name="core", config=config, description="What every function of Braid imports"
        ).layer
        self._media = PythonLayer(
            stack, "MediaLayer", name="media", config=config, description="PyAV, Pillow and pypdfium2"
        ).layer
        self._documents = PythonLayer(
            stack,
            "DocumentsLayer",
            name="documents",
            config=config,
            description="Readers of office documents, HTML and Markdown",
        ).layer

    def of_workflow(self, inbox: Inbox) -> dict[str, StepLambda]:
        """The workflow's functions under the names that the ASL calls them by."""
        config, storage, access = self._config, self._storage, self._access
        results = {"RESULTS_BUCKET": storage.results_bucket_name}
        records = {"ASSETS_TABLE": storage.assets_table_name}
        deployment = {"DEPLOYMENT_NAME": config.deployment_name}
        steps = [
            self.step(
                "Intake",
                folder="intake",
                description="Identifies an asset by content, probes it, applies the quality gates",
                timeout_seconds=120,
                # What it takes is 512 MB at most, tested; a whole processor is what more memory buys.
                memory_mb=1769,
                layers=[self._core, self._media],
                environment={
                    **results,
                    **records,
                    "MAX_OBJECT_BYTES": str(config.max_object_bytes),
                    "MAX_DURATION_SECONDS": str(config.max_duration_seconds),
                    "MAX_PAGES": str(config.max_pages),
                    "MAX_IMAGE_PIXELS": str(config.max_image_pixels),
                    "BUNDLE_WAIT_SECONDS": str(config.bundle_wait_seconds),
                },
                grants=[
                    access.read_sources(),
                    access.list_inbox(),
                    access.write_results("assets"),
                    access.change_records(),
                ],
            ),
            self.step(
                "TranscriptionStart",
                folder="transcription",
                entry="start",
                description="Writes the audio track for Amazon Transcribe and starts the job",
                # Sound that has to be decoded, of four hours, takes one whole processor some minutes.
                timeout_seconds=600,
                memory_mb=1769,
                layers=[self._core, self._media],
                environment={**results, **deployment},
                grants=[
                    access.read_sources(),
                    access.list_inbox(),
                    access.read_results("assets"),
                    # Transcribe reads the audio and writes its output with the caller's permissions.
                    access.read_results("work"),
                    access.write_results("work"),
                    access.abort_uploads("work"),
                    access.let_transcribe_try_to_write(),
                    access.list_results(),
                    Grant(
                        ("transcribe:StartTranscriptionJob",),
                        ("*",),
                        because="Starting a job names no resource; its output is held to the results bucket",
                        conditions={
                            "StringEquals": {"transcribe:OutputBucketName": storage.results_bucket_name}
                        },
                    ),
                ],
            ),
            self.step(
                "TranscriptionCollect",
                folder="transcription",
                entry="collect",
                description="Reads the transcription job and turns its output into utterances",
                timeout_seconds=60,
                memory_mb=512,
                environment={**results, **deployment},
                grants=[
                    access.read_results("assets", "work"),
                    access.write_results("assets"),
                    self._on_own_jobs("transcribe:GetTranscriptionJob"),
                ],
            ),
            self.step(
                "Keyframes",
                folder="keyframes",
                description="Chooses the stills that stand for a video, a picture or a document's pages",
                # Where something always moves every picture is decoded: on one processor 720p 14 times as
                # fast as it plays (measured), 1080p about 6 times. It takes 512 MB at most, tested; memory
                # buys processors, 1.7 here; a new account gets 3008 MB at most.
                timeout_seconds=_KEYFRAMES_SECONDS,
                memory_mb=3008,
                layers=[self._core, self._media],
                environment={
                    **results,
                    "MAX_KEYFRAMES": str(config.max_keyframes),
                    # What is left is enough to read on to a film's end, looking at single pictures.
                    "TIME_BUDGET_SECONDS": str(_KEYFRAMES_SECONDS * 2 // 3),
                },
                grants=[
                    access.read_sources(),
                    access.list_inbox(),
                    access.read_results("assets"),
                    access.write_results("assets", "work"),
                ],
            ),
            self.step(
                "Vision",
                folder="vision",
                description="Looks at the keyframes: labels, text, faces, moderation, descriptions",
                timeout_seconds=600,
                memory_mb=1024,
                environment={
                    **results,
                    "REQUESTS_PER_SECOND": str(config.rekognition_requests_per_second),
                    "DESCRIPTIONS_PER_SECOND": str(config.descriptions_per_second),
                    "MODEL_IDS": json.dumps(self._description_models, sort_keys=True),
                },
                grants=[
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
                    # None where no profile wants descriptions.
                    *(
                        [self._invoke_models(list(self._description_models.values()))]
                        if self._description_models
                        else []
                    ),
                ],
            ),
            self.step(
                "Reading",
                folder="reading",
                description="Reads text from documents, and from page images where they hold none",
                timeout_seconds=600,
                memory_mb=1536,
                layers=[self._core, self._media, self._documents],
                environment={**results, "MAX_PAGES": str(config.max_pages)},
                grants=[
                    access.read_sources(),
                    access.list_inbox(),
                    access.read_results("assets", "work"),
                    access.write_results("assets", "work"),
                    access.list_results(),
                    _without_resources("Amazon Textract", "textract:DetectDocumentText"),
                ],
            ),
            self.step(
                "Language",
                folder="language",
                description="Entities, key phrases, sentiment, personal data and toxicity of a text",
                timeout_seconds=300,
                memory_mb=512,
                environment=results,
                grants=[
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
            ),
            self.step(
                "Fusion",
                folder="fusion",
                description="Braids the modalities onto one timeline and chooses the evidence",
                timeout_seconds=300,
                memory_mb=1024,
                environment={
                    **results,
                    "EVIDENCE_BUDGET_TOKENS": str(config.evidence_budget_tokens),
                    "EMBEDDING_MODEL_IDS": json.dumps(self._embedding_models),
                },
                grants=[
                    access.read_results("assets", "work"),
                    access.write_results("assets"),
                    *(self._may_embed() if self._embedding_models else []),
                ],
            ),
            self.step(
                "Inference",
                folder="inference",
                description="Asks a model for the profile's answer and checks what it cites",
                timeout_seconds=900,
                memory_mb=512,
                environment=self._asking(),
                grants=[
                    access.read_results("assets", "work"),
                    access.write_results("assets", "work"),
                    access.list_results(),
                    *self._may_ask(),
                ],
            ),
            self.step(
                "Publishing",
                folder="publishing",
                description="Writes captions, report, receipt and result, and closes the record",
                timeout_seconds=120,
                memory_mb=512,
                environment={**results, **records},
                # A use case may have a small file embedded in its reports.
                grants=[*self._closing(), access.read_sources()],
            ),
            self.step(
                "Recording",
                folder="closing",
                description="Closes the record of an asset that was rejected or failed, with the reason",
                timeout_seconds=60,
                memory_mb=256,
                environment={**results, **records},
                grants=[*self._closing(), inbox.burying],
            ),
        ]
        return {step.node.id: step for step in steps}

    def trial(self) -> StepLambda:
        """Behind `braid try` and `braid ask`: asks as Infer Answer does, and may write nothing."""
        return self.step(
            "InferenceTrial",
            folder="inference",
            entry="trial",
            description="Asks a model again about stored evidence, for whoever edits a profile",
            timeout_seconds=900,
            memory_mb=512,
            environment=self._asking(),
            grants=[self._access.read_results("assets"), self._access.list_results(), *self._may_ask()],
        )

    def batch(self) -> StepLambda:
        """Behind `braid batch`: writes a batch job's input and reads its output; asks no model itself."""
        return self.step(
            "InferenceBatch",
            folder="inference",
            entry="batch",
            description="Writes what a Bedrock batch job is asked, and reads what it answered",
            timeout_seconds=900,
            memory_mb=1024,
            environment=self._asking(),
            grants=[
                self._access.read_results("assets", "work/batch"),
                self._access.write_results("work/batch"),
                self._access.list_results(),
                Grant(("bedrock:ApplyGuardrail",), tuple(self._guardrails.arns)),
            ],
        )

    def batch_role(self) -> iam.IRole:
        """What Bedrock runs a batch job as; whoever submits one passes it."""
        # https://docs.aws.amazon.com/bedrock/latest/userguide/batch-iam-sr.html
        jobs = self._arn("bedrock", "model-invocation-job", "*")
        return granted_role(
            self._stack,
            "BatchInference",
            service="bedrock.amazonaws.com",
            description=f"Lets batch jobs of {self._config.deployment_name} read questions and write answers",
            grants=[
                self._access.read_results("work/batch"),
                self._access.write_results("work/batch"),
                self._access.list_results(),
                self._invoke_models(list(self._models.values())),
            ],
            only_for={
                "StringEquals": {"aws:SourceAccount": self._stack.account},
                "ArnLike": {"aws:SourceArn": jobs},
            },
        )

    def _asking(self) -> dict[str, str]:
        return {
            "RESULTS_BUCKET": self._storage.results_bucket_name,
            "MODEL_IDS": json.dumps(self._models, sort_keys=True),
            "GUARDRAILS": self._guardrails.by_profile,
        }

    def _may_ask(self) -> list[Grant]:
        return [
            self._invoke_models(list(self._models.values())),
            Grant(("bedrock:ApplyGuardrail",), tuple(self._guardrails.arns)),
        ]

    def dispatch(self, inbox: Inbox, machine_arn: str) -> StepLambda:
        """The function that starts executions, for every message of the inbox."""
        return self.step(
            "Dispatch",
            folder="dispatch",
            description="Opens a record for every arriving asset and starts its execution",
            timeout_seconds=DISPATCH_TIMEOUT_SECONDS,
            memory_mb=256,
            environment={"ASSETS_TABLE": self._storage.assets_table_name, "STATE_MACHINE_ARN": machine_arn},
            grants=[
                inbox.receiving,
                self._access.put_records(),
                Grant(("states:StartExecution",), (machine_arn,)),
            ],
        )

    def step(
        self,
        construct_id: str,
        *,
        folder: str,
        description: str,
        timeout_seconds: int,
        memory_mb: int,
        environment: Mapping[str, str],
        grants: Sequence[Grant],
        layers: Sequence[lambda_.ILayerVersion] = (),
        entry: str = "handler",
    ) -> StepLambda:
        """One function of the package ``lambdas.<folder>``, with the layers, limits and grants given."""
        return StepLambda(
            self._stack,
            construct_id,
            platform=self._platform,
            name=folder if entry == "handler" else f"{folder}-{entry}",
            handler=f"lambdas.{folder}.handler.{entry}",
            description=description,
            timeout_seconds=timeout_seconds,
            memory_mb=memory_mb,
            layers=layers or [self._core],
            environment=environment,
            grants=grants,
        )

    def _closing(self) -> list[Grant]:
        """What an asset's last step does, whether it published or gave up."""
        return [
            self._access.read_results("assets", "work"),
            self._access.write_results("assets", "by-source"),
            self._access.remove_results("by-source"),
            self._access.list_results(),
            self._access.list_inbox(),
            self._access.change_records(),
            self._access.tag_sources(),
        ]

    def _on_own_jobs(self, action: str) -> Grant:
        return Grant(
            (action,),
            (self._arn("transcribe", "transcription-job", f"{self._config.deployment_name}-*"),),
            because="A job is named after its asset; the deployment's name opens every one",
        )

    def _invoke_models(self, profile_ids: Sequence[str]) -> Grant:
        """An inference profile needs a grant on itself and on its model in every region that it routes to."""
        profiles = [self._arn("bedrock", "inference-profile", profile_id) for profile_id in profile_ids]
        models = [
            self._stack.format_arn(
                service="bedrock",
                region="*",
                account="",
                resource="foundation-model",
                resource_name=foundation_model_id(profile_id),
            )
            for profile_id in profile_ids
        ]
        return Grant(
            ("bedrock:InvokeModel",),
            (*profiles, *models),
            because="The inference profile decides in which region of its geography the model runs",
        )

    def _may_embed(self) -> list[Grant]:
        """Models without an inference profile answer in the region that they are asked in."""
        models = tuple(
            self._stack.format_arn(
                service="bedrock", account="", resource="foundation-model", resource_name=model_id
            )
            for model_id in self._embedding_models
        )
        # Vectors are kept under work/, so that a retry doesn't ask for them again.
        return [
            self._access.write_results("work"),
            self._access.list_results(),
            Grant(("bedrock:InvokeModel",), models),
        ]

    def _arn(self, service: str, resource: str, name: str) -> str:
        return self._stack.format_arn(service=service, resource=resource, resource_name=name)


def _without_resources(service: str, *actions: str) -> Grant:
    return Grant(actions, ("*",), because=f"{service} has no resources to name in a grant for these actions")
