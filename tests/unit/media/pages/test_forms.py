"""A PDF's form fields and notes: values beside their labels, ticks, what is hidden, forms of Adobe's own."""

from __future__ import annotations

import pytest

from braid.domain.errors import InvalidAssetError
from braid.media.pages import probe_pdf, render_page
from evaluation.real_files.pdf_objects import pdf_page, shown, stream
from tests.unit.media import synthetic as media
from tests.unit.media.pages.shown_page import lines_of, page_of


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
    page = page_of(
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
    assert [" ".join(line.split()) for line in lines_of(page)] == [
        "Name of tenant: Orla (Q) Quist", "Pays by: the week", "☐ cash ☒ card", "I, Bo , agree.",
    ]  # fmt: skip


def test_a_value_under_its_label_and_one_without_a_label() -> None:
    page = page_of(
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
    page = page_of(
        _form(
            shown(20, 250, "Word:") + shown(20, 220, "More:"),
            _widget("150 245 300 262", "/FT /Tx /Ff 8192 /T (p) /V (secret)"),
            _widget("150 215 300 232", "/FT /Tx /T (h) /V (unseen)").replace("/F 4", "/F 2"),
        )
    )
    assert lines_of(page) == ["Word:", "More:"]
    assert page.unseen_count == 1


def test_free_texts_and_comments_are_notes_and_hidden_ones_are_counted() -> None:
    annotations = (
        "<< /Type /Annot /Subtype /FreeText /Rect [0 0 90 20] /Contents (Paid in full) /DA (/F 9 Tf) >>"
        "<< /Type /Annot /Subtype /Text /Rect [0 30 20 50] /T (Ada) /Contents (Really?) >>"
        "<< /Type /Annot /Subtype /FreeText /F 2 /Rect [0 0 90 20] /Contents (nobody sees this) >>"
        "<< /Type /Annot /Subtype /Popup /Rect [0 30 20 50] /Contents (again) >>"
        "<< /Type /Annot /Subtype /Link /Rect [0 30 20 50] /Contents (a link) >>"
    )
    page = page_of(pdf_page(shown(20, 250, "An invoice"), page=f"/Annots [{annotations}]"))
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
    assert lines_of(page_of(data)) == ["Name: Ada"]
