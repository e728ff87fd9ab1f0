"""What functions may ask of Bedrock: the ids as settings, and beside them the grants that they need."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from stacks.config import DeploymentConfig
from stacks.constructs.batch_role import batch_job_role
from stacks.constructs.grants import Grant
from stacks.functions.access import Access
from stacks.guardrails import Guardrails
from stacks.models import description_model_ids, embedding_model_ids, foundation_model_id, model_ids
from stacks.profiles import read_profiles

__all__ = ["ModelAccess"]


class ModelAccess:
    """The models and guardrails of one stack.

    Raises ``ConfigError`` where a profile is malformed or asks for a model that isn't available ``today``.
    """

    def __init__(self, stack: cdk.Stack, *, config: DeploymentConfig, today: date) -> None:
        profiles = read_profiles()
        self._stack = stack
        self._answer_models = model_ids(config, today)
        self._description_models = description_model_ids(config, profiles, today)
        self._embedding_models = embedding_model_ids(config, today)
        named = {profile.inference.tuned.model for profile in profiles if profile.inference.tuned}
        self._tuned_models = tuple(sorted(named))
        self._guardrails = Guardrails(stack, deployment_name=config.deployment_name, profiles=profiles)

    @property
    def answer_settings(self) -> dict[str, str]:
        """The model of each tier and the guardrail of each profile."""
        return {
            "MODEL_IDS": json.dumps(self._answer_models, sort_keys=True),
            "GUARDRAILS": self._guardrails.by_profile,
        }

    @property
    def description_settings(self) -> dict[str, str]:
        """The model of each tier that some profile has descriptions written by."""
        return {"MODEL_IDS": json.dumps(self._description_models, sort_keys=True)}

    @property
    def embedding_settings(self) -> dict[str, str]:
        """The embedding model, if the deployment has one."""
        return {"EMBEDDING_MODEL_IDS": json.dumps(self._embedding_models)}

    def invoke_answer_models(self) -> Grant:
        """The models of all tiers, and exactly those tuned models that profiles name."""
        tiers = self._invoke_profiles(self._answer_models.values())
        return replace(tiers, resources=(*tiers.resources, *self._tuned_models))

    def apply_guardrails(self) -> Grant:
        """The guardrails of all profiles."""
        return Grant(("bedrock:ApplyGuardrail",), tuple(self._guardrails.arns))

    def invoke_description_models(self) -> list[Grant]:
        """The models that write descriptions; none where no profile wants any."""
        return [self._invoke_profiles(self._description_models.values())] if self._description_models else []

    def invoke_embedding_models(self) -> list[Grant]:
        """The embedding model, in the stack's region: it has no inference profile; none without the knob."""
        models = tuple(self._foundation_model(model_id) for model_id in self._embedding_models)
        return [Grant(("bedrock:InvokeModel",), models)] if models else []

    def batch_jobs(self) -> str:
        """Any batch job of the stack's account and region: Bedrock names them."""
        return self._stack.format_arn(service="bedrock", resource="model-invocation-job", resource_name="*")

    def batch_role(self, construct_id: str, access: Access, *, below: str, description: str) -> iam.IRole:
        """What Bedrock runs batch jobs as, of documents below ``below``; whoever submits one passes it."""
        return batch_job_role(
            self._stack,
            construct_id,
            description=description,
            grants=[
                access.read_results(below),
                access.write_results(below),
                access.list_results(),
                self.invoke_answer_models(),
            ],
        )

    def _invoke_profiles(self, profile_ids: Iterable[str]) -> Grant:
        """An inference profile needs a grant on itself and on its model in every region that it routes to."""
        ids = list(profile_ids)
        profiles = [
            self._stack.format_arn(service="bedrock", resource="inference-profile", resource_name=profile_id)
            for profile_id in ids
        ]
        models = [self._foundation_model(foundation_model_id(profile_id), region="*") for profile_id in ids]
        return Grant(
            ("bedrock:InvokeModel",),
            (*profiles, *models),
            because="The inference profile decides in which region of its geography the model runs",
        )

    def _foundation_model(self, model_id: str, *, region: str | None = None) -> str:
        return self._stack.format_arn(
            service="bedrock", region=region, account="", resource="foundation-model", resource_name=model_id
        )
