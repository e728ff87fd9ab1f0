"""What is approved becomes public as it was reviewed; twenty ways around that lead nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from braid.domain.answer.review import Review, ReviewRequest
from braid.domain.asset.asset import AssetRef, AssetStatus, Source
from braid.domain.claim_check import Claim
from braid.domain.errors import BraidError, InvalidInputError
from braid.domain.evidence.vision import ModerationCategory
from braid.domain.generation.draft import Check, Draft
from braid.domain.wire import encode
from braid.marking.manifest import check
from braid.marking.pictures import number_in
from braid.store.records import RecordClosing
from braid.store.review_records import Decided
from lambdas.generation.publishing import published_key
from lambdas.review.deciding import DeadlinePassed
from tests.doubles.generation_rig import LATER, NOW, PUBLISHED, RULES, SOON, Studio, picture

TEXT = 'task = "remove_background"\nreferences = ["inbox/a.png"]\nrequested_by = "ann"\n'
REFUSED = "refused"


@pytest.fixture
def waiting(studio: Studio) -> tuple[Studio, AssetRef, Draft]:
    studio.files["inbox/a.png"] = picture()
    asset, draft = studio.reviewable(TEXT)
    return studio, asset, draft


def test_what_is_approved_is_public_byte_for_byte_with_its_marks(
    waiting: tuple[Studio, AssetRef, Draft],
) -> None:
    studio, asset, draft = waiting
    assert not studio.public
    studio.decide(asset, "approve")
    done = studio.publish(asset)

    assert done.closed.status is AssetStatus.SUCCEEDED
    ((key, body),) = studio.public.items()
    assert key == published_key(draft)
    assert draft.file.is_of(body)
    statement = check(body, "image/png")
    assert statement is not None
    assert (statement.asset_id, statement.problems) == (asset.asset_id, ())
    assert number_in(body) == draft.watermark
    result = studio.storage.result_json(asset)
    assert {"draft", "picture", "publication", "receipt", "report", "review"} <= set(result["results"])
    receipt = json.loads(studio.storage.result(f"assets/{asset.asset_id}/1/receipt.json"))
    assert receipt["total_usd"] >= draft.plan.usd > 0


def test_a_repeated_step_publishes_nothing_twice(waiting: tuple[Studio, AssetRef, Draft]) -> None:
    studio, asset, _ = waiting
    studio.decide(asset, "approve")
    first = studio.publish(asset)
    again = studio.publish(asset)
    assert (first.closed.status, again.closed.status) == (AssetStatus.SUCCEEDED, AssetStatus.SUCCEEDED)
    assert len(studio.public) == 1


@pytest.mark.parametrize("note", ["too dark", ""])
def test_what_is_refused_ends_rejected_with_the_note(
    waiting: tuple[Studio, AssetRef, Draft], note: str
) -> None:
    studio, asset, draft = waiting
    studio.decide(asset, "reject", note=note)
    done = studio.publish(asset)
    assert done.closed.status is AssetStatus.REJECTED
    assert note in str(done.reason)
    assert not studio.public
    # What it cost to make is paid all the same.
    assert studio.storage.result_json(asset)["reason"] == done.reason
    assert (
        json.loads(studio.storage.result(f"assets/{asset.asset_id}/1/receipt.json"))["total_usd"]
        >= draft.plan.usd
    )


def test_an_approval_that_comes_back_from_a_deadline_publishes_nothing(
    waiting: tuple[Studio, AssetRef, Draft],
) -> None:
    studio, asset, _ = waiting
    studio.reviews.apply_deadline(DeadlinePassed(asset.asset_id, NOW), now=LATER)
    assert studio.publish(asset).closed.status is AssetStatus.REJECTED
    assert not studio.public


def test_nobody_approves_of_their_own_with_four_eyes(monkeypatch: pytest.MonkeyPatch) -> None:
    studio = Studio(monkeypatch, rules=replace(RULES, four_eyes=True))
    studio.files["inbox/a.png"] = picture()
    asset, _ = studio.reviewable(TEXT)
    for herself in ("ann", " Ann ", "ANN"):
        with pytest.raises(InvalidInputError, match="somebody else has to approve"):
            studio.decide(asset, "approve", by=herself)
    studio.decide(asset, "approve", by="bob")
    assert studio.publish(asset).closed.status is AssetStatus.SUCCEEDED
    with pytest.raises(BraidError, match="say who asks"):
        studio.plan(asset, TEXT.replace('requested_by = "ann"', ""))


def _nothing_decided(studio: Studio, asset: AssetRef, _draft: Draft) -> None:
    studio.publish(asset)


def _rejected_then_published(studio: Studio, asset: AssetRef, _draft: Draft) -> None:
    studio.decide(asset, "reject")
    studio.publish(asset)


def _rejected_then_approved(studio: Studio, asset: AssetRef, _draft: Draft) -> None:
    studio.decide(asset, "reject")
    with pytest.raises(InvalidInputError):
        studio.decide(asset, "approve")
    studio.publish(asset)


def _a_decision_in_the_state(studio: Studio, asset: AssetRef, draft: Draft) -> None:
    """A forged state: whoever calls the function says that it was approved."""
    from braid.domain.asset.execution_state import ReviewOutcome

    forged = ReviewOutcome("approve", "bob", SOON, "", "", draft.file, draft.file)
    studio.publish(asset, review=forged)


def _an_edited_file(studio: Studio, asset: AssetRef, draft: Draft) -> None:
    studio.decide(asset, "approve")
    studio.storage.s3.objects[studio.storage.results, draft.file.key] = picture(colour="#000000")
    studio.publish(asset)


def _an_edited_draft_document(studio: Studio, asset: AssetRef, draft: Draft) -> None:
    studio.decide(asset, "approve")
    store = studio.store(asset)
    other = store.put_bytes(store.result_key("other.png"), picture(), "image/png")
    store.put_document(store.result_key("draft.json"), replace(draft, file=other))
    studio.publish(asset)


def _edited_before_the_decision(studio: Studio, asset: AssetRef, draft: Draft) -> None:
    """The reviewer saw one picture; another lies there when they decide."""
    studio.storage.s3.objects[studio.storage.results, draft.file.key] = picture(colour="#00ff00")
    studio.decide(asset, "approve")
    studio.publish(asset)


def _another_assets_approval(studio: Studio, asset: AssetRef, _draft: Draft) -> None:
    other, _ = studio.reviewable(TEXT + "seed = 5\n", name="other")
    studio.decide(other, "approve")
    decided = studio.storage.records.items[other.asset_id]["review_decision"]
    studio.storage.records.items[asset.asset_id]["review_decision"] = decided
    studio.publish(asset)


def _an_earlier_attempts_approval(studio: Studio, asset: AssetRef, _draft: Draft) -> None:
    """A stale approval: attempt 1 was approved, attempt 2 is underway."""
    studio.decide(asset, "approve")
    again = replace(asset, attempt=2)
    studio.storage.records.put_received(again, received_at=LATER, now=LATER)
    studio.storage.records.process(again, execution_arn="arn:2", now=LATER)
    for attempt in (asset, again):
        with pytest.raises(InvalidInputError):
            studio.publish(attempt)
    raise InvalidInputError(REFUSED)


def _a_replay_after_a_newer_attempt(studio: Studio, asset: AssetRef, draft: Draft) -> None:
    """An execution of attempt 2 waits, and its token is answered with attempt 1's decision."""
    studio.decide(asset, "approve")
    again = replace(asset, attempt=2)
    studio.storage.records.put_received(again, received_at=LATER, now=LATER)
    studio.storage.records.process(again, execution_arn="arn:2", now=LATER)
    studio.ask(again, replace(draft, attempt=2), token="token-2")
    studio.publish(again)


