"""From an arriving object to a published result: the queue, the functions, the state machine."""

from __future__ import annotations

from datetime import date

import aws_cdk as cdk
from constructs import Construct

from braid.domain.asset.asset import GENERATE_FOLDER, INBOX_PREFIX
from stacks.config import DeploymentConfig
from stacks.constructs.failure_alarms import FailureAlarms
from stacks.constructs.grants import Grant
from stacks.constructs.inbox import Inbox
from stacks.constructs.step_lambda import StepLambda
from stacks.constructs.workflow import Workflow
from stacks.functions.admission import DISPATCH_TIMEOUT_SECONDS, AdmissionFunctions
from stacks.functions.analysis import AnalysisFunctions
from stacks.functions.closing import ClosingFunctions
from stacks.functions.factory import FunctionFactory
from stacks.functions.inference import InferenceFunctions
from stacks.functions.model_access import ModelAccess
from stacks.functions.posts import PostsFunctions
from stacks.functions.review import ReviewFunctions
from stacks.machines import asset_machines, machine_arn, other_machines
from stacks.models import models_ending_soon
from stacks.operations.alarms import failures_of
from stacks.packaging.bytecode import COMPILED_VERSION
from stacks.packaging.code import REPOSITORY
from stacks.profiles import read_profiles
from stacks.storage_stack import Storage

__all__ = ["PipelineStack"]

