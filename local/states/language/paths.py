"""JSONPath as the states language uses it: fields, indexes, slices, wildcards, descendants and filters.

A path that can name one place only is definite: it gives that value, or an error when there is nothing. Any
other gives the list of what it matches, which may be empty.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from local.foreign_json import parse_json
from local.states.errors import StateError, runtime_error

_NAME = re.compile(r"[^\s.\[\]()'\"*?@$,]+")
_QUOTED = re.compile(r"'((?:\\.|[^'\\])*)'|\"((?:\\.|[^\"\\])*)\"")
_SLICE = re.compile(r"\s*(-?\d*)\s*:\s*(-?\d*)\s*(?::\s*(-?\d*))?\s*")
_INDEX = re.compile(r"\s*-?\d+\s*")
_COMPARISON = re.compile(r"\s*(@[^\s=!<>]*)\s*(?:(==|!=|<=|>=|<|>)\s*(.+?))?\s*")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge,
}  # fmt: skip
_SHOWN_CHARACTERS = 500


class PathSyntaxError(ValueError):
    """The text isn't a path."""


@dataclass(frozen=True)
class Step:
    """One step: ``kind`` is field, index, slice, wildcard, descend or filter."""

    kind: str
    value: Any = None


@lru_cache(maxsize=1024)
def parse(path: str) -> tuple[Step, ...]:
    """The steps of a path that begins with ``$`` or, in a filter, ``@``; raises ``PathSyntaxError``."""
    if not path or path[0] not in "$@":
        raise PathSyntaxError(f"'{path}' doesn't begin with $")
    steps, position = [], 1
    while position < len(path):
        if path.startswith("..", position):
            steps.append(Step("descend"))
            position += 2
            if path.startswith("[", position):
                continue
        elif path[position] == ".":
            position += 1
        elif path[position] == "[":
            end = _closing_bracket(path, position)
            try:
                steps.append(_bracket(path[position + 1 : end], path))
            except ValueError as error:  # a number of more digits than Python reads
                raise PathSyntaxError(str(error)) from error
            position = end + 1
            continue
        else:
            raise PathSyntaxError(f"'{path}' has an unexpected '{path[position]}'")
        if path.startswith("*", position):
            steps.append(Step("wildcard"))
            position += 1
            continue
        name = _NAME.match(path, position)
        if name is None:
            raise PathSyntaxError(f"'{path}' has an empty step")
        steps.append(Step("field", name.group()))
        position = name.end()
    return tuple(steps)


def is_definite(steps: Sequence[Step]) -> bool:
    """Whether the path can name one place only."""
    return all(step.kind in ("field", "index") for step in steps)


def read(path: str, data: Any) -> Any:
    """What the path names; raises ``LookupError`` when a definite path leads nowhere."""
    steps = parse(path)
    found = [data]
    for index, step in enumerate(steps):
        if step.kind == "descend":
            found = [inner for value in found for inner in _descendants(value)]
        else:
            found = [inner for value in found for inner in _children(step, value)]
        if not found and is_definite(steps[: index + 1]) and is_definite(steps):
            raise LookupError(path)
    return found[0] if is_definite(steps) else found


def find(path: str, data: Any, context: Any, purpose: str) -> Any:
    """What a path of a machine names: ``$$.`` in the context object, else in the data.

    Raises ``States.Runtime``; ``purpose`` says in its text what the path is for.
    """
    source, inner = (context, path[1:]) if path.startswith("$$") else (data, path)
    try:
        return read(inner, source)
    except PathSyntaxError as error:
        raise runtime_error(f"Invalid path: {error}") from None
    except LookupError:
        shown = json.dumps(source, default=str, ensure_ascii=False)[:_SHOWN_CHARACTERS]
        cause = f"The JSONPath '{path}' {purpose}could not be found in the input '{shown}'"
        raise runtime_error(cause) from None


def write(path: str, data: Any, value: Any) -> Any:
    """A copy of the data in which the value stands at the reference path; objects on the way are made.

    Raises ``States.ResultPathMatchFailure`` where the way leads through something else.
    """
    steps = parse(path)
    if not is_definite(steps):
        raise runtime_error(f"'{path}' isn't a reference path")
    return _written(steps, data, value, path)


def _written(steps: Sequence[Step], data: Any, value: Any, path: str) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if step.kind == "field" and isinstance(data, dict):
        return {**data, step.value: _written(rest, data.get(step.value, {}), value, path)}
    if step.kind == "index" and isinstance(data, list) and -len(data) <= step.value < len(data):
        copied = list(data)
        copied[step.value] = _written(rest, copied[step.value], value, path)
        return copied
    cause = f"Unable to apply path '{path}' to the input"
    raise StateError("States.ResultPathMatchFailure", cause)


def _children(step: Step, value: Any) -> Iterator[Any]:
    if step.kind == "field":
        if isinstance(value, dict) and step.value in value:
            yield value[step.value]
    elif step.kind == "index":
        if isinstance(value, list) and -len(value) <= step.value < len(value):
            yield value[step.value]
    elif step.kind == "slice":
        if isinstance(value, list):
            yield from value[step.value]
    else:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        yield from (item for item in inner if step.kind == "wildcard" or step.value(item))


def _descendants(value: Any) -> Iterator[Any]:
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        yield from _descendants(item)


def _closing_bracket(path: str, start: int) -> int:
    depth, position = 0, start
    while position < len(path):
        quoted = _QUOTED.match(path, position)
        if quoted:
            position = quoted.end()
            continue
        depth += {"[": 1, "]": -1}.get(path[position], 0)
        if depth == 0:
            return position
        position += 1
    raise PathSyntaxError(f"'{path}' has an open bracket")


def _bracket(text: str, path: str) -> Step:
    quoted = _QUOTED.fullmatch(text.strip())
    if quoted:
        name = quoted.group(1) if quoted.group(1) is not None else quoted.group(2)
        return Step("field", re.sub(r"\\(.)", r"\1", name))
    if text.strip() == "*":
        return Step("wildcard")
    if _INDEX.fullmatch(text):
        return Step("index", int(text))
    sliced = _SLICE.fullmatch(text)
    if sliced:
        return Step("slice", slice(*(int(part) if part else None for part in sliced.groups())))
    if text.startswith("?(") and text.endswith(")"):
        return Step("filter", _condition(text[2:-1], path))
    raise PathSyntaxError(f"'{path}' has '[{text}]', which is neither name, index, slice nor filter")


def _condition(text: str, path: str) -> Callable[[Any], bool]:
    parts = [_COMPARISON.fullmatch(part) for part in text.split("&&")]
    tests = []
    for part in parts:
        if part is None:
            raise PathSyntaxError(f"'{path}' has a filter that isn't understood: {text}")
        tests.append(_comparison(*part.groups(), path=path))
    return lambda value: all(test(value) for test in tests)


def _comparison(left: str, symbol: str | None, right: str | None, *, path: str) -> Callable[[Any], bool]:
    parse(left)
    wanted: Any = None
    if symbol is not None and right is not None:
        quoted = _QUOTED.fullmatch(right)
        try:
            wanted = quoted.group()[1:-1] if quoted else parse_json(right)
        except ValueError:
            raise PathSyntaxError(f"'{path}' compares with '{right}', which is no value") from None

    def test(value: Any) -> bool:
        try:
            found = read(left, value)
            return symbol is None or bool(_OPERATORS[symbol](found, wanted))
        except (LookupError, TypeError):
            return False

    return test
