"""Settings: texts and numbers as they are, lists and maps as JSON, every problem at once."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.errors import ConfigError
from braid.runtime.settings import MissingSettingsError, environment_keys, read_settings


@dataclass(frozen=True)
class Version:
    """What a map may hold."""

    id: str
    version: str


@dataclass(frozen=True)
class Settings:
    """One field of each kind."""

    bucket: str
    limit: int
    rate: float
    names: tuple[str, ...]
    models: dict[str, str]
    guardrails: dict[str, Version]


SOUND = {
    "BUCKET": "results",
    "LIMIT": "5",
    "RATE": "0.5",
    "NAMES": '["a", "b,c"]',
    "MODELS": '{"lite": "m1"}',
    "GUARDRAILS": '{"general": {"id": "g1", "version": "3"}}',
}


def test_every_kind_is_read() -> None:
    assert environment_keys(Settings) == SOUND.keys()
    assert read_settings(Settings, SOUND) == Settings(
        "results", 5, 0.5, ("a", "b,c"), {"lite": "m1"}, {"general": Version("g1", "3")}
    )


def test_an_empty_list_is_a_value_and_an_empty_text_is_none() -> None:
    assert read_settings(Settings, {**SOUND, "NAMES": "[]"}).names == ()
    with pytest.raises(MissingSettingsError, match="NAMES is missing"):
        read_settings(Settings, {**SOUND, "NAMES": ""})


def test_what_is_malformed_isnt_on_its_way() -> None:
    with pytest.raises(ConfigError, match="LIMIT must be int") as raised:
        read_settings(Settings, {**SOUND, "NAMES": "", "LIMIT": "five"})
    assert not isinstance(raised.value, MissingSettingsError)


@pytest.mark.parametrize(
    ("key", "text", "complaint"),
    [
        ("LIMIT", "five", "LIMIT must be int, not 'five'"),
        ("NAMES", "a,b", "NAMES must be JSON, not 'a,b'"),
        ("NAMES", '{"a": 1}', "NAMES .* must be a list"),
        ("MODELS", '{"lite": 1}', r"MODELS .*lite must be str, not 1"),
        ("GUARDRAILS", '{"general": {"id": "g1"}}', "GUARDRAILS .*must have version; add it"),
    ],
)
def test_a_malformed_value_is_named_with_its_key(key: str, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        read_settings(Settings, {**SOUND, key: text})


def test_all_problems_are_listed_at_once() -> None:
    with pytest.raises(ConfigError) as raised:
        read_settings(Settings, {"LIMIT": "x", "NAMES": "["})
    for key in SOUND:
        assert key in str(raised.value)


@given(st.lists(st.text()), st.dictionaries(st.text(), st.text()))
def test_what_the_stack_writes_as_json_is_read_back(names: list[str], models: dict[str, str]) -> None:
    written = {**SOUND, "NAMES": json.dumps(names), "MODELS": json.dumps(models)}
    found = read_settings(Settings, written)
    assert (list(found.names), found.models) == (names, models)
