"""Reads ``results.toxicity_detection`` of a finished Transcribe job.

Its shape is that of the example in "Using toxic speech detection" of the developer guide. Its times and
scores are numbers there, not strings as elsewhere in the output; both are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from braid.domain.errors import InvalidServiceOutputError
from braid.domain.evidence.transcript import ToxicSpeech
from braid.domain.quoting import quoted

__all__ = ["read_toxicity"]


def read_toxicity(stretches: Any) -> Iterator[ToxicSpeech]:
    """The judged stretches in order; raises ``InvalidServiceOutputError`` for a damaged one."""
    if not isinstance(stretches, list):
        raise InvalidServiceOutputError("transcribe: results.toxicity_detection must be a list")
    for index, stretch in enumerate(stretches):
        try:
            yield _stretch(stretch)
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise InvalidServiceOutputError(
                f"transcribe: results.toxicity_detection[{index}] can't be read: {quoted(stretch)}"
            ) from error


def _stretch(stretch: Mapping[str, Any]) -> ToxicSpeech:
    start_ms, end_ms = (round(float(stretch[name]) * 1000) for name in ("start_time", "end_time"))
    start_ms = max(0, start_ms)
    return ToxicSpeech(
        start_ms=start_ms,
        end_ms=max(start_ms, end_ms),  # an odd time is no reason to lose what was found
        text=str(stretch.get("text", "")),
        confidence=_ratio(stretch["toxicity"]),
        categories={str(name): _ratio(score) for name, score in sorted(stretch["categories"].items())},
    )


def _ratio(score: Any) -> float:
    return round(min(1.0, max(0.0, float(score))), 4)
