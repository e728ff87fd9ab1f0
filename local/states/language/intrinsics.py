"""The intrinsic functions, ``States.Format('{} of {}', $.a, $.b)`` and seventeen others.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from local.states.errors import StateError, to_text

_CALL = re.compile(r"\s*(States\.\w+)\s*\(")
_STRING = re.compile(r"\s*'((?:\\.|[^'\\])*)'")
_NUMBER = re.compile(r"\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*[,)])")
_WORD = re.compile(r"\s*(true|false|null)(?=\s*[,)])")
_PATH = re.compile(r"\s*(\$(?:\[(?:[^\[\]'\"]|'[^']*'|\"[^\"]*\"|\[[^\]]*\])*\]|[^,()\[\]\s])*)")
_HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_BASE64_LIMIT = 10_000
_ARRAY_LIMIT = 1000

Find = Callable[[str], Any]


class ExpressionSyntaxError(ValueError):
    """The text isn't a call of an intrinsic function."""


@lru_cache(maxsize=512)
def parse(text: str) -> tuple[str, tuple[Any, ...]]:
    """The call as (name, arguments); an argument is ("value", it), ("path", text) or ("call", a call).

    Raises ``ExpressionSyntaxError``.
    """
    if text[:1].isspace():
        raise ExpressionSyntaxError(f"'{text}' begins with a space")
    call, end = _call(text, 0)
    if text[end:].strip():
        raise ExpressionSyntaxError(f"'{text}' goes on after its call")
    return call


def evaluate(text: str, find: Find) -> Any:
    """The value of a call; ``find`` reads its paths. Raises ``States.IntrinsicFailure``."""
    try:
        return _value(parse(text), find)
    except StateError:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        raise StateError("States.IntrinsicFailure", f"'{text}' failed: {error}") from error


def _call(text: str, start: int) -> tuple[tuple[str, tuple[Any, ...]], int]:
    head = _CALL.match(text, start)
    if head is None or head.group(1) not in _FUNCTIONS:
        raise ExpressionSyntaxError(f"'{text}' isn't a call of an intrinsic function")
    arguments: list[Any] = []
    position = head.end()
    while not text[position:].lstrip().startswith(")"):
        if arguments:
            comma = re.compile(r"\s*,").match(text, position)
            if comma is None:
                raise ExpressionSyntaxError(f"'{text}' lacks a comma or a bracket")
            position = comma.end()
        argument, position = _argument(text, position)
        arguments.append(argument)
    return (head.group(1), tuple(arguments)), text.index(")", position) + 1


def _argument(text: str, position: int) -> tuple[Any, int]:
    if found := _STRING.match(text, position):
        return ("value", re.sub(r"\\([\\'{}])", _unescape, found.group(1))), found.end()
    if found := _NUMBER.match(text, position) or _WORD.match(text, position):
        return ("value", json.loads(found.group(1))), found.end()
    if found := _PATH.match(text, position):
        return ("path", found.group(1)), found.end()
    call, end = _call(text, position)
    return ("call", call), end


def _unescape(found: re.Match[str]) -> str:
    # A brace keeps its mark for Format, which takes it away.
    return found.group() if found.group(1) in "{}" else found.group(1)


def _value(call: tuple[str, tuple[Any, ...]], find: Find) -> Any:
    name, arguments = call
    values = []
    for kind, content in arguments:
        found = content if kind == "value" else find(content) if kind == "path" else _value(content, find)
        if isinstance(found, str) and kind == "value" and name != "States.Format":
            found = re.sub(r"\\([{}])", r"\1", found)
        values.append(found)
    return _FUNCTIONS[name](*values)


def _format(template: str, *values: Any) -> str:
    parts = re.split(r"(\\[{}]|\{\})", template)
    if parts.count("{}") != len(values):
        raise ValueError(f"{parts.count('{}')} places for {len(values)} values")
    remaining = iter(values)
    return "".join(
        _text(next(remaining)) if part == "{}" else part[1:] if re.fullmatch(r"\\[{}]", part) else part
        for part in parts
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else to_text(value)


def _partition(array: list[Any], size: int) -> list[list[Any]]:
    if _whole(size) < 1:
        raise ValueError("a part needs at least one item")
    return [array[start : start + size] for start in range(0, len(array), size)]


def _range(first: Any, last: Any, step: Any) -> list[int]:
    first, last, step = (_whole(round(number)) for number in (first, last, step))
    found = range(first, last + (1 if step > 0 else -1), step)
    if len(found) > _ARRAY_LIMIT:
        raise ValueError(f"a range has at most {_ARRAY_LIMIT} items")
    return list(found)


def _get_item(array: list[Any], index: int) -> Any:
    if not 0 <= _whole(index) < len(array):
        raise ValueError(f"there is no item {index}")
    return array[index]


def _unique(array: list[Any]) -> list[Any]:
    return list({json.dumps(item, sort_keys=True): item for item in reversed(array)}.values())[::-1]


def _short(text: str) -> bytes:
    if len(text) > _BASE64_LIMIT:
        raise ValueError(f"over {_BASE64_LIMIT} characters")
    return text.encode()


def _hash(data: Any, algorithm: str) -> str:
    return hashlib.new(_HASHES[algorithm], _text(data).encode(), usedforsecurity=False).hexdigest()


def _merge(first: dict[str, Any], second: dict[str, Any], deep: bool) -> dict[str, Any]:
    if deep:
        raise ValueError("only a shallow merge is supported: the third argument must be false")
    return {**first, **second}


def _random(start: int, end: int, seed: int | None = None) -> int:
    return random.Random(seed).randrange(_whole(start), _whole(end))


def _split(text: str, separators: str) -> list[str]:
    return [part for part in re.split(f"[{re.escape(separators)}]", text) if part]


def _whole(number: Any) -> int:
    if isinstance(number, bool) or int(number) != number:
        raise TypeError(f"{number} isn't a whole number")
    return int(number)


def _contains(array: list[Any], value: Any) -> bool:
    return any(item == value and isinstance(item, bool) == isinstance(value, bool) for item in array)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "States.Array": lambda *values: list(values),
    "States.ArrayContains": _contains,
    "States.ArrayGetItem": _get_item,
    "States.ArrayLength": lambda array: len([*array]) if isinstance(array, list) else _not_an_array(array),
    "States.ArrayPartition": _partition,
    "States.ArrayRange": _range,
    "States.ArrayUnique": _unique,
    "States.Base64Decode": lambda text: base64.b64decode(_short(text), validate=True).decode(),
    "States.Base64Encode": lambda text: base64.b64encode(_short(text)).decode(),
    "States.Format": _format,
    "States.Hash": _hash,
    "States.JsonMerge": _merge,
    "States.JsonToString": to_text,
    "States.MathAdd": lambda left, right: _whole(left) + _whole(right),
    "States.MathRandom": _random,
    "States.StringSplit": _split,
    "States.StringToJson": json.loads,
    "States.UUID": lambda: str(uuid.uuid4()),
}


def _not_an_array(value: Any) -> int:
    raise TypeError(f"{to_text(value)} isn't an array")