_PATTERNS = REPOSITORY / "statemachines" / "patterns"
_POSTS_DEFINITION = REPOSITORY / "statemachines" / "moderate_posts.asl.json"


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
        today: date,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Braid, pipeline: from an object in the inbox to its result. Holds no data.",
        )
        self._storage = storage
        models = ModelAccess(self, config=config, today=today)
        functions = FunctionFactory(self, config=config)
        inbox = Inbox(
            self,
            "Inbox",
            input_bucket_name=storage.input_bucket_name,
            consumer_timeout_seconds=DISPATCH_TIMEOUT_SECONDS,
        )
        machine_name, posts_machine_name = asset_machines(config)
        others = other_machines(config)
        admission = AdmissionFunctions(config=config, storage=storage, functions=functions, models=models)
        analysis = AnalysisFunctions(self, config=config, storage=storage, functions=functions, models=models)
        inference = InferenceFunctions(config=config, storage=storage, functions=functions, models=models)
        event_bus_arn = self.format_arn(service="events", resource="event-bus", resource_name="default")
        closing = ClosingFunctions(
            config=config,
            profiles=read_profiles(),
            storage=storage,
            functions=functions,
            inbox=inbox,
            event_bus_arn=event_bus_arn,
        )
        review = ReviewFunctions(
            self,
            config=config,
            storage=storage,
            functions=functions,
            inbox=inbox,
            machine_names=(machine_name, posts_machine_name, *others.values()),
        )
        posts = PostsFunctions(self, config=config, storage=storage, functions=functions, models=models)
        trial = inference.trial()
        workflow = Workflow(
            self,
            "Workflow",
            name=machine_name,
            definition=_PATTERNS / f"{config.workflow_pattern}.asl.json",
            functions={
                "IntakeFunctionArn": admission.intake.function,
                "TranscriptionStartFunctionArn": analysis.transcription_start.function,
                "TranscriptionCollectFunctionArn": analysis.transcription_collect.function,
                "KeyframesFunctionArn": analysis.keyframes.function,
                "VisionFunctionArn": analysis.vision.function,
                "ReadingFunctionArn": analysis.reading.function,
                "LanguageFunctionArn": analysis.language.function,
                "FusionFunctionArn": analysis.fusion.function,
                "InferenceFunctionArn": inference.infer.function,
                "PublishingFunctionArn": closing.publishing.function,
                "RecordingFunctionArn": closing.recording.function,
                "ReviewAskFunctionArn": review.ask.function,
            },
            grants=(Grant(("events:PutEvents",), (event_bus_arn,)),),
            log_retention_days=config.log_retention_days,
        )
        posts_workflow = Workflow(
            self,
            "PostsWorkflow",
            name=posts_machine_name,
            definition=_POSTS_DEFINITION,
            functions={
                **posts.states,
                "PublishingFunctionArn": closing.publishing.function,
                "RecordingFunctionArn": closing.recording.function,
                "ReviewAskFunctionArn": review.ask.function,
            },
            grants=(Grant(("events:PutEvents",), (event_bus_arn,)), *posts.run_chunks(posts_machine_name)),
            log_retention_days=config.log_retention_days,
        )
        other_arns = {folder: machine_arn(self, name) for folder, name in others.items()}
        dispatch = admission.dispatch(
            inbox,
            machine_arn=workflow.machine.state_machine_arn,
            posts_machine_arn=posts_workflow.machine.state_machine_arn,
            of_folder=other_arns,
        )
        inbox.deliver_to(dispatch.function, max_concurrency=config.max_dispatch_concurrency)
        workflow.report_failures_to(
            closing.recording.function,
            dead_letters=inbox.dead_letters,
            of_others=(posts_workflow.machine.state_machine_arn, *other_arns.values()),
        )
        workflow.keep_unrecorded(closing.recording.function, dead_letters=inbox.dead_letters)
        if config.operations:
            FailureAlarms(
                self, "Alarms", config=config, failures=failures_of("pipeline"), queues=inbox.queue_names
            )
        self._outputs(workflow, inbox, review, trial)
        for name, value, description in (
            # A stage puts its own name before those of stacks, and before nothing else.
            ("DeploymentName", config.deployment_name, "Opens the names of what is deployed"),
            ("PostsMachineArn", posts_workflow.machine.state_machine_arn, "The workflow of files of posts"),
            ("PostsFunctionName", posts.one.function.function_name, "Judges a single post"),
        ):
            cdk.CfnOutput(self, name, value=value, description=description)
        cdk.CfnOutput(
            self,
            "ClosingFunctionName",
            value=closing.recording.function.function_name,
            description="Records the end of an execution",
        )
        if config.batch_inference:
            self._batch_outputs(inference)
        if generation_arn := other_arns.get(GENERATE_FOLDER):
            cdk.CfnOutput(
                self, "GenerationMachineArn", value=generation_arn, description="Makes what is asked for"
            )
        for warning in models_ending_soon(config, today):
            cdk.Annotations.of(self).add_warning_v2(
                "braid:model-ending", f"{warning}: see registry/models.toml"
            )
        if config.python_version != COMPILED_VERSION:
            cdk.Annotations.of(self).add_info_v2(
                "braid:modules-not-compiled",
                f"synthesised under Python {COMPILED_VERSION}, functions of {config.python_version} compile "
                "what they import at every cold start, for about a second; synthesised under theirs, not",
            )
        if config.python_version == "3.11":
            cdk.Annotations.of(self).add_warning_v2(
                "braid:python-for-laptops",
                "the layers' wheels need glibc 2.28, which Lambda's own python3.11 doesn't have: on AWS set "
                "python_version to 3.12 or later",
            )

    def _outputs(self, workflow: Workflow, inbox: Inbox, review: ReviewFunctions, trial: StepLambda) -> None:
        """What people and the ``braid`` command need to know of a deployment."""
        machine_arn = workflow.machine.state_machine_arn
        drop = (
            f"aws s3 cp <FILE> s3://{self._storage.input_bucket_name}/{INBOX_PREFIX} --region {self.region}"
        )
        console = (
            f"https://{self.region}.console.aws.amazon.com/states/home?region={self.region}"
            f"#/statemachines/view/{machine_arn}"
        )
        for name, value, description in (
            ("InputBucketName", self._storage.input_bucket_name, "Files go here, below inbox/<profile>/"),
            ("ResultsBucketName", self._storage.results_bucket_name, "Results come here"),
            ("AssetsTableName", self._storage.assets_table_name, "One record per asset"),
            ("StateMachineArn", machine_arn, "The workflow"),
            ("InboxQueueUrl", inbox.queue_url, "What arrived, or is asked for again, waits here"),
            ("DeadLetterQueueUrl", inbox.dead_letters.queue_url, "Events that could not be handled"),
            ("ReviewTopicArn", review.topic.topic_arn, "Tells its subscribers what waits for a reviewer"),
            ("ReviewFunctionName", review.decide.function.function_name, "Takes reviewers' decisions"),
            ("TrialFunctionName", trial.function.function_name, "Asks again from stored evidence"),
            ("DropCommand", drop, "Starts an asset of the general profile"),
            ("ConsoleUrl", console, "Executions, live"),
        ):
            cdk.CfnOutput(self, name, value=value, description=description)

    def _batch_outputs(self, inference: InferenceFunctions) -> None:
        """Makes what ``braid batch`` works with, and says where it is."""
        name = inference.batch().function.function_name
        cdk.CfnOutput(self, "BatchFunctionName", value=name, description="Writes and reads batch jobs")
        role_arn = inference.batch_role().role_arn
        cdk.CfnOutput(self, "BatchRoleArn", value=role_arn, description="What Bedrock runs batch jobs as")
