"""How captions are laid out: the ``[captions]`` section of ``profile.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from braid.domain.captions.languages import TRANSLATED_LANGUAGES

__all__ = ["MAX_LANGUAGES", "CaptionPlan", "language_problems"]

# Each costs as much as the first.
MAX_LANGUAGES = 10


@dataclass(frozen=True)
class CaptionPlan:
    """The limits of a cue; the defaults are those that Netflix publishes for adults.

    ``max_line_characters`` are columns: an East Asian wide character takes two, so that 42 are 21 of them.
    ``characters_per_second`` is counted in columns too. ``min_gap_ms`` is two frames at 24 a second.
    ``name_speakers`` marks who speaks where there are several. ``languages`` are those that captions and
    transcript are translated into, by Amazon Translate's codes; ``None`` leaves that to the deployment.

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
    languages: tuple[str, ...] | None = None

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
        yield from language_problems("captions.languages", self.languages or ())


def language_problems(member: str, languages: tuple[str, ...]) -> Iterator[str]:
    """Why captions can't be translated into ``languages``, a line each, naming the ``member``."""
    for code in languages:
        if code not in TRANSLATED_LANGUAGES:
            yield f"{member} has {code!r}; there are {', '.join(TRANSLATED_LANGUAGES)}"
    if len(set(languages)) != len(languages):
        yield f"{member} names a language twice"
    if len(languages) > MAX_LANGUAGES:
        yield f"{member} must be {MAX_LANGUAGES} languages at most"
