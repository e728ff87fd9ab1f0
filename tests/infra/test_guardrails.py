"""Guardrails: what they stop on input and on output, and that what runs is a fixed version."""

from __future__ import annotations

import re
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
    assert len(deployed) == len(read_profiles())


def test_what_runs_is_a_version_and_never_a_draft(for_aws: Synthesis) -> None:
    given = str(for_aws.function("inference")["Environment"]["Variables"]["GUARDRAILS"])

    assert len(for_aws.of_type("AWS::Bedrock::GuardrailVersion")) == len(
        for_aws.of_type("AWS::Bedrock::Guardrail")
    )
    assert all(name in given for name in for_aws.of_type("AWS::Bedrock::GuardrailVersion"))
    assert "DRAFT" not in given


def test_other_contents_are_another_version_of_the_same_guardrail(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that one which is asked while a deployment replaces it is still there, and may be applied."""
    before = _deployed()
    monkeypatch.setattr("stacks.guardrails._BLOCKED_OUTPUT", "Withheld.")
    now = _deployed()

    assert before["AWS::Bedrock::Guardrail"] == now["AWS::Bedrock::Guardrail"]
    assert not before["AWS::Bedrock::GuardrailVersion"] & now["AWS::Bedrock::GuardrailVersion"]


def test_a_version_stays_when_another_takes_its_place(for_aws: Synthesis) -> None:
    for version in for_aws.of_type("AWS::Bedrock::GuardrailVersion").values():
        assert version["DeletionPolicy"] == "RetainExceptOnCreate"
    for guardrail in for_aws.of_type("AWS::Bedrock::Guardrail").values():
        assert "DeletionPolicy" not in guardrail, "it goes with the stack, and its versions with it"


@pytest.mark.parametrize("environment", ["dev", "e" * 16])
@pytest.mark.parametrize("profile", ["general", "p" * 40])
def test_a_name_is_one_that_bedrock_takes(environment: str, profile: str) -> None:
    from stacks.guardrails import _name

    names = {_name(f"braid-{environment}", name) for name in (profile, f"{profile[:-1]}x")}

    assert len(names) == 2
    assert all(re.fullmatch("[0-9a-zA-Z_-]{1,50}", name) for name in names)


def _deployed() -> dict[str, set[str]]:
    """The logical ids of guardrails and versions, by their type."""
    import aws_cdk as cdk
    from aws_cdk.assertions import Template

    from stacks import guardrails

    stack = cdk.Stack(cdk.App(), "Stack")
    guardrails.Guardrails(stack, deployment_name="braid-dev", profiles=read_profiles())
    found: dict[str, set[str]] = {}
    for logical_id, resource in Template.from_stack(stack).to_json()["Resources"].items():
        found.setdefault(resource["Type"], set()).add(logical_id)
    return found
