"""What `braid doctor --stack` lists of guardrails: versions that earlier deployments left."""

from __future__ import annotations

from typing import Any

from cli.machine.doctor import Finding
from cli.machine.guardrails_in_use import guardrail_findings
from local.services.protocol import ServiceError
from tests.contract.service_model import assert_answer
from tests.doubles.service_clients import answered_by

IN_USE = {"general": {"id": "g1", "version": "11"}}


def findings(*versions: str, refusing: str = "") -> list[Finding]:
    """What is found where the guardrail has these versions."""

    def listed(members: dict[str, Any]) -> dict[str, Any]:
        assert members["guardrailIdentifier"] == "g1"
        if refusing:
            raise ServiceError(refusing, "no", status=403)
        answer = {
            "guardrails": [
                {
                    "id": "g1",
                    "arn": "arn:aws:bedrock:us-east-1:111122223333:guardrail/g1",
                    "status": "READY",
                    "name": "braid-dev_general",
                    "version": version,
                    "createdAt": "2026-11-29T00:00:00Z",
                    "updatedAt": "2026-11-29T00:00:00Z",
                }
                for version in versions
            ]
        }
        assert_answer("bedrock", "ListGuardrails", answer)
        return answer

    return list(guardrail_findings(IN_USE, answered_by("bedrock", {"ListGuardrails": listed})))


def test_the_version_that_is_asked_is_all_there_is() -> None:
    assert findings("DRAFT", "11") == [Finding("Guardrail of general", True, "version 11, no other")]


def test_unused_versions_are_listed_with_how_to_delete_the_oldest() -> None:
    (found,) = findings("DRAFT", "11", "10", "9")

    assert found.ok
    assert found.detail == "version 11; unused: 9, 10"
    assert found.remedy.endswith("--guardrail-identifier g1 --guardrail-version 9")


def test_too_many_are_to_be_deleted_before_a_deployment_fails() -> None:
    (found,) = findings("DRAFT", *map(str, range(1, 18)))

    assert not found.ok


def test_a_refusal_says_what_to_allow() -> None:
    (found,) = findings(refusing="AccessDeniedException")

    assert (found.ok, found.remedy) == (False, "allow your identity bedrock:ListGuardrails")


def test_another_error_of_aws_is_a_fault_in_its_own_words() -> None:
    (found,) = findings(refusing="ValidationException")

    assert not found.ok
    assert found.detail.startswith("ListGuardrails: ValidationException")
