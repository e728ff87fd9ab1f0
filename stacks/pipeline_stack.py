"""From an arriving object to a published result: the queue, the functions, the state machine.

Every function's duties, limits and permissions stand in one place below, in the order of the workflow.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from domain.asset import INBOX_PREFIX
from stacks.access import Access
from stacks.config import DeploymentConfig
from stacks.constructs.grants import Grant
from stacks.constructs.inbox import Inbox
from stacks.constructs.platform import StepPlatform, code_asset
from stacks.constructs.python_layer import PythonLayer
from stacks.constructs.step_lambda import StepLambda
from stacks.constructs.workflow import Workflow
from stacks.models import foundation_model_id, model_ids
from stacks.packaging import REPOSITORY
from stacks.storage_stack import Storage

__all__ = ["PipelineStack"]

_DEFINITION = REPOSITORY / "statemachines" / "analyze_asset.asl.json"
_DISPATCH_TIMEOUT_SECONDS = 30


class PipelineStack(cdk.Stack):
    """All that runs. It holds nothing that can't be made again."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: DeploymentConfig,
        storage: Storage,
        env: cdk.Environment,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Braid, pipeline: from an object in the inbox to its result. Holds no data.",
        )
        self._config = config
        self._storage = storage
        self._platform = StepPlatform(config=config, code=code_asset())
        self._core = PythonLayer(
            self, "CoreLayer", name="core", config=config, description="What every function of Braid imports"
        ).layer
        self._media = PythonLayer(
            self, "MediaLayer", name="media", config=config, description="PyAV, Pillow and pypdfium2"
        ).layer

        steps = self._steps(Access(storage))
        workflow = Workflow(
            self,
            "Workflow",
            name=f"{config.deployment_name}-analyze-asset",
            definition=_DEFINITION,
            functions={f"{name}FunctionArn": step.function for name, step in steps.items()},
            grants=(Grant(("events:PutEvents",), (self._arn("events", "event-bus", "default"),)),),
            log_retention_days=config.log_retention_days,
        )
        inbox = self._inbox(Access(storage), workflow)
        workflow.tells_of_deaths(steps["Recording"].function, dead_letters=inbox.dead_letters)
        self._outputs(workflow, inbox)
        cdk.Validations.of(self).acknowledge(
            cdk.Acknowledgment(
                id="AwsSolutions-L1",
                reason="The runtime is a knob (python_version); 3.13 is the newest that every wheel in the "
                "layers is built for",
            )
        )

    def _steps(self, access: Access) -> Mapping[str, StepLambda]:
        """The workflow's functions under the names that the ASL calls them by."""
        config, storage = self._config, self._storage
        results = {"RESULTS_BUCKET": storage.results_bucket_name}
        records = {"ASSETS_TABLE": storage.assets_table_name}
        deployment = {"DEPLOYMENT_NAME": config.deployment_name}
        models = model_ids(config)
        return {
            "Intake": self._step(
                "Intake",
                "intake",
                description="Identifies an asset by content, probes it, applies the quality gates",
                timeout_seconds=120,
                memory_mb=1024,
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
                    access.write_results("assets", "work"),
                    access.change_records(),
                ],
            ),
            "TranscriptionStart": self._step(
                "TranscriptionStart",
                "transcription",
                entry="start",
                description="Writes the audio track for Amazon Transcribe and starts the job",
                timeout_seconds=300,
                memory_mb=1024,
                layers=[self._core, self._media],
                environment={**results, **deployment},
                grants=[
                    access.read_sources(),
                    # Transcribe reads and writes with the caller's permissions.
                    access.read_results("assets", "work"),
                    access.write_results("assets", "work"),
                    access.list_results(),
                    self._on_own_jobs("transcribe:StartTranscriptionJob"),
                ],
            ),
            "TranscriptionCollect": self._step(
                "TranscriptionCollect",
                "transcription",
                entry="collect",
                description="Reads the transcription job and turns its output into utterances",
                timeout_seconds=60,
                memory_mb=512,
                environment={**results, **deployment},
                grants=[
                    access.read_results("assets", "work"),
                    access.write_results("assets", "work"),
                    access.list_results(),
                    self._on_own_jobs("transcribe:GetTranscriptionJob"),
                ],
            ),
            "Keyframes": self._step(
                "Keyframes",
                "keyframes",
                description="Chooses the stills that stand for a video, a picture or a document's pages",
                timeout_seconds=600,
                memory_mb=2048,
                layers=[self._core, self._media],
                environment={**results, "MAX_KEYFRAMES": str(config.max_keyframes)},
                grants=[
                    access.read_sources(),
                    access.read_results("assets", "work"),
                    access.write_results("assets", "work"),
                    access.list_results(),
                ],
            ),
            "Vision": self._step(
                "Vision",
                "vision",
                description="Looks at the keyframes: labels, text, faces, moderation",
                timeout_seconds=600,
                memory_mb=1024,
                environment={
                    **results,
                    "REQUESTS_PER_SECOND": str(config.rekognition_requests_per_second),
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
                ],
            ),
            "Reading": self._step(
                "Reading",
                "reading",
                description="Reads text from documents, and from page images where they hold none",
                timeout_seconds=600,
                memory_mb=1536,
                layers=[self._core, self._media],
                environment={**results, "MAX_PAGES": str(config.max_pages)},
                grants=[
                    access.read_sources(),
                    access.read_results("assets", "work"),
                    access.write_results("assets", "work"),
                    access.list_results(),
                    _without_resources("Amazon Textract", "textract:DetectDocumentText"),
                ],
            ),
            "Language": self._step(
                "Language",
                "language",
                description="Language, entities, key phrases, sentiment, personal data and toxicity of a text",
                timeout_seconds=300,
                memory_mb=512,
                environment=results,
                grants=[
                    access.read_results("assets", "work"),
                    access.write_results("assets", "work"),
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
            "Fusion": self._step(
                "Fusion",
                "fusion",
                description="Braids the modalities onto one timeline and chooses the evidence",
                timeout_seconds=300,
                memory_mb=1024,
                environment={**results, "EVIDENCE_BUDGET_TOKENS": str(config.evidence_budget_tokens)},
                grants=[
                    access.read_results("assets", "work"),
                    access.write_results("assets", "work"),
                    access.list_results(),
                ],
            ),
            "Inference": self._step(
                "Inference",
                "inference",
                description="Asks a model for the profile's answer and checks what it cites",
                timeout_seconds=900,
                memory_mb=512,
                environment={**results, "MODEL_IDS": json.dumps(models, sort_keys=True)},
                grants=[
                    access.read_results("assets", "work"),
                    access.write_results("assets", "work"),
                    access.list_results(),
                    self._invoke_models(models.values()),
                ],
            ),
            "Publishing": self._step(
                "Publishing",
                "publishing",
                description="Writes captions, report, receipt and result, and closes the record",
                timeout_seconds=120,
                memory_mb=512,
                environment={**results, **records},
                grants=self._closing(access),
            ),
            "Recording": self._step(
                "Recording",
                "recording",
                description="Closes the record of an asset that was rejected or failed, with the reason",
                timeout_seconds=60,
                memory_mb=256,
                environment={**results, **records},
                grants=self._closing(access),
            ),
        }

    def _inbox(self, access: Access, workflow: Workflow) -> Inbox:
        """The way in: the queue and the function that starts executions."""
        machine = workflow.machine
        inbox = Inbox(
            self,
            "Inbox",
            input_bucket_name=self._storage.input_bucket_name,
            consumer_timeout_seconds=_DISPATCH_TIMEOUT_SECONDS,
        )
        dispatch = self._step(
            "Dispatch",
            "dispatch",
            description="Opens a record for every arriving asset and starts its execution",
            timeout_seconds=_DISPATCH_TIMEOUT_SECONDS,
            memory_mb=256,
            environment={
                "ASSETS_TABLE": self._storage.assets_table_name,
                "STATE_MACHINE_ARN": machine.state_machine_arn,
            },
            grants=[
                inbox.receiving,
                access.put_records(),
                Grant(("states:StartExecution",), (machine.state_machine_arn,)),
            ],
        )
        inbox.feeds(dispatch.function, max_concurrency=self._config.max_dispatch_concurrency)
        return inbox

    def _step(
        self,
        construct_id: str,
        folder: str,
        *,
        description: str,
        timeout_seconds: int,
        memory_mb: int,
        environment: Mapping[str, str],
        grants: Sequence[Grant],
        layers: Sequence[lambda_.ILayerVersion] = (),
        entry: str = "handler",
    ) -> StepLambda:
        return StepLambda(
            self,
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

    def _closing(self, access: Access) -> list[Grant]:
        """What an asset's last step does, whether it published or gave up."""
        return [
            access.read_results("assets", "work"),
            access.write_results("assets", "work", "by-source"),
            access.remove_results("by-source"),
            access.list_results(),
            access.list_inbox(),
            access.change_records(),
            access.tag_sources(),
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
            self.format_arn(
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

    def _arn(self, service: str, resource: str, name: str) -> str:
        return self.format_arn(service=service, resource=resource, resource_name=name)

    def _outputs(self, workflow: Workflow, inbox: Inbox) -> None:
        """What people and the ``braid`` command need to know of a deployment."""
        machine_arn = workflow.machine.state_machine_arn
        drop = f"aws s3 cp <FILE> s3://{self._storage.input_bucket_name}/{INBOX_PREFIX} --region {self.region}"
        console = (
            f"https://{self.region}.console.aws.amazon.com/states/home?region={self.region}"
            f"#/statemachines/view/{machine_arn}"
        )
        for name, value, description in (
            ("InputBucketName", self._storage.input_bucket_name, "Files go here, below inbox/<profile>/"),
            ("ResultsBucketName", self._storage.results_bucket_name, "Results come here"),
            ("AssetsTableName", self._storage.assets_table_name, "One record per asset"),
            ("StateMachineArn", machine_arn, "The workflow"),
            ("DeadLetterQueueUrl", inbox.dead_letters.queue_url, "Events that could not be handled"),
            ("DropCommand", drop, "Starts an asset of the general profile"),
            ("ConsoleUrl", console, "Executions, live"),
        ):
            cdk.CfnOutput(self, name, value=value, description=description)


def _without_resources(service: str, *actions: str) -> Grant:
    return Grant(actions, ("*",), because=f"{service} has no resources to name in a grant for these actions")
