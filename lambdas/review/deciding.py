"""One decision about one waiting asset: written once, then told to the execution."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from braid.aws.schedules import delete_schedule
from braid.aws.task_tokens import send_success
from braid.domain.answer.answer import Answer
from braid.domain.answer.review import (
    DECISION_WORDS,
    Decision,
    Review,
    check_decision,
    check_draft_decision,
)
from braid.domain.asset.asset import AssetStatus
from braid.domain.claim_check import Claim
from braid.domain.clock import parse_iso
from braid.domain.errors import InvalidInputError, ServiceError
from braid.domain.evidence.timeline import Timeline
from braid.domain.failure_metrics import FailureMetric
from braid.domain.money.foreseen import BY_DEADLINE
from braid.domain.money.metered import Metered, added
from braid.domain.profile.profile import Profile
from braid.domain.profile.sections.decision import DECISION_MEMBER
from braid.domain.quoting import shortened
from braid.domain.wire import encode
from braid.runtime.handler import logger
from braid.runtime.metrics import count_failure
from braid.store.documents import DocumentStore
from braid.store.review_records import Decided, OpenReview, ReviewRecord, ReviewRecords
from lambdas.review.asking import schedule_name
from lambdas.review.correcting import correct, label

__all__ = ["DeadlinePassed", "ReviewDecision", "Reviews"]

# By then the function that took a decision is through, or dead: it runs a minute at most.
_TELLING = timedelta(minutes=2)
_MAX_NAME_BYTES = 200
_MAX_NOTE_BYTES = 400


@dataclass(frozen=True)
class ReviewDecision:
    """What a reviewer decided. ``attempt`` and ``requested_at`` name what was seen when deciding."""

    asset_id: str
    decision: Decision
    by: str
    note: str = ""
    answer: dict[str, Any] | None = None
    attempt: int | None = None
    requested_at: str | None = None


@dataclass(frozen=True)
class DeadlinePassed:
    """What a deadline's schedule sends: whose review is over, and which request it belongs to."""

    deadline_of: str
    requested_at: str


