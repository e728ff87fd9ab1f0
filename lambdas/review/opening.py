"""Opens a review: the draft, the record that waits, the deadline, and the invitation, in this order."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from braid.aws.notifications import notify
from braid.aws.schedules import schedule_call
from braid.domain.answer.review import ReviewRequest
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.errors import InvalidInputError, ServiceError
from braid.domain.money.foreseen import AFTER_ASKING
from braid.domain.money.metered import Metered, added
from braid.domain.money.price_book import PriceBook
from braid.domain.profile.profile import Profile
from braid.domain.profile.sections.review import ReviewPlan
from braid.domain.wire import encode
from braid.runtime.handler import logger
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from braid.store.review_records import OpenReview
from lambdas.review.asking import invitation, review_request, schedule_name
from lambdas.review.deciding import DeadlinePassed
from lambdas.review.drafting import put_draft

__all__ = ["Deadlines", "open_review"]


@dataclass(frozen=True)
class Deadlines:
    """What a deadline calls and as whom, and the group that it lies in."""

    schedule_group: str
    function_arn: str
    role_arn: str


# Whatever a model made waits three days for a person, and is nobody's if none came.
OF_DRAFTS = ReviewPlan(deadline_hours=72, on_deadline="reject")


def open_review(
    state: ExecutionState,
    profile: Callable[[str], Profile],
    *,
    token: str,
    execution_arn: str,
    redrive_count: int | None = None,
    store: DocumentStore,
    records: AssetRecords,
    deadlines: Deadlines,
    topic_arn: str,
    book: PriceBook,
    used: Callable[[], Metered],
    now: str,
) -> None:
    """Lets the asset wait under ``token`` and invites people. ``used`` is what the step used so far.

    Raises ``InvalidInputError`` where there is nothing to look at, or the record isn't this execution's.
    """
    asset = state.asset
    if state.draft is not None:
        # Here, because reviews of answers, which are most, need none of it: a twentieth of a cold start.
        from braid.domain.generation.draft import Draft
        from lambdas.review.draft_page import put_draft_page

        asked = review_request(OF_DRAFTS, state.draft.review_reasons, now)
        put_draft_page(store.get_document(Draft, state.draft.claim), asked, store=store)
        opened = OpenReview(
            asked,
            metered=added(used(), AFTER_ASKING),
            draft=state.draft.claim,
            requested_by=state.draft.requested_by,
        )
    else:
        asked, opened = _of_answer(
            state, profile, store=store, book=book, execution_arn=execution_arn, used=used, now=now
        )
    is_ours = records.await_review(
        asset,
        execution_arn=execution_arn,
        token=token,
        review=json.dumps(encode(opened), ensure_ascii=False),
        reason="; ".join(asked.reasons),
        now=now,
        redrive_count=redrive_count,
    )
    if not is_ours:
        raise InvalidInputError(f"{asset.asset_id} is closed already, or a newer attempt has taken over")
    schedule_call(
        deadlines.schedule_group,
        schedule_name(asset),
        asked.deadline,
        function_arn=deadlines.function_arn,
        role_arn=deadlines.role_arn,
        event=encode(DeadlinePassed(asset.asset_id, asked.requested_at)),
    )
    subject, message = invitation(asset, asked)
    try:
        notify(topic_arn, subject=subject, message=message)
    except ServiceError as error:
        # The review is open and its deadline set: an invitation that isn't sent costs nobody an answer.
        logger.warning("nobody was invited", extra={"error": type(error).__name__, "cause": str(error)})


def _of_answer(
    state: ExecutionState,
    profile: Callable[[str], Profile],
    *,
    store: DocumentStore,
    book: PriceBook,
    execution_arn: str,
    used: Callable[[], Metered],
    now: str,
) -> tuple[ReviewRequest, OpenReview]:
    if state.fusion is None or state.answer is None:
        raise InvalidInputError("nothing was answered that a person could look at")
    rules = profile(state.asset.profile)
    asked = review_request(rules.review, state.answer.review_reasons, now)
    put_draft(
        state,
        asked,
        store=store,
        book=book,
        plan=rules.captions,
        execution_arn=execution_arn,
        used=used(),
        now=now,
    )
    metered = added(used(), AFTER_ASKING)
    return asked, OpenReview(asked, state.fusion.claim, state.answer.claim, metered)