def _approved_by_nobody(studio: Studio, asset: AssetRef, draft: Draft) -> None:
    _forge(studio, asset, draft, by="  ")
    studio.publish(asset)


def _approved_by_the_deadline(studio: Studio, asset: AssetRef, draft: Draft) -> None:
    _forge(studio, asset, draft, by="nobody", by_deadline=True)
    studio.publish(asset)


def _approved_for_another_draft(studio: Studio, asset: AssetRef, draft: Draft) -> None:
    _forge(studio, asset, draft, by="bob", other=True)
    studio.publish(asset)


def _closed_meanwhile(studio: Studio, asset: AssetRef, _draft: Draft) -> None:
    """A race: the execution was aborted, its record closed, and a late try of the step still runs."""
    studio.decide(asset, "approve")
    closing = RecordClosing(AssetStatus.FAILED, "Someone stopped the execution", None, "arn:1")
    assert studio.storage.records.close(asset, closing, now=LATER)
    studio.publish(asset)


def _deleted_meanwhile(studio: Studio, asset: AssetRef, _draft: Draft) -> None:
    studio.decide(asset, "approve")
    studio.storage.records.delete(asset, now=LATER)
    studio.publish(asset)


def _another_source(studio: Studio, asset: AssetRef, _draft: Draft) -> None:
    studio.decide(asset, "approve")
    studio.publish(replace(asset, source=Source("elsewhere", asset.source.key, "v9")))


