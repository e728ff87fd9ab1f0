"""Every number that fusion decides by, in one place; docs/fusion.md says where each comes from."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from domain.errors import ConfigError
from domain.profile import Profile

__all__ = ["Thresholds", "thresholds_of"]


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


def thresholds_of(profile: Profile) -> Thresholds:
    """The defaults with what the profile overrides. Raises ConfigError that lists every unknown name."""
    known = {field.name: field.type for field in fields(Thresholds)}
    if unknown := sorted(set(profile.fusion) - set(known)):
        raise ConfigError(
            f"profiles/{profile.name}/profile.toml: [fusion] has no {', '.join(unknown)}; there are"
            f" {', '.join(sorted(known))}"
        )
    return replace(Thresholds(), **profile.fusion)  # type: ignore[arg-type]  # names were checked above
