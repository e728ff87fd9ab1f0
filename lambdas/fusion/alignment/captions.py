"""How the clocks of redundant streams relate: captions against speech, slides against speech."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from braid.domain.asset.asset import Modality
from braid.domain.evidence.timeline import Alignment
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span
from braid.text.words import words_of
from lambdas.fusion.alignment.line_fit import ClockFit, fit_clock
from lambdas.fusion.alignment.matching import match_words
from lambdas.fusion.alignment.slides import align_slides
from lambdas.fusion.observe.observations import Observed
from lambdas.fusion.observe.parsing import ParsedObservation

__all__ = ["align", "on_speech_clock"]

_MIN_INLIER_SHARE = 0.75
_MIN_SAMPLES = 8
_MAX_DRIFT_ERROR = 0.0001
# Where a cue's first word was misheard, its second or third tells the time nearly as well.
_OPENING_WORDS = 2
_MIN_SURE_SAMPLES = 12
_MAX_EXCHANGED = 8


@dataclass(frozen=True)
class _Words:
    """The words of a stream with their times; ``openings`` says for each which opens its cue or utterance.

    Nothing is measured by words that have no times of their own (``is_timed``).
    """

    texts: list[str] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    openings: list[int] = field(default_factory=list)
    is_timed: list[bool] = field(default_factory=list)


def align(
    cues: Sequence[Observed],
    others: Sequence[Observed],
    parsed: Sequence[ParsedObservation],
    thresholds: Thresholds,
) -> list[Alignment]:
    """One alignment per stream that can repeat the speech: each caption file, and the slides.

    ``parsed`` are the ``others`` as they were read.
    """
    speech = _speech_words([item for item in others if item.observation.kind == "utterance"])
    if not speech.texts:
        return []
    by_member: dict[str, list[Observed]] = {}
    for item in cues:
        if item.observation.span.is_timed:
            by_member.setdefault(item.observation.member, []).append(item)
    alignments = [
        _captions(f"captions {member}".strip(), _cue_words(by_member[member]), speech, thresholds)
        for member in sorted(by_member)
    ]
    shown = [it for it in parsed if it.observation.kind == "detected_text" and it.observation.span.is_timed]
    spoken = [it for it in parsed if it.observation.modality is Modality.SPEECH]
    if shown:
        alignments.append(align_slides(shown, spoken, thresholds))
    return alignments


def _speech_words(utterances: Sequence[Observed]) -> _Words:
    words = _Words()
    for item in utterances:
        span = item.observation.span
        pieces = item.pieces or ((item.observation.text, span.start_ms, 1.0),)
        opening = len(words.texts)
        for text, at_ms, _ in pieces:
            if at_ms is not None:
                for word in words_of(text):
                    words.texts.append(word)
                    words.times.append(at_ms)
        count = len(words.texts) - opening
        words.openings.extend([opening] * count)
        words.is_timed.extend([bool(item.pieces)] * count)
    return words


def _cue_words(cues: Sequence[Observed]) -> _Words:
    words = _Words()
    for item in cues:
        observation = item.observation
        start_ms, end_ms = observation.span.start_ms or 0, observation.span.end_ms or 0
        opening = len(words.texts)
        for piece in observation.text.split():
            words.texts.extend(words_of(piece))
        count = len(words.texts) - opening
        words.times.extend(start_ms + (end_ms - start_ms) * at // count for at in range(count))
        words.openings.extend([opening] * count)
        words.is_timed.extend(at == 0 for at in range(count))
    return words


def _captions(name: str, cues: _Words, speech: _Words, thresholds: Thresholds) -> Alignment:
    matched = match_words(speech.texts, cues.texts)
    overlap = len(matched) / max(1, min(len(speech.texts), len(cues.texts)))
    if len(matched) < thresholds.captions_min_shared_words or overlap < thresholds.captions_min_matched:
        return Alignment(
            of=name,
            to="speech",
            not_estimated=(
                f"{len(matched)} words in the same order are {overlap:.0%} of the shorter stream; it takes"
                f" {thresholds.captions_min_shared_words} and {thresholds.captions_min_matched:.0%}"
            ),
        )
    samples = _samples(matched, cues, speech)
    if len(samples) < _MIN_SAMPLES:
        return Alignment(
            of=name, to="speech", not_estimated=f"only {len(samples)} cues begin with a word that was heard"
        )
    fit = fit_clock(samples)
    if fit.inlier_count < _MIN_INLIER_SHARE * fit.sample_count:
        return Alignment(of=name, to="speech", not_estimated="the shared words don't lie on one clock")
    if 2 * fit.error_ms > thresholds.captions_max_error_ms:
        return Alignment(
            of=name, to="speech", not_estimated=f"the offset is only sure to ±{2 * fit.error_ms:.0f} ms"
        )
    return _estimated(name, fit, overlap)


def _samples(matched: Sequence[tuple[int, int]], cues: _Words, speech: _Words) -> list[tuple[float, float]]:
    """At most one sample per cue: when its first word is spoken, and how much later it is shown.

    Where words were left out, the first word of a cue isn't the first that was said over it. So cues are
    preferred whose first word follows, in the speech too, on the last word of the cue before it, or on a
    silence. Only where they are few is every cue taken whose first, second or third word was heard.
    """
    heard = _counterparts(matched)
    sure, all_samples = [], []
    for opening in sorted(set(cues.openings)):
        for shown in range(opening, min(opening + _OPENING_WORDS + 1, len(cues.texts))):
            said = heard.get(shown)
            if said is None or cues.openings[shown] != opening or not speech.is_timed[said]:
                continue
            sample = (float(speech.times[said]), float(cues.times[shown] - speech.times[said]))
            all_samples.append(sample)
            if shown == opening and (heard.get(shown - 1) == said - 1 or speech.openings[said] == said):
                sure.append(sample)
            break
    return sure if len(sure) >= _MIN_SURE_SAMPLES else all_samples


def _counterparts(matched: Sequence[tuple[int, int]]) -> dict[int, int]:
    """For words of the cues the word of the speech that each stands for.

    Between two matches that are equally far apart on both sides words were exchanged, not added or dropped:
    each stands for the one in its place.
    """
    found = {shown: said for said, shown in matched}
    for (said, shown), (later_said, later_shown) in itertools.pairwise(matched):
        if later_said - said == later_shown - shown <= _MAX_EXCHANGED:
            found.update((shown + step, said + step) for step in range(1, later_shown - shown))
    return found


def _estimated(name: str, fit: ClockFit, overlap: float) -> Alignment:
    share = fit.inlier_count / fit.sample_count
    confidence = share * min(1.0, overlap / 0.8) * (1 - math.exp(-fit.inlier_count / 10))
    return Alignment(
        of=name,
        to="speech",
        offset_ms=round(fit.offset_ms),
        drift_ppm=round(fit.drift * 1e6, 1) if fit.drift_error <= _MAX_DRIFT_ERROR else None,
        confidence=round(confidence, 3),
    )


def on_speech_clock(
    cues: Sequence[Observed], alignments: Sequence[Alignment], thresholds: Thresholds
) -> tuple[list[Observed], list[str]]:
    """Puts captions whose clock is known to be off onto that of the speech, and says so.

    Slides stay: they run on the picture's clock, which is the asset's; that the speaker comes to a point
    before or after its slide is a finding, no error.
    """
    clocks: Mapping[str, Alignment] = {alignment.of: alignment for alignment in alignments}
    corrected = []
    warnings: dict[str, str] = {}
    for item in cues:
        observation = item.observation
        name = f"captions {observation.member}".strip()
        clock = clocks.get(name)
        span = observation.span
        if clock is None or clock.offset_ms is None or span.start_ms is None or span.end_ms is None:
            corrected.append(item)
            continue
        drift = (clock.drift_ppm or 0.0) / 1e6
        start_ms = max(0, round((span.start_ms - clock.offset_ms) / (1 + drift)))
        end_ms = max(start_ms, round((span.end_ms - clock.offset_ms) / (1 + drift)))
        if name not in warnings and abs(span.start_ms - start_ms) < thresholds.correct_from_ms:
            corrected.append(item)
            continue
        direction = "late" if clock.offset_ms > 0 else "early"
        warnings[name] = (
            f"{name}: {abs(clock.offset_ms) / 1000:.1f} s {direction} against the speech"
            f" (drift {clock.drift_ppm or 0:.0f} ppm); cues were moved to where they are spoken"
        )
        corrected.append(item._replace(observation=replace(observation, span=Span(start_ms, end_ms))))
    return corrected, list(warnings.values())