class Reviews:
    """Takes decisions. What went wrong is an ``InvalidInputError`` for the person who decided.

    ``used`` says what the function that takes one used so far. With ``four_eyes`` nobody approves of what
    they asked for themselves.
    """

    def __init__(
        self,
        records: ReviewRecords,
        profiles: Callable[[str], Profile],
        *,
        results_bucket: str,
        schedule_group: str,
        used: Callable[[], Metered],
        four_eyes: bool = False,
    ) -> None:
        self._four_eyes = four_eyes
        self._records = records
        self._profiles = profiles
        self._bucket = results_bucket
        self._schedule_group = schedule_group
        self._used = used

    def decide(self, submitted: ReviewDecision, *, now: str) -> dict[str, Any]:
        """Carries out ``submitted`` and gives the review as JSON.

        A second decision, or one about what is no more, changes nothing.
        """
        record, opened = self._waiting(submitted.asset_id, now)
        request = opened.request
        if submitted.attempt not in (None, record.asset.attempt) or (
            submitted.requested_at not in (None, request.requested_at)
        ):
            raise InvalidInputError(
                f"{submitted.asset_id} has been analysed again since:"
                f" `braid review show {submitted.asset_id}` shows what waits now"
            )
        check_decision(
            submitted.decision,
            by=submitted.by,
            note=submitted.note,
            has_answer=opened.answer is not None or opened.draft is not None,
            is_edited=submitted.answer is not None,
        )
        if opened.draft is not None:
            check_draft_decision(
                submitted.decision,
                by=submitted.by,
                requested_by=opened.requested_by,
                four_eyes=self._four_eyes,
            )
        review = Review(submitted.decision, submitted.by.strip(), now, request, submitted.note.strip())
        stands: dict[str, Any] = encode(self._settle(record, opened, review, submitted.answer).review)
        return stands

    def apply_deadline(self, passed: DeadlinePassed, *, now: str) -> str:
        """What the request says happens, unless somebody decided before; what happened, in words."""
        decided = self._decided_by_deadline(passed, now)
        if decided is not None:
            count_failure(FailureMetric.PASSED_DEADLINES, asset_id=passed.deadline_of)
        return f"{passed.deadline_of}: {decided.review.decision if decided else 'was decided before'}"

    def _decided_by_deadline(self, passed: DeadlinePassed, now: str) -> Decided | None:
        record = self._records.find(passed.deadline_of)
        opened = record.review
        if record.token is None or record.status is not AssetStatus.AWAITING_REVIEW:
            return None
        if opened is None or opened.request.requested_at != passed.requested_at:
            return None
        if record.decided is not None:
            self._tell(record, record.decided)
            return None
        decision: Decision = "approve" if opened.request.on_deadline == "publish" else "reject"
        note = "nobody decided before the deadline"
        review = Review(decision, "nobody", now, opened.request, note, by_deadline=True)
        return self._settle(record, opened, review)

    def _waiting(self, asset_id: str, now: str) -> tuple[ReviewRecord, OpenReview]:
        record = self._records.find(asset_id)
        if record.decided is not None:
            if parse_iso(now) - parse_iso(record.decided.review.at) > _TELLING:
                # Whoever wrote it may have died before the execution heard of it.
                self._tell(record, record.decided)
            raise InvalidInputError(_told_before(record.asset.asset_id, record.decided.review))
        if record.token is None or record.review is None or record.status is not AssetStatus.AWAITING_REVIEW:
            raise InvalidInputError(f"{asset_id} isn't awaiting review (status: {record.status})")
        return record, record.review

    def _settle(
        self,
        record: ReviewRecord,
        opened: OpenReview,
        review: Review,
        corrected: Mapping[str, Any] | None = None,
    ) -> Decided:
        decided = Decided(review, self._put_standing(record, opened, review, corrected))
        if not self._records.decide(record, decided):
            now = self._records.find(record.asset.asset_id)
            if now.decided is not None:
                raise InvalidInputError(_told_before(record.asset.asset_id, now.decided.review))
            raise InvalidInputError(f"{record.asset.asset_id} no longer awaits review (status: {now.status})")
        if not self._tell(record, decided):
            self._records.withdraw(record, decided)
            raise InvalidInputError(
                f"the execution of {record.asset.asset_id} doesn't wait any more: nothing was changed"
            )
        return decided

    def _tell(self, record: ReviewRecord, decided: Decided) -> bool:
        """Leaves what stays of the decision and ends the waiting state; ``False`` if nothing waits."""
        review, opened = decided.review, record.review
        if record.token is None or opened is None:
            return False
        store = self._store(record)
        claims = {"review": store.put_document(store.result_key("review.json"), review)}
        if opened.timeline is not None:
            claims["example"] = self._put_example(record, opened, opened.timeline, decided)
        by_deadline = BY_DEADLINE if review.by_deadline else {}
        metered = added(opened.metered, self._used(), by_deadline)
        output = {**_output(review, decided.answer, claims), "metered": metered}
        if not send_success(record.token, output):
            return False
        try:
            delete_schedule(self._schedule_group, schedule_name(record.asset))
        except ServiceError as error:
            # The decision stands; a deadline that comes all the same finds nothing to do.
            logger.warning(str(error))
        return True

    def _put_example(
        self, record: ReviewRecord, opened: OpenReview, timeline_claim: Claim, decided: Decided
    ) -> Claim:
        """One line that evaluation and tuning learn from."""
        store = self._store(record)
        timeline = store.get_document(Timeline, timeline_claim)
        original = store.get_document(Answer, opened.answer) if opened.answer else None
        standing = store.get_document(Answer, decided.answer) if decided.answer else None
        profile = self._profiles(record.asset.profile)
        example = label(record.asset, profile, timeline, original, standing, decided.review)
        line = json.dumps(encode(example), ensure_ascii=False, separators=(",", ":"))
        return store.put_bytes(store.result_key("example.jsonl"), line.encode() + b"\n", "application/jsonl")

    def _put_standing(
        self,
        record: ReviewRecord,
        opened: OpenReview,
        review: Review,
        corrected: Mapping[str, Any] | None,
    ) -> Claim | None:
        """Stores the answer that stands from now on, with who says so; ``None`` where none does."""
        if review.decision == "reject":
            return None
        if opened.draft is not None:
            return opened.draft
        store, profile = self._store(record), self._profiles(record.asset.profile)
        answer = store.get_document(Answer, opened.answer) if opened.answer else None
        if corrected is not None and opened.timeline is not None:
            timeline = store.get_document(Timeline, opened.timeline)
            answer = correct(profile, timeline, answer, corrected, review.by)
        if answer is None:
            return None
        if not review.by_deadline:
            _check_decided(profile, answer)
        told = {"decision": review.decision, "by": review.by, "at": review.at, "note": review.note}
        # Named after the moment: whoever loses a race leaves the winner's untouched.
        moment = "".join(character for character in review.at if character.isdigit())
        return store.put_document(store.result_key(f"answer-{moment}.json"), replace(answer, review=told))

    def _store(self, record: ReviewRecord) -> DocumentStore:
        return DocumentStore.of(self._bucket, record.asset)


def _check_decided(profile: Profile, answer: Answer) -> None:
    """A person who was asked to decide decides: what was left open doesn't stay so."""
    plan = profile.decision
    if plan.decides and answer.answer.get(DECISION_MEMBER) == plan.undecided:
        possible = ", ".join(rank for rank in plan.ranks if rank != plan.undecided)
        raise InvalidInputError(f"the decision is still {plan.undecided!r}: make it one of {possible}")


def _told_before(asset_id: str, review: Review) -> str:
    return (
        f"{asset_id} was {DECISION_WORDS[review.decision]} by {review.by} at {review.at}; a decision stands"
    )


def _output(review: Review, answer: Claim | None, claims: Mapping[str, Claim]) -> dict[str, Any]:
    """What the state machine carries on: small, whatever was noted."""
    return {
        "decision": review.decision,
        "by": shortened(review.by, _MAX_NAME_BYTES),
        "at": review.at,
        "note": shortened(review.note, _MAX_NOTE_BYTES),
        "summary": f"{DECISION_WORDS[review.decision]} by {shortened(review.by, _MAX_NAME_BYTES)}",
        "claim": encode(answer) if answer else None,
        **{name: encode(claim) for name, claim in claims.items()},
    }
