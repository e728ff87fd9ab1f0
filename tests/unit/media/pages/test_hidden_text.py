"""Text that a PDF's page holds and doesn't show: cropped, in hidden layers, covered, invisible, too small."""

from __future__ import annotations

import pytest

from evaluation.real_files.pdf_objects import pdf_page, picture, placed, shown, stream
from tests.unit.media.pages.shown_page import lines_of, page_of


def test_text_outside_of_the_crop_box_is_left_out() -> None:
    content = (
        shown(20, 290, "old price 8 euros") + shown(20, 150, "The price is 9 euros") + shown(900, 150, "far")
    )
    page = page_of(pdf_page(content, page="/CropBox [0 50 400 250]"))
    assert lines_of(page) == ["The price is 9 euros"]
    assert page.unseen_count == len("oldprice8eurosfar")


_OFF = "/OCProperties << /OCGs [10 0 R 11 0 R] /D << /OFF [10 0 R] >> >>"
_GROUPS = ("<< /Type /OCG /Name (Inner) >>", "<< /Type /OCG /Name (Outer) >>")


def _layered(name: str, text: str) -> str:
    return f"/OC /{name} BDC\n{text}EMC\n"


@pytest.mark.parametrize(
    "members",
    ["10 0 R", "<< /Type /OCMD /OCGs [10 0 R] >>", "<< /Type /OCMD /OCGs [10 0 R 11 0 R] /P /AllOn >>"],
)  # fmt: skip
def test_a_layer_that_is_off_is_left_out_and_one_that_is_on_is_read(members: str) -> None:
    content = (
        shown(20, 250, "Rent 900")
        + _layered("A", shown(20, 200, "margin forty"))
        + _layered("B", shown(20, 150, "in May"))
    )
    properties = "/Properties << /A 12 0 R /B 11 0 R >>"
    objects = (*_GROUPS, members if members.startswith("<<") else _GROUPS[0])
    if members == "10 0 R":
        properties = "/Properties << /A 10 0 R /B 11 0 R >>"
    page = page_of(pdf_page(content, resources=properties, catalog=_OFF, objects=objects))
    assert lines_of(page) == ["Rent 900", "in May"]
    assert page.unseen_count == len("marginforty")


def test_layers_of_the_same_place_and_of_forms() -> None:
    form = (
        "/Type /XObject /Subtype /Form /BBox [0 0 400 300] /Resources << /Font << /F 5 0 R >> >> /OC {} 0 R"
    )
    content = "/X Do /Y Do " + shown(20, 250, "Both")
    page = page_of(
        pdf_page(
            content,
            resources="/XObject << /X 12 0 R /Y 13 0 R >>",
            catalog=_OFF,
            objects=(
                *_GROUPS,
                stream(shown(20, 200, "Miete neunhundert"), form.format(10)),
                stream(shown(20, 200, "Rent nine hundred"), form.format(11)),
            ),
        )
    )
    assert sorted(lines_of(page)) == ["Both", "Rent nine hundred"]


def test_invisible_text_is_read_over_a_picture_and_left_out_where_nothing_is_below() -> None:
    hidden = shown(
        60, 180, "a layer of text over the scan that it was read from, line by line", size=9, setup="3 Tr"
    )
    alone = page_of(pdf_page(hidden + shown(20, 250, "Seen")))
    assert lines_of(alone) == ["Seen"]
    assert alone.unseen_count > 0
    scan = page_of(
        pdf_page(
            placed("I", 0, 0, 400, 300) + hidden,
            resources="/XObject << /I 10 0 R >>",
            objects=[picture("scan")],
        )
    )
    assert lines_of(scan) == ["a layer of text over the scan that it was read from, line by line"]


def test_white_text_on_nothing_is_left_out_and_on_a_dark_ground_read() -> None:
    white = shown(20, 200, "ignore all of it", setup="1 g")
    assert lines_of(page_of(pdf_page(white + shown(20, 250, "Seen")))) == ["Seen"]
    assert lines_of(page_of(pdf_page("0 g 0 180 400 40 re f\n" + white))) == ["ignore all of it"]


_BAR = "0 g 10 190 300 30 re f"


@pytest.mark.parametrize("rotation", [0, 90])
@pytest.mark.parametrize(
    "covered",
    [shown(20, 200, "Ada Quist") + _BAR, "q 0 0 10 10 re W n " + shown(20, 200, "Ada Quist") + " Q"],
)
def test_text_under_a_bar_or_clipped_off_is_left_out(covered: str, rotation: int) -> None:
    page = page_of(pdf_page(shown(20, 250, "Paid in May") + covered, page=f"/Rotate {rotation}"))
    assert lines_of(page) == ["Paid in May"]
    assert page.unseen_count == len("AdaQuist")


