"""The state that travels through ``analyze_asset``, as Publish Result and the recorders receive it.

``metered`` of a step is what it and those before it in its branch used (``braid.domain.money.metered``);
executions of an earlier definition don't carry it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from braid.domain import errors
from braid.domain.answer.review import Decision
from braid.domain.asset.asset import AssetRef, Modality
from braid.domain.asset.crashes import TIMEOUTS, is_crash
from braid.domain.asset.rerun import StartAt
from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidInputError
from braid.domain.generation.draft import DraftOutcome
from braid.domain.profile.sections.budget import Budget
from braid.domain.wire import decode

__all__ = [
    "AdmissionOutcome",
    "AnswerOutcome",
    "BranchOutcome",
    "ExecutionState",
    "Failure",
    "FusionOutcome",
    "ReviewOutcome",
]

T = TypeVar("T")

# Lambda's words, behind a request's id.
_OUT_OF_TIME = re.compile(r"Task timed out after (\d+(?:\.\d+)?) seconds")
_OUT_OF_MEMORY = ("signal: killed", "OutOfMemory")
# Only these carry a message that was written for people.
_OURS = frozenset(errors.__all__) | {"RequiredModalityMissing"}
_NOT_OURS = "Braid failed on this file; the cause is in the log"


@dataclass(frozen=True)
class AdmissionOutcome:
    """What Admit Asset returned; ``reused`` is for the state that takes an earlier attempt's work over."""

    admitted: bool
    summary: str
    reason: str | None
    modalities: dict[str, bool]
    claim: Claim | None
    start_at: StartAt = StartAt.ANALYSIS
    reused: dict[str, Any] | None = None
    budget: Budget = field(default_factory=Budget)
    metered: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class BranchOutcome:
    """How one modality's branch ended; ``cause`` is Lambda's JSON of an error or plain text."""

    outcome: Literal["analyzed", "unanalyzed", "missing", "absent"]
    summary: str | None = None
    document: Claim | None = None
    language: Claim | None = None
    error: str | None = None
    cause: str | None = None
    metered: dict[str, float] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """Why the branch or its language analysis gave nothing, in words."""
        return Failure(self.error or "", self.cause or "").message


@dataclass(frozen=True)
class FusionOutcome:
    """What Fuse Evidence returned."""

    verdict: Literal["enough", "nothing_found", "required_missing"]
    summary: str
    reason: str | None
    claim: Claim
    metered: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class AnswerOutcome:
    """What Infer Answer returned; no claim means that no answer could be had."""

    summary: str
    claim: Claim | None
    needs_review: bool = False
    review_reasons: tuple[str, ...] = ()
    metered: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class ReviewOutcome:
    """What the reviewer decided; ``claim`` is the answer that stands, ``example`` the labelled example."""

    decision: Decision
    by: str
    at: str
    note: str
    summary: str
    claim: Claim | None
    review: Claim
    example: Claim | None = None
    metered: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """A caught error as Step Functions tells it."""

    error: str
    cause: str

    @property
    def is_crash(self) -> bool:
        """Whether a process was killed, ran out of memory or of time."""
        return is_crash(self.error)

    @property
    def message(self) -> str:
        """What happened, in words for people: never an exception's own text."""
        words = self._words
        if (late := _OUT_OF_TIME.search(words)) is not None:
            return f"it took longer than the {float(late[1]):g} seconds that it may take"
        if self.error in TIMEOUTS:
            return "it took longer than it may take"
        if self.is_crash:
            is_full = any(sign in f"{self.error} {self.cause}" for sign in _OUT_OF_MEMORY)
            return "it ran out of memory" if is_full else "the program that works on it crashed"
        if self.error in _OURS:
            return words or "no reason was given"
        return _NOT_OURS if self.error or words else "no reason was given"

    @property
    def detail(self) -> str:
        """The error's class and its own words, for the record and for engineers."""
        return ": ".join(part for part in (self.error, self._words) if part)

    @property
    def _words(self) -> str:
        """The error's own words without Lambda's JSON around them."""
        try:
            details = json.loads(self.cause)
        except ValueError:
            details = None
        if isinstance(details, Mapping):
            return str(details.get("errorMessage") or "").strip()
        return self.cause.strip()


@dataclass(frozen=True)
class ExecutionState:
    """As far as the execution came; what it did not reach is ``None``."""

    asset: AssetRef
    admission: AdmissionOutcome | None = None
    modalities: dict[Modality, BranchOutcome] | None = None
    fusion: FusionOutcome | None = None
    answer: AnswerOutcome | None = None
    review: ReviewOutcome | None = None
    failure: Failure | None = None
    draft: DraftOutcome | None = None

    def branch(self, modality: Modality) -> BranchOutcome:
        """The branch of ``modality``; ``absent`` where the execution did not come to it."""
        return (self.modalities or {}).get(modality, BranchOutcome("absent"))

    @classmethod
    def from_wire(cls, state: Any) -> ExecutionState:
        """Reads the state machine's state, of which it takes what it knows.

        Raises ``InvalidInputError`` naming the member that doesn't fit.
        """
        if not isinstance(state, Mapping):
            raise InvalidInputError(f"the state must be an object, not {state!r:.80}")
        reached = {name: value for name, value in state.items() if value is not None}
        branches = reached.get("modalities")
        return cls(
            asset=decode(AssetRef, reached.get("asset")),
            admission=_if_reached(AdmissionOutcome, reached.get("admission")),
            modalities=None if branches is None else decode(dict[Modality, BranchOutcome], branches),
            fusion=_if_reached(FusionOutcome, reached.get("fusion")),
            answer=_if_reached(AnswerOutcome, reached.get("answer")),
            review=_if_reached(ReviewOutcome, reached.get("review")),
            failure=_failure(reached.get("failure")),
            draft=_if_reached(DraftOutcome, reached.get("draft")),
        )


def _if_reached(kind: type[T], value: Any) -> T | None:
    return None if value is None else decode(kind, value)


def _failure(caught: Any) -> Failure | None:
    """Step Functions spells ``Error`` and ``Cause``."""
    if not isinstance(caught, Mapping):
        return None
    return Failure(str(caught.get("Error", "")), str(caught.get("Cause", "")))
