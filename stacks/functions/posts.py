"""Posts: what admits a file of them, judges its chunks, puts decisions together, and judges a single one."""

from __future__ import annotations

import json

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from stacks.config import DeploymentConfig
from stacks.constructs.grants import Grant
from stacks.constructs.step_lambda import StepLambda
from stacks.constructs.verdict_table import VerdictTable
from stacks.functions.access import Access
from stacks.functions.factory import FunctionFactory
from stacks.functions.model_access import ModelAccess
from stacks.storage_stack import Storage

__all__ = ["PostsFunctions"]

_MAP_LABEL = "JudgePosts"  # of the machine's Map, by which its children's ARNs are known


class PostsFunctions:
    """``states`` are the workflow's by placeholder; ``one`` is the command's."""

    def __init__(
        self,
        stack: cdk.Stack,
        *,
        config: DeploymentConfig,
        storage: Storage,
        functions: FunctionFactory,
        models: ModelAccess,
    ) -> None:
        self._stack = stack
        self._config = config
        self._access = access = Access(storage)
        self._models = models
        verdicts = VerdictTable(stack, "Verdicts")
        model_ids = {"MODEL_IDS": models.answer_settings["MODEL_IDS"]}
        results = {"RESULTS_BUCKET": storage.results_bucket_name}
        records = {"ASSETS_TABLE": storage.assets_table_name}
        judging = {**model_ids, "VERDICTS_TABLE": verdicts.name}
        # Without the right to list, S3 answers "denied" about a version that is gone.
        source = [*access.read_sources(), access.list_inbox()]
        # Chunks, and what each try of one leaves for the next.
        work = [access.read_results("work"), access.write_results("work"), access.list_results()]
        self._admit = functions.make(
            "PostsAdmit",
            folder="posts",
            verb="admit",
            description="Reads a file of posts once and cuts it into chunks at the ends of its lines",
            timeout_seconds=900,
            memory_mb=1769,
            environment={
                **results,
                **records,
                **model_ids,
                "MAX_OBJECT_BYTES": str(config.max_object_bytes),
                "MAX_USD_PER_DAY": str(config.max_usd_per_day),
                "CAN_BATCH": json.dumps(config.batch_inference),
            },
            grants=[*source, access.write_results("assets", "work"), access.change_records()],
        )
        self._judge = functions.make(
            "PostsJudge",
            folder="posts",
            verb="judge",
            description="Decides about the posts of one chunk, each text once",
            timeout_seconds=900,
            memory_mb=512,
            environment={**results, **records, **judging},
            grants=[
                *source,
                *work,
                access.read_records(),
                verdicts.read_and_write(),
                models.invoke_answer_models(),
            ],
        )
        role = (
            # It reads and writes below work/, where a file's chunks lie.
            models.batch_role(
                "PostsBatchRole",
                access,
                below="work",
                description=f"Lets batch jobs of {config.deployment_name} read posts and write verdicts",
            )
            if config.batch_inference
            else None
        )
        self._batch = functions.make(
            "PostsBatch",
            folder="posts",
            verb="batch",
            description="Has Bedrock batch jobs judge what was never judged, and keeps what they say",
            timeout_seconds=900,
            memory_mb=1024,
            environment={
                **results,
                **records,
                **judging,
                "JOB_PREFIX": config.job_prefix,
                "BATCH_ROLE_ARNS": json.dumps([role.role_arn] if role else []),
            },
            grants=[
                *source,
                *work,
                access.read_records(),
                verdicts.read_and_write(),
                *(self._submit_jobs(role) if role else []),
            ],
        )
        self._collect = functions.make(
            "PostsCollect",
            folder="posts",
            verb="collect",
            description="Puts the chunks' decisions together and sums them up",
            timeout_seconds=900,
            memory_mb=1024,
            environment={**results, **judging},
            grants=[
                access.read_results("work"),
                access.write_results("assets"),
                access.abort_uploads("assets"),
                access.list_results(),
                verdicts.read(),
            ],
        )
        self.one: StepLambda = functions.make(
            "PostsOne",
            folder="posts",
            verb="one",
            description="Judges one post while its author waits",
            timeout_seconds=60,
            memory_mb=512,
            environment=judging,
            grants=[verdicts.read_and_write(), models.invoke_answer_models()],
        )

    @property
    def states(self) -> dict[str, lambda_.Function]:
        """The functions of ``moderate_posts`` by their placeholders."""
        return {
            "PostsAdmitFunctionArn": self._admit.function,
            "PostsJudgeFunctionArn": self._judge.function,
            "PostsBatchFunctionArn": self._batch.function,
            "PostsCollectFunctionArn": self._collect.function,
        }

    def run_chunks(self, machine_name: str) -> list[Grant]:
        """What the machine's Map takes: its list of chunks, and executions of its own, one a chunk."""
        # https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
        colon = cdk.ArnFormat.COLON_RESOURCE_NAME
        machine = self._stack.format_arn(
            service="states", resource="stateMachine", resource_name=machine_name, arn_format=colon
        )
        children = self._stack.format_arn(
            service="states",
            resource="execution",
            resource_name=f"{machine_name}/{_MAP_LABEL}:*",
            arn_format=colon,
        )
        return [
            Grant(("states:StartExecution",), (machine,)),
            Grant(
                ("states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"),
                (children,),
                because="An execution for each chunk, named when the Map runs",
            ),
            self._access.read_results("work"),
        ]

    def _submit_jobs(self, role: iam.IRole) -> list[Grant]:
        models, jobs = self._models.invoke_answer_models(), self._models.batch_jobs()
        any_job = "A job is named by Bedrock"
        return [
            Grant(("bedrock:CreateModelInvocationJob",), (*models.resources, jobs), because=any_job),
            Grant(("bedrock:GetModelInvocationJob",), (jobs,), because=any_job),
            Grant(
                ("iam:PassRole",),
                (role.role_arn,),
                conditions={"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}},
            ),
        ]
