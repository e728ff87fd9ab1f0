"""What a person decided about an answer before it was published: the shape of ``review.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from braid.domain.errors import InvalidInputError

__all__ = [
    "DEADLINE_WORDS",
    "DECISION_WORDS",
    "Decision",
    "Review",
    "ReviewExample",
    "ReviewRequest",
    "check_decision",
    "check_draft_decision",
]

Decision = Literal["approve", "edit", "reject"]
DECISION_WORDS: Mapping[Decision, str] = {
    "approve": "approved",
    "edit": "corrected",
    "reject": "rejected",
}
# What becomes, at the deadline, of an answer that nobody looked at.
DEADLINE_WORDS: Mapping[str, str] = {"publish": "published as it is", "reject": "rejected"}
_MAX_NAME_CHARACTERS = 200
_MAX_NOTE_CHARACTERS = 2000


@dataclass(frozen=True)
class ReviewRequest:
    """Why an answer waits, since when, and what happens at the deadline. Times are ISO 8601 in UTC."""

    reasons: tuple[str, ...]
    requested_at: str
    deadline: str
    on_deadline: Literal["publish", "reject"]


@dataclass(frozen=True)
class Review:
    """The decision: who, when and why. ``by_deadline`` where nobody decided in time and the policy did."""

    decision: Decision
    by: str
    at: str
    request: ReviewRequest
    note: str = ""
    by_deadline: bool = False
    schema_version: str = "1"


@dataclass(frozen=True)
class ReviewExample:
    """A labelled example for evaluation and tuning: what was asked, what was answered, what is right.

    ``evidence`` are the lines as the model got them; ``corrected`` is the answer that stands: the reviewer's
    after ``edit``, the model's own after ``approve``, nothing after ``reject``.
    """

    asset_id: str
    profile: str
    profile_hash: str
    model_id: str
    evidence: tuple[dict[str, Any], ...]
    answer: dict[str, Any] | None
    label: Decision
    corrected: dict[str, Any] | None
    by: str
    at: str
    note: str = ""
    schema_version: str = "1"


def check_decision(decision: Decision, *, by: str, note: str, has_answer: bool, is_edited: bool) -> None:
    """Raises ``InvalidInputError`` that says what the decision lacks."""
    if not by.strip() or len(by) > _MAX_NAME_CHARACTERS:
        raise InvalidInputError(f"say who decides, in at most {_MAX_NAME_CHARACTERS} characters")
    if len(note) > _MAX_NOTE_CHARACTERS:
        raise InvalidInputError(f"the note has {len(note)} characters; at most {_MAX_NOTE_CHARACTERS} fit")
    if (decision == "edit") != is_edited:
        raise InvalidInputError("a corrected answer belongs to the decision 'edit', and to no other")
    if decision == "approve" and not has_answer:
        raise InvalidInputError("there is no answer to approve: edit, with an answer of yours, or reject")


def check_draft_decision(decision: Decision, *, by: str, requested_by: str, four_eyes: bool) -> None:
    """Raises ``InvalidInputError`` where a draft can't be decided on so, or not by this person."""
    if decision == "edit":
        raise InvalidInputError("what was made can't be edited: approve it, or reject it and ask for another")
    if not four_eyes or decision != "approve":
        return
    if not requested_by.strip():
        raise InvalidInputError("nobody is named who asked for it, so that nobody else can be told apart")
    if by.strip().casefold() == requested_by.strip().casefold():
        raise InvalidInputError(f"{by.strip()} asked for it: somebody else has to approve (four eyes)")
