"""Publishing over stores in memory: what people find, in which order, and what a second try changes."""

from __future__ import annotations

from typing import Any

import pytest

from braid.domain.accessibility.voices import VoiceBook
from braid.domain.asset.asset import AssetRef, AssetStatus
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.errors import InvalidInputError
from braid.domain.wire import decode
from braid.runtime.library import profile, voice_book
from braid.runtime.prices import price_book
from braid.runtime.retries import Retries
from braid.store.closing import AssetCloser
from braid.store.records import RecordClosing
from lambdas.publishing.additions import Additions
from lambdas.publishing.publisher import Published, publish
from tests.doubles.analyzed_state import analyzed
from tests.doubles.memory_stores import MemoryStorage

ARN = "arn:aws:states:us-east-1:000000000000:execution:m:n"
STARTED, NOW = "2026-11-20T10:11:12.000Z", "2026-11-20T10:12:00.000Z"
KEY = "inbox/general/a+b ü.mp4"


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage()


@pytest.fixture
def asset(storage: MemoryStorage) -> AssetRef:
    asset = storage.drop(KEY)
    assert storage.records.put_received(asset, received_at=STARTED, now=STARTED)
    assert storage.records.process(asset, execution_arn=ARN, now=STARTED)
    return asset


def published(storage: MemoryStorage, asset: AssetRef, state: dict[str, Any]) -> Published:
    store = storage.store(asset)
    return publish(
        decode(ExecutionState, state),
        store=store,
        closer=AssetCloser(store, storage.records, storage.sources),
        book=price_book(),
        profile=profile(asset.profile),
        additions=_nothing_beside(voice_book()),
        execution_arn=ARN,
        started_at=STARTED,
        used=dict,
        clock=lambda: NOW,
    )


def _nothing_beside(voices: VoiceBook) -> Additions:
    return Additions((), False, voices, Retries(), deadline_passed=lambda: False)


def test_everything_is_found_under_its_name(storage: MemoryStorage, asset: AssetRef) -> None:
    told = published(storage, asset, analyzed(storage, asset))
    assert (told.closed.status, told.first_sentence) == ("SUCCEEDED", "Seeds go in in March.")
    result = storage.result_json(asset)
    assert {
        "answer",
        "captions_srt",
        "captions_vtt",
        "receipt",
        "report",
        "timeline",
        "transcript_text",
    } <= set(result["results"])
    for claim in result["results"].values():
        assert (
            len(storage.result(claim["uri"].removeprefix(f"s3://{storage.results}/"))) == claim["size_bytes"]
        )
    assert storage.keys("by-source/") == [
        f"by-source/{KEY}/{name}" for name in ("answer.json", "reason.txt", "report.html")
    ]
    assert storage.record(asset.asset_id)["finished_at"] == NOW
    assert storage.tags(asset) == {"braid-asset-id": asset.asset_id, "braid-status": "SUCCEEDED"}


def test_the_pointer_comes_last(storage: MemoryStorage, asset: AssetRef) -> None:
    published(storage, asset, analyzed(storage, asset))
    assert [key for _, key in storage.s3.objects][-1] == f"assets/{asset.asset_id}/result.json"


def test_publishing_twice_changes_nothing(storage: MemoryStorage, asset: AssetRef) -> None:
    state = analyzed(storage, asset)
    published(storage, asset, state)
    before = dict(storage.s3.objects)
    assert published(storage, asset, state).closed.is_ours
    assert storage.s3.objects == before


def test_what_was_closed_meanwhile_shows_nothing(storage: MemoryStorage, asset: AssetRef) -> None:
    state = analyzed(storage, asset)
    closing = RecordClosing(AssetStatus.FAILED, "Someone stopped the execution.", None, ARN)
    assert storage.records.close(asset, closing, now=NOW)
    told = published(storage, asset, state)
    assert (told.closed.status, told.closed.is_ours) == ("FAILED", False)
    assert "nothing was shown" in told.summary
    assert storage.keys("by-source/") == storage.keys(f"assets/{asset.asset_id}/result.json") == []
    assert storage.tags(asset) == {}


@pytest.mark.parametrize("name", ["answer", "timeline", "transcript", "vision"])
def test_a_document_that_was_changed_since_publishes_nothing(
    storage: MemoryStorage, asset: AssetRef, name: str
) -> None:
    state = analyzed(storage, asset)
    key = f"assets/{asset.asset_id}/1/{name}.json"
    storage.s3.objects[storage.results, key] = storage.result(key).replace(b"seeds", b"weeds") + b" "
    with pytest.raises(InvalidInputError, match=rf"{name}\.json was changed or cut off after it was stored"):
        published(storage, asset, state)
    assert storage.record(asset.asset_id)["status"] == "PROCESSING"
    assert storage.keys("by-source/") == []


def test_a_still_that_was_cut_off_publishes_nothing(storage: MemoryStorage, asset: AssetRef) -> None:
    state = analyzed(storage, asset)
    storage.s3.objects[storage.results, f"assets/{asset.asset_id}/1/keyframes/k0001.jpg"] = b"\xff\xd8"
    with pytest.raises(InvalidInputError, match=r"k0001\.jpg was changed or cut off"):
        published(storage, asset, state)
