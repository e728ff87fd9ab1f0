"""What `braid doctor --stack` finds out about models: Bedrock's word against the registry's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import boto3
import pytest

from braid.domain.errors import ConfigError
from braid.domain.model_registry import ModelRegistry
from braid.runtime.library import model_registry
from cli.machine.doctor import Finding
from cli.machine.models_in_use import committed_models, deployed_models, model_findings
from cli.target import Target
from local.services.protocol import ServiceError
from tests.contract.service_model import assert_answer
from tests.doubles.service_clients import answered_by

MICRO, LITE = "eu.amazon.nova-micro-v1:0", "eu.amazon.nova-2-lite-v1:0"
TODAY = date(2026, 11, 21)


class Bedrock:
    """Offers a model through a profile in some regions and tells its lifecycle."""

    def __init__(self, *regions: str, refusing: Mapping[str, str] | None = None, **lifecycle: Any) -> None:
        self.asked: list[tuple[str, str]] = []
        self._regions = regions
        self._refusing = refusing or {}
        self._lifecycle = {"status": "ACTIVE", **lifecycle}

    def __call__(self, region: str) -> Any:
        def told(operation: str, answer: dict[str, Any]) -> dict[str, Any]:
            self.asked.append((region, operation))
            if operation in self._refusing:
                raise ServiceError(self._refusing[operation], "no", status=403)
            assert_answer("bedrock", operation, answer)
            return answer

        def profile(members: dict[str, Any]) -> dict[str, Any]:
            name = members["inferenceProfileIdentifier"]
            models = [{"modelArn": _arn(region, name)} for region in self._regions]
            return told(
                "GetInferenceProfile",
                {
                    "inferenceProfileName": name,
                    "inferenceProfileId": name,
                    "inferenceProfileArn": f"arn:aws:bedrock:{region}:111122223333:inference-profile/{name}",
                    "models": models,
                    "status": "ACTIVE",
                    "type": "SYSTEM_DEFINED",
                },
            )

        def model(members: dict[str, Any]) -> dict[str, Any]:
            name = members["modelIdentifier"]
            details = {"modelArn": _arn(region, name), "modelId": name, "modelLifecycle": self._lifecycle}
            return told("GetFoundationModel", {"modelDetails": details})

        return answered_by("bedrock", {"GetInferenceProfile": profile, "GetFoundationModel": model})


def _arn(region: str, name: str) -> str:
    return f"arn:aws:bedrock:{region}::foundation-model/{name.removeprefix('eu.')}"


def findings(
    bedrock: Bedrock, *profile_ids: str, registry: ModelRegistry | None = None, today: date = TODAY
) -> list[Finding]:
    known = registry or model_registry()
    return list(model_findings(profile_ids or (MICRO,), "eu-west-1", bedrock, known, today))


def ending(day: str, status: str = "legacy") -> ModelRegistry:
    """The registry in which every model has that end."""
    known = model_registry()
    models = tuple(replace(model, status=status, end_of_life=day) for model in known.models)  # type: ignore[arg-type]  # one of two
    return replace(known, models=models)


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00+00:00")


def test_where_both_say_the_same_all_is_well() -> None:
    (finding,) = findings(Bedrock("eu-west-1"))
    assert finding == Finding(
        f"Bedrock: {MICRO}", True, "active, no end announced, no sooner than 2025-12-04"
    )


def test_a_region_without_the_model_is_passed_by() -> None:
    bedrock = Bedrock("eu-north-1", "eu-central-1")
    assert [finding.ok for finding in findings(bedrock, MICRO, LITE)] == [True, True]
    assert bedrock.asked == [("eu-west-1", "GetInferenceProfile"), ("eu-north-1", "GetFoundationModel")] * 2


def test_an_end_that_the_registry_does_not_know_is_told_with_what_to_write() -> None:
    (finding,) = findings(Bedrock("eu-west-1", status="LEGACY", endOfLifeTime=at("2027-09-30")))
    assert not finding.ok
    assert "Bedrock says legacy, ends on 2027-09-30" in finding.detail
    assert "registry/models.toml says active, no end announced" in finding.detail
    assert 'status = "legacy", end_of_life = 2027-09-30' in finding.remedy


def test_an_end_that_bedrock_does_not_know_is_told_too() -> None:
    (finding,) = findings(Bedrock("eu-west-1"), registry=ending("2028-01-31"))
    assert not finding.ok
    assert "no end_of_life" in finding.remedy


@pytest.mark.parametrize(("end", "ok"), [("2027-02-19", False), ("2027-02-20", True), ("2026-11-01", False)])
def test_an_end_within_ninety_days_is_to_be_mended(end: str, ok: bool) -> None:
    bedrock = Bedrock("eu-west-1", endOfLifeTime=at(end))
    (finding,) = findings(bedrock, registry=ending(end, status="active"))
    assert finding.ok == ok
    assert end in finding.detail
    assert ("tier micro" in finding.remedy) == (not ok)


def test_a_deployed_model_that_is_retired_by_now_is_told_without_asking() -> None:
    bedrock = Bedrock("eu-west-1")
    (finding,) = findings(bedrock, "eu.amazon.nova-premier-v1:0")
    assert not finding.ok
    assert "end of life on 2026-09-14" in finding.detail
    assert bedrock.asked == []


@pytest.mark.parametrize(
    ("operation", "code", "remedy"),
    [
        ("GetInferenceProfile", "AccessDeniedException", "bedrock:GetInferenceProfile"),
        ("GetFoundationModel", "AccessDeniedException", "bedrock:GetFoundationModel"),
        ("GetInferenceProfile", "ResourceNotFoundException", "model_prefix"),
        ("GetFoundationModel", "ResourceNotFoundException", "registry/models.toml"),
    ],
)
def test_what_bedrock_refuses_has_its_remedy(operation: str, code: str, remedy: str) -> None:
    first, second = findings(Bedrock("eu-west-1", refusing={operation: code}), MICRO, LITE)
    assert not first.ok
    assert operation in first.detail
    assert remedy in first.remedy
    assert second.name == f"Bedrock: {LITE}"


def test_other_failures_are_said_and_cost_their_model_alone() -> None:
    first, second = findings(
        Bedrock("eu-west-1", refusing={"GetInferenceProfile": "ThrottlingException"}), MICRO, LITE
    )
    assert first.ok
    assert first.detail.startswith("not checked: AWS throttles GetInferenceProfile")
    assert second.name == f"Bedrock: {LITE}"


def test_before_a_deployment_the_models_are_those_of_the_committed_knobs() -> None:
    assert MICRO in committed_models({"model_prefix": "auto"}, "eu-west-1")
    assert "global.amazon.nova-2-lite-v1:0" in committed_models({"model_prefix": "global"}, "eu-west-1")
    with pytest.raises(ConfigError, match="no model can be called from sa-east-1"):
        committed_models({"model_prefix": "auto"}, "sa-east-1")


def test_the_models_are_those_that_were_deployed() -> None:
    def configured(members: dict[str, Any]) -> dict[str, Any]:
        assert members["FunctionName"] == "trial"
        ids = {"micro": MICRO, "lite": LITE, "pro": MICRO}
        return {"Environment": {"Variables": {"MODEL_IDS": json.dumps(ids)}}}

    target = Target(
        stack_name="braid-dev-pipeline",
        deployment_name="braid-dev",
        is_local=False,
        input_bucket="i",
        results_bucket="r",
        assets_table="t",
        state_machine_arn="m",
        review_function="review",
        trial_function="trial",
        session=boto3.Session(region_name="eu-west-1"),
        endpoint_url=None,
    )
    client = answered_by("lambda", {"GetFunctionConfiguration": configured})
    vars(target)["lambda_"] = client
    assert deployed_models(target) == [LITE, MICRO]
    assert target.bedrock("eu-north-1").meta.region_name == "eu-north-1"
    assert at("2027-01-01").tzinfo == UTC
