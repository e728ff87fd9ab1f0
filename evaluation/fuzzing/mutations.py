"""Damages a seed by chance: its bytes, its words, the values of its JSON, the members of its archive."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from braid.domain.json_text import parse_json
from evaluation.fuzzing.target import Form

__all__ = ["mutated"]

_MAX_BYTES = 2_000_000
# Deep enough for Python's own limit, and for that of its JSON reader in C.
_DEPTHS = (900, 3_000, 100_000)
_DEEP = "@deep@"
_BYTES = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff")
_TOKENS = (
    *("", "\x00", "\ufeff", "\u2028", "\u202e", "\x85", "\r", "\n\n", "\t", "\\", "\\ud800", '"', "'", "`"),
    *("0", "-1", "1e999", "-1e999", "NaN", "Infinity", "1.5", "9" * 20, "9" * 5_000, "0x10", "true", "null"),
    *("{", "}", "[", "]", "(", ")", "<", ">", "&#0;", "&x;", "<!--", "<![CDATA[", "]]>", "</", "/>"),
    *(":", ",", ";", "=", "#", "-->", "->", "%", "|", "$", "$.", "..", "../", "*", "?", "{}", "[]", '""'),
    *("[" * depth for depth in _DEPTHS),
    *('{"a":' * depth for depth in _DEPTHS[:2]),
    *("(" * 900, "<b>" * 900, "> " * 900, "a." * 900, "\ud7ff", "é", "٣", "𝟘", "🙂", "İ", "ß", "ﬁ", "一"),
    *("1970-01-01", "0000-00-00", "9999-12-31T23:59:59Z", "99:99:99.999", "00:00:00,000"),
)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63), 10**400, 0.5, -0.0, 1e308, float("nan")),
    *(
        float("inf"),
        "",
        " ",
        "\x00",
        "\ud800",
        "x" * 5_000,
        "1",
        "-1",
        "NaN",
        "2026-02-30",
        "s3://",
        "é" * 300,
    ),
    *([], {}, [[]], [None], {"": None}, [{}], [1, "a"], _DEEP),
)
_SELDOM = 0.25


def mutated(seeds: Sequence[bytes], form: Form, rng: random.Random) -> bytes:
    """One of ``seeds``, damaged once to some times; the same for a generator in the same state."""
    data = rng.choice(seeds)
    if form is Form.ZIP and rng.random() > _SELDOM:
        return _mutated_archive(data, rng)
    if form is Form.JSON and rng.random() > _SELDOM:
        data = _mutated_json(data, rng)
        if rng.random() > _SELDOM:
            return data
    is_text = form in (Form.TEXT, Form.JSON)
    while True:
        data = rng.choice(_OF_TEXT if is_text else _OF_BYTES)(data, seeds, rng)[:_MAX_BYTES]
        if rng.random() < 0.5:
            return data


def _cut_off(data: bytes, _seeds: Sequence[bytes], rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _piece_lost(data: bytes, _seeds: Sequence[bytes], rng: random.Random) -> bytes:
    begin, end = _stretch(data, rng)
    return data[:begin] + data[end:]


def _piece_twice(data: bytes, _seeds: Sequence[bytes], rng: random.Random) -> bytes:
    begin, end = _stretch(data, rng)
    return data[:end] + data[begin:end] * rng.choice((1, 1, 2, 50)) + data[end:]


def _piece_moved(data: bytes, _seeds: Sequence[bytes], rng: random.Random) -> bytes:
    begin, end = _stretch(data, rng)
    rest = data[:begin] + data[end:]
    place = rng.randrange(len(rest) + 1)
    return rest[:place] + data[begin:end] + rest[place:]


def _joined(data: bytes, seeds: Sequence[bytes], rng: random.Random) -> bytes:
    other = rng.choice(seeds)
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def _byte_changed(data: bytes, _seeds: Sequence[bytes], rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 20)) if data else 0):
        # Formats say in their beginnings what follows: half of the changes are there.
        most = len(data) if rng.random() < 0.5 else min(len(data), 512)
        changed[rng.randrange(most)] = rng.randrange(256)
    return bytes(changed)


def _number_changed(data: bytes, _seeds: Sequence[bytes], rng: random.Random) -> bytes:
    at, value = rng.randrange(len(data) + 1), rng.choice(_BYTES)
    return data[:at] + value + data[at + len(value) :]


def _token_put(data: bytes, _seeds: Sequence[bytes], rng: random.Random) -> bytes:
    """A word that parsers stumble over, put in or for a few bytes, mostly at the end of a word."""
    at = rng.randrange(len(data) + 1)
    if rng.random() < 0.7:
        ends = [index for index, byte in enumerate(data) if byte in b" \n\"',:;=<>[]{}()./"]
        at = rng.choice(ends) + rng.randrange(2) if ends else at
    return data[:at] + rng.choice(_TOKENS).encode() + data[at + rng.choice((0, 0, 1, 5)) :]


_OF_BYTES: tuple[Callable[[bytes, Sequence[bytes], random.Random], bytes], ...] = (
    *(
        _cut_off,
        _piece_lost,
        _piece_twice,
        _piece_moved,
        _joined,
        _byte_changed,
        _byte_changed,
        _number_changed,
    ),
)
_OF_TEXT = (*_OF_BYTES[:6], *(_token_put,) * 6)


def _stretch(data: bytes, rng: random.Random) -> tuple[int, int]:
    begin = rng.randrange(len(data) + 1)
    return begin, min(len(data), begin + rng.choice((1, 4, 20, 200, 5_000)))


def _mutated_json(data: bytes, rng: random.Random) -> bytes:
    try:
        value = parse_json(data)
    except ValueError:
        return data
    while True:
        value = _changed(value, rng)
        if rng.random() < 0.6:
            break
    text = json.dumps(value, ensure_ascii=rng.random() < 0.5)
    depth = rng.choice(_DEPTHS)
    return text.replace(f'"{_DEEP}"', "[" * depth + "]" * depth).encode("utf-8", "surrogatepass")


def _changed(value: Any, rng: random.Random) -> Any:
    """The value with one place of it changed; each step down is as likely as another."""
    if not value or not isinstance(value, dict | list) or rng.random() < 0.1:
        return rng.choice(_VALUES)
    if isinstance(value, list):
        index = rng.randrange(len(value))
        inner = _changed(value[index], rng)
        return rng.choice(
            (
                *([*value[:index], inner, *value[index + 1 :]],) * 6,
                value[:index] + value[index + 1 :],
                value + [value[index]] * rng.choice((1, 200)),
            )
        )
    name = rng.choice(list(value))
    way = rng.random()
    if way < 0.75:
        return {**value, name: _changed(value[name], rng)}
    if way < 0.9:
        return {each: item for each, item in value.items() if each != name}
    return {**value, rng.choice(_TOKENS)[:50]: value[name]}


def _mutated_archive(data: bytes, rng: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(sorted(parts))
    if rng.random() < 0.1:
        del parts[name]
    else:
        parts[name] = mutated([parts[name]], Form.TEXT, rng)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for each, body in parts.items():
            archive.writestr(each, body)
    return packed.getvalue()
