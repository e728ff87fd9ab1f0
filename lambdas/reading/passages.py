"""Reads every member that has text into the passages of the asset."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from braid.admission.texts import too_long
from braid.domain.asset.admission import Member
from braid.domain.errors import InvalidAssetError
from braid.domain.evidence.passages import Passage, Passages
from braid.domain.money.accounting import Usage, total
from braid.media.content.identify import PDF
from braid.runtime.retries import Availability
from lambdas.reading.blocks import Extract, split_long
from lambdas.reading.pages.embedded import read_pictures
from lambdas.reading.pages.ocr import PageReader
from lambdas.reading.pages.pdf_pages import read_pdf
from lambdas.reading.readers import read_member

__all__ = ["read_passages", "summarize"]

# What no reader shows and services refuse: control characters, and halves of characters, which JSON can
# spell but UTF-8 can't. Each is replaced by one character, so that offsets stay.
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


@dataclass
class _Readings:
    """What has been read so far."""

    passages: list[Passage]
    warnings: list[str]
    usage: list[Usage]
    page_count: int = 0
    unread_page_count: int = 0
    characters: int = 0


def read_passages(
    members: Sequence[Member],
    *,
    open_file: Callable[[Member], BinaryIO],
    page_reader: PageReader,
    availability: Availability,
    max_pages: int,
    max_text_characters: int,
) -> Passages:
    """All passages in the members' order, ``p0001`` onward.

    Of a PDF ``max_pages`` are read (more than that intake lets nobody pass). Raises ``InvalidAssetError``
    where a member can't be read, with several members it names it, and where all of them together have more
    than ``max_text_characters``: language analysis bills every one of them.
    """
    readings = _Readings([], [], [])
    for number, member in enumerate(members, start=1):
        try:
            extract = _extract(member, number, open_file(member), page_reader, readings, max_pages)
            _add(readings, member, extract, is_named=len(members) > 1)
        except InvalidAssetError as error:
            if len(members) > 1:
                raise InvalidAssetError(f"'{member.name}': {error}") from error
            raise
        if readings.characters > max_text_characters:
            raise InvalidAssetError(too_long(readings.characters, max_text_characters))
    return Passages(
        passages=tuple(readings.passages),
        missing=availability.missing,
        usage=total(readings.usage),
        warnings=tuple(readings.warnings),
        page_count=readings.page_count,
        unread_page_count=readings.unread_page_count,
    )


def summarize(passages: Passages) -> str:
    """One line for the Step Functions console."""
    count = len(passages.passages)
    if not count:
        lacking = (
            f"; missing: {', '.join(item.operation for item in passages.missing)}" if passages.missing else ""
        )
        return f"no text was found{lacking}"
    pages = len({(passage.member, passage.page) for passage in passages.passages if passage.page})
    scanned = len({(item.member, item.page) for item in passages.passages if item.kind == "ocr_line"})
    on_pages = f" on {pages} page{'s' if pages != 1 else ''}" if pages else ""
    from_pictures = f", {scanned} of them read from pictures" if scanned else ""
    return f"{count} passage{'s' if count != 1 else ''}{on_pages}{from_pictures}"


def _extract(
    member: Member, number: int, file: BinaryIO, page_reader: PageReader, readings: _Readings, max_pages: int
) -> Extract:
    prefix, usage = f"m{number}", readings.usage
    if member.media_type == PDF:
        return read_pdf(file, prefix=prefix, page_reader=page_reader, max_pages=max_pages, usage=usage)
    extract = read_member(member, file)
    return read_pictures(extract, file, prefix=prefix, page_reader=page_reader, usage=usage)


def _add(readings: _Readings, member: Member, extract: Extract, *, is_named: bool) -> None:
    readings.characters += sum(len(block.text) for block in extract.blocks)
    readings.page_count += extract.page_count
    readings.unread_page_count += extract.unread_page_count
    readings.warnings += (
        f"'{member.name}': {warning}" if is_named else warning for warning in extract.warnings
    )
    for block in split_long(extract.blocks):
        readings.passages.append(
            Passage(
                passage_id=f"p{len(readings.passages) + 1:04d}",
                page=block.page,
                begin_offset=block.begin_offset,
                end_offset=block.end_offset,
                text=_CONTROLS.sub(" ", _LONE_SURROGATES.sub("\ufffd", block.text)),
                kind=block.kind,
                member=member.name,
                span=block.span,
                confidence=block.confidence,
            )
        )
