"""The whole way from a timeline to an answer that stands, or to the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from braid.domain.answer.answer import Answer, AnswerClaim, RouteStep
from braid.domain.answer.claims import find_claims, first_sentence, without
from braid.domain.answer.contradicted import marked
from braid.domain.errors import InvalidServiceOutputError, ServiceError
from braid.domain.evidence.observation import Evidence
from braid.domain.evidence.timeline import Timeline
from braid.domain.model_registry import ModelRegistry
from braid.domain.profile.profile import Profile
from braid.domain.tokens import estimate_tokens
from braid.models.asking import Ask
from braid.models.purposes import ANSWER
from braid.models.question import Guardrail
from braid.models.routing import TUNED, Route, routes
from braid.runtime.answer_schema import schema_problem
from lambdas.inference.checks.confidence import answer_confidence
from lambdas.inference.checks.contradictions import contradictions_of, named_contradictions
from lambdas.inference.checks.decision_basis import decide, with_decision
from lambdas.inference.checks.list_checks import mended_lists
from lambdas.inference.conversation import Attempt, Conversation
from lambdas.inference.request.prompt import evidence_lines, instructions
from lambdas.inference.request.slots import Slots, slots_of

__all__ = ["NoAnswer", "infer"]

_PICTURE_TOKENS = 1_300  # what Nova counts for a picture of some 1,000 pixels


@dataclass(frozen=True)
class NoAnswer:
    """No answer could be had, with the reason for people and what was asked until then."""

    reason: str
    route: tuple[RouteStep, ...] = ()
    guardrail: dict[str, Any] | None = None


@dataclass
class _Log:
    steps: list[RouteStep] = field(default_factory=list)

    def add(self, route: Route, outcome: str) -> None:
        self.steps.append(RouteStep(route.profile_id, route.tier, route.reason, outcome[:300]))


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
    log = _Log()
    best: tuple[Attempt, Route] | None = None
    best_sureness = 0.0
    escalation = ""
    for number, candidate in enumerate(plan):
        route = replace(candidate, reason=escalation) if escalation else candidate
        try:
            attempt = talk.run(route, profile.inference.repairs if number == 0 else 0)
        except InvalidServiceOutputError as error:
            log.add(route, str(error))
            if number + 1 < len(plan) or best is not None:
                continue
            raise
        except ServiceError as error:
            if best is None:
                raise
            log.add(route, str(error))
            break
        sureness = _sureness(attempt, evidence, timeline, language_code)
        # Another model is no remedy where none wrote the answer.
        can_do_better = attempt.passed and attempt.method == "model" and number + 1 < len(plan)
        escalation = (
            _reason_to_escalate(route, sureness, profile.inference.escalate_below) if can_do_better else ""
        )
        log.add(route, f"passed with confidence {sureness:.2f}" if escalation else attempt.outcome)
        if attempt.is_final:
            if best is not None and best[0].passed:
                break
            return NoAnswer(f"{ANSWER.operation}: {attempt.outcome}", tuple(log.steps), attempt.guardrail)
        if best is None or _is_better(attempt, best[0], sureness - best_sureness):
            best, best_sureness = (attempt, route), sureness
        if attempt.passed and not escalation:
            break
    if best is None or best[0].answer is None:
        reasons = "; ".join(f"{step.model_id}: {step.outcome}" for step in log.steps)
        return NoAnswer(
            f"{ANSWER.operation}: no model gave an answer that passes ({reasons})", tuple(log.steps)
        )
    return _settled(profile, timeline, evidence, best[0], best[1], tuple(log.steps), language_code, slots)


def _sureness(
    attempt: Attempt, evidence: Mapping[str, Evidence], timeline: Timeline, language_code: str | None
) -> float:
    claims = _known_claims(find_claims(attempt.answer or {}), evidence)
    return answer_confidence(claims, evidence, timeline, language_code)


def _reason_to_escalate(route: Route, sureness: float, least: float) -> str:
    """Why a stronger model is asked although the answer passed, or nothing."""
    if sureness >= least:
        return ""
    return f"the answer of {route.tier} has confidence {sureness:.2f}, below {least:g}"


def _is_better(one: Attempt, other: Attempt, surer_by: float) -> bool:
    """Fewer problems first, then more confidence."""
    if one.answer is None or one.findings is None:
        return False
    if other.answer is None or other.findings is None:
        return True
    fewer = len(other.findings.problems) - len(one.findings.problems)
    return fewer > 0 or (fewer == 0 and surer_by > 0)


def _settled(
    profile: Profile,
    timeline: Timeline,
    evidence: Mapping[str, Evidence],
    attempt: Attempt,
    route: Route,
    steps: tuple[RouteStep, ...],
    language_code: str | None,
    slots: Slots,
) -> Answer | NoAnswer:
    """The answer without its unsupported claims, if the schema still takes it, and the decision's basis."""
    findings = attempt.findings
    answer = attempt.answer or {}
    unsupported = _below(profile.decision.categories, findings.unsupported if findings else frozenset())
    warnings = [*attempt.warnings, *(findings.warnings if findings else ())]
    if findings and findings.unsupported:
        kept = without(answer, findings.unsupported)
        misfit = schema_problem(kept, profile.answer_schema)
        left = {claim.path for claim in find_claims(answer)} - findings.unsupported
        is_whole = "" in findings.unsupported  # the answer itself is a statement, and there is nothing else
        if misfit or not left or is_whole:
            why = "; ".join(findings.problems[:3])
            return NoAnswer(f"{ANSWER.operation}: the evidence doesn't bear the answer ({why})", steps)
        taken = [problem for problem in findings.problems if problem not in findings.broken_rules]
        warnings.extend(f"taken out: {problem}" for problem in taken)
        answer = kept
    answer, notes = mended_lists(answer, profile.checks, slots, evidence)
    warnings.extend(notes)
    warnings.extend(f"left as it is: {problem}" for problem in (findings.broken_rules if findings else ()))
    decision_basis = None
    if profile.decision.decides:
        decision_basis = decide(
            profile.decision,
            answer,
            method=attempt.method,
            evidence=timeline.evidence,
            observations=timeline.observations,
            policy=profile.policy(language_code),
            unborne_categories=unsupported,
        )
        answer = with_decision(answer, decision_basis)
    claims = marked(_known_claims(find_claims(answer), evidence), contradictions_of(timeline))
    return Answer(
        profile=profile.name,
        profile_hash=profile.content_hash,
        method=attempt.method,
        tuned=profile.inference.tuned if route.tier == TUNED else None,
        model_id=route.profile_id,
        route=steps,
        answer=answer,
        claims=claims,
        # What only quotes was judged by nobody: how well it fits is not known.
        confidence=answer_confidence(claims, evidence, timeline, language_code)
        if attempt.method == "model"
        else None,
        first_sentence=first_sentence(answer, profile.inference.headline),
        guardrail=attempt.guardrail,
        warnings=tuple(warnings),
        contradictions=named_contradictions(timeline),
        decision_basis=decision_basis,
    )


def _below(pointer: str, paths: frozenset[str]) -> int:
    """How many of the paths are of items of the list at ``pointer``."""
    return sum(path.startswith(f"{pointer}/") for path in paths) if pointer else 0


def _known_claims(claims: Any, evidence: Mapping[str, Evidence]) -> tuple[AnswerClaim, ...]:
    return tuple(claim for claim in claims if all(name in evidence for name in claim.evidence_ids))
