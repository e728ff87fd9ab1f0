"""Every commercial region: refused with a sentence, or deployable with the list of what will be missing."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import botocore
import pytest

from braid.domain.errors import ConfigError
from local.services.bedrock.text_units import text_units_at_once
from stacks.config import DeploymentConfig
from stacks.context import KnobError
from stacks.models import check_residency, model_ids
from stacks.profiles import read_profiles
from stacks.regions import check_region, region_registry, region_warnings
from tests.infra.conftest import committed_context

TODAY = date(2026, 11, 29)
REGISTRY = region_registry()
PROFILES = read_profiles()
NO_GUARDRAIL = "AWS::Bedrock::Guardrail doesn't exist in"
NO_GEOGRAPHY = "no geography of inference profiles is known for"
NO_MODEL = "no model can be called from"
WHOLE = ()
# What a deployment with the committed knobs will lack, by the services' names; or why it is refused.
EXPECTED: dict[str, tuple[str, ...] | str] = {
    "us-east-1": WHOLE,
    "us-east-2": WHOLE,
    "us-west-2": WHOLE,
    "us-west-1": ("comprehend", "tier micro"),
    "ca-central-1": ("tier micro", "tier pro"),
    "eu-central-1": WHOLE,
    "eu-west-1": WHOLE,
    "eu-west-3": ("rekognition", "comprehend", "evidence"),
    "eu-north-1": ("rekognition", "comprehend", "textract"),
    "eu-south-1": ("transcribe", "rekognition", "comprehend", "textract", "evidence"),
    "eu-south-2": ("transcribe", "comprehend"),
    "ap-northeast-1": ("textract",),
    "ap-northeast-2": WHOLE,
    "ap-south-1": WHOLE,
    "ap-southeast-1": WHOLE,
    "ap-southeast-2": WHOLE,
    **dict.fromkeys(("ca-west-1", "ap-east-1", "ap-southeast-6"), NO_GUARDRAIL),
    **dict.fromkeys(("af-south-1", "me-south-1", "mx-central-1"), NO_GEOGRAPHY),
    **dict.fromkeys(("il-central-1", "me-central-1", "sa-east-1"), NO_GEOGRAPHY),
    **dict.fromkeys(("eu-west-2", "eu-central-2", "ap-east-2", "ap-northeast-3", "ap-south-2"), NO_MODEL),
    **dict.fromkeys(("ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7"), NO_MODEL),
}


def config(region: str, **knobs: Any) -> DeploymentConfig:
    return DeploymentConfig.from_context({**committed_context(), "region": region, **knobs})


def outcome_in(region: str, **knobs: Any) -> tuple[str, ...] | str:
    """The beginnings of all warnings, or the refusal."""
    try:
        chosen = config(region, **knobs)
        check_region(chosen)
        check_residency(chosen, PROFILES, TODAY)
        warnings = list(region_warnings(chosen, PROFILES, TODAY))
    except (KnobError, ConfigError) as error:
        return str(error)
    found = [line.removeprefix(f"{region} has no ").split(":")[0].lower() for line in warnings]
    assert all(
        line.endswith(("will be missing", "stands in for it", "will be thinned")) for line in warnings
    ), warnings
    return tuple(found)


def test_every_commercial_region_is_in_the_table() -> None:
    assert sorted(EXPECTED) == sorted(REGISTRY.regions)


@pytest.mark.parametrize("region", REGISTRY.regions)
def test_a_region_is_refused_or_lacks_what_the_table_says(region: str) -> None:
    expected, found = EXPECTED[region], outcome_in(region)

    if isinstance(expected, str):
        assert isinstance(found, str)
        assert expected in found
        assert region in found
    else:
        assert found == expected


@pytest.mark.parametrize("region", [name for name, found in EXPECTED.items() if not isinstance(found, str)])
def test_what_is_deployed_calls_only_what_can_be_called_there(region: str) -> None:
    ids = model_ids(config(region), TODAY)

    assert ids.keys() == {"micro", "lite", "pro"}
    for tier in ("lite", "pro"):
        assert "micro" not in ids[tier], "pictures need a model that sees them"


def test_a_tier_that_a_region_lacks_has_the_next_ones_model() -> None:
    assert set(model_ids(config("ca-central-1")).values()) == {"us.amazon.nova-2-lite-v1:0"}
    assert model_ids(config("us-west-1"))["micro"] == "us.amazon.nova-2-lite-v1:0"


def test_a_global_profile_reaches_where_no_geography_does() -> None:
    chosen = config("eu-west-2", model_prefix="global")

    assert set(model_ids(chosen).values()) == {"global.amazon.nova-2-lite-v1:0"}
    assert [line for line in region_warnings(chosen, PROFILES, TODAY) if "asks Bedrock" in line]


def test_a_service_behind_a_knob_is_missed_only_where_it_is_wanted() -> None:
    assert "translate" not in outcome_in("eu-south-2")
    assert "translate" in outcome_in("eu-south-2", caption_languages="de")
    assert "polly" in outcome_in("eu-south-1", spoken_descriptions="true")


def test_more_evidence_than_the_regions_guardrails_take_is_warned_of() -> None:
    def thinned(region: str, tokens: int) -> list[str]:
        chosen = config(region, evidence_budget_tokens=tokens)
        return [line for line in region_warnings(chosen, PROFILES, TODAY) if "thinned" in line]

    assert thinned("eu-west-3", 7_000) == []
    (warning,) = thinned("eu-west-3", 8_000)
    assert "25 text units" in warning
    assert "about 7142 tokens" in warning
    assert thinned("eu-west-1", 30_000) == []
    assert thinned("eu-west-1", 31_000)
    assert thinned("us-east-1", 200_000) == []


def test_the_embedded_aws_refuses_by_the_same_quotas() -> None:
    assert {region: text_units_at_once(region) for region in REGISTRY.regions} == {
        region: REGISTRY.text_units(region) for region in REGISTRY.regions
    }


def test_a_region_that_doesnt_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="no commercial region eu-central-3; did you mean eu-central-"):
        check_region(config("eu-central-3"))


@pytest.mark.parametrize(
    ("residency", "prefix", "says"),
    [
        ("none", "global", ""),
        ("geography", "auto", ""),
        ("geography", "global", "outside the region's geography: set model_prefix to auto"),
        ("region", "auto", "no inference profile stays in one region"),
    ],
)
def test_a_model_that_leaves_a_profiles_residency_is_refused(residency: Any, prefix: str, says: str) -> None:
    (general,) = [profile for profile in PROFILES if profile.name == "general"]
    targets = dataclasses.replace(general.targets, data_residency=residency)
    strict = dataclasses.replace(general, targets=targets)

    if not says:
        check_residency(config("eu-central-1", model_prefix=prefix), [strict])
        return
    with pytest.raises(
        ConfigError, match=r"profiles/general: profile\.toml: targets\.data_residency"
    ) as raised:
        check_residency(config("eu-central-1", model_prefix=prefix), [strict])
    assert says in str(raised.value)


def test_the_services_are_where_botocore_has_endpoints_for_them() -> None:
    path = Path(botocore.__file__).parent / "data" / "endpoints.json"
    (commercial,) = [
        each for each in json.loads(path.read_text("utf-8"))["partitions"] if each["partition"] == "aws"
    ]

    assert list(REGISTRY.regions) == sorted(commercial["regions"])
    for service in REGISTRY.services:
        endpoints = commercial["services"][service.name]["endpoints"]
        assert list(service.regions) == [name for name in REGISTRY.regions if name in endpoints], service.name


def test_the_types_are_where_cloudformation_has_schemas_of_them() -> None:
    folder = resources.files("cfnlint") / "data" / "schemas" / "providers"

    for kind in REGISTRY.types:
        there = [
            region
            for region in REGISTRY.regions
            if (schemas := folder / f"{region}.json").is_file()
            and kind.name in json.loads(schemas.read_text("utf-8"))
        ]
        assert list(kind.regions) == there, kind.name
