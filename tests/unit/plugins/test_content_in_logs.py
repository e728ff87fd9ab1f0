"""The search of logs for content: what it finds in a line, and what it lets pass."""

from __future__ import annotations

import json

import pytest

from tests.e2e.after_run.content_in_logs import leaks_in, phrases_of

SAID = "The ferry leaves Harwich at night, and nobody reads the timetable. Étretat möchte gefunden werden."


@pytest.mark.parametrize(
    "line",
    [
        "InvalidServiceOutputError: not 'The ferry leaves Harwich'",
        json.dumps({"message": json.dumps({"cause": "x\nNOBODY reads\nthe timetable"})}),
        json.dumps({"message": "Étretat möchte gefunden"}),
    ],
)
def test_a_line_that_quotes_what_was_said_is_found(line: str) -> None:
    assert [(group, told) for group, told, _ in leaks_in([("fusion", line)], [SAID])] == [("fusion", line)]


@pytest.mark.parametrize(
    "line", ["started", '{"asset_id": "ferry-c379120f43f552a0d1cf", "level": "INFO"}', "the ferry", ""]
)
def test_a_line_of_our_own_words_passes(line: str) -> None:
    assert list(leaks_in([("fusion", line)], [SAID])) == []


def test_a_name_that_is_made_of_the_same_words_passes() -> None:
    line = '{"source_key": "inbox/general/the-ferry-leaves.txt", "asset_id": "the-ferry-leaves-c379120f"}'

    assert list(leaks_in([("dispatch", line)], [SAID]))
    assert list(leaks_in([("dispatch", line)], [SAID], ["inbox/general/the-ferry-leaves.txt"])) == []


def test_what_the_source_says_itself_is_nobodys_content() -> None:
    dropped = "The picture is damaged and can't be decoded as"

    assert phrases_of(dropped)
    assert list(leaks_in([("intake", dropped)], [dropped])) == []
