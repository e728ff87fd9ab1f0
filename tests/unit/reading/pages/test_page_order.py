"""Pages are read as people read them, however the file draws them."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.media.pages import extract_pages
from lambdas.reading.blocks import Extract
from lambdas.reading.pages.pdf import join_pages, native_blocks
from tests.unit.reading.extracts import check_places, said
from tests.unit.reading.pages.pdf_files import placed_pdf

_WORDS = ("time", "year", "people", "way", "day", "man", "thing", "woman", "life", "child", "world", "school")


def _read(texts: Sequence[tuple[float, float, str]]) -> Extract:
    pages = extract_pages(cast(BinaryIO, io.BytesIO(placed_pdf([texts]))))
    extract = join_pages([native_blocks(page) for page in pages])
    check_places(extract)
    return extract


def _column(name: str, lines: int, *, seed: int) -> list[str]:
    """Lines of prose that nearly fill 220 points."""
    chosen = random.Random(seed)
    return [f"{name}{number} " + " ".join(chosen.choices(_WORDS, k=6)) for number in range(lines)]


def _spoken(extract: Extract) -> list[str]:
    """The first word of every line, which names it."""
    return [line.split()[0] for block in extract.blocks for line in block.text.split("\n")]


@pytest.mark.parametrize("drawn", ["by column", "across"])
@pytest.mark.parametrize("columns", [2, 3])
def test_columns_are_read_one_after_the_other_however_they_are_drawn(drawn: str, columns: int) -> None:
    width = 490 / columns
    lines = 20
    texts = [
        (50 + width * column, 120 + 12 * number, " ".join(text.split()[: 12 // columns]))
        for column in range(columns)
        for number, text in enumerate(_column("abc"[column], lines, seed=column))
    ]
    if drawn == "across":
        texts.sort(key=lambda text: (text[1], text[0]))
    title = (
        50.0,
        80.0,
        "Title of all of the columns that stand below it on this page, and it is long enough",
    )
    footer = (300.0, 800.0, "7")
    expected = [f"{name}{number}" for name in "abc"[:columns] for number in range(lines)]
    assert _spoken(_read([title, *texts, footer])) == ["Title", *expected, "7"]


def test_what_crosses_the_columns_divides_them() -> None:
    left, right = _column("l", 12, seed=1), _column("r", 12, seed=2)
    texts = [
        (x, 100 + 14 * number + (60 if number >= 6 else 0), text)
        for number, pair in enumerate(zip(left, right, strict=True))
        for x, text in zip((50, 310), pair, strict=True)
    ]
    texts.insert(
        12, (50, 210, "Across both of the columns goes this caption, because what it describes is that wide")
    )
    order = [f"{side}{n}" for half in (range(6), range(6, 12)) for side in "lr" for n in half]
    order.insert(12, "Across")
    assert _spoken(_read(texts)) == order


def test_rows_of_a_table_stay_rows() -> None:
    rows = [("Country", "People", "Capital"), ("Austria", "8.9", "Vienna"), ("Belgium", "11.5", "Brussels"),
            ("Denmark", "5.8", "Copenhagen")]  # fmt: skip
    texts = [
        (x, 100 + 14 * n, cell)
        for n, row in enumerate(rows)
        for x, cell in zip((60, 200, 300), row, strict=True)
    ]
    above, below = (60, 60, "A table of countries"), (60, 200, "Numbers are in millions.")
    assert said(_read([above, *texts, below])) == [
        ("paragraph", "A table of countries"), *(("table_row", " | ".join(row)) for row in rows),
        ("paragraph", "Numbers are in millions."),
    ]  # fmt: skip


def test_items_of_a_list_stand_for_themselves() -> None:
    texts = [
        (60, 100, "What is included:"),
        (60, 114, "\267 Heating and"),
        (70, 128, "warm water"),
        (60, 142, "\267 Power"),
    ]
    assert said(_read(texts)) == [
        ("paragraph", "What is included:"), ("list_item", "Heating and\nwarm water"), ("list_item", "Power"),
    ]  # fmt: skip


_PLACES = st.tuples(st.integers(0, 4), st.integers(0, 60), st.sampled_from(_WORDS))


@given(st.lists(_PLACES, max_size=60, unique_by=lambda place: place[:2]))
def test_nothing_is_lost_wherever_it_stands(texts: list[tuple[int, int, str]]) -> None:
    placed = [(30.0 + 110 * left, 30.0 + 13 * top, word) for left, top, word in texts]
    said_words = "".join("".join(block.text.split()) for block in _read(placed).blocks).replace("|", "")
    assert sorted(said_words) == sorted("".join(text for _, _, text in placed))
