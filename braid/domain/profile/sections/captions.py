"""How captions are laid out: the ``[captions]`` section of ``profile.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["CaptionPlan"]


@dataclass(frozen=True)
class CaptionPlan:
    """The limits of a cue; the defaults are those that Netflix publishes for adults.

    ``max_line_characters`` are columns: an East Asian wide character takes two, so that 42 are 21 of them.
    ``characters_per_second`` is counted in columns too. ``min_gap_ms`` is two frames at 24 a second.
    ``name_speakers`` marks who speaks where there are several.

    https://partnerhelp.netflixstudios.com/hc/en-us/articles/215758617 (durations, lines),
    https://partnerhelp.netflixstudios.com/hc/en-us/articles/217350977 (English: 42 characters, 20 a second,
    17 for children); the BBC's guidelines want 160 to 180 words a minute, some 15 to 17 characters a second:
    https://www.bbc.co.uk/accessibility/forproducts/guides/subtitles/
    """

    max_line_characters: int = 42
    max_lines: int = 2
    characters_per_second: float = 20.0
    min_ms: int = 834
    max_ms: int = 7000
    min_gap_ms: int = 84
    name_speakers: bool = True

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        limits = (
            ("max_line_characters", 20, 80),
            ("max_lines", 1, 2),
            ("characters_per_second", 5, 40),
            ("min_ms", 200, 3000),
            ("max_ms", 3000, 15_000),
            ("min_gap_ms", 0, 500),
        )
        for member, least, most in limits:
            if not least <= getattr(self, member) <= most:
                yield f"captions.{member} must be from {least} to {most}"
