"""An estimate holds what can be counted, is never above its bound, and grows with what is in the asset."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.admission.estimate import Estimate, EstimateKnobs, estimate
from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import AssetRef, Modality, Source
from braid.domain.money.receipt import Receipt
from braid.domain.profile.profile import Profile
from braid.media.content.identify import PDF
from braid.runtime.library import profile, profile_names
from braid.runtime.prices import price_book

KNOBS = EstimateKnobs(
    max_keyframes=40,
    max_text_characters=2_000_000,
    evidence_budget_tokens=12_000,
    model_ids={
        "micro": "us.amazon.nova-micro-v1:0",
        "lite": "us.amazon.nova-2-lite-v1:0",
        "pro": "us.amazon.nova-pro-v1:0",
    },
)
GENERAL = profile("general")


def member(
    media_type: str,
    *modalities: Modality,
    seconds: float | None = None,
    pages: int | None = None,
    size_bytes: int = 1000,
) -> Member:
    return Member(
        "a",
        "main",
        "b",
        "inbox/general/a",
        "v",
        size_bytes,
        media_type,
        modalities,
        duration_ms=None if seconds is None else round(seconds * 1000),
        page_count=pages,
    )


def of(
    *members: Member, asked: Profile = GENERAL, knobs: EstimateKnobs = KNOBS, is_analysed: bool = False
) -> Estimate:
    asset = AssetRef("a-1", 1, asked.name, Source("b", "inbox/general/a", "v"))
    modalities = tuple(m for m in Modality if any(m in each.modalities for each in members))
    admission = Admission(asset, members[0].media_type, members, modalities, ())
    return estimate(admission, asked, knobs, price_book(), is_analysed=is_analysed)


def quantity(receipt: Receipt, service: str, operation: str) -> float:
    return sum(
        line.quantity for line in receipt.lines if (line.service, line.operation) == (service, operation)
    )


TALK = member("video/mp4", Modality.SPEECH, Modality.VISION, seconds=60)
PHOTO = member("image/jpeg", Modality.VISION)
PAGES = member(PDF, Modality.VISION, Modality.TEXT, pages=12)
NOTE = member("text/plain", Modality.TEXT, size_bytes=40_000)


def test_seconds_are_counted_and_so_are_extras() -> None:
    redacting = replace(GENERAL, speech=replace(GENERAL.speech, redact_pii="redacted"))
    found = of(TALK, asked=redacting)

    for receipt in (found.expected, found.bound):
        assert quantity(receipt, "transcribe", "StartTranscriptionJob") == 60
        assert quantity(receipt, "transcribe", "StartTranscriptionJob:ContentRedaction") == 60


def test_a_short_clip_is_billed_as_fifteen_seconds() -> None:
    clip = member("audio/wav", Modality.SPEECH, seconds=2)

    assert quantity(of(clip).bound, "transcribe", "StartTranscriptionJob") == 15


def test_a_picture_is_asked_about_once_for_each_finding() -> None:
    only_labels = replace(GENERAL, vision=replace(GENERAL.vision, findings=("labels",)))

    assert quantity(of(PHOTO).bound, "rekognition", "DetectFaces") == 1
    assert quantity(of(PHOTO, asked=only_labels).bound, "rekognition", "DetectFaces") == 0


def test_a_video_has_no_more_stills_than_the_deployment_allows() -> None:
    hours = member("video/mp4", Modality.VISION, seconds=4 * 3600)

    assert quantity(of(hours).expected, "rekognition", "DetectLabels") == 40
    assert quantity(of(hours).bound, "rekognition", "DetectLabels") == 40


def test_the_longest_text_costs_about_ten_dollars() -> None:
    longest = member("text/plain", Modality.TEXT, size_bytes=2_000_000)

    assert 9 < of(longest).expected.total_usd < 11


def test_a_longer_recording_takes_longer() -> None:
    longer = member("audio/mpeg", Modality.SPEECH, seconds=3600)

    assert of(longer).latency_seconds > of(member("audio/mpeg", Modality.SPEECH, seconds=60)).latency_seconds


@pytest.mark.parametrize("name", profile_names())
@pytest.mark.parametrize("asset", [TALK, PHOTO, PAGES, NOTE], ids=["talk", "photo", "pages", "note"])
def test_every_quantity_has_a_price(name: str, asset: Member) -> None:
    found = of(asset, asked=profile(name))

    for receipt in (found.expected, found.bound):
        assert all(line.unit_price_usd is not None for line in receipt.lines)


@given(
    seconds=st.floats(0.1, 14_400),
    pages=st.integers(1, 300),
    size_bytes=st.integers(1, 5_000_000),
    translated=st.booleans(),
)
def test_nothing_is_expected_beyond_its_bound(
    seconds: float, pages: int, size_bytes: int, translated: bool
) -> None:
    found = of(
        member("video/mp4", Modality.SPEECH, Modality.VISION, seconds=seconds),
        member(PDF, Modality.VISION, Modality.TEXT, pages=pages),
        member("text/plain", Modality.TEXT, size_bytes=size_bytes),
        knobs=dataclasses.replace(KNOBS, caption_languages=("de", "fr") if translated else ()),
    )

    bound = {(line.service, line.operation, line.unit): line.quantity for line in found.bound.lines}
    for line in found.expected.lines:
        if line.service != "bedrock":  # which model is asked depends on how much there is
            assert line.quantity <= bound[line.service, line.operation, line.unit], line
    assert found.expected.total_usd <= found.bound.total_usd


@given(st.floats(15, 7_000), st.floats(1, 2))
def test_more_sound_costs_no_less(seconds: float, factor: float) -> None:
    less = of(member("audio/mpeg", Modality.SPEECH, seconds=seconds))
    more = of(member("audio/mpeg", Modality.SPEECH, seconds=seconds * factor))

    assert less.expected.total_usd <= more.expected.total_usd
    assert less.bound.total_usd <= more.bound.total_usd


def test_what_was_analysed_costs_its_answer_alone() -> None:
    talk = member("video/mp4", Modality.SPEECH, Modality.VISION, seconds=600)
    whole, again = of(talk).expected, of(talk, is_analysed=True).expected

    def services(receipt: Receipt) -> set[str]:
        return {line.service for line in receipt.lines}

    assert not services(again) & {"transcribe", "rekognition", "comprehend", "textract"}
    assert "bedrock" in services(again)
    assert again.total_usd < whole.total_usd / 5
