"""Metadata filters of QueryVectors: which vectors may be found at all.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-metadata-filtering.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from local.foreign_json import is_number
from local.services.protocol import ServiceError
from local.services.s3vectors.columns import Mask

__all__ = ["MAX_CONSTRAINTS", "Filter", "read_filter"]


class Matching(Protocol):
    """At which places the value under a key of the metadata passes a test; ``None`` stands for no value."""

    def __call__(self, key: str, test: Callable[[Any], bool], /) -> Mask: ...


Filter = Callable[[Matching], Mask]

MAX_CONSTRAINTS = 100
_PRIMITIVES = (str, int, float)  # a bool is an int


def read_filter(document: Any, not_filterable: frozenset[str]) -> Filter:
    """The filter that a request's document is.

    Raises ``ServiceError`` ValidationException for an unknown operator, a value of the wrong kind, a key that
    the index made non-filterable, or more than ``MAX_CONSTRAINTS`` constraints.
    """
    reader = _Reader(not_filterable)
    found = reader.read(document)
    if reader.constraints > MAX_CONSTRAINTS:
        raise _invalid(f"it has {reader.constraints} constraints; the limit is {MAX_CONSTRAINTS}")
    return found


class _Reader:
    def __init__(self, not_filterable: frozenset[str]) -> None:
        self._not_filterable = not_filterable
        self.constraints = 0

    def read(self, document: Any) -> Filter:
        if not isinstance(document, Mapping) or not document:
            raise _invalid("it must be an object with at least one member")
        return _all([self._member(name, value) for name, value in document.items()])

    def _member(self, name: str, value: Any) -> Filter:
        if name in ("$and", "$or"):
            if not isinstance(value, list) or not value:
                raise _invalid(f"{name} needs a list of filters that isn't empty")
            parts = [self.read(part) for part in value]
            return _all(parts) if name == "$and" else _any(parts)
        if name.startswith("$"):
            raise _invalid(f"{name} is no operator that holds filters")
        if name in self._not_filterable:
            raise _invalid(f"{name} is a non-filterable metadata key of the index")
        if not isinstance(value, Mapping):
            return self._constraint(name, "$eq", value)
        if not value:
            raise _invalid(f"{name} has no operator")
        return _all([self._constraint(name, operator, operand) for operator, operand in value.items()])

    def _constraint(self, key: str, operator: str, operand: Any) -> Filter:
        self.constraints += 1
        if operator not in _TESTS:
            raise _invalid(f"{operator} is no operator; there are {', '.join(_TESTS)}, $exists, $and, $or")
        accepts, test = _TESTS[operator]
        if not accepts(operand):
            raise _invalid(f"{key}: {operator} can't take {operand!r:.80}")
        return lambda matching: matching(key, lambda value: test(value, operand))


def _all(parts: list[Filter]) -> Filter:
    return lambda matching: np.logical_and.reduce([part(matching) for part in parts])


def _any(parts: list[Filter]) -> Filter:
    return lambda matching: np.logical_or.reduce([part(matching) for part in parts])


def _is_primitive(operand: Any) -> bool:
    return isinstance(operand, _PRIMITIVES)


def _is_list(operand: Any) -> bool:
    return isinstance(operand, list) and bool(operand) and all(map(_is_primitive, operand))


def _same(value: Any, operand: Any) -> bool:
    """Equal and of one kind: ``true`` isn't 1."""
    return value == operand and isinstance(value, bool) is isinstance(operand, bool)


def _equals(value: Any, operand: Any) -> bool:
    """A list matches where one of its items does."""
    return any(_same(item, operand) for item in value) if isinstance(value, list) else _same(value, operand)


def _is_in(value: Any, operand: Any) -> bool:
    return any(_equals(value, item) for item in operand)


def _starts_with(value: Any, operand: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return any(isinstance(item, str) and item.startswith(operand) for item in items)


_TESTS: Mapping[str, tuple[Callable[[Any], bool], Callable[[Any, Any], bool]]] = {
    "$eq": (_is_primitive, _equals),
    "$ne": (_is_primitive, lambda value, operand: not _equals(value, operand)),
    "$gt": (is_number, lambda value, operand: is_number(value) and value > operand),
    "$gte": (is_number, lambda value, operand: is_number(value) and value >= operand),
    "$lt": (is_number, lambda value, operand: is_number(value) and value < operand),
    "$lte": (is_number, lambda value, operand: is_number(value) and value <= operand),
    "$in": (_is_list, _is_in),
    "$nin": (_is_list, lambda value, operand: not _is_in(value, operand)),
    "$startsWith": (lambda operand: isinstance(operand, str), _starts_with),
    "$exists": (
        lambda operand: isinstance(operand, bool),
        lambda value, operand: (value is not None) is operand,
    ),
}


def _invalid(problem: str) -> ServiceError:
    return ServiceError("ValidationException", f"Invalid query filter: {problem}")
