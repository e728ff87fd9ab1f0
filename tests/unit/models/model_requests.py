"""Questions as the steps ask them, and how their requests are written down as goldens."""

from __future__ import annotations

import argparse
import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from braid.domain.profile.sections.vision import VisionPlan
from braid.models.batch import batch_line
from braid.models.question import Guardrail, Question
from braid.models.request import converse_request
from braid.models.routing import Route
from braid.runtime.library import model_registry, profile
from lambdas.inference.infer import infer
from lambdas.vision.descriptions import description_question
from tests.unit.inference.timelines import GOOD, ScriptedModel, answered, shoe

GOLDENS = Path(__file__).resolve().parents[2] / "goldens" / "model_requests"
JPEG = b"\xff\xd8\xff\x00"
FAMILIES = {
    "nova": {
        "micro": "us.amazon.nova-micro-v1:0",
        "lite": "us.amazon.nova-2-lite-v1:0",
        "pro": "us.amazon.nova-pro-v1:0",
    },
    "claude": dict.fromkeys(("micro", "lite", "pro"), "us.anthropic.claude-haiku-4-5-20251001-v1:0"),
}
_INVENTED = {**GOOD, "topics": [{"name": "Sandal", "evidence_ids": ["u9999"]}]}


def route(family: str) -> Route:
    """The family's model of the tier `lite`."""
    profile_id = FAMILIES[family]["lite"]
    return Route("lite", profile_id, model_registry().find(profile_id), "")


def questions(family: str) -> dict[str, list[Question]]:
    """By name: an answer with a correction under a guardrail, one with pictures and a cached prompt that was
    asked again, and a description."""
    general = profile("general")
    long = replace(
        general,
        prompt=general.prompt + " Be exact." * 1200,
        inference=replace(general.inference, cache_prompt=True, service_tier="flex"),
    )
    described = VisionPlan(description_tier="lite", description_focus="the product")
    corrected = ScriptedModel(answered(_INVENTED), answered(GOOD))
    again = ScriptedModel(answered(None, text="Sorry"), answered(GOOD))
    models, registry = FAMILIES[family], model_registry()
    infer(general, shoe(), corrected, models, registry, {}, Guardrail("g1", "3"), "en")
    infer(long, shoe(), again, models, registry, {"k0001": JPEG}, None, "en")
    return {
        "answer-repaired": corrected.questions,
        "answer-pictures": again.questions,
        "description": [description_question(route(family), JPEG, described)],
    }


def requests(family: str) -> dict[str, Any]:
    """By the golden's name, what the family's models get for them; the batch record is of the second."""
    asked = questions(family)
    found: dict[str, Any] = {
        f"{family}-{name}": [converse_request(question) for question in asked[name]] for name in asked
    }
    found[f"{family}-description"] = found[f"{family}-description"][0]
    found[f"{family}-batch"] = json.loads(batch_line("abc", asked["answer-pictures"][0]))
    return found


def written(request: Any) -> str:
    """A request as its golden has it: members in their order, bytes as base64."""
    return json.dumps(_plain(request), ensure_ascii=False, indent=1) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def main() -> None:
    """Writes the goldens anew, to be read as a diff."""
    argparse.ArgumentParser(
        "python -m tests.unit.models.model_requests", description=(__doc__ or "").splitlines()[0]
    ).parse_args()
    for family in FAMILIES:
        for name, request in requests(family).items():
            (GOLDENS / f"{name}.json").write_text(written(request), "utf-8")


if __name__ == "__main__":
    main()
