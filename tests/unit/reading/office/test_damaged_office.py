"""Whatever is wrong with an office file, it is read or refused in words: no other error, no hanging."""

from __future__ import annotations

import contextlib
import io
import random
import zipfile
from collections.abc import Callable
from functools import cache
from typing import BinaryIO, cast

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx import Presentation
from pptx.util import Inches

from braid.domain.errors import InvalidAssetError
from lambdas.reading.blocks import Extract
from lambdas.reading.office.sheets import read_xlsx
from lambdas.reading.office.slides import read_pptx
from lambdas.reading.office.word import read_docx
from tests.unit.reading.extracts import check_places, office_file


@cache
def _document() -> bytes:
    document = docx.Document()
    document.add_heading("Title", 1)
    document.add_paragraph("Item", style="List Bullet")
    document.add_table(2, 2).cell(0, 0).text = "cell"
    return _bytes(document.save)


@cache
def _workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["name", 0.5])
    book.active["B1"].number_format = "0%"
    book.active.merge_cells("A1:A3")
    return _bytes(book.save)


@cache
def _show() -> bytes:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "Title"
    slide.shapes.add_table(2, 2, Inches(1), Inches(1), Inches(3), Inches(1)).table.cell(0, 0).text = "cell"
    slide.notes_slide.notes_text_frame.text = "note"
    return _bytes(show.save)


def _bytes(save: Callable[[BinaryIO], object]) -> bytes:
    target = io.BytesIO()
    save(target)
    return target.getvalue()


_READERS: dict[str, tuple[Callable[[], bytes], Callable[[BinaryIO], Extract]]] = {
    "docx": (_document, read_docx),
    "xlsx": (_workbook, read_xlsx),
    "pptx": (_show, read_pptx),
}


def _read(kind: str, data: BinaryIO) -> None:
    with contextlib.suppress(InvalidAssetError):
        check_places(_READERS[kind][1](data))


@pytest.mark.parametrize("kind", _READERS)
@settings(deadline=None, max_examples=60)
@given(chosen=st.randoms(use_true_random=False))
def test_markup_that_lost_or_changed_something(kind: str, chosen: random.Random) -> None:
    with zipfile.ZipFile(io.BytesIO(_READERS[kind][0]())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if not name.endswith(".jpeg")}
    name = chosen.choice(sorted(parts))
    if chosen.random() < 0.2:
        del parts[name]
    else:
        data = parts[name]
        # Between tags and around values: what still looks like markup gets furthest.
        places = [index for index, byte in enumerate(data) if byte in b'<>"/=']
        begin, end = sorted(chosen.choices(places or [0], k=2))
        middle = chosen.choice([b"", b'"', b"99999999999", b"-1", b"x", b"NaN", data[begin:end] * 2])
        parts[name] = data[:begin] + middle + data[min(end, begin + 200) :]
    _read(kind, office_file(parts))


@pytest.mark.parametrize("kind", _READERS)
@given(chosen=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_archives_that_are_cut_off_or_garbled(kind: str, chosen: random.Random) -> None:
    data = bytearray(_READERS[kind][0]())
    if chosen.random() < 0.3:
        data = data[: chosen.randrange(len(data))]
    else:
        for _ in range(chosen.randrange(1, 20)):
            data[chosen.randrange(len(data))] = chosen.randrange(256)
    _read(kind, cast(BinaryIO, io.BytesIO(bytes(data))))
