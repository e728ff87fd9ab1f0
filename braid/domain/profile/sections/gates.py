"""How good an asset must be for a profile: the ``[gates]`` section of ``profile.toml``."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Band", "GatePlan", "Judgement"]

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SHARES = frozenset(
    {
        "brightness",
        "contrast",
        "clipping_share",
        "silence_share",
        "word_confidence",
        "ocr_confidence",
        "unread_pages_share",
    }
)
# Known only when the services have answered and are paid: too late to refuse the asset.
_AFTERWARDS = frozenset({"word_confidence", "ocr_confidence", "unread_pages_share", "synchronisation_ms"})


@dataclass(frozen=True)
class Judgement:
    """What follows from a measured value; ``side`` and ``limit`` say which threshold it is beyond."""

    outcome: Literal["pass", "warn", "reject"]
    side: Literal["low", "high"] | None = None
    limit: float | None = None


@dataclass(frozen=True)
class Band:
    """Within these thresholds a measured value is fine. ``None``: there is no such threshold."""

    reject_below: float | None = None
    warn_below: float | None = None
    warn_above: float | None = None
    reject_above: float | None = None

    def judge(self, value: float) -> Judgement:
        """A value that is exactly a threshold is still within it."""
        if self.reject_below is not None and value < self.reject_below:
            return Judgement("reject", "low", self.reject_below)
        if self.reject_above is not None and value > self.reject_above:
            return Judgement("reject", "high", self.reject_above)
        if self.warn_below is not None and value < self.warn_below:
            return Judgement("warn", "low", self.warn_below)
        if self.warn_above is not None and value > self.warn_above:
            return Judgement("warn", "high", self.warn_above)
        return Judgement("pass")

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each."""
        known = [
            (name, value)
            for name in ("reject_below", "warn_below", "warn_above", "reject_above")
            if (value := getattr(self, name)) is not None
        ]
        for (lower, low), (upper, high) in itertools.pairwise(known):
            if low > high:
                yield f"{lower} ({low:g}) is above {upper} ({high:g})"


@dataclass(frozen=True)
class GatePlan:
    """Thresholds of the quality gates; what a profile leaves out has the default of all.

    A gate that a profile names stands as it is written there: ``sharpness = {}`` measures and never warns.
    The deployment's limits (size, duration, pages, pixels) hold whatever a profile says. What each value
    means stands in ``profiles/general/profile.toml``.
    """

    # Pictures, and a few frames of a video, of which none is refused on their account.
    resolution_px: Band = Band(reject_below=16, warn_below=80)
    sharpness: Band = Band(warn_below=2.0)
    brightness: Band = Band(warn_below=0.02)
    contrast: Band = Band(reject_below=0.008)
    # Sound.
    loudest_dbfs: Band = Band(reject_below=-50.0)
    level_dbfs: Band = Band(warn_below=-45.0)
    clipping_share: Band = Band(warn_above=0.01)
    silence_share: Band = Band(warn_above=0.95)
    snr_db: Band = Band(warn_below=3.0)
    # Anything.
    duration_seconds: Band = Band()
    pages: Band = Band()
    text_characters: Band = Band(reject_below=1)
    cut_off: Literal["warn", "reject"] = "warn"
    duplicate_content: Literal["ignore", "warn", "reject"] = "warn"
    # Known only after the analysis.
    languages: tuple[str, ...] = ()
    # Recorded output of Transcribe has 0.97 and more; the local engine's confidences are calibrated, so that
    # below this most words are wrong (docs/engines.md).
    word_confidence: Band = Band(warn_below=0.5)
    ocr_confidence: Band = Band(warn_below=0.6)
    unread_pages_share: Band = Band(warn_above=0.0)
    synchronisation_ms: Band = Band(warn_above=2000)

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        for member in dataclasses.fields(self):
            band = getattr(self, member.name)
            if not isinstance(band, Band):
                continue
            yield from (f"gates.{member.name}: {problem}" for problem in band.problems())
            thresholds = [value for value in dataclasses.astuple(band) if value is not None]
            if member.name in _SHARES and not all(0 <= value <= 1 for value in thresholds):
                yield f"gates.{member.name} is a share: its thresholds must be from 0 to 1"
            if member.name in _AFTERWARDS and not (band.reject_below is None and band.reject_above is None):
                yield f"gates.{member.name} can only warn: it is known when the services have answered"
        for language in self.languages:
            if not _LANGUAGE.fullmatch(language):
                yield f"gates.languages: {language!r} is no language code such as en or pt-BR"
