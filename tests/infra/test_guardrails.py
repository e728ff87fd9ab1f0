"""Guardrails: what they stop on input and on output, and that what runs is a fixed version."""

from __future__ import annotations

from typing import Any

import pytest

from stacks.profiles import read_profiles
from tests.infra.conftest import Synthesis


def _filters(guardrail: dict[str, Any]) -> dict[str, tuple[str, str]]:
    found = guardrail["ContentPolicyConfig"]["FiltersConfig"]
    return {item["Type"]: (item["InputStrength"], item["OutputStrength"]) for item in found}


def test_on_input_only_orders_to_the_model_are_stopped(for_aws: Synthesis) -> None:
    guardrails = for_aws.properties_of_type("AWS::Bedrock::Guardrail")

    assert guardrails
    for guardrail in guardrails:
        filters = _filters(guardrail)
        assert filters.pop("PROMPT_ATTACK") == ("HIGH", "NONE")
        assert {given for given, _ in filters.values()} <= {"NONE"}


def test_every_profile_has_one_of_its_own_strengths(for_aws: Synthesis) -> None:
    deployed = [_filters(guardrail) for guardrail in for_aws.properties_of_type("AWS::Bedrock::Guardrail")]

    for profile in read_profiles():
        wanted = {name: ("NONE", level) for name, level in profile.guardrail.strengths().items()}
        held = {name: levels for name, levels in wanted.items() if levels[1] != "NONE"}
        assert {**held, "PROMPT_ATTACK": ("HIGH", "NONE")} in deployed
    assert len(deployed) == len({profile.guardrail for profile in read_profiles()})


def test_what_runs_is_a_version_and_never_a_draft(for_aws: Synthesis) -> None:
    given = str(for_aws.function("inference")["Environment"]["Variables"]["GUARDRAILS"])

    assert len(for_aws.of_type("AWS::Bedrock::GuardrailVersion")) == len(
        for_aws.of_type("AWS::Bedrock::Guardrail")
    )
    assert all(name in given for name in for_aws.of_type("AWS::Bedrock::GuardrailVersion"))
    assert "DRAFT" not in given


def test_other_contents_are_another_guardrail_with_a_version_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = _deployed()
    monkeypatch.setattr("stacks.guardrails._BLOCKED_OUTPUT", "Withheld.")

    assert not before & _deployed()


def _deployed() -> set[str]:
    import aws_cdk as cdk
    from aws_cdk.assertions import Template

    from stacks import guardrails

    stack = cdk.Stack(cdk.App(), "Stack")
    guardrails.Guardrails(stack, deployment_name="braid-dev", profiles=read_profiles())
    return set(Template.from_stack(stack).to_json()["Resources"])
