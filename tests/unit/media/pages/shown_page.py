"""The one page of a PDF and its lines, as they are extracted."""

from __future__ import annotations

from braid.media.pages import PageText, extract_pages
from tests.unit.media import synthetic as media


def page_of(data: bytes) -> PageText:
    (page,) = extract_pages(media.opened(data))
    assert all(page.text[line.begin_offset : line.end_offset].strip() for line in page.lines)
    return page


def lines_of(page: PageText) -> list[str]:
    return [page.text[line.begin_offset : line.end_offset].strip() for line in page.lines]
