"""Tables, JSON and texts with brackets are told apart by what is in them, however large they are."""

from __future__ import annotations

import csv
import io
import json

import pytest

from braid.media.content.identify import identify
from braid.media.content.text_types import JSON_LINES, text_type
from tests.unit.media.synthetic import opened

_LETTER = "a line, and another\n" * 10_000


@pytest.mark.parametrize(
    "text",
    [
        "a;b;c\n1;2;3\n",
        "sep=;\na;b\n1,5;2\n",
        "Works 2031\n\nStreet;May;June\nElm;3;7\nOak;2,5;3\n",
        "id,name,note\n1,Ada\n2,Bo,x\n3,Cy,y\n4,Di,z\n5,Ed,w\n",
        'Name, Price, Note\nMug, 12.50, "blue, small"\nPan, 3.50, "red, big"\n',
        "item,note\nmug,**bold** [x](y)\npan,* one\n",
        f'id,letter\n1,"{_LETTER}"\n2,short\n',
        f'id,letter\n1,short\n2,"{_LETTER}"\n',
        "a\tb\n1\t\n2\t3\n",
        "a,b\r1,2\r3,4\r",
        'id,comment\n1,"she said \\"no, thanks\\""\n2,"fine"\n',
    ],
)
def test_tables(text: str) -> None:
    assert identify(opened(text.encode())) == "text/csv"


@pytest.mark.parametrize(
    "text",
    [
        "Roses are red, violets are blue\nSugar is sweet, and so are you\n",
        "Roses are red,\nViolets are blue,\nSugar is sweet,\nAnd so are you,\n",
        "2031-01-01 12:00:00,123 INFO Started\n2031-01-01 12:00:01,456 INFO Ended\n",
        "Ada Lovelace, Elm Street 3, London\nBo Diddley, Oak Street 4, Paris\n",
        "key=value\nother=a,b\n",
    ],
)
def test_lines_with_commas_are_no_tables(text: str) -> None:
    assert text_type(text) == "text/plain"


_BRACKETS = {
    "log": "[2031-01-01 12:00:00] INFO The gate was opened.\n",
    "references": "[12] Smith, J. (2001). On gardens, page 3.\n",
    "definitions": "[12]: Smith, J. (2001). On gardens, page 3.\n",
    "speakers": "[Ada] Good morning, everybody.\n",
    "template": "{{ name }} lives here.\n",
    "configuration": "[gate]\nopens = 8\n# until May\ncloses = 20\n",
    "toml": '# The gate\n[gate]\nopens = 8\nnames = ["a", "b"]\n',
    "commented JSON": '{\n  // The gate\n  "opens": 8\n}\n',
}


@pytest.mark.parametrize("kind", _BRACKETS)
@pytest.mark.parametrize("count", [1, 3_000])
def test_texts_that_begin_with_brackets_are_texts(kind: str, count: int) -> None:
    assert identify(opened((_BRACKETS[kind] * count).encode())) == "text/plain"


_RECORDS = [{"id": number, "note": f"Parcel {number} was left\nat the gate."} for number in range(3_000)]


@pytest.mark.parametrize("count", [2, 3_000])
def test_json_lines_of_any_size(count: int) -> None:
    text = "".join(json.dumps(record) + "\n" for record in _RECORDS[:count])
    assert identify(opened(text.encode())) == JSON_LINES
    assert text_type(text[:-9], is_whole=False) == JSON_LINES


@pytest.mark.parametrize("indent", [None, 2])
def test_json_of_any_size(indent: int | None) -> None:
    whole = json.dumps(_RECORDS, indent=indent)
    for text in (
        whole,
        json.dumps({"letter": _LETTER * 5}, indent=indent),
        json.dumps(_RECORDS[:2], indent=indent),
    ):
        assert identify(opened(text.encode())) == "application/json"
    for end in range(60_000, 60_200):
        assert text_type(whole[:end], is_whole=False) == "application/json"


def test_a_table_that_is_cut_anywhere_is_one() -> None:
    target = io.StringIO()
    csv.writer(target).writerows([("id", "note"), *((str(one["id"]), one["note"]) for one in _RECORDS)])
    text = target.getvalue()
    for end in range(5_000, 5_200):
        assert text_type(text[:end], is_whole=False) == "text/csv"
