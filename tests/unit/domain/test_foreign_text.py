"""JSON and TOML of others: a value, or one kind of error."""

from __future__ import annotations

import pytest

from braid.domain.json_text import parse_json
from braid.domain.toml_text import parse_toml


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a":' * 100_000, "9" * 5_000, b"\xff"])
def test_json_that_cannot_be_read_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)


@pytest.mark.parametrize("text", ["a", "a = " + "[" * 10_000, "a = " + "9" * 5_000, "a = 2026-02-30"])
def test_toml_that_cannot_be_read_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_toml(text)


def test_what_can_be_read_is_read() -> None:
    assert parse_json('{"a": [1]}') == {"a": [1]}
    assert parse_toml("a = [1]") == {"a": [1]}
