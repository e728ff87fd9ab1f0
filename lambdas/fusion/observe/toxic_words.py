"""What Comprehend found toxic in words, as observations where those words were said, shown or written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from braid.domain.asset.asset import Modality
from braid.domain.evidence.language import LanguageAnalysis, LanguageSource, Toxicity
from braid.domain.evidence.observation import Observation
from braid.domain.evidence.service_findings import toxicity_text
from braid.domain.span import WHOLE, Span

__all__ = ["toxic_words"]

_MODALITIES = {
    "transcript": Modality.SPEECH,
    "detected_text": Modality.VISION,
    "passages": Modality.TEXT,
}


def toxic_words(language: LanguageAnalysis, found: Iterable[Observation]) -> Iterator[Observation]:
    """One observation per toxic stretch of words; ``found`` are the observations of those words.

    Comprehend judges some thousand bytes at once: the observation spans all that was said in them.
    """
    places: dict[str, Observation] = {}
    for observation in found:
        places[observation.observation_id] = observation
        # A line that was read from a picture is known by its keyframe.
        places.setdefault(observation.source.rsplit(":", 1)[-1], observation)
    for source in language.sources:
        stretches = groupby(sorted(source.toxicity, key=_offsets), key=_offsets)
        for number, ((begin, end), categories) in enumerate(stretches, 1):
            listed = sorted(categories, key=lambda item: (-item.confidence, item.category))
            units = [places[name] for name in _units(source, begin, end) if name in places]
            yield Observation(
                observation_id=f"tox-{source.source.replace('_', '-')}{number:04d}",
                modality=_MODALITIES[source.source],
                kind="toxicity",
                span=_span(units),
                text=toxicity_text("Toxic words", [item.category for item in listed]),
                confidence=listed[0].confidence,
                source=f"comprehend:DetectToxicContent:{source.source}:{number}",
                member=units[0].member if units else "",
            )


def _offsets(item: Toxicity) -> tuple[int, int]:
    return item.begin_offset, item.end_offset


def _units(source: LanguageSource, begin: int, end: int) -> Iterator[str]:
    """The ids of the utterances, passages or keyframes that have words between two offsets."""
    offsets: Mapping[str, int] = source.begin_offsets
    ordered = sorted(offsets, key=lambda name: offsets[name])
    ends = [offsets[name] for name in ordered[1:]] + [len(source.text)]
    for name, until in zip(ordered, ends, strict=True):
        if offsets[name] < end and until > begin:
            yield name.split(":")[0]


def _span(units: list[Observation]) -> Span:
    timed = [unit.span for unit in units if unit.span.is_timed]
    if timed:
        begins = [span.start_ms for span in timed if span.start_ms is not None]
        return Span(min(begins), max(span.end_ms for span in timed if span.end_ms is not None))
    return units[0].span if units else WHOLE
