"""The intrinsic functions, each with the documentation's own example or one like it."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.states.errors import StateError
from local.states.language import intrinsics, templates

DATA = {
    "name": "Arnav", "id": 123456, "list": [1, 2, 3, 4, 5], "a": {"x": 1, "y": 2}, "b": {"y": 3},
    "text": "1,2;3",
    "twice": [1, 1, "a", True, {"k": 1}, {"k": 1}], "json": '{"n": [1]}', "n": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("States.Format('Hello, my name is {}.', $.name)", "Hello, my name is Arnav."),
        ("States.Format('{} of {}', $.id, $.list[0])", "123456 of 1"),
        ("States.Format('a \\{\\} and \\'{}\\'', $.a)", 'a {} and \'{"x":1,"y":2}\''),
        ("States.Format('(a, b) {}', States.Format('{}', $.n))", "(a, b) null"),
        ("States.Array($.id, 'x', 1.5, true, null)", [123456, "x", 1.5, True, None]),
        ("States.Array()", []),
        ("States.ArrayPartition($.list, 2)", [[1, 2], [3, 4], [5]]),
        ("States.ArrayContains($.list, 5)", True),
        ("States.ArrayContains($.list, '5')", False),
        ("States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]),
        ("States.ArrayRange(9, 1, -4)", [9, 5, 1]),
        ("States.ArrayGetItem($.list, 4)", 5),
        ("States.ArrayLength($.list)", 5),
        ("States.ArrayUnique($.twice)", [1, "a", True, {"k": 1}]),
        ("States.Base64Encode('Data to encode')", "RGF0YSB0byBlbmNvZGU="),
        ("States.Base64Decode('RGVjb2RlZCBkYXRh')", "Decoded data"),
        ("States.Hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
        ("States.JsonMerge($.a, $.b, false)", {"x": 1, "y": 3}),
        ("States.StringToJson($.json)", {"n": [1]}),
        ("States.JsonToString($.a)", '{"x":1,"y":2}'),
        ("States.MathAdd($.id, -1)", 123455),
        ("States.StringSplit($.text, ',;')", ["1", "2", "3"]),
        ("States.ArrayGetItem(States.StringSplit('a-b', '-'), 1)", "b"),
        ("States.ArrayLength($['list'])", 5),
        ("States.ArrayLength($.list[?(@ > 2)])", 3),
    ],
)
def test_call(call: str, value: Any) -> None:
    assert templates.fill({"v.$": call}, DATA, {}) == {"v": value}


def test_chance() -> None:
    assert templates.fill({"v.$": "States.MathRandom(1, 10, 7)"}, {}, {}) == templates.fill(
        {"v.$": "States.MathRandom(1, 10, 7)"}, {}, {}
    )
    assert len(templates.fill({"v.$": "States.UUID()"}, {}, {})["v"]) == 36


@pytest.mark.parametrize(
    "call",
    [
        "States.Unknown()", "States.Format('{}')", "States.Format('{} {}', 1)",
        "States.ArrayGetItem($.list, 5)",
        "States.ArrayPartition($.list, 0)", "States.ArrayRange(1, 5000, 1)", "States.StringToJson('{')",
        "States.MathAdd(1.5, 1)", "States.JsonMerge($.a, $.b, true)", "States.Hash('x', 'SHA-3')", "nothing",
        "States.Array(1", "States.Array(1) 2", "States.ArrayLength($.name)", "States.Base64Decode('%%')",
    ],
)  # fmt: skip
def test_a_call_that_fails(call: str) -> None:
    with pytest.raises(StateError) as raised:
        templates.fill({"v.$": call}, DATA, {})
    assert raised.value.error == "States.IntrinsicFailure"


@given(st.text())
def test_any_text_is_a_call_or_refused(text: str) -> None:
    for call in (text, f"States.Array({text})"):
        with contextlib.suppress(StateError):
            templates.fill({"v.$": call}, DATA, {})


@given(st.lists(st.one_of(st.integers(), st.booleans(), st.none())))
def test_an_array_of_literals(items: list[Any]) -> None:
    call = f"States.Array({', '.join(json.dumps(item) for item in items)})"
    assert intrinsics.evaluate(call, lambda _path: None) == items
