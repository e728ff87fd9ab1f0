"""Word documents as they are displayed: automatic numbers, symbols, check boxes, headers, comments, embedded parts."""

# ruff: noqa: E501  markup reads better unbroken

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import BinaryIO, cast

import pytest

from lambdas.reading.office.numerals import letters, roman
from lambdas.reading.office.word import read_docx
from tests.unit.reading.extracts import check_places, office_file, said

_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)


def _document(
    body: str, parts: Mapping[str, str | bytes] | None = None, kinds: Mapping[str, str] | None = None
) -> BinaryIO:
    """A document of ``body``; each part's kind of relationship is its name unless ``kinds`` says another."""
    parts = dict(parts or {})
    links = "".join(
        f'<Relationship Id="{name.partition(".")[0]}" Type="http://x/{(kinds or {}).get(name, name.partition(".")[0])}" Target="{name}"/>'
        for name in parts
    )
    relationships = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>'
    return office_file(
        {
            "word/document.xml": f"<w:document {_NAMES}><w:background/><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": relationships,
            **{f"word/{name}": data for name, data in parts.items()},
        }
    )


def _p(text: str, num_id: int | None = None, level: int = 0, settings: str = "") -> str:
    number = (
        "" if num_id is None else f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num_id}"/></w:numPr>'
    )
    return f"<w:p><w:pPr>{settings}{number}</w:pPr>{_r(text)}</w:p>"


def _r(text: str, settings: str = "") -> str:
    return f'<w:r><w:rPr>{settings}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def _level(index: int, text: str, number_format: str = "decimal", more: str = "", start: int = 1) -> str:
    return f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{number_format}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def _numbering(*lists: str, instances: str = "") -> str:
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{number}">{one}</w:abstractNum>' for number, one in enumerate(lists)
    )
    own = "".join(
        f'<w:num w:numId="{number + 1}"><w:abstractNumId w:val="{number}"/></w:num>'
        for number in range(len(lists))
    )
    return f"<w:numbering {_NAMES}>{abstract}{own}{instances}</w:numbering>"


def _texts(file: BinaryIO) -> list[str]:
    extract = read_docx(file)
    check_places(extract)
    return [block.text for block in extract.blocks]


_LEGAL = (
    _level(0, "Article %1", "upperRoman")
    + _level(1, "%1.%2", more="<w:isLgl/>")
    + _level(2, "(%3)", "lowerLetter")
)


def test_numbers_of_several_levels_count_as_displayed() -> None:
    body = "".join(
        [_p("Rent", 1), _p("due", 1, 1), _p("by transfer", 1, 2), _p("in advance", 1, 2), _p("late", 1, 1),
         _p("Pets", 1), _p("cats", 1, 1), _p("two", 1, 2)]
    )  # fmt: skip
    assert _texts(_document(body, {"numbering.xml": _numbering(_LEGAL)})) == [
        "Article I Rent", "1.1 due", "(a) by transfer", "(b) in advance", "1.2 late", "Article II Pets", "2.1 cats", "(a) two",
    ]  # fmt: skip


def test_lists_start_go_on_and_restart_as_numbered() -> None:
    instances = (
        '<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="8"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        f'<w:num w:numId="9"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">{_level(0, "§%1", "decimalZero", start=4)}</w:lvlOverride></w:num>'
    )
    numbering = _numbering(_level(0, "%1)", start=3), instances=instances)
    body = _p("a", 1) + _p("b", 1) + _p("c", 7) + _p("d", 8) + _p("e", 8) + _p("f", 9)
    assert _texts(_document(body, {"numbering.xml": numbering})) == [
        "3) a",
        "4) b",
        "5) c",
        "1) d",
        "2) e",
        "§03 f",
    ]


def test_a_level_that_never_restarts_goes_on() -> None:
    levels = _level(0, "%1.") + _level(1, "Fig. %2", more='<w:lvlRestart w:val="0"/>')
    body = _p("A", 1) + _p("x", 1, 1) + _p("B", 1) + _p("y", 1, 1)
    assert _texts(_document(body, {"numbering.xml": _numbering(levels)})) == [
        "1. A",
        "Fig. 1 x",
        "2. B",
        "Fig. 2 y",
    ]


def test_numbers_come_from_styles_too_and_a_paragraph_may_switch_them_off() -> None:
    styles = (
        f"<w:styles {_NAMES}>"
        '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/><w:basedOn w:val="H1"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="H2"/></w:style></w:styles>'
    )
    levels = _level(0, "%1", more='<w:pStyle w:val="H1"/>') + _level(
        1, "%1.%2", more='<w:pStyle w:val="H2"/>'
    )

    def styled(text: str, style: str, more: str = "") -> str:
        return _p(text, settings=f'<w:pStyle w:val="{style}"/>{more}')

    off = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    body = styled("One", "H1") + styled("inner", "Mine") + styled("free", "H2", off) + styled("more", "H2")
    file = _document(body, {"numbering.xml": _numbering(levels), "styles.xml": styles})
    assert said(read_docx(file)) == [
        ("heading", "1 One"), ("heading", "1.1 inner"), ("heading", "free"), ("heading", "1.2 more"),
    ]  # fmt: skip


