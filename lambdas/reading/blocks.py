"""Blocks: pieces of a member's text, each exactly where it says it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from braid.domain.evidence.vision import Box
from braid.domain.span import Span

__all__ = [
    "Block",
    "BlockKind",
    "Extract",
    "Picture",
    "Piece",
    "PlacedPicture",
    "lay_out",
    "place_pictures",
    "slice_block",
    "split_long",
]

BlockKind = Literal["paragraph", "heading", "list_item", "table_row", "note", "cue", "ocr_line"]

WHOLE_PICTURE = Box(0.0, 0.0, 1.0, 1.0)
# A passage is cited as a whole; beyond this a reader has to search in it for what was meant.
_LONG_CHARACTERS = 800
_BORDERS = (re.compile(r"\n"), re.compile(r"[.!?…。！？][\"'”’»)\]」』]*\s*"), re.compile(r"\s"))


@dataclass(frozen=True, slots=True)
class Block:
    """``text`` is the member's extracted text from ``begin_offset`` up to ``end_offset`` (code points)."""

    text: str
    kind: BlockKind
    begin_offset: int
    page: int | None = None
    span: Span | None = None
    confidence: float | None = None

    @property
    def end_offset(self) -> int:
        """Where the block ends in the extracted text."""
        return self.begin_offset + len(self.text)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture within a document: the part of the file that holds it, how much of it is shown (a box of
    ratios), and which share of a page or slide it takes (0 to 1)."""

    part: str
    share: float
    shown: Box = WHOLE_PICTURE


@dataclass(frozen=True, slots=True)
class Piece:
    """A block that has no place yet, of a format whose markup isn't part of the text; or a picture."""

    text: str
    kind: BlockKind = "paragraph"
    page: int | None = None
    span: Span | None = None
    confidence: float | None = None
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class PlacedPicture:
    """A picture that stands behind so many blocks of its document, on a page if it has pages."""

    picture: Picture
    block_count: int
    page: int | None = None


@dataclass(frozen=True)
class Extract:
    """What one member says, in reading order, and in plain words what could not be read.

    ``page_count``: its pages, slides or sheets, 0 where it has none; ``unread_page_count`` of them may say
    something that was not read. What ``pictures`` say is still to be read.
    """

    blocks: tuple[Block, ...]
    warnings: tuple[str, ...] = ()
    page_count: int = 0
    unread_page_count: int = 0
    pictures: tuple[PlacedPicture, ...] = ()


def lay_out(pieces: Iterable[Piece]) -> tuple[Block, ...]:
    """Pieces as blocks: the extracted text is theirs joined by newlines. Blank pieces are left out."""
    blocks = []
    begin = 0
    for piece in pieces:
        text = piece.text.strip()
        if not text:
            continue
        blocks.append(Block(text, piece.kind, begin, piece.page, piece.span, piece.confidence))
        begin += len(text) + 1
    return tuple(blocks)


def place_pictures(pieces: Iterable[Piece]) -> tuple[PlacedPicture, ...]:
    """The pictures among the pieces, by the blocks that ``lay_out`` makes of the others."""
    placed = []
    block_count = 0
    for piece in pieces:
        block_count += bool(piece.text.strip())
        if piece.picture is not None:
            placed.append(PlacedPicture(piece.picture, block_count, piece.page))
    return tuple(placed)


def slice_block(text: str, begin: int, end: int, kind: BlockKind) -> Block | None:
    """The block ``text[begin:end]`` without blanks at its ends; ``None`` if nothing remains."""
    part = text[begin:end]
    stripped = part.strip()
    if not stripped:
        return None
    return Block(stripped, kind, begin + len(part) - len(part.lstrip()))


def split_long(blocks: Iterable[Block]) -> Iterator[Block]:
    """The same blocks, those above 800 characters cut at line ends, sentence ends or blanks.

    Offsets stay exact, and nothing but blanks at the cuts is lost. Cues keep their length: they have a time.
    """
    for block in blocks:
        if block.kind == "cue":
            yield block
            continue
        begin = 0
        while begin < len(block.text):
            end = _cut(block.text, begin)
            part = slice_block(block.text, begin, end, block.kind)
            if part:
                yield replace(block, text=part.text, begin_offset=block.begin_offset + part.begin_offset)
            begin = end


def _cut(text: str, begin: int) -> int:
    limit = begin + _LONG_CHARACTERS
    if limit >= len(text):
        return len(text)
    for border in _BORDERS:
        ends = [match.end() for match in border.finditer(text, begin + _LONG_CHARACTERS // 2, limit)]
        if ends:
            return ends[-1]
    return limit
