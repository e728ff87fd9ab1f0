"""A line is a post, or is rejected with a reason; nothing that stands in one is fatal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.posts.post import Post, RejectedLine, read_csv_header, read_csv_record, read_json_line

MOST = 1000


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"{", "isn't JSON"),
        (b"[1]", "must be a JSON object"),
        (b'"text"', "must be a JSON object"),
        (b'{"id":"a"}', "needs a text"),
        (b'{"id":"a","text":""}', "needs a text"),
        (b'{"id":"a","text":"  "}', "needs a text"),
        (b'{"id":"a","text":{"text":"x"}}', "needs a text"),
        (b'{"id":"a","text":["x"]}', "needs a text"),
        (b'{"text":"x"}', "needs an id"),
        (b'{"id":true,"text":"x"}', "needs an id"),
        (b'{"id":1.5,"text":"x"}', "needs an id"),
        (b'{"id":null,"text":"x"}', "needs an id"),
        (b'{"id":"a","text":"\x00"}', "isn't JSON"),
        (b'{"id":"a","text":"\xff"}', "isn't UTF-8"),
        (b'{"id":"a","text":"x","lang":5}', "lang"),
        (b'{"id":"a","text":"x","context":[]}', "context"),
        (b'{"id":"a","text":"' + b"x" * (MOST + 1) + b'"}', "characters"),
        (b"[" * 100_000, "isn't JSON"),
        (b'{"id":' + b"9" * 5_000 + b',"text":"x"}', "isn't JSON"),
        (b'{"id":"' + b"a" * 300 + b'","text":"x"}', "id of more than"),
        (b" " * (3 * 1024 * 1024), "longer than"),
    ],
)
def test_a_bad_line_says_what_is_wrong(raw: bytes, told: str) -> None:
    found = read_json_line(7, raw, max_characters=MOST)

    assert isinstance(found, RejectedLine)
    assert found.line == 7
    assert told in found.reason


@given(st.binary(max_size=200))
def test_no_bytes_are_fatal(raw: bytes) -> None:
    for found in (
        read_json_line(1, raw, max_characters=MOST),
        read_csv_record(1, raw, ("id", "text"), max_characters=MOST),
    ):
        assert found is None or isinstance(found, Post | RejectedLine)


@given(
    st.one_of(st.integers(), st.text(min_size=1, max_size=20).filter(str.strip)),
    st.text(min_size=1, max_size=60).filter(str.strip),
)
def test_what_json_can_say_is_read_as_it_was_written(name: str | int, text: str) -> None:
    raw = json.dumps({"id": name, "text": text}).encode()

    assert read_json_line(1, raw, max_characters=MOST) == Post(1, name, text)


def test_numbers_and_repeated_ids_stay_as_they_are() -> None:
    first = read_json_line(1, b'{"id":7,"text":"a"}', max_characters=MOST)
    second = read_json_line(2, b'{"id":7,"text":"b"}', max_characters=MOST)

    assert isinstance(first, Post)
    assert isinstance(second, Post)
    assert (first.id, second.id) == (7, 7)
    assert first.content_digest != second.content_digest


def test_a_csv_file_names_its_columns_in_any_order() -> None:
    columns = read_csv_header(b"Lang,Text,ID")

    assert columns == ("lang", "text", "id")
    found = read_csv_record(4, b'de,"Hallo, ""Welt""\nzwei",9', ("lang", "text", "id"), max_characters=MOST)
    assert found == Post(4, "9", 'Hallo, "Welt"\nzwei', "de")


def test_a_csv_file_without_its_columns_is_refused_by_name() -> None:
    assert read_csv_header(b"id,body") == "the first line names no column text"
    assert "UTF-8" in str(read_csv_header(b"\xff,text"))


def test_a_record_with_too_few_cells_is_a_rejected_line() -> None:
    found = read_csv_record(3, b"only one", ("id", "text"), max_characters=MOST)

    assert isinstance(found, RejectedLine)
    assert "2 cells" in found.reason


def test_posts_differ_for_a_judge_by_what_they_answer() -> None:
    alone, answering = Post(1, "a", "you will see"), Post(2, "b", "you will see", context="I fear dogs")

    assert alone.content_digest != answering.content_digest
    assert alone.text_sha256 == answering.text_sha256
