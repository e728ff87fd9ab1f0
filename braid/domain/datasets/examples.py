"""One line of a data set, read; and everything about its form that is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from braid.domain.datasets.conversations import read_conversation
from braid.domain.datasets.formats import DatasetFormat
from braid.domain.datasets.problems import Problem, Rule
from braid.domain.datasets.rules.keys import missing_keys, wrong_keys
from braid.domain.tokens import estimate_tokens

__all__ = ["MAX_CAPTION_TOKENS", "NO_CAPTION", "Example", "read_example"]

MAX_CAPTION_TOKENS = 128
NO_CAPTION = (
    "the caption is empty: no captions are written automatically, and a picture without words"
    " teaches nothing; say what it shows"
)
_MAX_QUERY_TOKENS = 8_192
_PARTS = (b"{", b"}", b"[", b"]", b"},", b"],")
_NOT_TEXT = re.compile(rb"\\u[dD][89a-fA-F]")


@dataclass(frozen=True)
class Example:
    """What is asked, what is to be answered, and the media that go with it, by address in S3."""

    line: int
    prompt: str
    answer: str
    media: tuple[str, ...] = ()


def read_example(line: bytes, number: int, kind: DatasetFormat, problems: list[Problem]) -> Example | None:
    """The example of a line; ``None`` where it can't be read. What is wrong is added to ``problems``."""
    try:
        value = _load(line, number)
    except _UnreadableError as error:
        problems.append(Problem(number, Rule.JSON, str(error)))
        return None
    if kind is DatasetFormat.NOVA_TEXT:
        return Example(number, *read_conversation(value, number, problems))
    required, optional = _KEYS[kind]
    _check_keys(value, required, optional, number, problems)
    found = {name: _text(value, name, number, problems) for name in (*required, *optional) if name in value}
    if kind is DatasetFormat.TITAN_IMAGE:
        return _titan(found, number, problems)
    return _gen_qa(found, number, problems)


_KEYS: Mapping[DatasetFormat, tuple[tuple[str, ...], tuple[str, ...]]] = {
    DatasetFormat.TITAN_IMAGE: (("image-ref", "caption"), ()),
    DatasetFormat.GEN_QA: (("query", "response"), ("system", "metadata")),
}


def _titan(found: Mapping[str, str], number: int, problems: list[Problem]) -> Example:
    caption, image = found.get("caption"), found.get("image-ref", "")
    if caption is not None and not caption.strip():
        problems.append(Problem(number, Rule.EMPTY, NO_CAPTION))
    if "image-ref" in found and not image.startswith("s3://"):
        problems.append(
            Problem(number, Rule.SHAPE, f"'image-ref' is no address in S3 (s3://bucket/key): {image!r:.80}")
        )
    caption = caption or ""
    # A word is a token at least; what is only estimated to be too long may still fit.
    if len(caption.split()) > MAX_CAPTION_TOKENS:
        said = f"the caption has {len(caption.split())} words; at most {MAX_CAPTION_TOKENS} tokens are read"
        problems.append(Problem(number, Rule.LENGTH, said))
    elif (tokens := estimate_tokens(caption)) > MAX_CAPTION_TOKENS:
        said = f"the caption has about {tokens} tokens; at most {MAX_CAPTION_TOKENS} are read"
        problems.append(Problem(number, Rule.LENGTH, said, is_warning=True))
    return Example(number, "", caption, (image,) if image else ())


def _gen_qa(found: Mapping[str, str], number: int, problems: list[Problem]) -> Example:
    for name in ("query", "response"):
        if name in found and not found[name].strip():
            problems.append(Problem(number, Rule.EMPTY, f"{name!r} is empty"))
    asked = "\n".join(found[name] for name in ("system", "query") if name in found)
    if (tokens := estimate_tokens(asked)) > _MAX_QUERY_TOKENS:
        said = f"system and query have about {tokens:,} tokens; the evaluation reads {_MAX_QUERY_TOKENS:,}"
        problems.append(Problem(number, Rule.LENGTH, said, is_warning=True))
    return Example(number, asked, found.get("response", ""))


def _check_keys(
    value: Mapping[str, Any],
    required: tuple[str, ...],
    optional: tuple[str, ...],
    number: int,
    problems: list[Problem],
) -> None:
    told = []
    if wrong := wrong_keys(value, (*required, *optional)):
        told.append(f"unknown keys: {', '.join(wrong)}")
    if missing := missing_keys(value, required):
        told.append(f"missing keys: {', '.join(missing)}")
    if told:
        problems.append(Problem(number, Rule.KEYS, "; ".join(told)))


def _text(value: Mapping[str, Any], name: str, number: int, problems: list[Problem]) -> str:
    text = value[name]
    if isinstance(text, str):
        return text
    problems.append(Problem(number, Rule.SHAPE, f"{name!r} is a text, not {_kind(text)}"))
    return ""


class _UnreadableError(Exception):
    """A line is no example; the message says why."""


def _load(line: bytes, number: int) -> dict[str, Any]:
    """The object of a line."""
    plain = line.strip()
    if number == 1 and plain.startswith(b"\xef\xbb\xbf"):
        raise _UnreadableError("the file begins with a byte order mark; save it as UTF-8 without one")
    if not plain:
        raise _UnreadableError("the line is empty; every line is one example")
    if plain.startswith(b"//") or plain in _PARTS:
        raise _UnreadableError("not an example: JSON lines have no comments and one whole object a line")
    try:
        value = _DECODER.decode(plain.decode())
    except UnicodeDecodeError as error:
        raise _UnreadableError(f"byte {error.start + 1} isn't UTF-8") from error
    except json.JSONDecodeError as error:
        said = f"{error.msg[:1].lower()}{error.msg[1:]} at character {error.colno}"
        raise _UnreadableError(f"not JSON: {said}") from error
    except RecursionError as error:
        raise _UnreadableError("the JSON is nested too deeply") from error
    except ValueError as error:  # of numbers that are none, and of those with thousands of digits
        raise _UnreadableError("not JSON: it holds a number that JSON doesn't have") from error
    if not isinstance(value, dict):
        raise _UnreadableError(f"an example is an object in braces, not {_kind(value)}")
    if _NOT_TEXT.search(plain) and not _is_text(value):
        raise _UnreadableError("it holds half of a character (an unpaired \\ud800 to \\udfff)")
    return value


def _is_text(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", bool: "true or false", type(None): "null", str: "a text"}
    return names.get(type(value), "a number")


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} isn't a value of JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)
