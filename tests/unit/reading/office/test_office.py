"""Documents as offices write them: text in order, structure kept, without trusting a byte of them."""

# ruff: noqa: E501  markup reads better unbroken

from __future__ import annotations

import io
import zipfile
from typing import BinaryIO, cast

import docx
import pytest
from docx.oxml import parse_xml as word_xml
from lxml import etree

from braid.domain.errors import InvalidAssetError
from lambdas.reading.markup.xml import parse_xml
from lambdas.reading.office.opendocument import read_odt
from lambdas.reading.office.word import read_docx
from lambdas.reading.office.zip_safety import open_package
from tests.unit.reading.extracts import check_places, office_file, said

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_V = 'xmlns:v="urn:schemas-microsoft-com:vml"'


def _saved(document: object) -> BinaryIO:
    target = io.BytesIO()
    document.save(target)  # type: ignore[attr-defined]  # python-docx's document
    target.seek(0)
    return target


def _run(text: str, name: str = "t") -> str:
    return f'<w:r><w:{name} xml:space="preserve">{text}</w:{name}></w:r>'


def test_docx_headings_and_lists_by_style_and_by_the_style_it_is_based_on() -> None:
    document = docx.Document()
    chapter = document.styles.add_style("Kapitel", 1)
    chapter.base_style = document.styles["Heading 2"]
    document.add_heading("Rental agreement", 0)
    document.add_heading("Parties", 1)
    document.add_paragraph("Duration", style="Kapitel")
    document.add_paragraph("It begins in May.")
    document.add_paragraph("Heating", style="List Bullet")
    document.add_paragraph("Water", style="List Number 2")
    extract = read_docx(_saved(document))
    assert said(extract) == [
        ("heading", "Rental agreement"), ("heading", "Parties"), ("heading", "Duration"),
        ("paragraph", "It begins in May."), ("list_item", "Heating"), ("list_item", "1. Water"),
    ]  # fmt: skip
    check_places(extract)


def test_docx_deleted_and_hidden_text_is_left_out() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("It costs ")._p
    parts = (
        f'<w:del {_W} w:id="1">{_run("900", "delText")}</w:del>',
        f'<w:ins {_W} w:id="2">{_run("1,200")}</w:ins>',
        f'<w:moveFrom {_W} w:id="3">{_run("gone")}</w:moveFrom>',
        f'<w:moveTo {_W} w:id="4">{_run(" euros")}</w:moveTo>',
        f"<w:sdt {_W}><w:sdtContent>{_run(' a month')}</w:sdtContent></w:sdt>",
        f'<w:fldSimple {_W} w:instr="DATE">{_run(" from May")}</w:fldSimple>',
        f"<w:r {_W}><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>",
        f"<w:r {_W}><w:tab/><w:t>net</w:t><w:br/><w:t>paid</w:t></w:r>",
    )
    for part in parts:
        paragraph.append(word_xml(part))
    body = document.element.body
    body.insert(
        len(body) - 1,
        word_xml(f"<w:sdt {_W}><w:sdtContent><w:p>{_run('In a field')}</w:p></w:sdtContent></w:sdt>"),
    )
    assert said(read_docx(_saved(document))) == [
        ("paragraph", "It costs 1,200 euros a month from May\tnet\npaid"), ("paragraph", "In a field"),
    ]  # fmt: skip


def test_docx_text_boxes_follow_their_paragraph_and_are_told_once() -> None:
    box = f"<w:txbxContent><w:p>{_run('In the box')}</w:p></w:txbxContent>"
    document = docx.Document()
    document.add_paragraph("Around it. ")._p.append(
        word_xml(
            f'<w:r {_W} {_V} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:AlternateContent>'
            f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
            f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback>"
            "</mc:AlternateContent></w:r>"
        )
    )
    assert said(read_docx(_saved(document))) == [("paragraph", "Around it."), ("paragraph", "In the box")]


def test_docx_tables_merged_nested_and_with_a_header() -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for row in range(3):
        for column in range(3):
            table.cell(row, column).text = f"{'abc'[column]}{row}"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "wide"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "tall"
    table.cell(2, 2).add_table(1, 2).cell(0, 0).text = "inner"
    named = document.add_table(2, 2)
    for cell, text in zip(named._cells, ("Room", "Size", "Kitchen", "12 m²"), strict=True):
        cell.text = text
    named.rows[0]._tr.get_or_add_trPr().append(word_xml(f"<w:tblHeader {_W}/>"))
    assert said(read_docx(_saved(document))) == [
        ("table_row", "a0 | wide"), ("table_row", "tall | b1 | c1"), ("table_row", "tall | b2 | c2"),
        ("table_row", "inner"), ("table_row", "Room: Kitchen; Size: 12 m²"),
    ]  # fmt: skip


def _with_part(document: BinaryIO, name: str, data: str, *, kind: str, strict: bool = False) -> BinaryIO:
    """The document with one more part that its main part refers to."""
    target = io.BytesIO()
    with zipfile.ZipFile(document) as source, zipfile.ZipFile(target, "w") as archive:
        for entry in source.namelist():
            content = source.read(entry).decode() if entry.endswith((".xml", ".rels")) else ""
            if entry == "word/_rels/document.xml.rels":
                relation = f'<Relationship Id="rx" Type="http://x/{kind}" Target="{name}"/></Relationships>'
                content = content.replace("</Relationships>", relation)
            if strict:
                content = content.replace(
                    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                    "http://purl.oclc.org/ooxml/wordprocessingml/main",
                )
            archive.writestr(entry, content)
        archive.writestr(f"word/{name}", data)
    target.seek(0)
    return target


