"""Publish Draft: what is approved becomes public, byte for byte as it was reviewed; nothing else does.

The state that this is called with is believed nothing: whether it is approved, which attempt, and which bytes
are read from the record and from what its claims vouch for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from braid.aws.s3.published import PublishedObjects
from braid.domain.answer.review import Review
from braid.domain.asset.asset import AssetRef, AssetStatus
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidInputError
from braid.domain.generation.draft import Draft, Publication
from braid.domain.money.accounting import Usage
from braid.domain.money.foreseen import arrival
from braid.domain.money.metered import TRANSITIONS, Metered, added, platform_usage
from braid.domain.money.price_book import PriceBook
from braid.domain.money.receipt import price
from braid.domain.wire import decode
from braid.marking.manifest import check
from braid.report.notices import reason_text
from braid.store.by_source import Copy
from braid.store.closing import AssetCloser, AssetClosing, ClosedAsset
from braid.store.documents import DocumentStore
from braid.store.review_records import ReviewRecord, ReviewRecords

__all__ = ["PublishedDraft", "approved_draft", "publish_draft", "published_key", "used_by_steps"]

_TEXT, _HTML = "text/plain; charset=utf-8", "text/html; charset=utf-8"
_REPORT = "report.html"
# Check Prompt, Estimate, Generate, Is It Awaited?, Process, Mark, Check Output, Ask, Publish, Announce.
_STATES = 10


@dataclass(frozen=True)
class PublishedDraft:
    """How the asset stands now, and what of it is public."""

    closed: ClosedAsset
    publication: Publication | None
    reason: str | None

    @property
    def summary(self) -> str:
        """One line for the Step Functions console."""
        if self.publication is not None:
            return f"{self.closed.status}: {self.publication.published.uri}"
        return f"{self.closed.status}: {self.reason}"


def approved_draft(
    record: ReviewRecord, asset: AssetRef, store: DocumentStore
) -> tuple[Draft, Review] | None:
    """The draft that a person approved of, with their decision; ``None`` where they refused it.

    Raises ``InvalidInputError`` where nobody decided, the decision isn't a person's, or it is about another
    attempt or other bytes than those that lie there.
    """
    if record.asset != asset:
        raise InvalidInputError(
            f"the record of {asset.asset_id} is about attempt {record.asset.attempt} of"
            f" {record.asset.source.key}, not attempt {asset.attempt} of {asset.source.key}"
        )
    if record.decided is None or record.review is None or record.review.draft is None:
        raise InvalidInputError(f"nobody decided about a draft of {asset.asset_id}")
    review = record.decided.review
    if review.decision != "approve":
        return None
    if review.by_deadline or not review.by.strip():
        raise InvalidInputError(f"nobody looked at {asset.asset_id}: a deadline approves of nothing")
    if record.status is not AssetStatus.AWAITING_REVIEW and record.status is not AssetStatus.SUCCEEDED:
        raise InvalidInputError(f"{asset.asset_id} isn't awaiting its publication (status: {record.status})")
    if record.decided.answer != record.review.draft:
        raise InvalidInputError(f"the decision about {asset.asset_id} is about another draft than was shown")
    draft = store.get_document(Draft, record.review.draft)
    if (draft.asset_id, draft.attempt) != (asset.asset_id, asset.attempt):
        raise InvalidInputError(f"the draft is {draft.asset_id}'s, attempt {draft.attempt}")
    if draft.blocked:
        raise InvalidInputError(f"what is blocked is never public: {draft.blocked[0].sentence}")
    return draft, review


def published_key(draft: Draft) -> str:
    """Where it lies in the published bucket: a later attempt of the same request leaves it there."""
    return f"{draft.asset_id}/{draft.attempt}/{draft.file.key.rpartition('/')[2]}"


def publish_draft(
    state: ExecutionState,
    steps: Metered,
    *,
    records: ReviewRecords,
    closer: AssetCloser,
    store: DocumentStore,
    published: PublishedObjects,
    book: PriceBook,
    execution_arn: str,
    redrive_count: int | None,
    started_at: str,
    used: Callable[[], Metered],
    now: str,
) -> PublishedDraft:
    """Publishes, reads what is public again, and closes the record; takes it back where that isn't ours."""
    asset = state.asset
    record = records.find(asset.asset_id)
    approved = approved_draft(record, asset, store)
    draft, publication, reason = None, None, None
    if approved is None:
        reason = _refusal(record)
        if record.review is not None and record.review.draft is not None:
            draft = store.get_document(Draft, record.review.draft)
    else:
        draft, review = approved
        publication = _put(draft, review, store=store, published=published)
    results = _results(store, record, draft, publication)
    receipt = price(_spent(draft, added(steps, used())), book)
    results["receipt"] = store.put_document(store.result_key("receipt.json"), receipt)
    closing = AssetClosing(
        asset=asset,
        status=AssetStatus.REJECTED if publication is None else AssetStatus.SUCCEEDED,
        reason=reason,
        execution_arn=execution_arn,
        started_at=started_at,
        finished_at=now,
        results=results,
        copies={},
        missing=draft.missing if draft else (),
        total_usd=receipt.total_usd,
        warnings=draft.plan.not_honoured if draft else (),
        redrive_count=redrive_count,
    )
    closed = closer.close(closing)
    if closed.is_ours:
        copies = {"reason.txt": Copy(reason_text(closing), _TEXT)}
        if (report := store.find_bytes(store.result_key(_REPORT))) is not None:
            copies[_REPORT] = Copy(report, _HTML)
        closer.show(replace(closing, copies=copies))
    elif publication is not None and closed.status is not AssetStatus.SUCCEEDED:
        published.take_back(publication.published.key)
        return PublishedDraft(closed, None, "it was closed otherwise meanwhile: nothing of it is public")
    return PublishedDraft(closed, publication, reason)


