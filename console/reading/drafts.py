"""What was made: the plan, the draft, what a person decided about it, and what is public of it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from braid.domain.answer.review import Review
from braid.domain.generation.draft import Draft, GenerationPlan, Publication
from cli.showing.records import Record
from cli.target import Target
from console.reading.stored import attempt_key, find_document

__all__ = ["Made", "read_made", "read_many"]

_AT_ONCE = 8


@dataclass(frozen=True)
class Made:
    """One attempt of ``attempts``: ``plan`` before anything is asked, ``draft`` once it was checked.

    ``review`` is there once somebody decided, ``publication`` once it is public. The record's status is that
    of the newest attempt.
    """

    record: Record
    attempts: int
    plan: GenerationPlan | None
    draft: Draft | None = None
    review: Review | None = None
    publication: Publication | None = None

    @property
    def is_newest(self) -> bool:
        """Whether no other attempt came after it."""
        return self.record.attempt == self.attempts

    @property
    def is_withheld(self) -> bool:
        """Whether it was quarantined and nobody is shown it."""
        return self.draft is not None and bool(self.draft.blocked)

    @property
    def is_video(self) -> bool:
        """Whether it plays."""
        return self.draft is not None and self.draft.file.media_type.startswith("video/")


def read_made(target: Target, record: Record, attempt: int | None = None) -> Made:
    """An attempt of what was asked for, the newest unless told otherwise, with all that is known of it."""
    one = record if attempt is None else replace(record, attempt=attempt)
    draft = find_document(target, Draft, attempt_key(one, "draft.json"))
    return Made(
        one,
        record.attempt,
        draft.plan if draft else find_document(target, GenerationPlan, attempt_key(one, "plan.json")),
        draft,
        find_document(target, Review, attempt_key(one, "review.json")),
        find_document(target, Publication, attempt_key(one, "publication.json")),
    )


def read_many(target: Target, records: Sequence[Record]) -> list[Made]:
    """For a gallery: plans and drafts alone."""

    def read(record: Record) -> Made:
        draft = find_document(target, Draft, attempt_key(record, "draft.json"))
        if draft is not None:
            return Made(record, record.attempt, draft.plan, draft)
        plan = find_document(target, GenerationPlan, attempt_key(record, "plan.json"))
        return Made(record, record.attempt, plan)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(read, records))
