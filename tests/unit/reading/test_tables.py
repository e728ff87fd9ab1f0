"""Tables and JSON become lines that can be read without the table around them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.errors import InvalidAssetError
from lambdas.reading.csv_json import read_csv, read_json
from tests.unit.reading.extracts import check_places, said


def test_a_header_names_the_cells() -> None:
    assert said(read_csv('name,price,note\nMug,12.50,"blue, small"\nPlate,8,\n')) == [
        ("table_row", "name: Mug; price: 12.50; note: blue, small"),
        ("table_row", "name: Plate; price: 8"),
    ]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters(delimiter: str) -> None:
    rows = [["name", "price"], ["Mug", "12.50"], ["Plate", "8.00"], ["Cup", "3.20"]]
    lines = [text for _, text in said(read_csv("\n".join(delimiter.join(row) for row in rows)))]
    assert lines == ["name: Mug; price: 12.50", "name: Plate; price: 8.00", "name: Cup; price: 3.20"]


def test_rows_without_a_header_and_a_column_of_row_numbers() -> None:
    assert said(read_csv("1,2\n3,4\n")) == [("table_row", "1 | 2"), ("table_row", "3 | 4")]
    assert said(read_csv(",kind,size\n0,mug,small\n1,plate,large\n")) == [
        ("table_row", "0; kind: mug; size: small"), ("table_row", "1; kind: plate; size: large"),
    ]  # fmt: skip


@given(st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=5), max_size=8))
def test_any_table_is_read(rows: list[list[str]]) -> None:
    text = "\n".join(",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows)
    check_places(read_csv(text.replace("\x00", "")))


def test_objects_are_lines_with_their_path() -> None:
    value = {
        "shop": {"city": "Łódź"},
        "products": [{"name": "Mug", "price": 12.5, "sold": False, "note": None}],
    }
    assert said(read_json(json.dumps(value))) == [
        ("table_row", "shop city: Łódź"),
        ("table_row", "products[0] name: Mug; price: 12.5; sold: false"),
    ]


def test_long_texts_in_json_stand_by_themselves() -> None:
    story = "Once upon a time. " * 20
    assert said(read_json(json.dumps({"title": "Tale", "text": story}))) == [
        ("table_row", "title: Tale"), ("paragraph", f"text: {story.strip()}"),
    ]  # fmt: skip
    assert said(read_json('"just a text"')) == [("paragraph", "just a text")]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(_VALUES)
def test_any_json_is_read(value: object) -> None:
    extract = read_json(json.dumps(value))
    check_places(extract)


def test_damaged_and_bottomless_json_is_refused_in_words() -> None:
    with pytest.raises(InvalidAssetError, match="The JSON is damaged"):
        read_json('{"a": ')
    with pytest.raises(InvalidAssetError, match="nested too deeply"):
        read_json("[" * 200_000)
    assert said(read_json("[" * 500 + '"deep"' + "]" * 500)) == [("table_row", "[0]" * 499 + " deep")]
