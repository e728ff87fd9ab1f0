"""Runs an example of a profile through inference, as it is deployed, with what a model answered."""

from __future__ import annotations

from typing import Any

from braid.domain.answer.answer import Answer
from braid.domain.answer.claims import value_at
from braid.domain.profile.example import ProfileExample
from braid.domain.profile.profile import Profile
from braid.domain.wire import encode
from braid.runtime.library import model_registry
from lambdas.inference.infer import NoAnswer, infer
from tests.unit.inference.timelines import MODEL_IDS, ScriptedModel


def answer_to(profile: Profile, example: ProfileExample) -> Answer:
    """The answer that stands; it passed at once, or the test ends here."""
    model = ScriptedModel(*[dict(example.response)] * 4)
    answer = infer(profile, example.found, model, MODEL_IDS, model_registry(), language_code=example.language)
    assert not isinstance(answer, NoAnswer), answer.reason
    first = answer.route[0].outcome
    assert first.startswith("passed"), f"the answer was refused: {first}"
    return answer


def unmet(answer: Answer, expect: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What isn't as expected, by pointer: what is wanted, and what there is."""
    told = encode(answer)
    found = {pointer: value_at(told, pointer) for pointer in expect}
    return {
        pointer: (wanted, found[pointer]) for pointer, wanted in expect.items() if found[pointer] != wanted
    }
