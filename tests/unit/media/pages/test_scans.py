"""Pages whose words are in a picture: scans, pictures beside text, letters that no map makes text of."""

from __future__ import annotations

import pytest

from evaluation.real_files.pdf_objects import pdf_page, picture, placed, shown, stream
from tests.unit.media.pages.shown_page import page_of


@pytest.mark.parametrize(
    "stamps",
    [
        shown(20, 285, "Case 7:31-bk-20417 Filed 03/02/31 Entered 03/02/31 10:11:12", size=8),
        shown(20, 285, "Envelope 0F3A-77", size=7) + shown(300, 8, "ORLA000123", size=9),
        "q 0 1 -1 0 15 20 cm " + shown(0, 0, "arXiv:3105.00001v2 [math] 3 May 2031", size=11) + "Q\n",
        shown(20, 285, "A printed header of a court, in " * 2, size=9)
        + shown(20, 8, "page 1 of 2, " * 6, size=8),
    ],
)
def test_a_scan_is_read_whatever_is_printed_over_its_edges(stamps: str) -> None:
    page = page_of(
        pdf_page(
            placed("I", 0, 0, 400, 300) + stamps,
            resources="/XObject << /I 10 0 R >>",
            objects=[picture("order")],
        )
    )
    assert page.needs_ocr
    assert page.lines
    assert page.unread.share > 0.5


def test_a_scan_in_strips_is_one() -> None:
    strips = "".join(placed("I", 0, 15 * number, 400, 15) for number in range(20))
    data = pdf_page(
        strips + shown(20, 285, "A stamp", size=8),
        resources="/XObject << /I 10 0 R >>",
        objects=[picture("", (800, 30))],
    )
    assert page_of(data).needs_ocr


def test_a_scan_with_its_own_text_and_a_page_with_a_logo_are_not_asked_for() -> None:
    lines = "".join(
        shown(40, 260 - 16 * number, "the text of the scan goes on line by line here", size=11, setup="3 Tr")
        for number in range(14)
    )
    image = {"resources": "/XObject << /I 10 0 R >>", "objects": [picture("x")]}
    assert not page_of(pdf_page(placed("I", 0, 0, 400, 300) + lines, **image)).needs_ocr  # type: ignore[arg-type]
    with_logo = page_of(pdf_page(placed("I", 330, 260, 60, 36) + shown(20, 200, "A letter"), **image))  # type: ignore[arg-type]
    assert not with_logo.needs_ocr
    assert 0.01 < with_logo.unread_share < 0.05


def test_a_picture_beside_text_is_asked_for() -> None:
    text = "".join(shown(20, 260 - 16 * number, "words beside a picture", size=11) for number in range(14))
    data = pdf_page(
        placed("I", 220, 40, 160, 220) + text,
        resources="/XObject << /I 10 0 R >>",
        objects=[picture("table")],
    )
    assert page_of(data).needs_ocr


def test_a_picture_within_a_moved_form_is_where_it_is_shown() -> None:
    form = (
        "/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Matrix [400 0 0 300 0 0]"
        " /Resources << /XObject << /I 11 0 R >> >>"
    )
    data = pdf_page(
        "/X Do\n" + shown(20, 285, "stamp", size=8),
        resources="/XObject << /X 10 0 R >>",
        objects=[stream("/I Do", form), picture("order")],
    )
    assert page_of(data).unread.share > 0.8


def _unmapped(text: str) -> bytes:
    """A page whose font has glyphs without names: its letters are numbers."""
    glyphs = " ".join(f"/g{code}" for code in range(33, 127))
    procedures = " ".join(f"/g{code} 11 0 R" for code in range(33, 127))
    font = (
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0]"
        f" /FirstChar 33 /LastChar 126 /Widths [{'600 ' * 94}] /Encoding << /Type /Encoding"
        f" /Differences [33 {glyphs}] >> /CharProcs << {procedures} >> /Resources << >> >>"
    )
    return pdf_page(
        shown(20, 250, "Plain words that are read") + shown(20, 200, text, setup="").replace("/F ", "/G "),
        resources="/Font << /F 5 0 R /G 10 0 R >>",
        objects=[font, stream("600 0 d0 0 0 500 700 re f")],
    )


def test_letters_without_a_map_are_never_text() -> None:
    page = page_of(_unmapped("5IF" + "IBSCPVS" * 9))
    assert page.needs_ocr
    assert "IBSCPVS" not in page.text


def test_letters_that_a_map_makes_blanks_of_are_read_from_the_picture() -> None:
    spaces = "".join(f"<{code:02X}> <0020>\n" for code in range(33, 127))
    to_unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <00> <FF> endcodespacerange\n94 beginbfchar\n"
        f"{spaces}endbfchar\nendcmap end end"
    )
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 11 0 R >>"
    page = page_of(
        pdf_page(
            shown(20, 250, "The harbour closes at nine o'clock in the evening").replace("/F ", "/G "),
            resources="/Font << /F 5 0 R /G 10 0 R >>",
            objects=[font, stream(to_unicode)],
        )
    )
    assert page.needs_ocr


def test_a_text_that_is_written_like_no_language_is_doubtful() -> None:
    cipher = "Uif ibscpvs dmptft bu ojof pdmpdl boe uif gff jt uxfmwf dspxot qfs cpbu xjui b mjdfotf"
    assert page_of(pdf_page(shown(5, 250, cipher, size=8))).is_doubtful
    plain = "The harbour closes at nine o'clock and the fee is twelve crowns per boat with a licence"
    assert not page_of(pdf_page(shown(5, 250, plain, size=8))).is_doubtful