def _unsigned(studio: Studio, asset: AssetRef, draft: Draft) -> None:
    """A picture without its statement, whose claim is right all the same."""
    _publish_other_file(studio, asset, draft, picture())


def _signed_for_another(studio: Studio, asset: AssetRef, draft: Draft) -> None:
    """A whole statement, of another asset."""
    other, others_draft = studio.reviewable(TEXT + "longest_side = 200\n", name="other")
    assert other != asset
    _publish_other_file(studio, asset, draft, studio.store(other).get_payload(others_draft.file))


def _blocked_and_approved(studio: Studio, asset: AssetRef, draft: Draft) -> None:
    """Somebody approves of what the moderation blocked."""
    blocked = replace(draft, checks=(Check("moderation", "blocked", "Explicit"),))
    _reopen(studio, asset, blocked)
    studio.decide(asset, "approve")
    studio.publish(asset)


def _over_something_public(studio: Studio, asset: AssetRef, draft: Draft) -> None:
    """What is public already isn't changed under its address."""
    studio.published.put(published_key(draft), b"theirs", "image/png")
    studio.decide(asset, "approve")
    try:
        studio.publish(asset)
    finally:
        assert studio.public.pop(published_key(draft)) == b"theirs"
        studio.storage.s3.objects.pop((PUBLISHED, published_key(draft)))


ATTACKS: list[Callable[[Studio, AssetRef, Draft], None]] = [
    _nothing_decided,
    _rejected_then_published,
    _rejected_then_approved,
    _a_decision_in_the_state,
    _an_edited_file,
    _an_edited_draft_document,
    _edited_before_the_decision,
    _another_assets_approval,
    _an_earlier_attempts_approval,
    _a_replay_after_a_newer_attempt,
    _approved_by_nobody,
    _approved_by_the_deadline,
    _approved_for_another_draft,
    _closed_meanwhile,
    _deleted_meanwhile,
    _another_source,
    _unsigned,
    _signed_for_another,
    _blocked_and_approved,
    _over_something_public,
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__.strip("_"))
def test_nothing_unapproved_becomes_public(
    waiting: tuple[Studio, AssetRef, Draft], attack: Callable[[Studio, AssetRef, Draft], None]
) -> None:
    studio, asset, draft = waiting
    try:
        attack(studio, asset, draft)
    except InvalidInputError:
        pass
    else:
        # A refusal is a normal end; nothing else is.
        assert studio.record(asset)["status"] == AssetStatus.REJECTED
    assert studio.public == {}


def test_what_is_blocked_is_quarantined_and_blurred(studio: Studio) -> None:
    studio.files["inbox/a.png"] = picture()
    studio.moderation.found = (ModerationCategory("Explicit", 0.95, ()),)
    asset = studio.drop(TEXT)
    plan = studio.plan(asset, TEXT)
    draft = studio.draft(asset, plan, studio.make(asset, plan))
    assert [item.outcome for item in draft.blocked] == ["blocked"]
    kept = studio.storage.keys("assets/")
    assert draft.file.key not in kept
    assert f"assets/{asset.asset_id}/1/blurred.jpg" in kept
    assert studio.storage.keys("quarantine/") == [f"quarantine/{asset.asset_id}/1/draft.png"]


def _forge(
    studio: Studio, asset: AssetRef, draft: Draft, *, by: str, by_deadline: bool = False, other: bool = False
) -> None:
    """Writes a decision into the record that no function of ours would write."""
    opened = studio.storage.reviews.find(asset.asset_id).review
    assert opened is not None
    assert opened.draft is not None
    stands = replace(opened.draft, sha256="0" * 64) if other else opened.draft
    request = ReviewRequest((), NOW, LATER, "reject")
    decided = Decided(Review("approve", by, SOON, request, by_deadline=by_deadline), stands)
    assert draft.asset_id == asset.asset_id
    studio.storage.records.items[asset.asset_id]["review_decision"] = json.dumps(encode(decided))


def _publish_other_file(studio: Studio, asset: AssetRef, draft: Draft, body: bytes) -> None:
    store = studio.store(asset)
    file: Claim = store.put_bytes(store.result_key("draft.png"), body, "image/png")
    _reopen(studio, asset, replace(draft, file=file))
    studio.decide(asset, "approve")
    studio.publish(asset)


def _reopen(studio: Studio, asset: AssetRef, draft: Draft) -> None:
    """The same asset waits with another draft."""
    studio.ask(asset, draft, token="token")
