"""A picture model: Titan Multimodal Embeddings by Bedrock's own job, compared by two batch jobs.

Batch jobs take a custom model as it is, at no price by the hour. Throughput is provisioned only where the
plan asks for it, for so many hours, after the tuned model has proved better.
"""

from __future__ import annotations

from braid.aws.tuning.custom_models import CustomModelService
from braid.domain.errors import RefusedByServiceError
from braid.domain.tuning.estimate import batch_usage
from braid.domain.tuning.plan import TuningPlan
from braid.domain.tuning.records import Evaluation
from braid.runtime.prices import price_book
from lambdas.tuning.evaluation.pictures import compare_pictures, put_records, read_vectors
from lambdas.tuning.runs.receipts import count_spending
from lambdas.tuning.runs.run import Run
from lambdas.tuning.ways.service_roles import ServiceRoles
from lambdas.tuning.ways.way import made_by, ready

__all__ = ["BATCHES", "TitanImage"]

# The batch jobs of a run's evaluation.
BATCHES = ("base", "tuned")


class TitanImage:
    """See ``TuningWay``."""

    def __init__(self, roles: ServiceRoles) -> None:
        self._roles = roles
        self._models = CustomModelService()

    def submit(self, plan: TuningPlan, run: Run) -> None:
        """See ``TuningWay``."""
        self._models.start_customization(
            plan.run_id,
            role_arn=self._roles.training_role_arn,
            base_model=f"{plan.way.base_model}:0",
            training_uri=plan.training.uri,
            validation_uri=plan.validation.uri,
            output_uri=run.work_uri("output/"),
            hyperparameters=plan.hyperparameters,
        )

    def collect(self, plan: TuningPlan) -> str:
        """See ``TuningWay``."""
        return made_by(self._models.customization_job(plan.run_id), "customization job")

    def import_model(self, plan: TuningPlan, made: str) -> str:  # noqa: ARG002  # as the other way needs
        """See ``TuningWay``: the job has made a custom model already."""
        return ready(self._models.model(plan.run_id), "custom model")

    def open_evaluation(self, plan: TuningPlan, run: Run, model_arn: str) -> None:
        """See ``TuningWay``."""
        put_records(run, plan)
        for name, model_id in zip(BATCHES, (plan.way.base_model, model_arn), strict=True):
            self._models.start_batch(
                f"{plan.run_id}-{name}",
                model_id=model_id,
                role_arn=self._roles.training_role_arn,
                input_uri=run.work_uri("evaluation/"),
                output_uri=run.work_uri(f"answers/{name}/"),
            )
        count_spending(run, (batch_usage(plan, run.size.evaluation_rows),), price_book())

    def evaluate(self, plan: TuningPlan, run: Run) -> Evaluation:
        """See ``TuningWay``."""
        vectors = []
        for name in BATCHES:
            job = self._models.batch_job(f"{plan.run_id}-{name}")
            made_by(job, f"batch job of the {name} model")
            assert job is not None  # made_by raises
            vectors.append(read_vectors(run, name, job.arn))
        return compare_pictures(plan, run, base=vectors[0], tuned=vectors[1])

    def deploy(self, plan: TuningPlan, model_arn: str) -> str:
        """See ``TuningWay``. Without throughput the model is asked in batches, by its own ARN."""
        if not plan.provisioned_hours:
            return model_arn
        self._models.provision(plan.run_id, model_arn=model_arn)
        return ready(self._models.throughput(plan.run_id), "provisioned throughput")

    def smoke_test(self, plan: TuningPlan, run: Run, serving_arn: str) -> str:  # noqa: ARG002  # as the other way needs
        """See ``TuningWay``: the batch has shown that the model answers; throughput has to be in service."""
        if plan.provisioned_hours and self._models.throughput(plan.run_id) is None:
            raise RefusedByServiceError("the provisioned throughput is gone: somebody deleted it")
        return "answers in batches" if not plan.provisioned_hours else "in service"
