"""Bedrock guardrails: one for each profile, with a version for each set of strengths that it asked for.

Another looks at pictures that are made.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock

from braid.domain.profile.profile import Profile
from braid.domain.profile.sections.guardrail import GuardrailPlan

__all__ = ["Guardrails", "PictureGuardrail"]

_MAX_NAME_CHARACTERS = 50  # CreateGuardrail
_BLOCKED_INPUT = "The evidence tried to give orders to the model. Nothing was answered."
# A use case is what a profile was called. Another wording would be another version of every guardrail.
_BLOCKED_OUTPUT = "The answer held what this use case doesn't allow. It was withheld."


_BLOCKED_PICTURE = "What was made shows what isn't allowed. It was withheld."
# What a filter is sure of, or fairly sure.
_PICTURE_STRENGTH = "MEDIUM"


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
        made = {profile.name: _deploy(stack, deployment_name, profile) for profile in profiles}
        self.arns = [deployed.arn for deployed in made.values()]
        self.by_profile = stack.to_json_string(
            {name: {"id": found.identifier, "version": found.version} for name, found in made.items()}
        )


class PictureGuardrail:
    """Content filters that look at pictures, as many as the region has. Idle it costs nothing.

    ``setting`` is a JSON list: its ``id`` and ``version``, or nothing where the region has no such filters.
    ``arns`` are what the step may apply.
    """

    def __init__(self, stack: cdk.Stack, *, deployment_name: str, filters: Sequence[str]) -> None:
        self.arns: list[str] = []
        self.setting = "[]"
        if not filters:
            return
        digest = hashlib.sha256(
            json.dumps([*filters, _PICTURE_STRENGTH, _BLOCKED_PICTURE]).encode()
        ).hexdigest()[:8]
        guardrail = bedrock.CfnGuardrail(
            stack,
            "PictureGuardrail",
            name=_name(deployment_name, "generation"),
            description="Stops pictures that show what nobody should be shown",
            blocked_input_messaging=_BLOCKED_PICTURE,
            blocked_outputs_messaging=_BLOCKED_PICTURE,
            content_policy_config=bedrock.CfnGuardrail.ContentPolicyConfigProperty(
                filters_config=[
                    bedrock.CfnGuardrail.ContentFilterConfigProperty(
                        type=name,
                        input_strength="NONE",
                        output_strength=_PICTURE_STRENGTH,
                        output_modalities=["IMAGE"],
                    )
                    for name in filters
                ]
            ),
        )
        found = _with_version(stack, guardrail, "PictureGuardrailVersion", digest)
        self.arns = [found.arn]
        self.setting = stack.to_json_string([{"id": found.identifier, "version": found.version}])


def _deploy(stack: cdk.Stack, deployment_name: str, profile: Profile) -> _Deployed:
    """The profile's guardrail, and the version of what it holds.

    A version is fixed once it is made; other contents are the same guardrail with another. What is asked
    while a deployment replaces it names the version before, which therefore stays, until somebody deletes it
    (`braid doctor` lists it) or the guardrail goes with the stack.
    """
    filters = _filters(profile.guardrail)
    digest = hashlib.sha256(json.dumps([filters, _BLOCKED_INPUT, _BLOCKED_OUTPUT]).encode()).hexdigest()[:8]
    words = "".join(word.title() for word in re.split(r"[^a-z0-9]+", profile.name))
    guardrail = bedrock.CfnGuardrail(
        stack,
        f"Guardrail{words}",
        name=_name(deployment_name, profile.name),
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
    return _with_version(stack, guardrail, f"Guardrail{words}Version", digest)


def _with_version(stack: cdk.Stack, guardrail: bedrock.CfnGuardrail, name: str, digest: str) -> _Deployed:
    version = bedrock.CfnGuardrailVersion(
        stack,
        f"{name}{digest}",
        guardrail_identifier=guardrail.attr_guardrail_id,
        description=f"Contents {digest}",
    )
    version.apply_removal_policy(cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
    return _Deployed(guardrail.attr_guardrail_id, version.attr_version, guardrail.attr_guardrail_arn)


def _name(deployment_name: str, profile_name: str) -> str:
    """Of at most 50 characters; no environment's name holds what stands before the profile's."""
    name = f"{deployment_name}_{profile_name}"
    if len(name) <= _MAX_NAME_CHARACTERS:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: _MAX_NAME_CHARACTERS - 9]}-{digest}"


def _filters(plan: GuardrailPlan) -> list[tuple[str, str, str]]:
    """Filter, strength on input, strength on output: prompt attacks, which Bedrock has for input alone, and
    the plan's content filters on output."""
    content = [(name, "NONE", strength) for name, strength in plan.strengths().items() if strength != "NONE"]
    return [("PROMPT_ATTACK", "HIGH", "NONE"), *content]
