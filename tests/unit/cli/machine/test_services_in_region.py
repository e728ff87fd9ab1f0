"""What `braid doctor --stack` finds out about a region's services: AWS's word against the registry's."""

from __future__ import annotations

from typing import Any

from braid.domain.region_registry import RegionRegistry, Service
from cli.machine.doctor import Finding
from cli.services_in_region import service_findings
from local.services.protocol import ServiceError
from tests.contract.service_model import assert_answer
from tests.doubles.service_clients import answered_by

REGION = "eu-west-3"
REGISTRY = RegionRegistry(
    "2026-11-29",
    regions=(REGION,),
    sources=(),
    services=(Service("transcribe", "speech", (REGION,)), Service("comprehend", "entities", ())),
    guardrail_pictures=(),
    types=(),
    guardrail_text_units=(),
)


def findings(*offered: str, refusal: str = "") -> list[Finding]:
    """What is found where AWS offers these services, or refuses to say."""

    def answer(members: dict[str, Any]) -> dict[str, Any]:
        if refusal:
            raise ServiceError(refusal, "no", status=403)
        assert members["Path"] == f"/aws/service/global-infrastructure/regions/{REGION}/services"
        told = {"Parameters": [{"Name": f"{members['Path']}/{name}", "Value": name} for name in offered]}
        assert_answer("ssm", "GetParametersByPath", told)
        return told

    return list(service_findings(REGION, answered_by("ssm", {"GetParametersByPath": answer}), REGISTRY))


def test_all_is_well_where_aws_and_the_registry_agree() -> None:
    (finding,) = findings("transcribe", "s3")

    assert (finding.ok, finding.remedy) == (True, "")
    assert finding.detail.endswith("not offered: comprehend")


def test_what_differs_is_said_with_what_to_write() -> None:
    gone, come = findings("comprehend")

    assert "AWS doesn't offer it" in gone.detail
    assert gone.detail.endswith("missing: speech")
    assert gone.remedy.startswith('take "eu-west-3" out')
    assert come.remedy.startswith('add "eu-west-3"')


def test_whoever_may_not_ask_is_told_what_to_allow() -> None:
    (finding,) = findings(refusal="AccessDeniedException")

    assert not finding.ok
    assert "ssm:GetParametersByPath" in finding.remedy
