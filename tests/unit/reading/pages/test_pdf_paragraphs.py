"""Lines of a PDF's page become the paragraphs and headings that a reader sees."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

from braid.media.pages import extract_pages
from lambdas.reading.blocks import Extract
from lambdas.reading.pages.pdf import join_pages, native_blocks
from tests.unit.reading.extracts import check_places, said
from tests.unit.reading.pages.pdf_files import text_pdf


def _extract(data: bytes) -> Extract:
    pages = extract_pages(cast(BinaryIO, io.BytesIO(data)))
    return join_pages([native_blocks(page) for page in pages], ())


def test_gaps_end_paragraphs_and_large_print_is_a_heading() -> None:
    page = [
        ("The rental agreement", 20),
        "",
        "The rent is due on the first day of the month",
        "and is paid in advance by bank transfer.",
        "",
        "Pets are allowed after asking the owner for it.",
    ]
    extract = _extract(text_pdf([page, ["Signed by both of them"]]))
    assert said(extract) == [
        ("heading", "The rental agreement"),
        (
            "paragraph",
            "The rent is due on the first day of the month\nand is paid in advance by bank transfer.",
        ),
        ("paragraph", "Pets are allowed after asking the owner for it."),
        ("paragraph", "Signed by both of them"),
    ]
    assert [block.page for block in extract.blocks] == [1, 1, 1, 2]
    check_places(extract)


def test_an_empty_page_has_no_blocks() -> None:
    assert _extract(text_pdf([[]])).blocks == ()
