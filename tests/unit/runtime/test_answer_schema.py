"""An answer fits its schema only if others can read it as JSON."""

from __future__ import annotations

import json

import pytest

from braid.runtime.answer_schema import schema_problem

SCHEMA = {
    "type": "object",
    "properties": {"scores": {"type": "array", "items": {"type": "number"}}},
    "required": ["scores"],
}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_json_does_not_have_are_refused(number: str) -> None:
    answer = json.loads(f'{{"scores": [0.5, {number}]}}')

    assert "NaN or Infinity" in schema_problem(answer, SCHEMA)


def test_other_numbers_are_not() -> None:
    assert schema_problem({"scores": [0, -1.5, 1e308]}, SCHEMA) == ""
    assert schema_problem({"scores": ["1"]}, SCHEMA) != ""
