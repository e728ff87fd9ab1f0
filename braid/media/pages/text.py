"""The text of a page: what the file holds and the page shows, and what only its picture says."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2

from braid.domain.evidence.vision import Box
from braid.media.pages.coverage import NOWHERE, Areas, areas_of, unread_areas
from braid.media.pages.entries import with_entries
from braid.media.pages.forms import read_entries, read_notes
from braid.media.pages.lines import UNMAPPED, LinePart, TextLine, read_lines
from braid.media.pages.places import BoxMapper
from braid.media.pages.visible import has_drawn_text

__all__ = ["LinePart", "PageText", "TextLine", "page_text"]

# Below this share of readable characters a page's text is junk: a font without a character map gives some.
_MIN_READABLE_SHARE = 0.7
# A page of which more letters than this are without a character map is read from its picture alone.
_MAX_UNMAPPED_SHARE = 0.3
# So much of a page under pictures is worth reading it from its own; less is reported.
_READ_SHARE = 0.1
# A character map can be there and be wrong. In every language that is written in Latin letters these eight
# are half of all letters or more (English 63 %, German 64 %, Polish 51 %); of letters at random, 31 %.
_COMMON = frozenset("aeinorst")
_COMMON_SHARE = 0.4
_FEW_LETTERS = 40
_WHOLE_PAGE = Box(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class PageText:
    """The text of a page (from 1) in the file's own order, lines separated by line feeds.

    A word that is divided at a line's end is put together again; what is filled in and ticked follows its
    label; a letter without a character map is U+FFFD.

    ``needs_ocr``: the page says more than ``text`` does, in ``unread``: pictures and outlines without text
    upon them, and lines whose letters can't be known. ``unread_share`` is how much of the page (0 to 1)
    smaller pictures take, which aren't worth that. ``is_doubtful``: the letters look like no language, so the
    text is to be held against the picture.

    ``notes`` are free texts and comments; ``unseen_count`` counts characters and entries that were left out
    since nobody sees them: outside of the visible page, on a layer that is off, hidden.
    """

    page: int
    text: str
    lines: tuple[TextLine, ...]
    needs_ocr: bool
    unread: Areas = NOWHERE
    unread_share: float = 0.0
    is_doubtful: bool = False
    notes: tuple[str, ...] = ()
    unseen_count: int = 0

    @staticmethod
    def unreadable(page: int) -> PageText:
        """A page of which the file gives nothing."""
        return PageText(page, "", (), needs_ocr=True, unread=areas_of([_WHOLE_PAGE]))


def page_text(page: pypdfium2.PdfPage, number: int) -> PageText:
    """What page ``number`` says."""
    to_box = BoxMapper(page)
    try:
        found = read_lines(page, number, to_box)
    except pypdfium2.PdfiumError:
        return PageText.unreadable(number)
    letters = [character for character in found.text if not character.isspace()]
    unmapped = letters.count(UNMAPPED)
    is_junk = sum(map(_is_readable, letters)) < _MIN_READABLE_SHARE * len(letters)
    is_junk |= not letters and has_drawn_text(page, number)
    entries, hidden_entries = read_entries(page)
    notes, hidden_notes = read_notes(page)
    if is_junk or unmapped > _MAX_UNMAPPED_SHARE * len(letters):
        lines: tuple[TextLine, ...] = ()
        text, unread = "", areas_of([_WHOLE_PAGE])
    else:
        text, lines = found.text, found.lines
        unread = _unread(page, to_box, text, lines)
    needs_ocr = unread.share >= _READ_SHARE or UNMAPPED in text
    is_doubtful = _looks_odd(text)
    text, lines = with_entries(text, lines, entries, found.places, to_box)
    return PageText(
        number,
        text,
        lines,
        needs_ocr=needs_ocr,
        unread=unread,
        unread_share=0.0 if needs_ocr else unread.share,
        is_doubtful=is_doubtful,
        notes=tuple(notes),
        unseen_count=found.unseen_count + hidden_entries + hidden_notes,
    )


def _unread(page: pypdfium2.PdfPage, to_box: BoxMapper, text: str, lines: Sequence[TextLine]) -> Areas:
    trusted = [line.box for line in lines if UNMAPPED not in text[line.begin_offset : line.end_offset]]
    doubtful = [line.box for line in lines if UNMAPPED in text[line.begin_offset : line.end_offset]]
    return Areas(unread_areas(page, to_box, trusted).cells | areas_of(doubtful).cells)


def _is_readable(character: str) -> bool:
    if character in (UNMAPPED, "\ufffe", "\uffff"):
        return False
    return unicodedata.category(character) not in ("Co", "Cn", "Cc", "Cs")


def _looks_odd(text: str) -> bool:
    """Whether Latin letters aren't as frequent as in any language."""
    letters = [letter for letter in text.casefold() if "a" <= letter <= "z"]
    common = sum(letter in _COMMON for letter in letters)
    return len(letters) >= _FEW_LETTERS and common < _COMMON_SHARE * len(letters)