def test_a_list_that_refers_to_a_list_style_has_its_levels() -> None:
    styles = f'<w:styles {_NAMES}><w:style w:type="numbering" w:styleId="L"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>'
    numbering = _numbering(_level(0, "No. %1") + '<w:styleLink w:val="L"/>', '<w:numStyleLink w:val="L"/>')
    assert _texts(_document(_p("x", 2), {"numbering.xml": numbering, "styles.xml": styles})) == ["No. 1 x"]


def test_bullets_are_left_out_but_boxes_and_cell_numbers_are_read() -> None:
    box = _level(0, "&#xF0A8;", "bullet").replace(
        "</w:lvl>", '<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr></w:lvl>'
    )
    lists = _numbering(_level(0, "&#xB7;", "bullet"), box, _level(0, "%1."))
    row = f"<w:tr><w:tc>{_p('', 3)}</w:tc><w:tc>{_p('bread')}</w:tc></w:tr>"
    body = _p("a", 1) + _p("b", 2) + f"<w:tbl>{row}{row}</w:tbl>" + _p("", 3)
    assert _texts(_document(body, {"numbering.xml": lists})) == ["a", "☐ b", "1. | bread", "2. | bread"]


@pytest.mark.parametrize(
    ("font", "code", "shown"),
    [("Wingdings", "F0FE", "☒"), ("Wingdings", "F0FD", "☒"), ("Wingdings", "F0A8", "☐"), ("Wingdings", "006F", "☐"),
     ("Wingdings 2", "F052", "☒"), ("Wingdings 2", "F0A3", "☐"), ("Wingdings", "F0FC", "✓"), ("Symbol", "F0B1", "±"),
     ("Symbol", "F0A3", "≤"), ("Symbol", "F06D", "μ"), ("Symbol", "F057", "Ω"), ("Symbol", "F0D6", "√"),
     ("Symbol", "F0E5", "∑"), ("Segoe UI Symbol", "2612", "☒"), ("Arial", "20AC", "€")],
)  # fmt: skip
def test_symbols_are_what_they_show(font: str, code: str, shown: str) -> None:
    by_element = f'<w:p><w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>{_r(" yes")}</w:p>'
    as_letter = f'<w:p>{_r(f"&#x{code};", f"""<w:rFonts w:ascii="{font}"/>""")}{_r(" yes")}</w:p>'
    assert _texts(_document(by_element + as_letter)) == [f"{shown} yes"] * 2


def test_a_symbol_that_cannot_be_read_is_reported() -> None:
    extract = read_docx(
        _document('<w:p><w:r><w:sym w:font="Own Signs" w:char="F041"/><w:t> level</w:t></w:r></w:p>')
    )
    assert said(extract) == [("paragraph", "\ufffd level")]
    assert extract.warnings == ("some symbols can't be read, of the fonts: Own Signs",)


@pytest.mark.parametrize(
    ("state", "shown"),
    [("<w:checked/>", "☒"), ('<w:checked w:val="1"/>', "☒"), ('<w:checked w:val="0"/>', "☐"),
     ('<w:default w:val="1"/>', "☒"), ('<w:default w:val="1"/><w:checked w:val="0"/>', "☐"), ("", "☐")],
)  # fmt: skip
def test_check_boxes_of_forms(state: str, shown: str) -> None:
    box = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{state}</w:checkBox></w:ffData></w:fldChar></w:r>'
    end = '<w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    assert _texts(_document(f"<w:p>{box}{end}{_r(' garden')}</w:p>")) == [f"{shown} garden"]


def test_content_controls_and_lists_of_forms() -> None:
    control = (
        '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox></w:sdtPr><w:sdtContent>'
        + _r("?")
        + "</w:sdtContent></w:sdt>"
    )
    chosen = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="oak"/>'
        '<w:listEntry w:val="elm"/></w:ddList></w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    body = f"<w:p>{control.format(1)}{_r(' a ')}{control.format(0)}{_r(' b')}</w:p><w:p>{_r('Wood: ')}{chosen}</w:p>"
    assert _texts(_document(body)) == ["☒ a ☐ b", "Wood: elm"]


def test_ruby_is_said_once() -> None:
    ruby = f"<w:r><w:ruby><w:rt>{_r('とうきょう')}</w:rt><w:rubyBase>{_r('東京')}</w:rubyBase></w:ruby></w:r>"
    assert _texts(_document(f"<w:p>{ruby}{_r('に行く')}</w:p>")) == ["東京に行く"]


