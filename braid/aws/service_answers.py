"""Strict reading of what a service answers: a member that is missing or of another kind is refused in words.

What an adapter leaves unread of its services' shapes, and why, is listed by
``tests/contract/answers/test_service_shapes.py``, which holds both against botocore's models. A member that
botocore doesn't know never gets here: its parser takes only what its model has.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any, TypeGuard

from braid.domain.errors import InvalidServiceOutputError
from braid.domain.quoting import quoted

__all__ = ["ServiceAnswer"]

_CONSTANT = re.compile(r"[A-Z][A-Z_]{0,39}")
_ROUNDING = 0.001  # services compute in 32-bit floats: 100.00001 is a hundred


class ServiceAnswer:
    """One object of an operation's answer; what doesn't fit raises ``InvalidServiceOutputError``."""

    def __init__(self, operation: str, value: Any, path: str) -> None:
        self.operation = operation
        self._path = path
        if not isinstance(value, Mapping):
            raise self.refusal(f"{path} must be an object, not {quoted(value)}")
        self._members = value

    @classmethod
    def whole(cls, operation: str, response: Mapping[str, Any], *outermost: str) -> ServiceAnswer:
        """The answer of ``operation`` (``rekognition:DetectLabels``) as boto3 returns it.

        Raises ``InvalidServiceOutputError`` where it has none of the ``outermost`` members: that nothing was
        found is said by an empty list.
        """
        answer = cls(operation, response, "the answer")
        if not any(name in answer for name in outermost):
            raise answer.refusal(f"the answer has no {' or '.join(outermost)}")
        return answer

    def refusal(self, problem: str) -> InvalidServiceOutputError:
        """The error that says what is wrong with this answer."""
        return InvalidServiceOutputError(f"{self.operation}: {problem}")

    def __contains__(self, name: str) -> bool:
        return self._members.get(name) is not None

    @property
    def members(self) -> Mapping[str, Any]:
        """The object as it came, where whoever reads it knows more of its members."""
        return self._members

    def text(self, name: str) -> str:
        """A string."""
        value = self._members.get(name)
        if not isinstance(value, str):
            raise self.refusal(f"{self._path}.{name} must be a string, not {quoted(value)}")
        return value

    def number(self, name: str) -> float:
        """A number as it is."""
        value = self._members.get(name)
        if not _is_number(value):
            raise self.refusal(f"{self._path}.{name} must be a number, not {quoted(value)}")
        return float(value)

    def integer(self, name: str) -> int:
        """A whole number."""
        value = self._members.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refusal(f"{self._path}.{name} must be a whole number, not {quoted(value)}")
        return value

    def ratio(self, name: str, *, of: float = 1.0) -> float:
        """A number between 0 and ``of`` as one between 0 and 1: the service counts to 100, we don't."""
        value = self.number(name) / of
        if not -_ROUNDING <= value <= 1 + _ROUNDING:
            raise self.refusal(f"{self._path}.{name} must be between 0 and {of:g}, not {value * of:g}")
        return round(min(1.0, max(0.0, value)), 6)

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        """A string of a closed set; any other value is refused, never guessed at."""
        value = self.text(name)
        if value not in allowed:
            # A constant that the service has added since is worth reading in a log, and nobody's words.
            shown = repr(value) if _CONSTANT.fullmatch(value) else quoted(value)
            raise self.refusal(f"{self._path}.{name} must be one of {', '.join(allowed)}, not {shown}")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings; an absent one is empty."""
        value = self._members.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.refusal(f"{self._path}.{name} must be a list of strings, not {quoted(value)}")
        return tuple(value)

    def numbers(self, name: str) -> tuple[float, ...]:
        """A list of numbers."""
        value = self._members.get(name)
        if not isinstance(value, list) or not all(map(_is_number, value)):
            raise self.refusal(f"{self._path}.{name} must be a list of numbers, not {quoted(value)}")
        return tuple(map(float, value))

    def object(self, name: str) -> ServiceAnswer:
        """A nested object."""
        return ServiceAnswer(self.operation, self._members.get(name), f"{self._path}.{name}")

    def objects(self, name: str) -> list[ServiceAnswer]:
        """A list of nested objects; an absent one is empty, as services leave empty lists out."""
        value = self._members.get(name)
        if value is None:
            value = []
        if not isinstance(value, list):
            raise self.refusal(f"{self._path}.{name} must be a list, not {quoted(value)}")
        return [
            ServiceAnswer(self.operation, item, f"{self._path}.{name}[{index}]")
            for index, item in enumerate(value)
        ]


def _is_number(value: Any) -> TypeGuard[int | float]:
    """Whether it is a number that a float holds; comparing asks that of any number of digits."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
