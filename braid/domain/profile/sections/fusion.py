"""Every number that fusion decides by, in one place; docs/fusion.md says where each comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Thresholds"]


@dataclass(frozen=True)
class Thresholds:
    """Defaults are fitted on generated timelines; a profile may override each under ``[fusion]``."""

    # Segments: a pause that ends one, the shortest and the longest that a cut may leave.
    pause_ms: int = 2_000
    min_segment_ms: int = 2_000
    max_segment_ms: int = 60_000

    # Agreement: the probability from which two sides count as saying the same, or as contradicting.
    redundant_from: float = 0.5
    contradiction_from: float = 0.5
    # A value that the other side names this close by was only said earlier or later.
    nearby_ms: int = 30_000

    # By meaning, where a model for it is set: at most this many texts of an asset are sent to it.
    max_embedded_texts: int = 1_000

    # Streams: what it takes to trust an offset.
    captions_min_shared_words: int = 100
    captions_min_matched: float = 0.5
    captions_max_error_ms: int = 100
    slides_max_error_ms: int = 2_000
    # A caption file that is shifted by at least this much is put right before it is compared.
    correct_from_ms: int = 250

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        for name in ("redundant_from", "contradiction_from", "captions_min_matched"):
            if not 0 <= getattr(self, name) <= 1:
                yield f"fusion.{name} must be from 0 to 1"
        for name, value in vars(self).items():
            if value < 0:
                yield f"fusion.{name} can't be negative"
        if self.min_segment_ms > self.max_segment_ms:
            yield "fusion.min_segment_ms is above fusion.max_segment_ms"
