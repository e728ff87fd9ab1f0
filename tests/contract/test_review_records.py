"""A decision is written once, by whoever saw what still waits."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace

import pytest

from braid.domain.answer.review import Decision, Review, ReviewRequest
from braid.domain.asset.asset import AssetRef, AssetStatus, Source
from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidInputError
from braid.domain.wire import encode
from braid.store.records import RecordClosing
from braid.store.review_records import Decided, OpenReview
from tests.contract.conftest import Storage
from tests.doubles.memory_stores import MemoryStorage

AnyStorage = Storage | MemoryStorage
NOW = "2026-11-20T10:00:00.000Z"
REQUEST = ReviewRequest(("confidence 0.40 is below 0.5",), NOW, "2026-11-23T10:00:00.000Z", "reject")
TIMELINE = Claim("s3://results/timeline.json", "application/json", 2, "0" * 64)


@pytest.fixture
def asset(any_storage: AnyStorage) -> AssetRef:
    asset = AssetRef(f"talk-{uuid.uuid4().hex[:20]}", 1, "general", Source("b", "inbox/ü.mp4", "v1"))
    assert _await(any_storage, asset)
    return asset


def _await(storage: AnyStorage, asset: AssetRef, token: str = "token") -> bool:
    return storage.records.await_review(
        asset,
        execution_arn="arn:1",
        token=token,
        review=_json(OpenReview(REQUEST, TIMELINE)),
        reason="; ".join(REQUEST.reasons),
        now=NOW,
    )


def _json(opened: OpenReview) -> str:
    return json.dumps(encode(opened))


def _decided(decision: Decision) -> Decided:
    return Decided(Review(decision, "ann", NOW, REQUEST), None)


def test_what_waits_is_read_back(any_storage: AnyStorage, asset: AssetRef) -> None:
    record = any_storage.reviews.find(asset.asset_id)
    assert (record.asset, record.status, record.token) == (asset, AssetStatus.AWAITING_REVIEW, "token")
    assert (record.review, record.decided) == (OpenReview(REQUEST, TIMELINE), None)


def test_of_two_reviewers_the_first_decides(any_storage: AnyStorage, asset: AssetRef) -> None:
    record = any_storage.reviews.find(asset.asset_id)
    assert any_storage.reviews.decide(record, _decided("approve"))
    assert not any_storage.reviews.decide(record, _decided("reject"))
    assert any_storage.reviews.find(asset.asset_id).decided == _decided("approve")


def test_only_ones_own_decision_is_withdrawn(any_storage: AnyStorage, asset: AssetRef) -> None:
    record = any_storage.reviews.find(asset.asset_id)
    assert any_storage.reviews.decide(record, _decided("approve"))
    any_storage.reviews.withdraw(record, _decided("reject"))
    assert any_storage.reviews.find(asset.asset_id).decided == _decided("approve")
    any_storage.reviews.withdraw(record, _decided("approve"))
    assert any_storage.reviews.find(asset.asset_id).decided is None


@pytest.mark.parametrize("what", ["closed", "asked again", "newer attempt"])
def test_what_waits_no_more_takes_no_decision(any_storage: AnyStorage, asset: AssetRef, what: str) -> None:
    record = any_storage.reviews.find(asset.asset_id)
    if what == "closed":
        closing = RecordClosing(AssetStatus.FAILED, "stopped", None, "arn:1")
        assert any_storage.records.close(asset, closing, now=NOW)
    elif what == "asked again":
        assert _await(any_storage, asset, "another token")
    else:
        assert _await(any_storage, replace(asset, attempt=2))
    assert not any_storage.reviews.decide(record, _decided("approve"))


def test_asking_again_forgets_the_decision(any_storage: AnyStorage, asset: AssetRef) -> None:
    assert any_storage.reviews.decide(any_storage.reviews.find(asset.asset_id), _decided("approve"))
    assert _await(any_storage, asset, "another token")
    assert any_storage.reviews.find(asset.asset_id).decided is None


def test_nobody_is_told_in_words(any_storage: AnyStorage) -> None:
    with pytest.raises(InvalidInputError, match="there is no asset 'nobody'"):
        any_storage.reviews.find("nobody")
