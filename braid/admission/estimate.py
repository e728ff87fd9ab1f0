"""What an asset will probably cost and what it costs at most, told from what admission measured. Pure.

Admit reserves and budgets with it, `braid plan` prints it: one table for both. What can be counted before
(seconds, pages, stills, bytes) is; what can't has the figures below, each expected and at most. Retries,
revisions by a person, and asking again are not in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import Modality
from braid.domain.model_registry import foundation_model_id
from braid.domain.money.accounting import Meter
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
from braid.media.content.identify import IMAGE_TYPES, PDF, TEXT_TYPES, VIDEO_TYPES

__all__ = ["Estimate", "EstimateKnobs", "estimate"]

Range = tuple[float, float]  # expected, at most

# Characters: of speech a second (150 words a minute; a fast reader), of a page, of a still's writing.
_SPOKEN: Range = (14, 25)
_OF_PAGE: Range = (1_800, 6_000)
_OF_STILL: Range = (100, 5_000)
# Office documents are compressed: characters for each byte of the file.
_OF_OFFICE_BYTE: Range = (0.1, 4)
# A video has a still for each shot, at most as many as the deployment allows.
_SECONDS_PER_STILL = 15
_MIN_TRANSCRIBED_SECONDS = 15
_LANGUAGE_OPERATIONS = ("DetectEntities", "DetectKeyPhrases", "DetectSentiment", "DetectPiiEntities")
_TOXIC = "DetectToxicContent"  # of English alone: expected of none, and never more than each of the others
_CHARACTERS_PER_UNIT = 100
_MIN_UNITS = 3
_LANGUAGE_CHARACTERS = 5_000  # of a text's beginning its language is told
_CHARACTERS_PER_TOKEN = 4
_PROMPT_TOKENS = 2_500  # rules, the profile's prompt, the schema
_TOKENS_PER_PICTURE = 1_600
_ANSWER_TOKENS = 700
_DESCRIPTION_TOKENS: tuple[Range, Range] = ((2_000, 3_000), (60, 300))  # in, out
_DESCRIBED_SHARE = (16, 40)  # characters a second of an audio description
_GUARDED_CHARACTERS = 1_000
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
class EstimateKnobs:
    """The knobs of a deployment that decide what an asset may cost; ``model_ids`` by tier."""

    max_keyframes: int
    max_text_characters: int
    evidence_budget_tokens: int
    model_ids: Mapping[str, str]
    caption_languages: tuple[str, ...] = ()
    spoken_descriptions: bool = False


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
    tally = _Tally()
    analyses = _Tally() if is_analysed else tally
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


class _Tally:
    """Quantities, expected and at most."""

    def __init__(self) -> None:
        self.expected, self.bound = Meter(), Meter()

    def add(self, service: str, operation: str, unit: str, quantity: Range) -> None:
        for meter, each in zip((self.expected, self.bound), quantity, strict=True):
            if each:
                meter.count(service, operation, unit, math.ceil(each))

    def speech(self, heard: list[Member], profile: Profile) -> Range:
        """Transcription is billed by the second; gives the characters that are said."""
        lengths = [math.ceil((member.duration_ms or 0) / 1000) for member in heard]
        seconds = float(sum(max(_MIN_TRANSCRIBED_SECONDS, length) for length in lengths))
        plan = profile.speech
        extras = {
            "ContentRedaction": bool(plan.redact_pii),
            "ModelSettings": bool(plan.language_model),
            "ToxicityDetection": plan.toxicity,
        }
        names = [
            "StartTranscriptionJob",
            *(f"StartTranscriptionJob:{n}" for n, is_on in extras.items() if is_on),
        ]
        for name in names:
            self.add("transcribe", name, "second", (seconds, seconds))
        return (_SPOKEN[0] * sum(lengths), _SPOKEN[1] * sum(lengths))

    def stills(self, stills: Range, *, pages_only: bool, profile: Profile) -> Range:
        """Rekognition is billed by the still and finding; gives the characters that are shown."""
        findings = set(profile.vision.findings)
        asked = {
            "DetectLabels": "labels" in findings,
            "DetectLabels:IMAGE_PROPERTIES": "properties" in findings,
            "DetectText": "texts" in findings,
            "DetectFaces": "faces" in findings,
            "DetectModerationLabels": "moderation" in findings,
        }
        for name, is_asked in asked.items():
            self.add("rekognition", name, "image", stills if is_asked else (0, 0))
        if "texts" not in findings:
            return (0, 0)
        # Pages of a document, and stills full of writing, are read once more by Textract.
        self.add("textract", "DetectDocumentText", "page", (stills[0] if pages_only else 0, stills[1]))
        return (_OF_STILL[0] * stills[0], _OF_STILL[1] * stills[1])

    def texts(self, read: list[Member], knobs: EstimateKnobs) -> Range:
        """Scanned pages are billed by Textract; gives the characters that are read."""
        expected, most = 0.0, 0.0
        for member in read:
            if member.page_count is not None:
                characters: Range = (_OF_PAGE[0] * member.page_count, _OF_PAGE[1] * member.page_count)
                self.add("textract", "DetectDocumentText", "page", (0, member.page_count))
            elif member.media_type in TEXT_TYPES:
                characters = (member.size_bytes, member.size_bytes)
            else:
                characters = (_OF_OFFICE_BYTE[0] * member.size_bytes, _OF_OFFICE_BYTE[1] * member.size_bytes)
            expected, most = expected + characters[0], most + characters[1]
        limit = knobs.max_text_characters
        return (min(expected, limit), min(most, limit))

    def language(self, characters: Range) -> None:
        if not characters[1]:
            return
        units = _units(characters)
        for operation in _LANGUAGE_OPERATIONS:
            self.add("comprehend", operation, "unit", units)
        self.add("comprehend", _TOXIC, "unit", units)
        told = _units((min(characters[0], _LANGUAGE_CHARACTERS), min(characters[1], _LANGUAGE_CHARACTERS)))
        self.add("comprehend", "DetectDominantLanguage", "unit", told)

    def descriptions(self, stills: Range, profile: Profile, knobs: EstimateKnobs) -> None:
        count = [min(each, profile.vision.max_descriptions) for each in stills]
        asked, said = _DESCRIPTION_TOKENS
        self._tokens(
            profile.vision.description_tier,
            knobs,
            (count[0] * asked[0], count[1] * asked[1]),
            (count[0] * said[0], count[1] * said[1]),
        )

    def answer(self, characters: Range, stills: Range, profile: Profile, knobs: EstimateKnobs) -> None:
        """One call where it goes well; at most the first model's repairs, then the stronger one's."""
        plan, budget = profile.inference, knobs.evidence_budget_tokens
        pictures = min(plan.max_pictures, stills[0]), min(plan.max_pictures, stills[1])
        evidence = [
            min(budget, each / _CHARACTERS_PER_TOKEN + 30 * still)
            for each, still in zip(characters, stills, strict=True)
        ]
        asked = [
            _PROMPT_TOKENS + tokens + _TOKENS_PER_PICTURE * shown
            for tokens, shown in zip(evidence, pictures, strict=True)
        ]
        calls = 1 + plan.repairs
        first = [
            plan.picture_tier
            if shown
            else plan.text_tier
            if tokens <= plan.small_evidence_tokens
            else plan.large_tier
            for tokens, shown in zip(asked, pictures, strict=True)
        ]
        most_out = calls * plan.max_output_tokens
        self._tokens(first[0], knobs, (asked[0], 0), (_ANSWER_TOKENS, 0))
        self._tokens(first[1], knobs, (0, calls * asked[1]), (0, most_out))
        # The stronger model has one try.
        self._tokens(plan.escalation_tier, knobs, (0, asked[1]), (0, plan.max_output_tokens))
        guarded = [tokens * _CHARACTERS_PER_TOKEN / _GUARDED_CHARACTERS for tokens in asked]
        self.add("bedrock", "ApplyGuardrail:content", "text_unit", (guarded[0], (calls + 1) * guarded[1]))

    def additions(self, spoken: Range, seconds: float, profile: Profile, knobs: EstimateKnobs) -> None:
        """Captions in other languages (and the transcript beside them), and a spoken audio description."""
        wanted = profile.captions.languages
        languages = len(knobs.caption_languages if wanted is None else wanted)
        if languages:
            translated = (languages * spoken[0], 2 * languages * spoken[1])
            self.add("translate", "TranslateText", "character", translated)
        if profile.audio_description.spoken or knobs.spoken_descriptions:
            described = (_DESCRIBED_SHARE[0] * seconds / 4, min(_DESCRIBED_SHARE[1] * seconds, 31_250))
            self.add("polly", "SynthesizeSpeech:neural", "character", described)

    def _tokens(self, tier: str, knobs: EstimateKnobs, asked: Range, answered: Range) -> None:
        if tier not in knobs.model_ids:
            return
        operation = f"Converse:{foundation_model_id(knobs.model_ids[tier])}"
        self.add("bedrock", operation, "input_token", asked)
        self.add("bedrock", operation, "output_token", answered)


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


def _units(characters: Range) -> Range:
    """Comprehend's: of a hundred characters, three at least for each request."""
    expected, most = (max(_MIN_UNITS, each / _CHARACTERS_PER_UNIT) for each in characters)
    return (expected, 1.05 * most)


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
