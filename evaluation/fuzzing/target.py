"""A parser to be fuzzed: what it reads, from which seeds, and with which errors it may refuse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from braid.domain.errors import BraidError
from braid.domain.json_text import parse_json

__all__ = ["Form", "Target", "of_json", "of_text"]


class Form(StrEnum):
    """How seeds are taken apart, beside their bytes, when they are damaged."""

    BYTES = "bytes"
    TEXT = "text"
    JSON = "json"
    ZIP = "zip"


@dataclass(frozen=True)
class Target:
    """``read`` is the parser, ``seeds`` makes what it reads; errors beside ``refusals`` are failures."""

    name: str
    form: Form
    read: Callable[[bytes], object]
    seeds: Callable[[], Sequence[bytes]]
    refusals: tuple[type[Exception], ...] = (BraidError,)


def of_text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    """A reader of bytes from one of text; what isn't UTF-8 becomes the character that says so."""
    return lambda data: read(data.decode("utf-8", "replace"))


def of_json(read: Callable[[Any], object]) -> Callable[[bytes], object]:
    """A reader of bytes from one of JSON that another parser has read; what isn't JSON is passed over."""

    def reader(data: bytes) -> object:
        try:
            value = parse_json(data)
        except ValueError:
            return None
        return read(value)

    return reader
