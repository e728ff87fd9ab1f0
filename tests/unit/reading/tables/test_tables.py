"""Tables and JSON become lines that can be read without the table around them."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.errors import InvalidAssetError
from braid.media.content.csv_format import csv_format, read_rows
from braid.media.content.text_types import JSON_LINES, text_type
from lambdas.reading.tables.csv_json import read_csv, read_json, read_json_lines
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


def test_json_numbers_and_double_names_are_told_as_they_are_written() -> None:
    text = '{"total": 12.50, "id": 12345678901234567890123, "sci": 1E5, "total": 13.00, "a.b": {"c": -0.0}}'
    assert said(read_json(text)) == [
        ("table_row", "total: 12.50; id: 12345678901234567890123; sci: 1E5; total: 13.00"),
        ("table_row", '["a.b"] c: -0.0'),
    ]


_NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)


@given(st.lists(st.tuples(st.sampled_from("abc"), _NUMBERS), min_size=1, max_size=8))
def test_every_member_of_an_object_is_told_as_it_is_written(members: list[tuple[str, str]]) -> None:
    text = "{" + ", ".join(f'"{name}": {number}' for name, number in members) + "}"
    line = "; ".join(f"{name}: {number}" for name, number in members)
    assert said(read_json(text)) == [("table_row", line)]
    assert said(read_json_lines(f"{text}\n{text}\n")) == [("table_row", line)] * 2


def test_json_lines_are_a_passage_each_and_what_is_none_is_listed() -> None:
    text = '{"id": 1, "size": {"w": 4.0}, "tags": ["a", null]}\n\n{\n "id": 2\n}\nno JSON\n{"id":'
    extract = read_json_lines(text)
    assert said(extract) == [
        ("table_row", "id: 1; size.w: 4.0; tags[0]: a"), ("table_row", "id: 2"),
        ("paragraph", "no JSON"), ("paragraph", '{"id":'),
    ]  # fmt: skip
    assert extract.warnings == (
        "no JSON, read as written: line 6",
        "the last record, from line 7 on, is cut off: what is left of it is read as written",
    )
    assert read_json('{"id": 1}\n{"id": 2}').blocks == read_json_lines('{"id": 1}\n{"id": 2}').blocks


@given(st.integers(1, 60))
def test_of_two_records_the_second_may_be_cut_anywhere(length: int) -> None:
    first, second = (
        '{"id": 1, "note": "red, or blue"}',
        '{"id": 2, "note": "a \\"gate\\", 3 m", "of": [1, 2]}',
    )
    text = f"{first}\n{second[:length]}"
    assert text_type(text) == JSON_LINES
    extract = read_json_lines(text)
    assert extract.blocks[0].text == "id: 1; note: red, or blue"
    if length < len(second):
        assert extract.blocks[1].text == second[:length].strip()
        assert extract.warnings == (
            "the last record, from line 2 on, is cut off: what is left of it is read as written",
        )


def test_a_damaged_record_between_whole_ones_is_listed() -> None:
    text = '{"id": 1, "n": 4}\n{"id": 2, "n": }\n{"id": 3, "n": 6}\n'
    assert text_type(text) == JSON_LINES
    extract = read_json_lines(text)
    assert [text for _, text in said(extract)] == ["id: 1; n: 4", '{"id": 2, "n": }', "id: 3; n: 6"]
    assert extract.warnings == ("no JSON, read as written: line 2",)


def test_a_sep_line_names_the_delimiter() -> None:
    assert said(read_csv("sep=;\nname;price\nMug;12,50\n")) == [("table_row", "name: Mug; price: 12,50")]
    assert said(read_csv('"sep=|"\nname|price\nMug|12,50\n')) == [("table_row", "name: Mug; price: 12,50")]


def test_decimal_commas_are_no_delimiters() -> None:
    assert said(read_csv("Name;Preis\nMug;12,50\nCup;3,20\n"))[0][1] == "Name: Mug; Preis: 12,50"


_CELL_TEXTS = st.lists(
    st.sampled_from(['"', ",", ";", "\n", "late", "5", 'she said "no, thanks" and left', " ", "\t", "Łódź"]),
    max_size=6,
).map("".join)


@given(
    st.lists(st.tuples(_CELL_TEXTS, _CELL_TEXTS), min_size=1, max_size=30),
    st.sampled_from(",;\t"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_cells_come_out_in_their_columns_whatever_is_in_them(
    cells: list[tuple[str, str]], delimiter: str, quoting: int
) -> None:
    rows = [(str(number), *row, str(number % 5)) for number, row in enumerate(cells, start=1)]
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]  # an enum in stubs
    writer.writerows([("id", "who", "comment", "stars"), *rows])
    form = csv_format(target.getvalue())
    assert form is not None
    assert form.delimiter == delimiter
    told = [[cell.strip(" ") for cell in row] for row in read_rows(target.getvalue(), form).rows]
    assert told == [
        ["id", "who", "comment", "stars"], *([cell.strip(" ") for cell in row] for row in rows),
    ]  # fmt: skip


def test_a_cell_may_be_longer_than_what_is_looked_at() -> None:
    letter = 'a line of it, with "quotes"\n' * 20_000
    quoted = letter.replace('"', '""')
    rows = [text for _, text in said(read_csv(f'id,letter\n1,"{quoted}"\n2,short\n'))]
    assert rows == [f"id: 1; letter: {letter.strip()}", "id: 2; letter: short"]


def test_quotes_behind_backslashes_and_quotes_that_are_never_closed() -> None:
    told = read_csv('id,comment,stars\n1,"she said \\"no, thanks\\"",3\n2,"fine",4\n')
    assert said(told)[0][1] == 'id: 1; comment: she said "no, thanks"; stars: 3'
    assert told.warnings == ()
    told = read_csv('id,comment,stars\n1,"late,3\n2,"fine, thanks",4\n3,"good",5\n4,bad,1\n')
    assert said(told)[-1][1] == "id: 4; comment: bad; stars: 1"
    assert "the quotes in line 3 or behind it aren't closed" in told.warnings[0]


def test_rows_with_another_number_of_cells_are_counted_in_a_warning() -> None:
    text = "name,town,age\n" + "Ada,Elm,3\n" * 8
    assert read_csv(text).warnings == ()
    assert read_csv(text + "\nSource: office\n").warnings == ()
    for row in ("Bo,Oak, Flat 4,5\n", "Bo,5\n"):
        assert read_csv(text + row).warnings == (
            "1 row has more or fewer cells than the others: cells may stand in wrong columns; put quotes"
            " around cells with commas and export again",
        )
