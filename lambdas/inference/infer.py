"""The whole way from a timeline to an answer that stands, or to the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from braid.domain.answer.answer import Answer, AnswerClaim
from braid.domain.answer.claims import find_claims, first_sentence, without
from braid.domain.answer.contradicted import marked
from braid.domain.evidence.observation import Evidence
from braid.domain.evidence.timeline import Timeline
from braid.domain.model_registry import ModelRegistry
from braid.domain.profile.profile import Profile
from braid.domain.tokens import estimate_tokens
from braid.models.asking import Ask
from braid.models.purposes import ANSWER
from braid.models.question import Guardrail
from braid.models.routing import TUNED, routes
from braid.runtime.answer_schema import schema_problem
from lambdas.inference.checks.confidence import answer_confidence
from lambdas.inference.checks.contradictions import contradictions_of, named_contradictions
from lambdas.inference.checks.decision_basis import decide, with_decision
from lambdas.inference.checks.list_checks import mended_lists
from lambdas.inference.conversation import Attempt, Conversation
from lambdas.inference.escalation import Chosen, NoAnswer, choose_answer
from lambdas.inference.request.prompt import evidence_lines, instructions
from lambdas.inference.request.slots import Slots, slots_of

__all__ = ["NoAnswer", "infer"]

_PICTURE_TOKENS = 1_300  # what Nova counts for a picture of some 1,000 pixels


def infer(
    profile: Profile,
    timeline: Timeline,
    ask: Ask,
    model_ids: Mapping[str, str],
    registry: ModelRegistry,
    pictures: Mapping[str, bytes] | None = None,
    guardrail: Guardrail | None = None,
    language_code: str | None = None,
) -> Answer | NoAnswer:
    """Asks the models that the profile's plan names until an answer passes, and is sure enough.

    A model that fails its repairs, or whose answer has less confidence than the plan wants, hands over to the
    next; the surest answer is kept as far as it is sound: claims that nothing supports are taken out and
    told. ``language_code`` is the asset's: references may differ by it. Service errors of the first model are
    raised; where a later one can't be had, an earlier answer stands.
    """
    evidence = {piece.evidence_id: piece for piece in timeline.evidence}
    lines = evidence_lines(timeline)
    shown = dict(pictures or {})
    slots = slots_of(profile.checks, timeline)
    prompt_tokens = estimate_tokens(
        "\n".join((instructions(profile, language_code), *lines, slots.text))
    ) + _PICTURE_TOKENS * len(shown)
    plan = routes(
        profile.inference, model_ids, registry, prompt_tokens=prompt_tokens, picture_count=len(shown)
    )
    talk = Conversation(profile, evidence, lines, ask, shown, guardrail, language_code, slots)

    def sureness_of(attempt: Attempt) -> float:
        claims = _known_claims(find_claims(attempt.answer or {}), evidence)
        return answer_confidence(claims, evidence, timeline, language_code)

    chosen = choose_answer(talk, plan, profile.inference, sureness_of)
    if isinstance(chosen, NoAnswer):
        return chosen
    sound = _without_unsupported(profile, chosen)
    if isinstance(sound, NoAnswer):
        return sound
    return _settled(profile, timeline, evidence, chosen, sound, language_code, slots)


@dataclass(frozen=True)
class _Sound:
    """An answer without what nothing supports, and what is to be told of that."""

    answer: dict[str, Any]
    warnings: tuple[str, ...]


def _without_unsupported(profile: Profile, chosen: Chosen) -> _Sound | NoAnswer:
    """The answer without its unsupported claims, if the schema still takes it."""
    findings = chosen.attempt.findings
    if findings is None:
        return _Sound(chosen.answer, chosen.attempt.warnings)
    warnings = [*chosen.attempt.warnings, *findings.warnings]
    if not findings.unsupported:
        return _Sound(chosen.answer, tuple(warnings))
    kept = without(chosen.answer, findings.unsupported)
    left = {claim.path for claim in find_claims(chosen.answer)} - findings.unsupported
    is_whole = "" in findings.unsupported  # the answer itself is a statement, and there is nothing else
    if schema_problem(kept, profile.answer_schema) or not left or is_whole:
        why = "; ".join(findings.problems[:3])
        reason = f"{ANSWER.operation}: the evidence doesn't support the answer ({why})"
        return NoAnswer(reason, chosen.steps)
    taken = [problem for problem in findings.problems if problem not in findings.broken_rules]
    return _Sound(kept, (*warnings, *(f"taken out: {problem}" for problem in taken)))


def _settled(
    profile: Profile,
    timeline: Timeline,
    evidence: Mapping[str, Evidence],
    chosen: Chosen,
    sound: _Sound,
    language_code: str | None,
    slots: Slots,
) -> Answer:
    """The answer as it is stored: its lists whole, its decision with its basis, its claims marked."""
    attempt, findings = chosen.attempt, chosen.attempt.findings
    answer, notes = mended_lists(sound.answer, profile.checks, slots, evidence)
    left = [f"left as it is: {problem}" for problem in (findings.broken_rules if findings else ())]
    decision_basis = None
    if profile.decision.decides:
        decision_basis = decide(
            profile.decision,
            answer,
            method=attempt.method,
            evidence=timeline.evidence,
            observations=timeline.observations,
            policy=profile.policy(language_code),
            unsupported_categories=_below(
                profile.decision.categories, findings.unsupported if findings else frozenset()
            ),
        )
        answer = with_decision(answer, decision_basis)
    claims = marked(_known_claims(find_claims(answer), evidence), contradictions_of(timeline))
    return Answer(
        profile=profile.name,
        profile_hash=profile.content_hash,
        method=attempt.method,
        tuned=profile.inference.tuned if chosen.route.tier == TUNED else None,
        model_id=chosen.route.profile_id,
        route=chosen.steps,
        answer=answer,
        claims=claims,
        # What only quotes was judged by nobody: how well it fits is not known.
        confidence=answer_confidence(claims, evidence, timeline, language_code)
        if attempt.method == "model"
        else None,
        first_sentence=first_sentence(answer, profile.inference.headline),
        guardrail=attempt.guardrail,
        warnings=(*sound.warnings, *notes, *left),
        contradictions=named_contradictions(timeline),
        decision_basis=decision_basis,
    )


def _below(pointer: str, paths: frozenset[str]) -> int:
    """How many of the paths are of items of the list at ``pointer``."""
    return sum(path.startswith(f"{pointer}/") for path in paths) if pointer else 0


def _known_claims(claims: Any, evidence: Mapping[str, Evidence]) -> tuple[AnswerClaim, ...]:
    return tuple(claim for claim in claims if all(name in evidence for name in claim.evidence_ids))
