"""PDF pages: text with offsets and places, scans told apart, pictures the right way up."""

from __future__ import annotations

import io
from typing import BinaryIO

import pypdfium2
import pypdfium2.raw
import pytest
from PIL import Image

from braid.domain.errors import InvalidAssetError, InvalidInputError
from braid.media.pages import extract_pages, page_count, probe_pdf, render_page
from tests.unit.media import synthetic as media

TWO_PAGES = media.pdf(
    [
        [(50, 250, "First line"), (50, 230, "second line (with \\(brackets\\))")],
        [(50, 150, "Page two")],
    ]
)


def scanned() -> bytes:
    out = io.BytesIO()
    media.slide(3, (800, 600)).save(out, "PDF")
    return out.getvalue()


def test_text_and_offsets() -> None:
    first, second = extract_pages(media.opened(TWO_PAGES))

    assert first.text.splitlines() == ["First line", "second line (with (brackets))"]
    assert [
        first.text[line.begin_offset : line.end_offset] for line in first.lines
    ] == first.text.splitlines()
    assert (first.page, second.page) == (1, 2)
    assert second.text.strip() == "Page two"
    assert not first.needs_ocr


def test_places_are_ratios_from_the_top_left() -> None:
    (page,) = extract_pages(media.opened(media.pdf([[(40, 270, "top left")]])))

    box = page.lines[0].box
    assert box.left == pytest.approx(0.1, abs=0.01)
    assert box.top == pytest.approx(1 - 282 / 300, abs=0.03)
    assert 0.05 < box.width < 0.2
    assert 0.02 < box.height < 0.06


def test_a_turned_page_is_read_and_placed_as_it_is_shown() -> None:
    data = media.pdf([[(40, 270, "top left")]], rotate=90)  # shown turned clockwise: top left goes top right

    (page,) = extract_pages(media.opened(data))
    shown = render_page(media.opened(data), 1)

    assert page.text.strip() == "top left"
    assert page.lines[0].box.left > 0.85
    assert page.lines[0].box.height > page.lines[0].box.width
    assert shown.width_px < shown.height_px


def test_a_scan_says_that_it_needs_ocr() -> None:
    (page,) = extract_pages(media.opened(scanned()))

    assert page.needs_ocr
    assert page.text == ""


def test_an_empty_page_needs_no_ocr() -> None:
    (page,) = extract_pages(media.opened(media.pdf([[]])))

    assert not page.needs_ocr


def test_a_page_s_picture() -> None:
    still = render_page(media.opened(TWO_PAGES), 2, max_side_px=800)

    picture = media.picture_of(still.jpeg)
    assert picture.size == (still.width_px, still.height_px) == (800, 600)
    assert still.page == still.span.page == 2
    assert picture.convert("L").getextrema()[0] < 100  # the letters
    assert picture.convert("L").getpixel((5, 5)) > 250  # on white


def test_an_extreme_page_size_is_drawn_within_bounds() -> None:
    still = render_page(media.opened(media.pdf([[]], size=(14_000, 20))), 1, max_side_px=1_000)

    assert max(still.width_px, still.height_px) == 1_000


def test_counts_and_limits() -> None:
    assert page_count(media.opened(TWO_PAGES)) == probe_pdf(media.opened(TWO_PAGES)).page_count == 2
    assert len(list(extract_pages(media.opened(TWO_PAGES), max_pages=1))) == 1
    with pytest.raises(InvalidInputError, match="no page 3"):
        render_page(media.opened(TWO_PAGES), 3)


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnothing more", TWO_PAGES[:60], b"no pdf at all"])
def test_damage_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidAssetError, match="damaged"):
        probe_pdf(media.opened(data))


def test_an_error_of_the_file_object_is_not_the_file_s_fault() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        probe_pdf(Failing(TWO_PAGES))


def test_the_picture_is_rgb() -> None:
    assert Image.open(io.BytesIO(render_page(media.opened(TWO_PAGES), 1).jpeg)).mode == "RGB"


def test_letters_that_are_drawn_as_outlines_need_ocr_and_a_frame_does_not() -> None:
    def drawn_page(lines: int) -> BinaryIO:
        document = pypdfium2.PdfDocument.new()
        sheet = document.new_page(200, 200)
        for number in range(lines):
            path = pypdfium2.raw.FPDFPageObj_CreateNewPath(number, number)
            pypdfium2.raw.FPDFPath_LineTo(path, 200 - number, 100)
            pypdfium2.raw.FPDFPath_SetDrawMode(path, 0, True)
            pypdfium2.raw.FPDFPage_InsertObject(sheet, path)
        pypdfium2.raw.FPDFPage_GenerateContent(sheet)
        target = io.BytesIO()
        document.save(target)
        return target

    assert [page.needs_ocr for page in extract_pages(drawn_page(4))] == [False]
    assert [page.needs_ocr for page in extract_pages(drawn_page(60))] == [True]
