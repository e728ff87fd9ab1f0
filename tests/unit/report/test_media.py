"""What a report plays: a file beside it, or something small inside it, and why not where nothing fits."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import AssetRef, Modality, Source
from braid.domain.profile.sections.report import MAX_EMBEDDED_BYTES, ReportPlan
from braid.domain.wire import encode
from braid.report import media
from braid.report.media import Embedded, media_for_report
from braid.store.documents import DocumentStore
from tests.doubles.memory_s3 import MemoryS3

EMBED = ReportPlan(embed_media=True)
VIDEO = Member(
    "talk.mp4",
    "main",
    "in",
    "inbox/general/talk.mp4",
    "v1",
    9,
    "video/mp4",
    (Modality.SPEECH,),
    duration_ms=900,
)
LARGE = replace(VIDEO, size_bytes=MAX_EMBEDDED_BYTES + 1)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> DocumentStore:
    s3 = MemoryS3()
    s3.objects["in", VIDEO.key] = b"the video"
    monkeypatch.setattr(
        media, "open_member", lambda member: s3.get_object(Bucket="in", Key=member.key)["Body"]
    )
    return DocumentStore("results", "asset-1", 1, s3=s3)


def admission(member: Member) -> Admission:
    return Admission(
        AssetRef("asset-1", 1, "general", Source("in", member.key, "v1")), "video/mp4", (member,), (), ()
    )


def put_sound(store: DocumentStore, body: bytes, media_type: str = "audio/flac", start_ms: int = 0) -> None:
    """The speech branch's sound and what it tells of it."""
    claim = store.put_bytes(store.work_key("audio.flac"), body, media_type)
    told = {"member": "talk.mp4", "audio": encode(claim), "media_format": "flac", "start_ms": start_ms}
    store.put_bytes(store.work_key("sound.json"), json.dumps(told).encode(), "application/json")


def test_by_default_a_file_beside_the_report_plays(store: DocumentStore) -> None:
    found = media_for_report(store, admission(VIDEO), ReportPlan())
    assert found == media.Media("talk.mp4", "video/mp4", True)


def test_a_small_file_is_embedded_whole(store: DocumentStore) -> None:
    found = media_for_report(store, admission(VIDEO), EMBED)
    assert found
    assert found.embedded == Embedded(b"the video", "video/mp4", is_sound_alone=False)


def test_of_a_large_one_its_sound_is(store: DocumentStore) -> None:
    put_sound(store, b"sound", start_ms=120)
    found = media_for_report(store, admission(LARGE), EMBED)
    assert found
    assert found.embedded == Embedded(b"sound", "audio/flac", is_sound_alone=True, start_ms=120)


@pytest.mark.parametrize(
    ("body", "media_type"), [(b"x" * (MAX_EMBEDDED_BYTES + 1), "audio/flac"), (b"x", "audio/amr"), (None, "")]
)
def test_where_neither_fits_the_report_says_so(
    store: DocumentStore, body: bytes | None, media_type: str
) -> None:
    if body is not None:
        put_sound(store, body, media_type)
    found = media_for_report(store, admission(LARGE), EMBED)
    assert found
    assert found.embedded is None
    assert found.why_not_embedded == (
        "neither the file nor its sound is at most 8 MiB and of a kind that browsers play"
    )


@pytest.mark.parametrize("member", [replace(VIDEO, media_type="video/x-msvideo")])
def test_what_no_browser_plays_is_not_embedded(store: DocumentStore, member: Member) -> None:
    found = media_for_report(store, admission(member), EMBED)
    assert found
    assert found.embedded is None


def test_a_document_plays_nothing(store: DocumentStore) -> None:
    assert media_for_report(store, admission(replace(VIDEO, duration_ms=None)), EMBED) is None
    assert media_for_report(store, None, EMBED) is None
