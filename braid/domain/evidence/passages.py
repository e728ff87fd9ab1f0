"""What is written in documents and caption files: the shape of ``passages.json``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from braid.domain.money.accounting import MissingOperation, Usage
from braid.domain.span import Span

__all__ = ["Passage", "Passages"]


@dataclass(frozen=True)
class Passage:
    """A span of source text. Offsets are characters (code points) into the member's extracted text: of plain
    text and Markdown the file's own, of all else what its reader writes, block after block.

    ``page`` counts from 1 where the source has pages, slides or sheets; a caption ``cue`` has its time in
    ``span``.
    ``member`` is the bundle member's name, or the file's own.
    """

    passage_id: str
    page: int | None
    begin_offset: int
    end_offset: int
    text: str
    kind: Literal["paragraph", "heading", "list_item", "table_row", "note", "cue", "ocr_line"]
    member: str = ""
    span: Span | None = None
    confidence: float | None = None


@dataclass(frozen=True)
class Passages:
    """All passages in reading order.

    ``page_count`` counts the pages of all members that have any; ``unread_page_count`` of them may say
    something that could not be read.
    """

    passages: tuple[Passage, ...]
    missing: tuple[MissingOperation, ...] = ()
    usage: tuple[Usage, ...] = ()
    warnings: tuple[str, ...] = ()
    page_count: int = 0
    unread_page_count: int = 0
    schema_version: str = "1"
