"""Bedrock guardrails: one, versioned, for each set of strengths that the profiles ask for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock

from braid.domain.profile.profile import Profile
from braid.domain.profile.sections.guardrail import GuardrailPlan

__all__ = ["Guardrails"]

_BLOCKED_INPUT = "The evidence tried to give orders to the model. Nothing was answered."
# A use case is what a profile was called. Another wording would be another guardrail in place of this one.
_BLOCKED_OUTPUT = "The answer held what this use case doesn't allow. It was withheld."


@dataclass(frozen=True)
class _Deployed:
    identifier: str
    version: str
    arn: str


class Guardrails:
    """The guardrails of one pipeline stack. An idle guardrail costs nothing.

    ``by_profile`` is JSON: the guardrail's ``id`` and ``version`` by profile, as the inference step reads
    it. ``arns`` are what the step may apply.
    """

    def __init__(self, stack: cdk.Stack, *, deployment_name: str, profiles: Sequence[Profile]) -> None:
        made: dict[GuardrailPlan, _Deployed] = {}
        for profile in profiles:
            if profile.guardrail not in made:
                made[profile.guardrail] = _deploy(stack, deployment_name, profile.guardrail)
        self.arns = [deployed.arn for deployed in made.values()]
        self.by_profile = stack.to_json_string(
            {
                profile.name: {
                    "id": made[profile.guardrail].identifier,
                    "version": made[profile.guardrail].version,
                }
                for profile in profiles
            }
        )


def _deploy(stack: cdk.Stack, deployment_name: str, plan: GuardrailPlan) -> _Deployed:
    """A guardrail named after what it holds, so that profiles which ask for the same share one.

    A version is fixed once it is made. Other contents are another guardrail with a version of its own: no
    version stays behind what is written here.
    """
    filters = _filters(plan)
    digest = hashlib.sha256(json.dumps([filters, _BLOCKED_INPUT, _BLOCKED_OUTPUT]).encode()).hexdigest()[:8]
    guardrail = bedrock.CfnGuardrail(
        stack,
        f"Guardrail{digest}",
        name=f"{deployment_name}-{digest}",
        description="Orders in the evidence are stopped on input; on output what the use case doesn't allow",
        blocked_input_messaging=_BLOCKED_INPUT,
        blocked_outputs_messaging=_BLOCKED_OUTPUT,
        content_policy_config=bedrock.CfnGuardrail.ContentPolicyConfigProperty(
            filters_config=[
                bedrock.CfnGuardrail.ContentFilterConfigProperty(
                    type=name, input_strength=on_input, output_strength=on_output
                )
                for name, on_input, on_output in filters
            ]
        ),
    )
    version = bedrock.CfnGuardrailVersion(
        stack,
        f"GuardrailVersion{digest}",
        guardrail_identifier=guardrail.attr_guardrail_id,
        description=f"Contents {digest}",
    )
    return _Deployed(guardrail.attr_guardrail_id, version.attr_version, guardrail.attr_guardrail_arn)


def _filters(plan: GuardrailPlan) -> list[tuple[str, str, str]]:
    """Filter, strength on input, strength on output: prompt attacks, which Bedrock has for input alone, and
    the plan's content filters on output."""
    content = [(name, "NONE", strength) for name, strength in plan.strengths().items() if strength != "NONE"]
    return [("PROMPT_ATTACK", "HIGH", "NONE"), *content]
