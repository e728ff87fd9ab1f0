"""Parsers that misbehave, each in its way, for the tests of what ends them."""

from __future__ import annotations

import os

from braid.domain.errors import InvalidAssetError
from evaluation.fuzzing.target import Form, Target

__all__ = ["TARGETS"]


def _refuses(data: bytes) -> None:
    if data != b"seed":
        raise InvalidAssetError("It isn't the seed.")


def _raises(data: bytes) -> None:
    if len(data) < 4:
        raise KeyError(data)


def _spins(data: bytes) -> None:
    while data != b"seed":
        pass


def _hoards(data: bytes) -> None:
    if data != b"seed":
        bytearray(2**40)


def _dies(data: bytes) -> None:
    if data != b"seed":
        os.abort()


TARGETS = {
    name: Target(name, Form.BYTES, read, lambda: [b"seed"])
    for name, read in (
        ("refuses", _refuses),
        ("raises", _raises),
        ("spins", _spins),
        ("hoards", _hoards),
        ("dies", _dies),
    )
}
