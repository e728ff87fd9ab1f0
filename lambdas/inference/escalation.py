"""The planned models asked in turn until an answer passes and is sure enough; the best one is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from braid.domain.answer.answer import RouteStep
from braid.domain.errors import InvalidServiceOutputError, ServiceError
from braid.domain.profile.sections.inference import InferencePlan
from braid.models.purposes import ANSWER
from braid.models.routing import Route
from lambdas.inference.conversation import Attempt, Conversation

__all__ = ["Chosen", "NoAnswer", "choose_answer"]


@dataclass(frozen=True)
class NoAnswer:
    """No answer could be had, with the reason for people and what was asked until then."""

    reason: str
    route: tuple[RouteStep, ...] = ()
    guardrail: dict[str, Any] | None = None


@dataclass(frozen=True)
class Chosen:
    """The best attempt, whose ``answer`` fits the schema, the model that made it, and all that were asked."""

    answer: dict[str, Any]
    attempt: Attempt
    route: Route
    steps: tuple[RouteStep, ...]


@dataclass
class _Best:
    """The best attempt until now and what was asked for it."""

    attempt: Attempt = field(default_factory=lambda: Attempt("gave no answer"))
    route: Route | None = None
    sureness: float = 0.0
    steps: list[RouteStep] = field(default_factory=list)

    def note(self, route: Route, outcome: str) -> None:
        self.steps.append(RouteStep(route.profile_id, route.tier, route.reason, outcome[:300]))

    def offer(self, attempt: Attempt, route: Route, sureness: float) -> None:
        if self.route is None or _is_better(attempt, self.attempt, sureness - self.sureness):
            self.attempt, self.route, self.sureness = attempt, route, sureness


def choose_answer(
    talk: Conversation,
    plan: Sequence[Route],
    inference: InferencePlan,
    sureness_of: Callable[[Attempt], float],
) -> Chosen | NoAnswer:
    """Asks along ``plan``; only the first model may repair its answer.

    Service errors of the first model are raised; where a later one can't be had, an earlier answer stands.
    """
    best = _Best()
    escalation = ""
    for number, candidate in enumerate(plan):
        is_last = number + 1 == len(plan)
        route = replace(candidate, reason=escalation) if escalation else candidate
        try:
            attempt = talk.run(route, inference.repairs if number == 0 else 0)
        except InvalidServiceOutputError as error:
            if is_last and best.route is None:
                raise
            best.note(route, str(error))
            continue
        except ServiceError as error:
            if best.route is None:
                raise
            best.note(route, str(error))
            break
        sureness = sureness_of(attempt)
        escalation = (
            "" if is_last else _reason_to_escalate(attempt, route, sureness, inference.escalate_below)
        )
        best.note(route, f"passed with confidence {sureness:.2f}" if escalation else attempt.outcome)
        if attempt.is_final:
            if best.attempt.passed:
                break
            return NoAnswer(f"{ANSWER.operation}: {attempt.outcome}", tuple(best.steps), attempt.guardrail)
        best.offer(attempt, route, sureness)
        if attempt.passed and not escalation:
            break
    if best.route is None or best.attempt.answer is None:
        reasons = "; ".join(f"{step.model_id}: {step.outcome}" for step in best.steps)
        reason = f"{ANSWER.operation}: no model gave an answer that passes ({reasons})"
        return NoAnswer(reason, tuple(best.steps))
    return Chosen(best.attempt.answer, best.attempt, best.route, tuple(best.steps))


def _reason_to_escalate(attempt: Attempt, route: Route, sureness: float, least: float) -> str:
    """Why a stronger model is asked although the answer passed, or nothing."""
    # Another model is no remedy where none wrote the answer.
    if not attempt.passed or attempt.method != "model" or sureness >= least:
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
