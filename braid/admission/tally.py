"""Quantities that an asset will probably take and takes at most, service by service. Pure.

What can be counted before (seconds, pages, stills, bytes) is; what can't has the figures below.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from braid.domain.asset.admission import Member
from braid.domain.model_registry import foundation_model_id
from braid.domain.money.accounting import Meter
from braid.domain.profile.profile import Profile
from braid.media.content.identify import TEXT_TYPES

__all__ = ["EstimateKnobs", "Range", "Tally"]

Range = tuple[float, float]  # expected, at most

# Characters: of speech a second (150 words a minute; a fast reader), of a page, of a still's writing.
_SPOKEN: Range = (14, 25)
_OF_PAGE: Range = (1_800, 6_000)
_OF_STILL: Range = (100, 5_000)
# Office documents are compressed: characters for each byte of the file.
_OF_OFFICE_BYTE: Range = (0.1, 4)
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


@dataclass(frozen=True)
class EstimateKnobs:
    """The knobs of a deployment that decide what an asset may cost; ``model_ids`` by tier."""

    max_keyframes: int
    max_text_characters: int
    evidence_budget_tokens: int
    model_ids: Mapping[str, str]
    caption_languages: tuple[str, ...] = ()
    spoken_descriptions: bool = False


class Tally:
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


def _units(characters: Range) -> Range:
    """Comprehend's: of a hundred characters, three at least for each request."""
    expected, most = (max(_MIN_UNITS, each / _CHARACTERS_PER_UNIT) for each in characters)
    return (expected, 1.05 * most)
