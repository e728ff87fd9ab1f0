"""What stands after inference and validation: the shape of ``answer.json``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from braid.domain.answer.decision_basis import DecisionBasis
from braid.domain.money.accounting import MissingOperation, Usage
from braid.domain.tuning.tuned_model import TunedModel
from braid.domain.wire import formerly

__all__ = ["Answer", "AnswerClaim", "Contradiction", "RouteStep", "Unanswered"]


@dataclass(frozen=True)
class AnswerClaim:
    """One statement of the answer with the evidence that it cites; ``path`` is its JSON pointer.

    ``contradictions`` are the reasons of those of which it states both sides, so that it can't be right as it
    stands, or one side where another statement of the answer states the other, so that one of them is wrong.
    """

    text: str
    evidence_ids: tuple[str, ...]
    path: str
    contradictions: tuple[str, ...] = ()


@dataclass(frozen=True)
class RouteStep:
    """One model call on the way to the answer and why it was made."""

    model_id: str
    tier: str
    reason: str
    outcome: str


@dataclass(frozen=True)
class Contradiction:
    """Two sides that can't both be right, as fusion found them: in words, how sure that is, and where.

    ``values`` are what they say, where two values differ.
    """

    reason: str
    strength: float
    evidence_ids: tuple[str, ...]
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The validated answer. ``method`` is ``model`` unless the service says otherwise (``extractive``).

    ``answer`` follows the profile's schema; ``confidence`` is computed from evidence and
    agreement; what is only quoted carries none.
    ``contradictions`` are the timeline's, the strongest first, whether or not the model names them;
    ``decision_basis`` says what made the decision where the profile decides something; ``tuned`` is there
    where the profile's tuned model gave the answer: its ARN and the hashes of its data and recipe.
    """

    profile: str
    profile_hash: str
    method: str
    model_id: str
    route: tuple[RouteStep, ...]
    answer: dict[str, Any]
    claims: tuple[AnswerClaim, ...]
    confidence: float | None
    first_sentence: str
    guardrail: dict[str, Any] | None = None
    review: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()
    missing: tuple[MissingOperation, ...] = ()
    usage: tuple[Usage, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    decision_basis: DecisionBasis | None = field(default=None, metadata=formerly("ruling"))
    tuned: TunedModel | None = None
    schema_version: str = "1"


@dataclass(frozen=True)
class Unanswered:
    """Why no answer could be had, and what asking cost all the same: the shape of ``unanswered.json``.

    ``guardrail`` is the assessment where one intervened.
    """

    missing: tuple[MissingOperation, ...]
    usage: tuple[Usage, ...] = ()
    route: tuple[RouteStep, ...] = ()
    guardrail: dict[str, Any] | None = None
    schema_version: str = "1"
