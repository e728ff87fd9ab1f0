"""The statements of an answer: every object of it that cites evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from braid.domain.answer.answer import AnswerClaim

__all__ = ["child", "find_claims", "first_sentence", "objects_at", "text_at", "value_at", "without"]

_TEXT_MEMBERS = ("text", "title", "name", "term", "question", "description")
_CITATION_MEMBER = "evidence_ids"
_SENTENCE = re.compile(r".+?[.!?。！？](?=\s|$)", re.DOTALL)
_MAX_SENTENCE_CHARACTERS = 200


def find_claims(answer: Any, path: str = "") -> Iterator[AnswerClaim]:
    """Each object with ``evidence_ids`` as a claim; its text is ``text``, ``title``, ``name`` or its strings.

    A pair of ``name`` and ``value`` reads as one: ``Material: ceramic``.
    ``path`` is the object's JSON pointer.
    """
    if isinstance(answer, Mapping):
        if _CITATION_MEMBER in answer:
            ids = tuple(str(name) for name in answer[_CITATION_MEMBER])
            yield AnswerClaim(_text(answer), ids, path)
        for name, value in answer.items():
            yield from find_claims(value, child(path, name))
    elif isinstance(answer, list):
        for index, value in enumerate(answer):
            yield from find_claims(value, f"{path}/{index}")


def child(pointer: str, name: str) -> str:
    """The JSON pointer of a member of the object at ``pointer``."""
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"


def _text(claim: Mapping[str, Any]) -> str:
    name, value = claim.get("name"), claim.get("value")
    if isinstance(name, str) and isinstance(value, str):
        return f"{name}: {value}"
    for name in _TEXT_MEMBERS:
        if isinstance(claim.get(name), str):
            return str(claim[name])
    return " ".join(value for value in claim.values() if isinstance(value, str))


def text_at(answer: Any, pointer: str) -> str:
    """The text at a JSON pointer, or nothing where it leads nowhere."""
    value = value_at(answer, pointer)
    return value if isinstance(value, str) else ""


def objects_at(answer: Any, pointer: str) -> list[Mapping[str, Any]]:
    """The objects of the list at a JSON pointer; none where it leads to no list."""
    found = value_at(answer, pointer)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def value_at(answer: Any, pointer: str) -> Any:
    """What stands at a JSON pointer, or ``None`` where it leads nowhere."""
    value = answer
    for part in pointer.removeprefix("/").split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def first_sentence(answer: Any, pointer: str) -> str:
    """The first sentence of the text at a JSON pointer, at most 200 characters: what lists show."""
    plain = " ".join(text_at(answer, pointer).split())
    match = _SENTENCE.match(plain)
    sentence = match.group() if match else plain
    if len(sentence) <= _MAX_SENTENCE_CHARACTERS:
        return sentence
    return sentence[: _MAX_SENTENCE_CHARACTERS - 1].rstrip() + "…"


def without(answer: Any, paths: frozenset[str], path: str = "") -> Any:
    """A copy of the answer without what stands at ``paths``: items of lists, and members of objects."""
    if isinstance(answer, Mapping):
        below = {name: child(path, name) for name in answer}
        return {
            name: without(value, paths, below[name])
            for name, value in answer.items()
            if below[name] not in paths
        }
    if isinstance(answer, list):
        return [
            without(value, paths, f"{path}/{index}")
            for index, value in enumerate(answer)
            if f"{path}/{index}" not in paths
        ]
    return answer
