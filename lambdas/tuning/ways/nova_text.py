"""A text model: Nova by SageMaker's serverless LoRA job, imported by Bedrock and deployed on demand.

The deployment is made before the evaluation, because nothing else answers for the tuned model. It costs
nothing but what it is asked.
"""

from __future__ import annotations

from braid.aws.tuning.custom_models import CustomModelService
from braid.aws.tuning.training_jobs import HUB_MODELS, TrainingJobService
from braid.domain.errors import RefusedByServiceError
from braid.domain.tuning.estimate import answers_usage
from braid.domain.tuning.plan import TuningPlan
from braid.domain.tuning.records import Evaluation
from braid.models.evaluating import ask
from braid.runtime.prices import price_book
from lambdas.tuning.evaluation.asking import answers_of
from lambdas.tuning.evaluation.texts import compare_texts, read_questions
from lambdas.tuning.runs.receipts import count_spending
from lambdas.tuning.runs.run import Run
from lambdas.tuning.ways.service_roles import ServiceRoles
from lambdas.tuning.ways.way import made_by, ready

__all__ = ["NovaText"]


class NovaText:
    """See ``TuningWay``."""

    def __init__(self, roles: ServiceRoles) -> None:
        self._roles = roles
        self._models, self._jobs = CustomModelService(), TrainingJobService()

    def submit(self, plan: TuningPlan, run: Run) -> None:
        """See ``TuningWay``."""
        self._jobs.start(
            plan.run_id,
            role_arn=self._roles.training_role_arn,
            base_model_arn=f"{self._roles.hub_arn}/Model/{HUB_MODELS[plan.way.base_model]}/1.0.0",
            package_group_arn=self._roles.package_group_arn,
            training_uri=plan.training.uri,
            validation_uri=plan.validation.uri,
            output_uri=run.work_uri("output"),
            hyperparameters=plan.hyperparameters,
        )

    def collect(self, plan: TuningPlan) -> str:
        """See ``TuningWay``."""
        return made_by(self._jobs.job(plan.run_id), "training job")

    def import_model(self, plan: TuningPlan, made: str) -> str:
        """See ``TuningWay``."""
        self._models.import_model(plan.run_id, package_arn=made, role_arn=self._roles.training_role_arn)
        return ready(self._models.model(plan.run_id), "custom model")

    def open_evaluation(self, plan: TuningPlan, run: Run, model_arn: str) -> None:  # noqa: ARG002  # as the other way needs
        """See ``TuningWay``."""
        self._models.deploy(plan.run_id, model_arn=model_arn)

    def evaluate(self, plan: TuningPlan, run: Run) -> Evaluation:
        """See ``TuningWay``."""
        serving = ready(self._models.deployment(plan.run_id), "deployment")
        questions = read_questions(run.lines(plan.evaluation))
        base = answers_of(plan.way.base_model, questions, run=run, name="base")
        tuned = answers_of(serving, questions, run=run, name="tuned")
        asked = sum(told.input_tokens for told in (*base, *tuned))
        answered = sum(told.output_tokens for told in (*base, *tuned))
        count_spending(run, answers_usage(plan, asked, answered), price_book())
        return compare_texts(questions, base=base, tuned=tuned, max_slice_loss=plan.max_slice_loss)

    def deploy(self, plan: TuningPlan, model_arn: str) -> str:
        """See ``TuningWay``."""
        self._models.deploy(plan.run_id, model_arn=model_arn)
        return ready(self._models.deployment(plan.run_id), "deployment")

    def smoke_test(self, plan: TuningPlan, run: Run, serving_arn: str) -> str:
        """See ``TuningWay``."""
        question = read_questions(run.lines(plan.evaluation))[0]
        told = ask(serving_arn, question.query, question.system)
        if not told.text.strip():
            raise RefusedByServiceError("the deployed model answered nothing")
        return told.text.strip().partition("\n")[0]
