"""What a PDF's page shows and what it doesn't: forms, notes, layers, edges, scans, letters without a map."""

from __future__ import annotations

import pytest

from braid.domain.errors import InvalidAssetError
from braid.media.pages import PageText, extract_pages, probe_pdf, render_page
from evaluation.real_files.pdf_objects import pdf_page, picture, placed, shown, stream
from tests.unit.media import synthetic as media


def _page(data: bytes) -> PageText:
    (page,) = extract_pages(media.opened(data))
    assert all(page.text[line.begin_offset : line.end_offset].strip() for line in page.lines)
    return page


def _lines(page: PageText) -> list[str]:
    return [page.text[line.begin_offset : line.end_offset].strip() for line in page.lines]


def _widget(rect: str, entries: str) -> str:
    return f"<< /Type /Annot /Subtype /Widget /F 4 /Rect [{rect}] /P 3 0 R {entries} >>"


def _form(content: str, *widgets: str, form: str = "") -> bytes:
    numbers = " ".join(f"{10 + number} 0 R" for number in range(len(widgets)))
    resources = "/DR << /Font << /F 5 0 R >> >> /DA (/F 10 Tf 0 g)"
    return pdf_page(
        content,
        page=f"/Annots [{numbers}]",
        catalog=f"/AcroForm << /Fields [{numbers}] {resources} {form} >>",
        objects=widgets,
    )


_WEEK = "[[(m) (the month)] [(w) (the week)]]"
_TICK = "/FT /Btn /AS /{state} /V /{state} /AP << /N << /Yes 5 0 R /Off 5 0 R >> >>"


def test_values_follow_their_labels_and_ticks_stand_before_theirs() -> None:
    page = _page(
        _form(
            shown(20, 250, "Name of tenant") + shown(20, 220, "Pays by:") + shown(40, 190, "cash")
            + shown(140, 190, "card") + shown(20, 150, "I,") + shown(150, 150, ", agree."),
            _widget("150 245 300 262", "/FT /Tx /T (n) /V (Orla \\(Q\\) Quist)"),
            _widget("150 215 300 232", f"/FT /Ch /Ff 131072 /T (c) /Opt {_WEEK} /V (w) /I [1]"),
            _widget("22 188 34 200", _TICK.format(state="Off") + " /T (cash)"),
            _widget("122 188 134 200", _TICK.format(state="Yes") + " /T (card)"),
            _widget("34 147 140 163", "/FT /Tx /T (s) /V (Bo)"),
        )
    )  # fmt: skip
    assert [" ".join(line.split()) for line in _lines(page)] == [
        "Name of tenant: Orla (Q) Quist", "Pays by: the week", "☐ cash ☒ card", "I, Bo , agree.",
    ]  # fmt: skip


def test_a_value_under_its_label_and_one_without_a_label() -> None:
    page = _page(
        _form(
            shown(20, 250, "Given name") + shown(200, 250, "Family name"),
            _widget("20 228 150 244", "/FT /Tx /T (g) /V (Ada)"),
            _widget("200 228 350 244", "/FT /Tx /T (f) /V (Byron)"),
            _widget("20 60 150 76", "/FT /Tx /T (x17) /TU (Day of birth) /V (10 December)"),
        )
    )
    text = " ".join(page.text.split())
    assert "Given name: Ada" in text
    assert "Family name: Byron" in text
    assert "Day of birth: 10 December" in text


def test_entries_are_drawn_in_the_page_s_picture() -> None:
    def darkest(value: str) -> int:
        data = _form("", _widget("20 100 380 140", f"/FT /Tx /T (n) /V ({value}) /DA (/F 30 Tf 0 g)"))
        return int(media.picture_of(render_page(media.opened(data), 1).jpeg).convert("L").getextrema()[0])

    assert darkest("MMMM") < 100
    assert darkest("") > 200