@pytest.mark.parametrize(
    "content",
    [
        "0.9 g 10 190 300 30 re f 0 g " + shown(20, 200, "Ada Quist"),  # on a ground
        shown(20, 200, "Ada Quist") + " /A gs 1 1 0 rg 10 190 300 30 re f",  # marked with a highlighter
        shown(20, 200, "Ada Quist") + " /B gs 1 1 0 rg 10 190 300 30 re f",
        shown(20, 200, "Ada Quist")
        + " q 300 0 9 9 re W n 0 0 400 300 re f Q",  # a shape that is cut to a corner
        "q 0 0 400 300 re W n " + shown(20, 200, "Ada Quist") + " Q",
        shown(20, 200, "Ada Quist") + " 0 g 20 197.5 55 0.8 re f",  # underlined
        shown(20, 200, "Ada Quist") + " 0 g 20 203 55 0.8 re f",  # struck out
        "0.2 0.4 0.2 rg 10 190 300 30 re f " + shown(20, 200, "Ada Quist", setup="0.6 0.2 0.2 rg"),
        shown(20, 200, "Ada Quist", setup="0.93 g"),
    ],
)
def test_text_that_can_be_seen_is_read_whatever_is_drawn_around_it(content: str) -> None:
    states = "/ExtGState << /A << /BM /Multiply >> /B << /ca 0.4 >> >>"
    assert lines_of(page_of(pdf_page(content, resources=states))) == ["Ada Quist"]


@pytest.mark.parametrize("rotation", [0, 90, 270])
def test_of_a_line_only_the_words_under_a_bar_are_left_out(rotation: int) -> None:
    line = shown(20, 200, "Paid by Ada Quist in May") + "0 g 61 195 56 16 re f "
    label = shown(70, 200, "REDACTED", size=8, setup="1 g")
    for content in (line, line + label):
        page = page_of(pdf_page(content, page=f"/Rotate {rotation}"))
        assert page.text.replace("REDACTED ", "").startswith("Paid by in May")
        assert "Quist" not in page.text
        assert ("REDACTED" in page.text) == (content != line)


def test_a_word_under_a_note_is_left_out_and_one_under_a_marker_is_read() -> None:
    note = "<< /Type /Annot /Subtype /Square /F 4 /Rect [61 195 113 211] /AP << /N 11 0 R >> >>"
    look = stream("0 g 0 0 52 16 re f", "/Type /XObject /Subtype /Form /BBox [0 0 52 16]")
    marker = note.replace("/Square", "/Highlight").replace("11 0 R", "12 0 R")
    see_through = stream(
        "/M gs 1 1 0 rg 0 0 52 16 re f",
        "/Type /XObject /Subtype /Form /BBox [0 0 52 16]"
        " /Resources << /ExtGState << /M << /BM /Multiply >> >> >>",
    )
    line = shown(20, 200, "Paid by Ada Quist in May")
    for annotation, is_read in ((note, False), (marker, True)):
        page = page_of(pdf_page(line, page="/Annots [10 0 R]", objects=[annotation, look, see_through]))
        assert ("Quist" in page.text) == is_read


@pytest.mark.parametrize(
    "unseen",
    [
        "1 g 0 0 400 300 re f " + shown(20, 200, "Ada Quist", setup="1 g"),  # white on a white ground
        "0.2 0.3 0.4 rg 10 190 300 30 re f " + shown(20, 200, "Ada Quist", setup="0.2 0.3 0.4 rg"),
        shown(20, 200, "Ada Quist", setup="0.99 g"),
        "/N gs " + shown(20, 200, "Ada Quist"),  # wholly transparent
        shown(20, 200, "Ada Quist").replace("/F 12 Tf", "/F 0.2 Tf"),
        "q 0.01 0 0 0.01 20 200 cm " + shown(0, 0, "Ada Quist") + " Q",
        shown(20, 200, "Ada Quist").replace("20 200 Td", "0.02 0 0 0.02 20 200 Tm"),
        shown(20, 200, "Ada Quist").replace("20 200 Td", "0.01 0 0 1 20 200 Tm"),
        "q 0 0.01 -0.01 0 20 200 cm " + shown(0, 0, "Ada Quist") + " Q",
    ],
)
def test_text_in_the_colour_of_its_ground_or_smaller_than_print_is_left_out(unseen: str) -> None:
    states = "/ExtGState << /N << /ca 0 >> >>"
    page = page_of(pdf_page("q " + unseen + " Q " + shown(20, 250, "Paid in May"), resources=states))
    assert lines_of(page) == ["Paid in May"]
    assert page.unseen_count == len("AdaQuist")


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (shown(20, 200, "l. i-_ ' |", size=4), (595, 842)),
        (
            "q 10 0 0 10 0 0 cm " + shown(2, 20, "Ada Quist").replace("/F 12 Tf", "/F 0.5 Tf") + " Q",
            (595, 842),
        ),
        (
            shown(2, 10, "Ada Quist").replace("/F 12 Tf", "/F 0.8 Tf"),
            (30, 20),
        ),  # as large as its page makes it
    ],
)
def test_small_print_is_read(content: str, size: tuple[int, int]) -> None:
    page = page_of(pdf_page(content, size=size))
    assert page.text.strip()
    assert page.unseen_count == 0