@pytest.mark.parametrize("strict", [False, True])
def test_docx_notes_come_last_in_either_edition_of_the_format(strict: bool) -> None:
    document = docx.Document()
    document.add_heading("One", 1)
    notes = (
        f'<w:footnotes {_W}><w:footnote w:type="separator" w:id="0"><w:p>{_run("no")}</w:p></w:footnote>'
        f'<w:footnote w:id="2"><w:p>{_run("A note")}</w:p></w:footnote></w:footnotes>'
    )
    file = _with_part(_saved(document), "footnotes.xml", notes, kind="footnotes", strict=strict)
    assert said(read_docx(file)) == [("heading", "One"), ("note", "A note")]


def test_odt() -> None:
    content = """<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b" xmlns:draw="d"><office:body><office:text>
    <text:tracked-changes><text:p>no</text:p></text:tracked-changes>
    <text:h>Title</text:h><text:p>One<text:s text:c="2"/>two<text:span> three</text:span><text:line-break/>four<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note</text:p></text:note-body></text:note><office:annotation><text:p>no</text:p></office:annotation></text:p>
    <text:list><text:list-item><text:p>item</text:p><text:list><text:list-item><text:p>inner</text:p></text:list-item></text:list></text:list-item></text:list>
    <text:p>About <draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box></draw:frame>it</text:p>
    <table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table-header-rows>
    <table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>1</text:p></table:table-cell><table:table-cell><text:p>2</text:p></table:table-cell></table:table-row>
    <table:table-row><table:covered-table-cell/><table:table-cell><text:p>3</text:p></table:table-cell></table:table-row></table:table>
    </office:text></office:body></office:document-content>"""
    assert said(read_odt(office_file({"content.xml": content}))) == [
        ("heading", "Title"), ("paragraph", "One  two three\nfour"), ("list_item", "item"), ("list_item", "inner"),
        ("paragraph", "About it"), ("paragraph", "boxed"), ("table_row", "a: 1; b: 2"), ("table_row", "a: 1; b: 3"),
        ("note", "A note"),
    ]  # fmt: skip


def test_entities_are_refused_a_document_type_alone_is_not() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    with pytest.raises(InvalidAssetError, match="declares entities"):
        parse_xml(bomb)
    with pytest.raises(InvalidAssetError, match="declares entities"):
        parse_xml(bomb.decode().encode("utf-16"))
    with pytest.raises(InvalidAssetError, match="declares entities"):
        parse_xml(b'<!-- a --><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>')
    assert parse_xml(b'<!DOCTYPE tt PUBLIC "-//x" "http://127.0.0.1:9/x.dtd"><tt/>').tag == "tt"
    assert parse_xml(b"<x><![CDATA[<!DOCTYPE a [<!ENTITY]]></x>").text == "<!DOCTYPE a [<!ENTITY"


def test_bottomless_and_damaged_markup_is_refused() -> None:
    with pytest.raises(InvalidAssetError, match="nested too deeply"):
        parse_xml(b"<a>" * 1000 + b"</a>" * 1000)
    with pytest.raises(InvalidAssetError, match="markup is damaged"):
        parse_xml(b"<a><b></a>")


def test_what_unpacks_to_gigabytes_is_refused_whatever_size_it_states() -> None:
    bomb = office_file({"word/document.xml": " " * (17 * 1024 * 1024)})
    with (
        open_package(bomb) as package,
        pytest.raises(InvalidAssetError, match="unpacks to more than any document"),
    ):
        package.read("word/document.xml")
    crowd = office_file({f"word/{number}.xml": "" for number in range(10_001)})
    with pytest.raises(InvalidAssetError, match="10,001 parts"), open_package(crowd):
        pass


def test_libraries_get_the_markup_and_references_that_lead_somewhere() -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="a" Type="x/image" Target="../NULL"/><Relationship Id="b" Type="x/image" Target="media/1.png"/>'
        '<Relationship Id="c" Type="x/hyperlink" Target="https://example.org/" TargetMode="External"/></Relationships>'
    )
    file = office_file({"ppt/_rels/a.xml.rels": relations, "ppt/a.xml": "<a/>", "ppt/media/1.png": "picture",
                        "docProps/app.xml": "<a/>"})  # fmt: skip
    with open_package(file) as package, zipfile.ZipFile(package.markup_alone()) as cleaned:
        assert set(cleaned.namelist()) == {"ppt/_rels/a.xml.rels", "ppt/a.xml", "ppt/media/1.png"}
        assert cleaned.read("ppt/media/1.png") == b""
        assert [item.get("Id") for item in etree.fromstring(cleaned.read("ppt/_rels/a.xml.rels"))] == [
            "b",
            "c",
        ]


def test_what_is_no_archive_or_lacks_its_part_is_refused() -> None:
    with pytest.raises(InvalidAssetError, match="damaged or cut off"):
        read_docx(cast(BinaryIO, io.BytesIO(b"PK\x03\x04 not really")))
    with pytest.raises(InvalidAssetError, match=r"has no word/document\.xml"):
        read_docx(office_file({"other.xml": "<a/>"}))