def test_secrets_and_hidden_entries_are_left_out() -> None:
    page = _page(
        _form(
            shown(20, 250, "Word:") + shown(20, 220, "More:"),
            _widget("150 245 300 262", "/FT /Tx /Ff 8192 /T (p) /V (secret)"),
            _widget("150 215 300 232", "/FT /Tx /T (h) /V (unseen)").replace("/F 4", "/F 2"),
        )
    )
    assert _lines(page) == ["Word:", "More:"]
    assert page.unseen_count == 1


def test_free_texts_and_comments_are_notes_and_hidden_ones_are_counted() -> None:
    annotations = (
        "<< /Type /Annot /Subtype /FreeText /Rect [0 0 90 20] /Contents (Paid in full) /DA (/F 9 Tf) >>"
        "<< /Type /Annot /Subtype /Text /Rect [0 30 20 50] /T (Ada) /Contents (Really?) >>"
        "<< /Type /Annot /Subtype /FreeText /F 2 /Rect [0 0 90 20] /Contents (nobody sees this) >>"
        "<< /Type /Annot /Subtype /Popup /Rect [0 30 20 50] /Contents (again) >>"
        "<< /Type /Annot /Subtype /Link /Rect [0 30 20 50] /Contents (a link) >>"
    )
    page = _page(pdf_page(shown(20, 250, "An invoice"), page=f"/Annots [{annotations}]"))
    assert page.notes == ("Paid in full", "Comment by Ada: Really?")
    assert page.unseen_count == 1


@pytest.mark.parametrize("entries", ["/NeedsRendering true", ""])
def test_a_form_that_only_adobe_shows_is_refused(entries: str) -> None:
    data = pdf_page(
        shown(20, 250, "Please wait..."),
        catalog=f"/AcroForm << /Fields [] /XFA 10 0 R >> {entries}",
        objects=[stream("<xdp/>")],
    )
    with pytest.raises(InvalidAssetError, match="only Adobe Reader shows"):
        probe_pdf(media.opened(data))


def test_a_form_that_is_laid_out_on_its_pages_too_is_read() -> None:
    widget = _widget("150 245 300 262", "/FT /Tx /T (n) /V (Ada)")
    data = _form(shown(20, 250, "Name:"), widget, form="/XFA 10 0 R")
    assert probe_pdf(media.opened(data)).page_count == 1
    assert _lines(_page(data)) == ["Name: Ada"]


def test_text_outside_of_the_crop_box_is_left_out() -> None:
    content = (
        shown(20, 290, "old price 8 euros") + shown(20, 150, "The price is 9 euros") + shown(900, 150, "far")
    )
    page = _page(pdf_page(content, page="/CropBox [0 50 400 250]"))
    assert _lines(page) == ["The price is 9 euros"]
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
    page = _page(pdf_page(content, resources=properties, catalog=_OFF, objects=objects))
    assert _lines(page) == ["Rent 900", "in May"]
    assert page.unseen_count == len("marginforty")


