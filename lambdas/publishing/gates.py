"""Quality gates that only the analysis can answer: sureness, completeness, language, time. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from braid.domain.asset.admission import Gate
from braid.domain.asset.outcome import AssetDocuments
from braid.domain.evidence.language import LanguageAnalysis
from braid.domain.evidence.passages import Passages
from braid.domain.evidence.timeline import Alignment, Timeline
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.vision import Vision
from braid.domain.profile.sections.gates import Band, GatePlan

__all__ = ["analysis_gates", "with_analysis_gates"]

# The mean of fewer says more about those few than about the asset.
_MIN_WORDS = 10
_MIN_LINES = 3


def with_analysis_gates(documents: AssetDocuments, plan: GatePlan) -> AssetDocuments:
    """The same documents, whose admission lists the gates of the analysis behind its own."""
    admission = documents.admission
    if admission is None:
        return documents
    return replace(
        documents, admission=replace(admission, gates=admission.gates + analysis_gates(documents, plan))
    )


def analysis_gates(documents: AssetDocuments, plan: GatePlan) -> tuple[Gate, ...]:
    """A gate for everything that the documents tell; they warn and never refuse: the analysis is paid."""
    found: list[Gate] = []
    if documents.transcript:
        found += _speech(documents.transcript, plan)
    found += _read_from_pictures(documents.vision, documents.passages, plan)
    if documents.passages:
        found += _pages(documents.passages, plan)
    found += _languages(documents.transcript, documents.language, plan)
    if documents.timeline:
        found += _synchronisation(documents.timeline, plan)
    return tuple(found)


def _speech(transcript: Transcript, plan: GatePlan) -> Iterator[Gate]:
    confidences = [
        item.confidence
        for utterance in transcript.utterances
        for item in utterance.items
        if item.kind == "word" and item.confidence is not None
    ]
    if len(confidences) >= _MIN_WORDS:
        yield _mean_confidence(
            "word confidence",
            confidences,
            plan.word_confidence,
            f"Many words of the transcript are unsure: the language may be another than"
            f" {transcript.language_code}, or the recording is unclear.",
        )


def _read_from_pictures(vision: Vision | None, passages: Passages | None, plan: GatePlan) -> Iterator[Gate]:
    confidences = [text.confidence for frame in vision.keyframes for text in frame.texts] if vision else []
    if passages:
        confidences += [
            passage.confidence
            for passage in passages.passages
            if passage.kind == "ocr_line" and passage.confidence is not None
        ]
    if len(confidences) >= _MIN_LINES:
        yield _mean_confidence(
            "ocr confidence",
            confidences,
            plan.ocr_confidence,
            "Many lines that were read from pictures are unsure. Upload a sharper scan, or the text itself.",
        )


def _mean_confidence(name: str, confidences: Sequence[float], band: Band, low: str) -> Gate:
    return _judged(name, round(sum(confidences) / len(confidences), 3), "mean", band, low=low)


def _pages(passages: Passages, plan: GatePlan) -> Iterator[Gate]:
    if not passages.page_count:
        return
    unread = passages.unread_page_count
    yield _judged(
        "unread pages",
        round(unread / passages.page_count, 3),
        "of pages",
        plan.unread_pages_share,
        high=f"{unread} of {passages.page_count} pages could not be read.",
    )


def _languages(
    transcript: Transcript | None, language: LanguageAnalysis | None, plan: GatePlan
) -> Iterator[Gate]:
    found: dict[str, str] = {}
    if transcript and transcript.utterances:
        found["transcript"] = transcript.language_code
    for source in language.sources if language else ():
        if source.language_code:
            found.setdefault(source.source, source.language_code)
    for origin, code in found.items():
        name = f"language ({origin.replace('_', ' ')})"
        if not plan.languages or any(_is_of(code, wanted) for wanted in plan.languages):
            yield Gate(name, code, "", "pass")
        else:
            wanted = " or ".join(plan.languages)
            yield Gate(name, code, "", "warn", f"The language is {code}; the profile is made for {wanted}.")


def _is_of(code: str, wanted: str) -> bool:
    """``en-GB`` is of ``en``, and ``en`` may be any English."""
    code, wanted = code.lower(), wanted.lower()
    return code == wanted or code.startswith(f"{wanted}-") or wanted.startswith(f"{code}-")


def _synchronisation(timeline: Timeline, plan: GatePlan) -> Iterator[Gate]:
    for alignment in timeline.alignments:
        if alignment.offset_ms is None:
            continue
        off_ms = _furthest_ms(alignment, alignment.offset_ms, timeline.duration_ms or 0)
        late = "late" if off_ms > 0 else "early"
        yield _judged(
            f"synchronisation ({alignment.of} to {alignment.to})",
            abs(off_ms),
            "ms",
            plan.synchronisation_ms,
            high=f"What the {alignment.of} show comes up to {abs(off_ms) / 1000:.1f} s {late} for the"
            f" {alignment.to}.",
        )


def _furthest_ms(alignment: Alignment, offset_ms: int, duration_ms: int) -> int:
    """How far it is off where it is furthest: at one of the two ends."""
    at_end = offset_ms + round((alignment.drift_ppm or 0.0) * duration_ms / 1_000_000)
    return max(offset_ms, at_end, key=abs)


def _judged(name: str, value: float, unit: str, band: Band, *, low: str = "", high: str = "") -> Gate:
    judgement = band.judge(value)
    if judgement.outcome == "pass":
        return Gate(name, value, unit, "pass")
    return Gate(name, value, unit, "warn", low if judgement.side == "low" else high)
