"""What an answer says twice in the same words is said once: small models go round in circles. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from braid.runtime.answer_schema import schema_problem

__all__ = ["without_repeats"]

_CITED = "evidence_ids"
_TITLE = "title"
_BREAK = re.compile(r"(?<=[.!?…])(\s+)")


def without_repeats(
    answer: dict[str, Any], schema: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The answer without sentences that follow upon themselves, and without statements of a list that an
    earlier one makes word for word, whatever they cite; of parts with a title those that say the same of the
    same evidence, under whatever title. And what was left out, in words.

    An answer that doesn't fit ``schema``, or wouldn't then, comes back as it is.
    """
    notes: list[str] = []
    found = _once(answer, "", notes)
    if not notes or schema_problem(answer, schema) or schema_problem(found, schema):
        return answer, ()
    return found, tuple(notes)


def _once(value: Any, path: str, notes: list[str]) -> Any:
    if isinstance(value, str):
        said = _sentences_once(value)
        if said != value:
            notes.append(f"mended: {path} said a sentence again")
        return said
    if isinstance(value, Mapping):
        return {name: _once(member, f"{path}/{name}", notes) for name, member in value.items()}
    if not isinstance(value, list):
        return value
    kept: list[Any] = []
    known: dict[str, int] = {}
    for index, item in enumerate(value):
        once = _once(item, f"{path}/{index}", notes)
        if isinstance(once, Mapping) and _CITED in once:
            words = repr({name: _plain(once[name]) for name in sorted(_telling(once))})
            if words in known:
                notes.append(f"mended: {path}/{index} was left out: it says what {path}/{known[words]} says")
                continue
            known[words] = index
        kept.append(once)
    return kept


def _telling(item: Mapping[str, Any]) -> list[str]:
    """The members by which two items say the same.

    A part of the asset is told apart by where it stands: several may be "Questions", and none is another for
    being called "Price".
    """
    if _TITLE not in item:
        return [name for name in item if name != _CITED]
    return [name for name in item if name != _TITLE] if len(item) > len((_TITLE, _CITED)) else list(item)


def _sentences_once(text: str) -> str:
    sentence, *others = _BREAK.split(text)
    said = [sentence]
    for blank, following in zip(others[::2], others[1::2], strict=True):
        if following != sentence:
            said += [blank, following]
        sentence = following
    return "".join(said)


def _plain(value: Any) -> Any:
    return value.strip().casefold() if isinstance(value, str) else value
