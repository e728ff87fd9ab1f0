"""The state that travels through ``analyze_asset``, as Publish Result and the recorders receive it.

``moderate_posts`` hands them the same: what it has in place of evidence and an answer bears their names.

``metered`` of a step is what it and those before it in its branch used (``braid.domain.money.metered``);
executions of an earlier definition don't carry it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from braid.domain.answer.review import Decision
from braid.domain.asset.asset import AssetRef, Modality
from braid.domain.asset.branch_outcome import BranchOutcome
from braid.domain.asset.failure import Failure
from braid.domain.asset.rerun import StartAt
from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidInputError
from braid.domain.generation.outcomes import DraftOutcome
from braid.domain.posts.file import PostsPlanned
from braid.domain.profile.sections.budget import Budget
from braid.domain.quoting import quoted
from braid.domain.wire import decode

__all__ = [
    "AdmissionOutcome",
    "AnswerOutcome",
    "ExecutionState",
    "FusionOutcome",
    "PostsOutcome",
    "ReviewOutcome",
]

T = TypeVar("T")


@dataclass(frozen=True)
class AdmissionOutcome:
    """What Admit Asset returned; ``reused`` is for the state that takes an earlier attempt's work over.

    ``posts`` is there where Admit Posts returned it.
    """

    admitted: bool
    summary: str
    reason: str | None
    modalities: dict[str, bool]
    claim: Claim | None
    start_at: StartAt = StartAt.ANALYSIS
    reused: dict[str, Any] | None = None
    budget: Budget = field(default_factory=Budget)
    metered: dict[str, float] = field(default_factory=dict)
    posts: PostsPlanned | None = None


@dataclass(frozen=True)
class PostsOutcome:
    """What Collect Decisions returned of a file of posts: ``files`` are results by their names.

    ``metered`` is what its chunks used, each in an execution of its own.
    """

    summary: str
    chunks: int
    files: dict[str, Claim]
    metered: dict[str, float] = field(default_factory=dict)


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
class ExecutionState:
    """As far as the execution came; what it did not reach is ``None``."""

    asset: AssetRef
    admission: AdmissionOutcome | None = None
    modalities: dict[Modality, BranchOutcome] | None = None
    fusion: FusionOutcome | None = None
    answer: AnswerOutcome | None = None
    review: ReviewOutcome | None = None
    failure: Failure | None = None
    posts: PostsOutcome | None = None
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
            raise InvalidInputError(f"the state must be an object, not {quoted(state)}")
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
            posts=_if_reached(PostsOutcome, reached.get("posts")),
            draft=_if_reached(DraftOutcome, reached.get("draft")),
        )


def _if_reached(kind: type[T], value: Any) -> T | None:
    return None if value is None else decode(kind, value)


def _failure(caught: Any) -> Failure | None:
    """Step Functions spells ``Error`` and ``Cause``."""
    if not isinstance(caught, Mapping):
        return None
    return Failure(str(caught.get("Error", "")), str(caught.get("Cause", "")))