def test_layers_of_the_same_place_and_of_forms() -> None:
    form = (
        "/Type /XObject /Subtype /Form /BBox [0 0 400 300] /Resources << /Font << /F 5 0 R >> >> /OC {} 0 R"
    )
    content = "/X Do /Y Do " + shown(20, 250, "Both")
    page = _page(
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
    assert sorted(_lines(page)) == ["Both", "Rent nine hundred"]


def test_invisible_text_is_read_over_a_picture_and_left_out_where_nothing_is_below() -> None:
    hidden = shown(
        60, 180, "a layer of text over the scan that it was read from, line by line", size=9, setup="3 Tr"
    )
    alone = _page(pdf_page(hidden + shown(20, 250, "Seen")))
    assert _lines(alone) == ["Seen"]
    assert alone.unseen_count > 0
    scan = _page(
        pdf_page(
            placed("I", 0, 0, 400, 300) + hidden,
            resources="/XObject << /I 10 0 R >>",
            objects=[picture("scan")],
        )
    )
    assert _lines(scan) == ["a layer of text over the scan that it was read from, line by line"]


def test_white_text_on_nothing_is_left_out_and_on_a_dark_ground_read() -> None:
    white = shown(20, 200, "ignore all of it", setup="1 g")
    assert _lines(_page(pdf_page(white + shown(20, 250, "Seen")))) == ["Seen"]
    assert _lines(_page(pdf_page("0 g 0 180 400 40 re f\n" + white))) == ["ignore all of it"]


_BAR = "0 g 10 190 300 30 re f"


@pytest.mark.parametrize("rotation", [0, 90])
@pytest.mark.parametrize(
    "covered",
    [shown(20, 200, "Ada Quist") + _BAR, "q 0 0 10 10 re W n " + shown(20, 200, "Ada Quist") + " Q"],
)
def test_text_under_a_bar_or_clipped_off_is_left_out(covered: str, rotation: int) -> None:
    page = _page(pdf_page(shown(20, 250, "Paid in May") + covered, page=f"/Rotate {rotation}"))
    assert _lines(page) == ["Paid in May"]
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
    assert _lines(_page(pdf_page(content, resources=states))) == ["Ada Quist"]


@pytest.mark.parametrize("rotation", [0, 90, 270])
def test_of_a_line_only_the_words_under_a_bar_are_left_out(rotation: int) -> None:
    line = shown(20, 200, "Paid by Ada Quist in May") + "0 g 61 195 56 16 re f "
    label = shown(70, 200, "REDACTED", size=8, setup="1 g")
    for content in (line, line + label):
        page = _page(pdf_page(content, page=f"/Rotate {rotation}"))
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
        page = _page(pdf_page(line, page="/Annots [10 0 R]", objects=[annotation, look, see_through]))
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
    page = _page(pdf_page("q " + unseen + " Q " + shown(20, 250, "Paid in May"), resources=states))
    assert _lines(page) == ["Paid in May"]
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
    page = _page(pdf_page(content, size=size))
    assert page.text.strip()
    assert page.unseen_count == 0


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
    page = _page(
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
    assert _page(data).needs_ocr


def test_a_scan_with_its_own_text_and_a_page_with_a_logo_are_not_asked_for() -> None:
    lines = "".join(
        shown(40, 260 - 16 * number, "the text of the scan goes on line by line here", size=11, setup="3 Tr")
        for number in range(14)
    )
    image = {"resources": "/XObject << /I 10 0 R >>", "objects": [picture("x")]}
    assert not _page(pdf_page(placed("I", 0, 0, 400, 300) + lines, **image)).needs_ocr  # type: ignore[arg-type]
    with_logo = _page(pdf_page(placed("I", 330, 260, 60, 36) + shown(20, 200, "A letter"), **image))  # type: ignore[arg-type]
    assert not with_logo.needs_ocr
    assert 0.01 < with_logo.unread_share < 0.05


def test_a_picture_beside_text_is_asked_for() -> None:
    text = "".join(shown(20, 260 - 16 * number, "words beside a picture", size=11) for number in range(14))
    data = pdf_page(
        placed("I", 220, 40, 160, 220) + text,
        resources="/XObject << /I 10 0 R >>",
        objects=[picture("table")],
    )
    assert _page(data).needs_ocr


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
    assert _page(data).unread.share > 0.8


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
    page = _page(_unmapped("5IF" + "IBSCPVS" * 9))
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
    page = _page(
        pdf_page(
            shown(20, 250, "The harbour closes at nine o'clock in the evening").replace("/F ", "/G "),
            resources="/Font << /F 5 0 R /G 10 0 R >>",
            objects=[font, stream(to_unicode)],
        )
    )
    assert page.needs_ocr


def test_a_text_that_is_written_like_no_language_is_doubtful() -> None:
    cipher = "Uif ibscpvs dmptft bu ojof pdmpdl boe uif gff jt uxfmwf dspxot qfs cpbu xjui b mjdfotf"
    assert _page(pdf_page(shown(5, 250, cipher, size=8))).is_doubtful
    plain = "The harbour closes at nine o'clock and the fee is twelve crowns per boat with a licence"
    assert not _page(pdf_page(shown(5, 250, plain, size=8))).is_doubtful
