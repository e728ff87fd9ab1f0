"""Reads a PDF: the text in the file, what only its pages' pictures say, and reports what is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from braid.domain.errors import InvalidAssetError
from braid.domain.money.accounting import Usage
from braid.media.pages import PageText, extract_pages, render_page
from lambdas.reading.blocks import Extract
from lambdas.reading.pages.ocr import OcrPage, PageReader
from lambdas.reading.pages.pdf import (
    PageBlocks,
    join_pages,
    mixed_blocks,
    native_blocks,
    ocr_blocks,
    share_of_words,
)

__all__ = ["read_pdf"]

# Below this share of words in common a page's text isn't what its picture says.
_MIN_SHARED_WORDS = 0.2
# Smaller pictures than this share of a page are logos and icons, of which nothing is said.
_MIN_REPORTED_SHARE = 0.02
_LISTED_PAGES = 12


def read_pdf(
    file: BinaryIO, *, prefix: str, page_reader: PageReader, max_pages: int, usage: list[Usage]
) -> Extract:
    """The first ``max_pages`` pages in order; ``usage`` gets what reading their pictures was billed.

    ``prefix`` tells this file's pages from those of others. ``warnings`` lists what wasn't read.
    """
    pages = list(extract_pages(file, max_pages=max_pages))
    warnings: list[str] = []
    read = _read_pictures(file, pages, prefix, page_reader, warnings)
    usage += [item for page in read.values() for item in page.usage]
    replaced = [page.page for page in pages if _is_replaced(page, read.get(page.page))]
    unread = [page for page in pages if page.needs_ocr and page.page not in read]
    warnings += _reports(pages, unread, replaced)
    blocks = [_blocks(page, read.get(page.page), is_replaced=page.page in replaced) for page in pages]
    return join_pages(blocks, tuple(warnings), unread_page_count=len(unread))


def _read_pictures(
    file: BinaryIO, pages: Sequence[PageText], prefix: str, page_reader: PageReader, warnings: list[str]
) -> Mapping[int, OcrPage]:
    """What the pictures of pages say, by page number, where the file's text doesn't say it or is doubtful."""
    names = {f"{prefix}-{page.page}": page.page for page in pages if page.needs_ocr or page.is_doubtful}

    def picture(name: str) -> bytes | None:
        try:
            return render_page(file, names[name]).jpeg
        except InvalidAssetError as error:
            warnings.append(str(error))
            return None

    found = page_reader.read([*names], picture)
    return {names[name]: page for name, page in found.items()}


def _is_replaced(page: PageText, read: OcrPage | None) -> bool:
    """Whether the page's own text is none of what its picture shows."""
    shared = share_of_words(page, read) if page.is_doubtful and read is not None else None
    return shared is not None and shared < _MIN_SHARED_WORDS


def _blocks(page: PageText, read: OcrPage | None, *, is_replaced: bool) -> PageBlocks:
    if read is None or not (page.needs_ocr or is_replaced):
        return native_blocks(page)
    return ocr_blocks(page.page, read) if is_replaced else mixed_blocks(page, read)


def _reports(pages: Sequence[PageText], unread: Sequence[PageText], replaced: Sequence[int]) -> Iterator[str]:
    pictures = [page for page in unread if not page.lines]
    if pictures:
        yield f"{len(pictures)} of {len(pages)} pages are pictures that could not be read"
    parts = [page for page in unread if page.lines]
    if parts:
        share = max(page.unread.share for page in parts)
        yield (
            f"pictures without text upon them, or letters that the file doesn't name, could not be read on"
            f" {_listed([page.page for page in parts])} (up to {share:.0%} of a page)"
        )
    small = [page for page in pages if page.unread_share >= _MIN_REPORTED_SHARE]
    if small:
        share = max(page.unread_share for page in small)
        numbers = _listed([page.page for page in small])
        yield f"small pictures were not read on {numbers} (up to {share:.0%} of a page)"
    if replaced:
        yield (
            f"the text that the file holds isn't what is seen on {_listed(replaced)}: it was read off the"
            " pages' pictures"
        )
    unseen = [page.page for page in pages if page.unseen_count]
    if unseen:
        yield (
            "text that viewers don't show (outside of the page, on a layer that is off, hidden) was not read"
            f" on {_listed(unseen)}"
        )


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:_LISTED_PAGES]))
    more = f" and {len(numbers) - _LISTED_PAGES} more" if len(numbers) > _LISTED_PAGES else ""
    return f"page{'s' if len(numbers) != 1 else ''} {shown}{more}"