def _put(draft: Draft, review: Review, *, store: DocumentStore, published: PublishedObjects) -> Publication:
    body = store.get_payload(draft.file)
    media_type = draft.file.media_type
    key = published_key(draft)
    _check_marks(body, draft)
    claim = published.put(key, body, media_type)
    public = published.read(key)
    if not draft.file.is_of(public):
        published.take_back(key)
        raise InvalidInputError(f"what lies under {key} isn't what was reviewed")
    issuer, is_trusted = _check_marks(public, draft)
    return Publication(
        published=claim,
        approved_by=review.by,
        approved_at=review.at,
        model_id=draft.plan.model_id,
        watermark=draft.watermark,
        issuer=issuer,
        is_trusted=is_trusted,
    )


def _check_marks(body: bytes, draft: Draft) -> tuple[str, bool]:
    """Who signed it, and whether anybody vouches for them. Raises ``InvalidInputError`` where marks lack."""
    found = check(body, draft.file.media_type)
    if found is None or found.problems or found.asset_id != draft.asset_id:
        raise InvalidInputError(f"the draft of {draft.asset_id} has no signed statement that holds")
    if draft.watermark is not None:
        from braid.marking.pictures import number_in  # numpy: a quarter of a cold start, not for a video

        if number_in(body) != draft.watermark:
            raise InvalidInputError(f"the draft of {draft.asset_id} doesn't have its watermark")
    return found.issuer, found.is_trusted


def _refusal(record: ReviewRecord) -> str:
    review = record.decided.review if record.decided else None
    if review is None:
        return "It was refused"
    if review.by_deadline:
        return f"Nobody approved of it before {review.request.deadline}: nothing is public unseen."
    note = f": {review.note}" if review.note else ""
    return f"{review.by} refused it{note}"


def _results(
    store: DocumentStore, record: ReviewRecord, draft: Draft | None, publication: Publication | None
) -> dict[str, Claim]:
    results: dict[str, Claim] = {}
    if record.review is not None and record.review.draft is not None:
        results["draft"] = record.review.draft
    if draft is not None:
        results["picture" if draft.poster is None else "video"] = draft.file
        results |= {"poster": draft.poster} if draft.poster else {}
    if publication is not None:
        results["publication"] = store.put_document(store.result_key("publication.json"), publication)
    for name, file, media_type in (
        ("report", _REPORT, _HTML),
        ("review", "review.json", "application/json"),
    ):
        body = store.find_bytes(store.result_key(file))
        if body is not None:
            results[name] = store.put_bytes(store.result_key(file), body, media_type)
    return results


def _spent(draft: Draft | None, platform: Metered) -> tuple[Usage, ...]:
    own = (*draft.made.usage, *draft.usage) if draft else ()
    return (*own, *platform_usage(added(platform, arrival(1), {TRANSITIONS: _STATES})))


def used_by_steps(state: Mapping[str, Any]) -> Metered:
    """What every step before used, by what its output carries."""
    carried = [value.get("metered") for value in state.values() if isinstance(value, Mapping)]
    return added(*(decode(dict[str, float], item) for item in carried if isinstance(item, Mapping)))