def test_headers_and_footers_are_read_once_but_not_page_numbers() -> None:
    page = "<w:p><w:r><w:t>Page </w:t></w:r><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:t>1</w:t></w:r></w:p>"
    parts = {
        "h1.xml": f"<w:hdr {_NAMES}>{_p('Invoice 12')}</w:hdr>", "h2.xml": f"<w:hdr {_NAMES}>{_p('First page only')}</w:hdr>",
        "h3.xml": f"<w:hdr {_NAMES}>{_p('Nobody sees this')}</w:hdr>", "f1.xml": f"<w:ftr {_NAMES}>{page}{_p('Account 7')}</w:ftr>",
    }  # fmt: skip
    kinds = {"h1.xml": "header", "h2.xml": "header", "h3.xml": "header", "f1.xml": "footer"}
    links = '<w:headerReference w:type="default" r:id="h1"/><w:headerReference w:type="first" r:id="h2"/><w:footerReference w:type="default" r:id="f1"/>'
    section = f"<w:sectPr>{links}</w:sectPr>"
    assert _texts(_document(f"<w:p><w:pPr>{section}</w:pPr></w:p>{_p('Body')}{section}", parts, kinds)) == [
        "Body",
        "Invoice 12",
        "Account 7",
    ]
    first = section.replace("</w:sectPr>", "<w:titlePg/></w:sectPr>")
    assert "First page only" in _texts(_document(_p("Body") + first, parts, kinds))


def test_comments_are_notes_of_their_authors() -> None:
    comments = f'<w:comments {_NAMES}><w:comment w:id="0" w:author="Ada">{_p("Cut once only.")}</w:comment></w:comments>'
    assert said(read_docx(_document(_p("Body"), {"comments.xml": comments})))[-1] == (
        "note",
        "Comment by Ada: Cut once only.",
    )


def _inner() -> bytes:
    return cast(io.BytesIO, _document(_p("inside"))).getvalue()


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [("a.html", b"<html><body><h1>Terms</h1><p>Nine days.</p></body></html>", ["Terms", "Nine days."]),
     ("a.txt", b"Nine days.", ["Nine days."]), ("a.docx", _inner(), ["inside"]),
     ("a.mht", b"MIME-Version: 1.0\nMessage-ID: <a@b>\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+TmluZSBkYXlzLjwvcD4=\n", ["Nine days."])],
)  # fmt: skip
def test_embedded_documents_are_read_in_their_place(name: str, data: bytes, told: list[str]) -> None:
    body = _p("before") + '<w:altChunk r:id="a"/>' + _p("after")
    assert _texts(_document(body, {name: data}, {name: "aFChunk"})) == ["before", *told, "after"]


def test_an_embedded_document_of_another_kind_is_reported() -> None:
    extract = read_docx(
        _document(_p("before") + '<w:altChunk r:id="a"/>', {"a.rtf": b"{\\rtf1 x}"}, {"a.rtf": "aFChunk"})
    )
    assert [text for _, text in said(extract)] == ["before"]
    assert extract.warnings[0].startswith("an embedded document was not read")


def test_what_is_hidden_or_deleted_is_left_out_and_listed() -> None:
    styles = f'<w:styles {_NAMES}><w:style w:type="character" w:styleId="S"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    styled = _r(" by style", '<w:rStyle w:val="S"/>')
    gone = "<w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
    body = f"<w:p>{_r('seen')}{styled}{gone}</w:p>"
    extract = read_docx(_document(body, {"styles.xml": styles}))
    assert said(extract) == [("paragraph", "seen")]
    assert extract.warnings == (
        "hidden text was not read",
        "deleted text, which the document keeps as tracked changes, was not read",
    )


def test_a_chart_in_a_document_is_its_rows() -> None:
    chart = '<c:chartSpace xmlns:c="c"><c:chart><c:plotArea><c:pie3DChart><c:ser><c:cat><c:strCache><c:pt idx="0"><c:v>oak</c:v></c:pt></c:strCache></c:cat><c:val><c:numCache><c:pt idx="0"><c:v>7</c:v></c:pt></c:numCache></c:val></c:ser></c:pie3DChart></c:plotArea></c:chart></c:chartSpace>'
    body = f'<w:p>{_r("Woods")}<w:r><w:drawing><c:chart xmlns:c="c" r:id="chart1"/></w:drawing></w:r></w:p>'
    assert _texts(_document(body, {"chart1.xml": chart}))[1:] == ["oak; Series 1: 7"]


def test_numerals() -> None:
    assert [roman(number) for number in (1, 4, 9, 14, 40, 90, 400, 1994)] == [
        "i",
        "iv",
        "ix",
        "xiv",
        "xl",
        "xc",
        "cd",
        "mcmxciv",
    ]
    assert [letters(number) for number in (1, 26, 27, 28, 53)] == ["a", "z", "aa", "bb", "aaa"]
