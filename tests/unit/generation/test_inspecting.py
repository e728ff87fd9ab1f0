"""What moderation and the guardrail see in a draft: blocked, shown to the reviewer, or left unjudged."""

from __future__ import annotations

from typing import Any

import pytest

from braid.domain.errors import AccessDeniedError
from braid.domain.generation.draft import Draft
from braid.domain.money.accounting import Meter
from braid.models.guardrails import PictureFinding, assess_picture
from braid.models.question import Guardrail
from tests.doubles.generation_rig import Studio, picture
from tests.doubles.service_clients import answered_by

TEXT = 'task = "remove_background"\nreferences = ["inbox/a.png"]\n'
USAGE = dict.fromkeys(
    (
        *("topicPolicyUnits", "contentPolicyUnits", "wordPolicyUnits", "sensitiveInformationPolicyUnits"),
        *("sensitiveInformationPolicyFreeUnits", "contextualGroundingPolicyUnits"),
    ),
    0,
)


def drafted(studio: Studio) -> Draft:
    studio.files = {"inbox/a.png": picture()}
    asset = studio.drop(TEXT)
    plan = studio.plan(asset, TEXT)
    return studio.draft(asset, plan, studio.make(asset, plan))


def judge(studio: Studio, filters: list[dict[str, str]], action: str) -> list[dict[str, Any]]:
    """The studio's guardrail answers so; what it was shown."""
    shown: list[dict[str, Any]] = []

    def answer(members: dict[str, Any]) -> dict[str, Any]:
        shown.append(members)
        return {
            "usage": {**USAGE, "contentPolicyImageUnits": 1},
            "action": action,
            "outputs": [],
            "assessments": [{"contentPolicy": {"filters": filters}}],
        }

    client = answered_by("bedrock-runtime", {"ApplyGuardrail": answer})
    studio.guardrail = lambda look, meter: assess_picture(Guardrail("g", "1"), look, meter, bedrock=client)
    return shown


def guardrail_checks(draft: Draft) -> list[tuple[str, str]]:
    return [(check.outcome, check.sentence) for check in draft.checks if check.name == "guardrail"]


def test_what_a_filter_blocks_is_quarantined(studio: Studio) -> None:
    filters = [
        {"type": "VIOLENCE", "confidence": "HIGH", "action": "BLOCKED"},
        {"type": "HATE", "confidence": "LOW", "action": "NONE"},
        {"type": "SEXUAL", "confidence": "NONE", "action": "NONE"},
    ]
    (shown,) = [judge(studio, filters, "GUARDRAIL_INTERVENED")]
    draft = drafted(studio)
    assert guardrail_checks(draft) == [
        ("blocked", "the guardrail saw violence (high confidence)"),
        ("to be seen", "the guardrail saw hate (low confidence)"),
    ]
    assert studio.storage.keys(f"quarantine/{draft.asset_id}/")
    assert not studio.storage.keys(draft.file.key)
    (content,) = shown[0]["content"]
    assert content["image"]["format"] == "jpeg"
    assert content["image"]["source"]["bytes"].startswith(b"\xff\xd8")
    assert ("ApplyGuardrail:content", "image", 1) in {
        (used.operation, used.unit, used.quantity) for used in draft.usage
    }


def test_what_no_filter_saw_has_passed(studio: Studio) -> None:
    judge(studio, [], "NONE")
    assert guardrail_checks(drafted(studio)) == [("passed", "nothing was found")]


def test_an_answer_that_contradicts_itself_is_refused(studio: Studio) -> None:
    judge(studio, [], "GUARDRAIL_INTERVENED")
    draft = drafted(studio)
    assert [missing.operation for missing in draft.missing] == ["bedrock:ApplyGuardrail"]


def _denied(_look: bytes, _meter: Meter) -> tuple[PictureFinding, ...]:
    raise AccessDeniedError("bedrock:ApplyGuardrail: no access")


@pytest.mark.parametrize("guardrail", [None, _denied])
def test_where_none_judges_the_reviewer_is_told(studio: Studio, guardrail: Any) -> None:
    studio.guardrail = guardrail
    draft = drafted(studio)
    ((outcome, sentence),) = guardrail_checks(draft)
    assert outcome == "to be seen"
    assert sentence.startswith("no guardrail judged what it shows: ")
    assert [missing.operation for missing in draft.missing] == ["bedrock:ApplyGuardrail"]
    assert sentence in draft.reasons
