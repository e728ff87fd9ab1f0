"""Caption files: a block for each cue, with its time. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from braid.domain.captions.captions import CaptionFile, read_srt, read_vtt
from braid.domain.errors import InvalidAssetError
from braid.domain.span import Span
from lambdas.reading.blocks import Extract, Piece, lay_out

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
    # A cue that ends before it starts is told among the problems; what it says stands at its start.
    blocks = lay_out(
        Piece(" ".join(cue.text.split()), "cue", span=Span(cue.start_ms, max(cue.start_ms, cue.end_ms)))
        for cue in captions.cues
    )
    return Extract(blocks, tuple(_warnings(captions)))


def _warnings(captions: CaptionFile) -> Iterator[str]:
    for problem in captions.problems[:_TOLD_PROBLEMS]:
        yield str(problem)
    more = len(captions.problems) - _TOLD_PROBLEMS
    if more > 0:
        yield f"and {more} more lines of captions that aren't as they should be"
