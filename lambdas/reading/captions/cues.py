"""Caption files: a block for each cue, with its time. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from braid.domain.captions.captions import CaptionCue, CaptionFile, read_vtt
from braid.domain.captions.subrip import read_srt
from braid.domain.errors import InvalidAssetError
from braid.domain.span import Span
from lambdas.reading.blocks import Extract, Piece, lay_out
from lambdas.reading.captions.rollup import ShownCue, said_once

__all__ = ["read_subrip", "read_webvtt"]

_TOLD_PROBLEMS = 3


def read_webvtt(text: str) -> Extract:
    """The cues of a WebVTT file."""
    return _read(text, read_vtt)


def read_subrip(text: str) -> Extract:
    """The cues of a SubRip (``.srt``) file."""
    return _read(text, read_srt)


def _read(text: str, reader: Callable[[str], CaptionFile]) -> Extract:
    try:
        captions = reader(text)
    except ValueError as error:
        raise InvalidAssetError(f"The caption file can't be read: {error}") from error
    shown = [ShownCue(cue.start_ms, cue.end_ms, _shown_lines(cue)) for cue in captions.cues]
    said = said_once(shown)
    # A cue that ends before it starts is told among the problems; what it says stands at its start.
    blocks = lay_out(
        Piece(" ".join(lines), "cue", span=Span(cue.start_ms, max(cue.start_ms, cue.end_ms)))
        for cue, lines in zip(shown, said, strict=True)
    )
    return Extract(blocks, tuple(_warnings(captions, shown, said)))


def _shown_lines(cue: CaptionCue) -> tuple[str, ...]:
    lines = (" ".join(line.split()) for line in cue.text.splitlines())
    return tuple(line for line in lines if line)


def _warnings(
    captions: CaptionFile, shown: Sequence[ShownCue], said: Sequence[tuple[str, ...]]
) -> Iterator[str]:
    if not any(said):
        yield "the caption file has no captions that can be read"
    rolling = sum(lines != cue.lines for cue, lines in zip(shown, said, strict=True))
    if rolling:
        yield f"the captions roll up: what {rolling} of {len(shown)} show a second time was read once"
    for problem in captions.problems[:_TOLD_PROBLEMS]:
        yield str(problem)
    more = len(captions.problems) - _TOLD_PROBLEMS
    if more > 0:
        yield f"and {more} more lines of captions that aren't as they should be"
