"""Inference: what asks a model for the profile's answer, alone, again for an editor, or in a batch."""

from __future__ import annotations

from aws_cdk import aws_iam as iam

from stacks.config import DeploymentConfig
from stacks.constructs.step_lambda import StepLambda
from stacks.functions.access import Access
from stacks.functions.factory import FunctionFactory
from stacks.functions.model_access import ModelAccess
from stacks.storage_stack import Storage

__all__ = ["InferenceFunctions"]


class InferenceFunctions:
    """``infer`` is the workflow's; what the ``braid`` command calls is made on demand."""

    def __init__(
        self,
        *,
        config: DeploymentConfig,
        storage: Storage,
        functions: FunctionFactory,
        models: ModelAccess,
    ) -> None:
        self._config = config
        self._functions = functions
        self._models = models
        self._access = access = Access(storage)
        self._settings = {"RESULTS_BUCKET": storage.results_bucket_name, **models.answer_settings}
        self.infer: StepLambda = functions.make(
            "Inference",
            folder="inference",
            verb="infer",
            description="Asks a model for the profile's answer and checks what it cites",
            timeout_seconds=900,
            memory_mb=512,
            environment={**self._settings, "ASSETS_TABLE": storage.assets_table_name},
            grants=[
                access.read_records(),
                access.read_results("assets", "work"),
                access.write_results("assets", "work"),
                access.list_results(),
                models.invoke_answer_models(),
                models.apply_guardrails(),
            ],
        )

    def trial(self) -> StepLambda:
        """Behind `braid try` and `braid ask`: asks as Infer Answer does, and may write nothing."""
        return self._functions.make(
            "InferenceTrial",
            folder="inference",
            verb="try",
            description="Asks a model again about stored evidence, for whoever edits a profile",
            timeout_seconds=900,
            memory_mb=512,
            environment=self._settings,
            grants=[
                self._access.read_results("assets"),
                self._access.list_results(),
                self._models.invoke_answer_models(),
                self._models.apply_guardrails(),
            ],
        )

    def batch(self) -> StepLambda:
        """Behind `braid batch`: writes a batch job's input and reads its output; asks no model itself."""
        return self._functions.make(
            "InferenceBatch",
            folder="inference",
            verb="batch",
            description="Writes what a Bedrock batch job is asked, and reads what it answered",
            timeout_seconds=900,
            memory_mb=1024,
            environment=self._settings,
            grants=[
                self._access.read_results("assets", "work/batch"),
                self._access.write_results("work/batch"),
                self._access.list_results(),
                self._models.apply_guardrails(),
            ],
        )

    def batch_role(self) -> iam.IRole:
        """What Bedrock runs the jobs of `braid batch` as."""
        return self._models.batch_role(
            "BatchInference",
            self._access,
            below="work/batch",
            description=f"Lets batch jobs of {self._config.deployment_name} read questions and write answers",
        )
