"""Ask Reviewer, and the two ways in which its wait ends: a person's decision and the deadline."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from braid.aws.notifications import notify
from braid.aws.schedules import schedule_call
from braid.aws.task_tokens import send_failure
from braid.domain.asset.execution_state import read_state
from braid.domain.errors import InvalidInputError
from braid.domain.wire import decode, encode
from braid.runtime.handler import handles, logger
from braid.runtime.library import price_book, profile
from braid.runtime.now import utc_now
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from braid.store.review_records import OpenReview, ReviewRecords
from lambdas.review.asking import invitation, review_request, schedule_name
from lambdas.review.deciding import ReviewDecision, Reviews
from lambdas.review.drafting import put_draft

__all__ = ["AskSettings", "DecideSettings", "ask", "decide"]


@dataclass(frozen=True)
class AskSettings:
    """Where record and results lie, what the deadline calls and as whom, and who is told."""

    assets_table: str
    results_bucket: str
    deployment_name: str
    decide_function_arn: str
    scheduler_role_arn: str
    review_topic_arn: str


@dataclass(frozen=True)
class DecideSettings:
    """Where record and results lie; ``deployment_name`` begins the deadline's name."""

    assets_table: str
    results_bucket: str
    deployment_name: str


@handles(AskSettings)
def ask(event: dict[str, Any], settings: AskSettings) -> dict[str, Any]:
    """Opens the review. Errors go to the waiting state, whose token it holds, never to the caller."""
    token = str(event["task_token"])
    try:
        _open(event, token, settings, utc_now())
    except Exception as error:  # noqa: BLE001  # told to the waiting state under its name, which handles it
        logger.exception(str(error))
        send_failure(token, error)
        return {"summary": f"not asked: {type(error).__name__}"}
    return {"summary": "a reviewer was asked"}


def _open(event: dict[str, Any], token: str, settings: AskSettings, now: str) -> None:
    state = read_state(event["state"])
    if state.fusion is None or state.answer is None:
        raise InvalidInputError("nothing was answered that a person could look at")
    asset = state.asset
    use_case = profile(asset.profile)
    asked = review_request(use_case.review, state.answer.review_reasons, now)
    opened = OpenReview(asked, state.fusion.claim, state.answer.claim)
    store = DocumentStore(settings.results_bucket, asset.asset_id, asset.attempt)
    put_draft(
        state,
        asked,
        store=store,
        book=price_book(),
        plan=use_case.captions,
        execution_arn=event["execution_arn"],
        now=now,
    )
    is_ours = AssetRecords(settings.assets_table).await_review(
        asset,
        execution_arn=event["execution_arn"],
        token=token,
        review=json.dumps(encode(opened), ensure_ascii=False),
        reason="; ".join(asked.reasons),
        now=now,
    )
    if not is_ours:
        raise InvalidInputError(f"{asset.asset_id} is closed already, or a newer attempt has taken over")
    schedule_call(
        schedule_name(settings.deployment_name, asset),
        asked.deadline,
        function_arn=settings.decide_function_arn,
        role_arn=settings.scheduler_role_arn,
        event={"deadline_of": asset.asset_id, "requested_at": asked.requested_at},
    )
    subject, message = invitation(asset, asked)
    notify(settings.review_topic_arn, subject=subject, message=message)


@handles(DecideSettings)
def decide(event: dict[str, Any], settings: DecideSettings) -> dict[str, Any]:
    """A reviewer's decision, or the deadline's event. The error's message is for whoever decided."""
    records = ReviewRecords(settings.assets_table)
    reviews = Reviews(
        records, results_bucket=settings.results_bucket, deployment_name=settings.deployment_name
    )
    if "deadline_of" in event:
        asset_id = str(event["deadline_of"])
        use_case = profile(records.find(asset_id).asset.profile)
        passed = reviews.apply_deadline(asset_id, str(event["requested_at"]), use_case, now=utc_now())
        return {"summary": f"{asset_id}: {passed.review.decision if passed else 'was decided before'}"}
    decision = decode(ReviewDecision, event)
    use_case = profile(records.find(decision.asset_id).asset.profile)
    decided = reviews.decide(decision, use_case, now=utc_now())
    return {"asset_id": decision.asset_id, "review": encode(decided.review)}
