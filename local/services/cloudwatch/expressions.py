"""Reads metric math: text into a tree of numbers, names, operators and calls.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

__all__ = ["Call", "ExpressionError", "Listed", "Name", "Node", "Number", "Operation", "Text", "parse"]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<text>\"[^\"]*\"|'[^']*')|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/^<>(),\[\]]))"
)
# Each row binds tighter than the one before it.
_LEVELS = (("||",), ("&&",), ("==", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*", "/"), ("^",))
_SPELLED = {"OR": "||", "AND": "&&"}
_DEEPEST = 64


class ExpressionError(ValueError):
    """An expression that isn't metric math, or that uses what isn't known here; the message says where."""


@dataclass(frozen=True)
class Number:
    """A number as it is written."""

    value: float


@dataclass(frozen=True)
class Text:
    """Text in quotes, as METRICS takes it."""

    value: str


@dataclass(frozen=True)
class Name:
    """The id of a metric or of another expression, or a word such as REPEAT."""

    name: str


@dataclass(frozen=True)
class Operation:
    """An operator between two nodes."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Call:
    """A function and what it is given."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Listed:
    """Series in brackets."""

    items: tuple[Node, ...]


Node: TypeAlias = Number | Text | Name | Operation | Call | Listed


@cache
def parse(expression: str) -> Node:
    """The tree of ``expression``. Raises ``ExpressionError``."""
    parser = _Parser(_tokens(expression))
    node = parser.operations(0, _DEEPEST)
    if parser.next:
        raise ExpressionError(f"'{parser.next}' isn't expected in {expression}")
    return node


def _tokens(expression: str) -> list[str]:
    found, at, text = [], 0, expression.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(f"'{text[at:].strip()[:20]}' can't be read in {expression}")
        found.append(match[0].strip())
        at = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens[::-1]

    @property
    def next(self) -> str:
        return self._tokens[-1] if self._tokens else ""

    def operations(self, level: int, depth: int) -> Node:
        """Operators of this level and all that bind tighter."""
        if depth == 0:
            raise ExpressionError(f"an expression may be nested at most {_DEEPEST} deep")
        if level == len(_LEVELS):
            return self._operand(depth)
        node = self.operations(level + 1, depth)
        while _SPELLED.get(self.next, self.next) in _LEVELS[level]:
            sign = self._take()
            node = Operation(_SPELLED.get(sign, sign), node, self.operations(level + 1, depth))
        return node

    def _operand(self, depth: int) -> Node:
        token = self._take()
        if token == "-":
            return Operation("-", Number(0.0), self._operand(depth - 1) if depth > 1 else self._too_deep())
        if token == "(":
            node = self.operations(0, depth - 1)
            self._expect(")")
            return node
        if token == "[":
            return Listed(self._items("]", depth))
        if token[:1] in "\"'" and token:
            return Text(token[1:-1])
        if token[:1].isdigit():
            return Number(float(token))
        if not re.match(r"[A-Za-z_]", token):
            raise ExpressionError(f"'{token or 'the end'}' stands where a value is expected")
        if self.next != "(":
            return Name(token)
        self._take()
        return Call(token.upper(), self._items(")", depth))

    def _items(self, end: str, depth: int) -> tuple[Node, ...]:
        if self.next == end:
            self._take()
            return ()
        items = [self.operations(0, depth - 1)]
        while self.next == ",":
            self._take()
            items.append(self.operations(0, depth - 1))
        self._expect(end)
        return tuple(items)

    def _expect(self, token: str) -> None:
        if (found := self._take()) != token:
            raise ExpressionError(f"'{token}' is expected instead of '{found or 'the end'}'")

    def _take(self) -> str:
        return self._tokens.pop() if self._tokens else ""

    def _too_deep(self) -> Node:
        raise ExpressionError(f"an expression may be nested at most {_DEEPEST} deep")
