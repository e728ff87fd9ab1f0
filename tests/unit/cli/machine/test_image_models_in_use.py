"""What `braid doctor --stack` says of models that make pictures: access, region, what is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from braid.domain.generation.foreseen import Rules
from braid.runtime.provider_library import image_providers
from cli.machine.doctor import Finding
from cli.machine.image_models_in_use import image_model_findings
from local.services.protocol import ServiceError
from tests.doubles.service_clients import answered_by

CORE = "stability.stable-image-core-v1:1"
LUMA = "luma.ray-v2:0"
HERE = Rules("us-west-2", (), (), only_vetted=False, four_eyes=False)
ELSEWHERE = Rules("us-east-1", (), (), only_vetted=False, four_eyes=False)
BUCKETS = {"us-west-2": "videos"}


def bedrock(
    *, status: str = "ACTIVE", refusal: str = "", **access: Any
) -> tuple[list[tuple[str, str]], Callable[[str], Any]]:
    asked: list[tuple[str, str]] = []

    def in_region(region: str) -> Any:
        def model(members: dict[str, Any]) -> dict[str, Any]:
            asked.append((region, members["modelIdentifier"]))
            if refusal:
                raise ServiceError(refusal, "no", status=500 if "Server" in refusal else 403)
            arn = f"arn:aws:bedrock:{region}::foundation-model/{members['modelIdentifier']}"
            details = {"modelArn": arn, "modelId": members["modelIdentifier"]}
            return {"modelDetails": {**details, "modelLifecycle": {"status": status}}}

        def availability(members: dict[str, Any]) -> dict[str, Any]:
            return {
                "modelId": members["modelId"],
                "agreementAvailability": {"status": "AVAILABLE"},
                "authorizationStatus": "AUTHORIZED",
                "entitlementAvailability": "AVAILABLE",
                "regionAvailability": "AVAILABLE",
                **access,
            }

        operations = {"GetFoundationModel": model, "GetFoundationModelAvailability": availability}
        return answered_by("bedrock", operations)

    return asked, in_region


def findings(rules: Rules, client: Callable[[str], Any], **buckets: str) -> dict[str, Finding]:
    found = image_model_findings(rules, image_providers(), buckets or BUCKETS, client)
    return {finding.name: finding for finding in found}


def test_all_is_well_where_every_model_may_be_called() -> None:
    asked, client = bedrock()
    found = findings(HERE, client)
    assert all(finding.ok for finding in found.values())
    assert ("us-west-2", CORE) in asked
    assert found[f"Bedrock: {LUMA}"].detail == "active in us-west-2, and this account may call it"
    assert "no live provider" in found["Task colour_guided"].detail


@pytest.mark.parametrize(
    ("access", "told"),
    [
        ({"entitlementAvailability": "NOT_AVAILABLE"}, "this account isn't subscribed"),
        ({"authorizationStatus": "NOT_AUTHORIZED"}, "this account isn't authorised"),
        ({"agreementAvailability": {"status": "NOT_AVAILABLE"}}, "its terms aren't accepted"),
        ({"regionAvailability": "NOT_AVAILABLE"}, "it isn't offered"),
    ],
)
def test_what_is_missing_is_named_with_its_remedy(access: dict[str, Any], told: str) -> None:
    _, client = bedrock(**access)
    finding = findings(HERE, client)[f"Bedrock: {CORE}"]
    assert not finding.ok
    assert told in finding.detail
    assert "subscribe once" in finding.remedy


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        ("AccessDeniedException", "AWS denies GetFoundationModel"),
        ("ResourceNotFoundException", "Bedrock in us-west-2 doesn't offer it"),
    ],
)
def test_a_refusal_is_told(refusal: str, told: str) -> None:
    _, client = bedrock(refusal=refusal)
    assert findings(HERE, client)[f"Bedrock: {CORE}"].detail == told


def test_an_outage_is_said_and_nothing_to_fix() -> None:
    _, client = bedrock(refusal="InternalServerException")
    found = findings(HERE, client)[f"Bedrock: {CORE}"]
    assert found.ok
    assert found.detail.startswith("not checked: GetFoundationModel: InternalServerException")


def test_a_model_at_its_end_is_named() -> None:
    _, client = bedrock(status="LEGACY")
    assert "calls it legacy" in findings(HERE, client)[f"Bedrock: {CORE}"].detail


def test_what_may_not_be_sent_there_isnt_made() -> None:
    asked, client = bedrock()
    found = findings(ELSEWHERE, client)
    assert not found["Task text_to_image"].ok
    assert "us-west-2" in found["Task text_to_image"].detail
    assert "generation_regions" in found["Task text_to_image"].remedy
    assert {region for region, _ in asked} == {"us-east-1"}


def test_a_video_without_a_bucket_is_said() -> None:
    _, client = bedrock()
    found = findings(HERE, client, **{"us-east-1": "elsewhere"})
    assert "generation_video_bucket" in found["Videos of Luma Ray 2"].remedy
