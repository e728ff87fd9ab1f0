"""Office documents: text in order, without trusting a byte of them."""

# ruff: noqa: E501  markup reads better unbroken

from __future__ import annotations

import io
from typing import BinaryIO, cast

import pytest

from domain.errors import InvalidAssetError
from lambdas.reading.archives import open_archive
from lambdas.reading.office import read_odt, read_pptx, read_xlsx
from lambdas.reading.safe_xml import parse_xml
from lambdas.reading.word import read_docx
from tests.unit.reading.extracts import check_places, office_file, said

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def _relations(**targets: str) -> str:
    listed = "".join(f'<Relationship Id="{name}" Target="{target}"/>' for name, target in targets.items())
    return f'<Relationships xmlns="{_RELATIONS}">{listed}</Relationships>'


def test_docx() -> None:
    document = f"""<w:document {_W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>
    <w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr><w:r><w:t>Rental</w:t></w:r><w:r><w:t xml:space="preserve"> agreement</w:t></w:r></w:p>
    <w:p><w:r><w:t>It costs</w:t><w:tab/><w:t>1,200</w:t><w:br/><w:t>euros</w:t></w:r>
      <w:del><w:r><w:delText>900</w:delText></w:r></w:del><w:ins><w:r><w:t> a month</w:t></w:r></w:ins></w:p>
    <w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>Heating</w:t></w:r></w:p>
    <w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent></mc:Choice>
      <mc:Fallback><w:p><w:r><w:t>boxed</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:r></w:p>
    <w:sdt><w:sdtContent><w:p><w:r><w:t>In a field</w:t></w:r></w:p></w:sdtContent></w:sdt>
    <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Room</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Size</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
    <w:sectPr/></w:body></w:document>"""
    styles = f"""<w:styles {_W}><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>"""
    notes = f"""<w:footnotes {_W}><w:footnote w:type="separator"><w:p><w:r><w:t>no</w:t></w:r></w:p></w:footnote>
    <w:footnote><w:p><w:r><w:t>A note</w:t></w:r></w:p></w:footnote></w:footnotes>"""
    extract = read_docx(
        office_file({"word/document.xml": document, "word/styles.xml": styles, "word/footnotes.xml": notes})
    )
    assert said(extract) == [
        ("heading", "Rental agreement"),
        ("paragraph", "It costs\t1,200\neuros a month"),
        ("list_item", "Heating"),
        ("paragraph", "boxed"),
        ("paragraph", "In a field"),
        ("table_row", "Room | Size"),
        ("paragraph", "A note"),
    ]
    check_places(extract)


def test_pptx_slides_come_in_the_order_of_the_show() -> None:
    def slide(title: str, text: str) -> str:
        return f"""<p:sld xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree>
        <p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>{title}</a:t></a:r></a:p></p:txBody></p:sp>
        <p:sp><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r><a:br/><a:r><a:t>below</a:t></a:r></a:p></p:txBody></p:sp>
        <a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>x</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>y</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl>
        </p:spTree></p:cSld></p:sld>"""

    show = f'<p:presentation xmlns:p="p" {_R}><p:sldIdLst><p:sldId r:id="b"/><p:sldId r:id="a"/></p:sldIdLst></p:presentation>'
    extract = read_pptx(
        office_file(
            {
                "ppt/presentation.xml": show,
                "ppt/_rels/presentation.xml.rels": _relations(
                    a="slides/slide1.xml", b="/ppt/slides/slide2.xml"
                ),
                "ppt/slides/slide1.xml": slide("Second", "two"),
                "ppt/slides/slide2.xml": slide("First", "one"),
            }
        )
    )
    assert [(block.page, block.kind, block.text) for block in extract.blocks] == [
        (1, "heading", "First"), (1, "paragraph", "one\nbelow"), (1, "table_row", "x | y"),
        (2, "heading", "Second"), (2, "paragraph", "two\nbelow"), (2, "table_row", "x | y"),
    ]  # fmt: skip


def test_xlsx_rows_with_gaps_shared_and_inline_strings() -> None:
    sheet = """<worksheet xmlns="s"><sheetData>
    <row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>in stock</t></is></c><c r="D1" t="s"><v>1</v></c></row>
    <row r="2"><c r="A2" t="s"><v>2</v></c><c r="C2" t="b"><v>1</v></c><c r="D2"><v>12.5</v></c></row>
    </sheetData></worksheet>"""
    strings = """<sst xmlns="s"><si><t>name</t></si><si><r><t>pri</t></r><r><t>ce</t></r></si><si><t>Mug</t><rPh><t>no</t></rPh></si></sst>"""
    extract = read_xlsx(
        office_file(
            {
                "xl/workbook.xml": f'<workbook xmlns="s" {_R}><sheets><sheet name="A" r:id="r1"/></sheets></workbook>',
                "xl/_rels/workbook.xml.rels": _relations(r1="worksheets/sheet1.xml"),
                "xl/worksheets/sheet1.xml": sheet,
                "xl/sharedStrings.xml": strings,
            }
        )
    )
    assert [(block.page, block.text) for block in extract.blocks] == [
        (1, "name | in stock | price"), (1, "Mug | true | 12.5"),
    ]  # fmt: skip


def test_odt() -> None:
    content = """<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b"><office:body><office:text>
    <text:tracked-changes><text:p>no</text:p></text:tracked-changes>
    <text:h>Title</text:h><text:p>One<text:s text:c="2"/>two<text:span> three</text:span><text:line-break/>four</text:p>
    <text:list><text:list-item><text:p>item</text:p></text:list-item></text:list>
    <table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>
    </office:text></office:body></office:document-content>"""
    assert said(read_odt(office_file({"content.xml": content}))) == [
        ("heading", "Title"), ("paragraph", "One  two three\nfour"), ("list_item", "item"), ("table_row", "a | b"),
    ]  # fmt: skip


def test_entities_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    with pytest.raises(InvalidAssetError, match="declares entities"):
        parse_xml(bomb)
    with pytest.raises(InvalidAssetError, match="declares entities"):
        parse_xml(bomb.decode().encode("utf-16"))
    with pytest.raises(InvalidAssetError, match="declares entities"):
        parse_xml(b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>')


def test_bottomless_and_damaged_markup_is_refused() -> None:
    with pytest.raises(InvalidAssetError, match="nested too deeply"):
        parse_xml(b"<a>" * 1000 + b"</a>" * 1000)
    with pytest.raises(InvalidAssetError, match="markup is damaged"):
        parse_xml(b"<a><b></a>")


def test_a_part_that_unpacks_to_gigabytes_is_refused() -> None:
    bomb = office_file({"word/document.xml": " " * (65 * 1024 * 1024)})
    with open_archive(bomb) as archive, pytest.raises(InvalidAssetError, match="unpacks to more than 64 MB"):
        archive.read("word/document.xml")


def test_what_is_no_archive_or_lacks_its_part_is_refused() -> None:
    with pytest.raises(InvalidAssetError, match="damaged or cut off"):
        read_docx(cast(BinaryIO, io.BytesIO(b"PK\x03\x04 not really")))
    with pytest.raises(InvalidAssetError, match=r"has no word/document\.xml"):
        read_docx(office_file({"other.xml": "<a/>"}))
