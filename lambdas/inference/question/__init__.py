"""A question about one asset or several: what a model is asked, and the evidence that bears on it. Pure."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from braid.domain.asset.asset import Modality
from braid.domain.errors import InvalidInputError
from braid.domain.evidence.observation import Evidence, Observation
from braid.domain.evidence.timeline import Timeline
from braid.domain.profile.profile import Profile, profile_hash
from braid.domain.profile.sections.inference import InferencePlan
from braid.domain.profile.sections.modalities import ModalitiesPlan
from braid.domain.tokens import estimate_tokens
from braid.text.term_weights import TermWeights
from lambdas.inference.question.relevance import shared_with

__all__ = ["about_question", "question_profile"]

_FOLDER = Path(__file__).parent
_MAX_QUESTION_CHARACTERS = 500
_TOKENS_A_LINE = 40  # the members around a text, as JSON
_REASON = "bears on the question"


def question_profile(
    question: str, rules: str, asset_plan: InferencePlan | None = None, *, is_of_several: bool = False
) -> Profile:
    """A profile made for one question; it shows as many pictures as the asset's own plan allows.

    Where the question ``is_of_several`` assets, the prompt says how they are told apart.
    Raises ``InvalidInputError`` for a question that is empty or too long.
    """
    asked = " ".join(question.split())
    if not asked or len(asked) > _MAX_QUESTION_CHARACTERS:
        raise InvalidInputError(f"a question has 1 to {_MAX_QUESTION_CHARACTERS} characters")
    plan = InferencePlan(headline="/statements/0/text")
    if asset_plan is not None:
        plan = replace(plan, max_pictures=asset_plan.max_pictures, picture_tier=asset_plan.picture_tier)
    prompt, several, schema = _files()
    prompt = f"{prompt.rstrip()}\n\n{several}" if is_of_several else prompt
    schema = copy.deepcopy(schema)
    # Where the model looks for what is wanted; an answer that only quotes is chosen by it.
    schema["properties"]["statements"]["description"] = asked
    return Profile(
        name="question",
        title="Question",
        description="Answers one question about an asset, citing the evidence",
        modalities=ModalitiesPlan(wanted=tuple(Modality)),
        inference=plan,
        rules=rules,
        prompt=f"{prompt.rstrip()}\n\nThe question: {asked}",
        answer_schema=schema,
        content_hash=profile_hash({"prompt.md": prompt.encode(), "question": asked.encode()}),
    )


def about_question(timeline: Timeline, question: str, budget_tokens: int) -> Timeline:
    """The timeline with other evidence: what shares telling words with the question, then what was chosen.

    Words count by how rarely they occur in the asset, observations by how sure they are.
    """
    chosen = {piece.evidence_id: piece for piece in timeline.evidence}
    relevant = [
        chosen.get(item.observation_id) or _as_evidence(item)
        for item in _bearing_on(question, timeline.observations)
    ]
    ranked = {piece.evidence_id: piece for piece in (*relevant, *timeline.evidence)}
    kept = _within(ranked.values(), budget_tokens)
    order = {item.observation_id: index for index, item in enumerate(timeline.observations)}
    kept.sort(key=lambda piece: order.get(piece.evidence_id, len(order)))
    return replace(timeline, evidence=tuple(kept))


def _bearing_on(question: str, observations: Sequence[Observation]) -> list[Observation]:
    """What shares a term with the question, the most telling first."""
    shared = shared_with(question, observations)
    weights = TermWeights(shared)
    relevance = [
        weights.total(terms) * item.confidence for terms, item in zip(shared, observations, strict=True)
    ]
    ranked = sorted(range(len(observations)), key=lambda at: -relevance[at])
    return [observations[at] for at in ranked if relevance[at] > 0]


def _within(pieces: Iterable[Evidence], budget_tokens: int) -> list[Evidence]:
    kept: list[Evidence] = []
    for piece in pieces:
        budget_tokens -= estimate_tokens(piece.text) + _TOKENS_A_LINE
        if budget_tokens < 0 and kept:
            break
        kept.append(piece)
    return kept


def _as_evidence(item: Observation) -> Evidence:
    return Evidence(
        evidence_id=item.observation_id,
        modality=item.modality,
        kind=item.kind,
        span=item.span,
        text=item.text,
        confidence=item.confidence,
        source=item.source,
        member=item.member,
        reason=_REASON,
        speaker=item.speaker,
    )


@functools.cache
def _files() -> tuple[str, str, dict[str, Any]]:
    schema: dict[str, Any] = json.loads((_FOLDER / "answer.schema.json").read_text("utf-8"))
    prompt, several = ((_FOLDER / name).read_text("utf-8") for name in ("prompt.md", "several.md"))
    return prompt, several, schema
