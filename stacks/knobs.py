"""What a knob is: a documented field with a rule, read from JSON or from text."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Knob", "choice", "flag", "number", "text"]

_KEY = "knob"
_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True)
class Knob:
    """``says`` what the knob decides, ``allows`` names its values in words, ``accepts`` tests one.

    ``formerly`` is the name that the version before had for it, which is read too.
    """

    says: str
    allows: str
    accepts: Callable[[Any], bool]
    formerly: str = ""

    @classmethod
    def of(cls, field: dataclasses.Field[Any]) -> Knob:
        """The knob that fills ``field``."""
        knob: Knob = field.metadata[_KEY]
        return knob

    def read(self, given: Any, kind: type) -> Any:
        """``given`` as ``kind`` (``str``, ``int`` or ``bool``), which may arrive as text.

        Raises ``ValueError`` that says what it must be and what it is.
        """
        value = _as_kind(given, kind)
        if value is None or not self.accepts(value):
            raise ValueError(f"must be {self.allows}, not {given!r}")
        return value


def text(pattern: str, says: str, *, allows: str) -> Any:
    """A field of text that matches ``pattern`` as a whole; ``allows`` says the same in words."""
    compiled = re.compile(pattern)
    return _field(Knob(says, allows, lambda value: compiled.fullmatch(value) is not None))


def choice(values: Sequence[str], says: str) -> Any:
    """A field with one of a few words."""
    return _field(Knob(says, "one of " + ", ".join(values), lambda value: value in values))


def flag(says: str) -> Any:
    """A field that is true or false."""
    return _field(Knob(says, "true or false", lambda _: True))


def number(
    least: int, most: int, says: str, *, among: Sequence[int] | None = None, formerly: str = ""
) -> Any:
    """A field with a whole number from ``least`` to ``most``, both included, or one ``among`` a few."""
    if among is not None:
        return _field(Knob(says, "one of " + ", ".join(map(str, among)), lambda value: value in among))
    return _field(
        Knob(says, f"a whole number from {least} to {most}", lambda value: least <= value <= most, formerly)
    )


def _field(knob: Knob) -> Any:
    return dataclasses.field(metadata={_KEY: knob})


def _as_kind(given: Any, kind: type) -> Any:
    """``given`` as ``kind``; nothing where it isn't one. A bool is no number and a number no text."""
    if kind is bool:
        return given if isinstance(given, bool) else _TRUTHS.get(str(given).strip().lower())
    if kind is int:
        if isinstance(given, int) and not isinstance(given, bool):
            return given
        digits = given.strip() if isinstance(given, str) else ""
        return int(digits) if re.fullmatch(r"-?[0-9]{1,18}", digits) else None
    return given if isinstance(given, str) else None
