"""What an asset will probably cost and what it costs at most, told from what admission measured. Pure.

Admit reserves and budgets with it, `braid plan` prints it: one table for both. What can be counted before
(seconds, pages, stills, bytes) is; what can't has figures, here and in ``braid.admission.tally``, each
expected and at most. Retries, revisions by a person, and asking again are not in it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from braid.admission.tally import EstimateKnobs, Range, Tally
from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import Modality
from braid.domain.money.foreseen import after_publishing, arrival
from braid.domain.money.metered import (
    GB_SECONDS,
    INVOCATIONS,
    READ_UNITS,
    TRANSITIONS,
    WRITE_UNITS,
    Metered,
    added,
    platform_usage,
    times,
)
from braid.domain.money.price_book import PriceBook
from braid.domain.money.receipt import Receipt, price
from braid.domain.profile.profile import Profile
from braid.media.content.identify import IMAGE_TYPES, PDF, VIDEO_TYPES

__all__ = ["Estimate", "EstimateKnobs", "estimate"]

# A video has a still for each shot, at most as many as the deployment allows.
_SECONDS_PER_STILL = 15
# A branch's functions, which take longer with what they look at. In GB-seconds: whatever the file, and each
# of its stills, pages, or minutes of sound.
_BASE: Metered = {TRANSITIONS: 12, INVOCATIONS: 4, GB_SECONDS: 3, "s3:PutObject": 8, "s3:GetObject": 25}
_BASE_RECORD: Metered = {"s3:ListObjectsV2": 2, READ_UNITS: 10, WRITE_UNITS: 8}
_OF_BRANCH: Metered = {TRANSITIONS: 3, INVOCATIONS: 3, GB_SECONDS: 3, "s3:PutObject": 5, "s3:GetObject": 15}
_OF_PIECE: Metered = {GB_SECONDS: 0.6, "s3:PutObject": 3, "s3:GetObject": 4}
# While Transcribe works, a function asks now and then.
_OF_MINUTE: Metered = {GB_SECONDS: 0.3, TRANSITIONS: 1, INVOCATIONS: 1, "s3:GetObject": 1}
_PLATFORM_BOUND = 4  # times what is expected: cold starts, tries that found no room
# Seconds: of all assets, of a minute of sound, a still, a page, a thousand characters, an answer.
_LATENCY_BASE = 12.0
_LATENCY_SPEECH: tuple[float, float] = (25.0, 6.0)
_LATENCY_STILL = 1.0
_LATENCY_PAGE = 0.5
_LATENCY_ANSWER = 6.0


@dataclass(frozen=True)
class Estimate:
    """What is expected, what it is at most (USD), and how long it takes where nothing has to wait."""

    expected: Receipt
    bound: Receipt
    latency_seconds: float


def estimate(
    admission: Admission,
    profile: Profile,
    knobs: EstimateKnobs,
    book: PriceBook,
    *,
    is_analysed: bool = False,
) -> Estimate:
    """The estimate of an admitted asset; of a rejected one that of finding out.

    ``is_analysed``: an earlier attempt's analyses are taken over, so that only the answer is paid for.
    """
    tally = Tally()
    analyses = Tally() if is_analysed else tally
    heard = [member for member in admission.members if Modality.SPEECH in member.modalities]
    seen = [member for member in admission.members if Modality.VISION in member.modalities]
    read = [member for member in admission.members if Modality.TEXT in member.modalities]
    seconds = sum((member.duration_ms or 0) / 1000 for member in heard)
    stills = _stills(seen, profile.vision.keyframes_within(knobs.max_keyframes))
    pages = sum(member.page_count or 0 for member in read)

    spoken = analyses.speech(heard, profile)
    written = analyses.stills(stills, pages_only=all(m.media_type == PDF for m in seen), profile=profile)
    texts = analyses.texts(read, knobs)
    for characters in (spoken, written, texts):
        analyses.language(characters)
    if profile.vision.description_tier:
        analyses.descriptions(stills, profile, knobs)
    if admission.modalities:
        evidence = tuple(sum(each) for each in zip(spoken, written, texts, strict=True))
        tally.answer((evidence[0], evidence[1]), stills, profile, knobs)
        tally.additions(spoken, seconds, profile, knobs)
    platform = (
        _platform(admission, 0, 0, 0) if is_analysed else _platform(admission, stills[0], pages, seconds)
    )
    for number, counted in enumerate((tally.expected, tally.bound)):
        for usage in platform_usage(times(_PLATFORM_BOUND if number else 1, platform)):
            counted.count(usage.service, usage.operation, usage.unit, usage.quantity)
    longest = max(
        _LATENCY_SPEECH[0] + _LATENCY_SPEECH[1] * seconds / 60 if heard else 0.0,
        _LATENCY_STILL * stills[0],
        _LATENCY_PAGE * pages + texts[0] / 2_000,
    )
    return Estimate(
        price(tally.expected.usage(), book),
        price(tally.bound.usage(), book),
        round(_LATENCY_BASE + longest + _LATENCY_ANSWER, 1),
    )


def _stills(seen: list[Member], cap: int) -> Range:
    expected, most = 0.0, 0.0
    for member in seen:
        if member.media_type in VIDEO_TYPES:
            expected += 1 + (member.duration_ms or 0) / 1000 / _SECONDS_PER_STILL
            most += cap
        elif member.media_type in IMAGE_TYPES:
            pages = member.page_count or 1
            expected, most = expected + pages, most + (cap if pages > 1 else 1)
        else:
            pages = member.page_count or 1
            expected, most = expected + pages, most + pages
    return (float(math.ceil(min(expected, cap))), min(most, cap))


def _platform(admission: Admission, stills: float, pages: float, seconds: float) -> dict[str, float]:
    objects = 1 + (len(admission.members) if len(admission.members) > 1 else 0)
    return added(
        arrival(objects),
        _BASE,
        _BASE_RECORD,
        times(len(admission.modalities), _OF_BRANCH),
        times(stills + pages, _OF_PIECE),
        times(seconds / 60, _OF_MINUTE),
        after_publishing(copies=3, has_answer=True),
    )
