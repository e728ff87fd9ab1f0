"""Reads the pictures within documents, as those on PDF pages are read, and reports what is left unread."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO, cast

from braid.domain.errors import InvalidAssetError
from braid.domain.money.accounting import Usage
from braid.media.content.identify import IMAGE_TYPES, identify
from lambdas.reading.blocks import Extract, Picture, Piece, PlacedPicture, lay_out
from lambdas.reading.office.zip_safety import Package, open_package
from lambdas.reading.pages.ocr import OcrPage, PageReader

__all__ = ["read_pictures"]

# Smaller pictures than this share of a page are logos and icons, of which nothing is said, as on PDF pages.
_MIN_SHARE = 0.02
# Each is billed like a page; a document has as many pages as the profile lets it.
_MAX_PICTURES = 100
_MAX_SIDE_PX = 2000
_LISTED_PAGES = 12


def read_pictures(
    extract: Extract, file: BinaryIO, *, prefix: str, page_reader: PageReader, usage: list[Usage]
) -> Extract:
    """The document with the lines of its pictures, each behind the text that it stands behind.

    The largest hundred are read, each once where it stands several times; ``usage`` gets what that was
    billed. ``prefix`` tells this file's pictures from those of others.
    """
    wanted = [placed for placed in extract.pictures if placed.picture.share >= _MIN_SHARE]
    if not wanted:
        return extract
    distinct = sorted(dict.fromkeys(placed.picture for placed in wanted), key=lambda one: -one.share)
    largest = {_name(prefix, picture): picture for picture in distinct[:_MAX_PICTURES]}
    with open_package(file) as package:
        found = page_reader.read([*largest], lambda name: _jpeg(package, largest[name]))
    usage += [item for page in found.values() for item in page.usage]
    read = {largest[name]: page for name, page in found.items()}
    unread = [placed for placed in wanted if placed.picture not in read]
    silent = sorted(_silent_pages(extract, unread))
    return replace(
        extract,
        blocks=lay_out(_pieces(extract, read)),
        warnings=(*extract.warnings, *_reports(unread, len(wanted), silent)),
        unread_page_count=extract.unread_page_count + len(silent),
        pictures=(),
    )


def _name(prefix: str, picture: Picture) -> str:
    box = picture.shown
    cut = "" if box.width == box.height == 1 else f"-{box.left:g}-{box.top:g}-{box.width:g}-{box.height:g}"
    return f"{prefix}-{picture.part.replace('/', '-')}{cut}"


def _jpeg(package: Package, picture: Picture) -> bytes | None:
    """What is sent of a picture; ``None`` for one that can't be opened, drawings (EMF, SVG) among them."""
    from braid.media.pictures.stills import picture_part  # only who brings pictures waits for it

    data = package.picture(picture.part)
    if data is None:
        return None
    try:
        media_type = identify(cast(BinaryIO, io.BytesIO(data)))
        if media_type not in IMAGE_TYPES:
            return None
        file = cast(BinaryIO, io.BytesIO(data))
        return picture_part(file, media_type, picture.shown, max_side_px=_MAX_SIDE_PX).jpeg
    except InvalidAssetError:
        return None


def _pieces(extract: Extract, read: dict[Picture, OcrPage]) -> Iterator[Piece]:
    said: set[Picture] = set()
    waiting = list(extract.pictures)
    for index in range(len(extract.blocks) + 1):
        while waiting and waiting[0].block_count == index:
            placed = waiting.pop(0)
            if placed.picture in read and placed.picture not in said:
                said.add(placed.picture)
                for line in read[placed.picture].lines:
                    yield Piece(line.text, "ocr_line", placed.page, confidence=line.confidence)
        if index < len(extract.blocks):
            block = extract.blocks[index]
            yield Piece(block.text, block.kind, block.page, block.span, block.confidence)


def _silent_pages(extract: Extract, unread: Sequence[PlacedPicture]) -> set[int]:
    """Pages that say nothing but what their unread pictures do."""
    told = {block.page for block in extract.blocks}
    return {placed.page for placed in unread if placed.page is not None} - told


def _reports(unread: Sequence[PlacedPicture], count: int, silent: Sequence[int]) -> Iterator[str]:
    if silent:
        yield f"pages that hold nothing but pictures were not read: {_listed(silent)}"
    if unread:
        share = max(placed.picture.share for placed in unread)
        pages = sorted({placed.page for placed in unread if placed.page is not None})
        where = f", on {_listed(pages)}" if pages else ""
        yield (
            f"{len(unread)} of {count} picture{'s' if count > 1 else ''} were not read"
            f" (up to {share:.0%} of a page{where})"
        )


def _listed(pages: Sequence[int]) -> str:
    shown = ", ".join(map(str, pages[:_LISTED_PAGES]))
    return f"{shown} and {len(pages) - _LISTED_PAGES} more" if len(pages) > _LISTED_PAGES else shown
