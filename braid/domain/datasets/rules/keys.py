"""Wrong keys, and which key was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Any

__all__ = ["meant", "missing_keys", "wrong_keys"]

# Keys as widely copied articles print them, which a machine had put into other words, and what they were.
_PARAPHRASED: Mapping[str, str] = {
    "position": "role",
    "content material": "content",
    "question": "query",
    "identify": "name",
    "coach": "trainer",
    "mannequin": "model",
    "analysis": "evaluation",
    "job": "task",
    "technique": "strategy",
    "match": "fit",
    "prepare": "train",
    "epochsCount": "epochCount",
    "epochs": "epochCount",
    "image_ref": "image-ref",
    "imageRef": "image-ref",
    "label": "caption",
    "answer": "response",
    "prompt": "query",
}


def meant(key: str, allowed: Collection[str]) -> str | None:
    """Which of ``allowed`` was probably meant by ``key``, if any comes near."""
    known = _PARAPHRASED.get(key)
    if known in allowed:
        return known
    near = difflib.get_close_matches(key.lower(), [each.lower() for each in allowed], n=1, cutoff=0.75)
    return next((each for each in allowed if near and each.lower() == near[0]), None)


def wrong_keys(value: Mapping[str, Any], allowed: Collection[str], where: str = "") -> list[str]:
    """Each key of ``value`` that isn't allowed, as a phrase; ``where`` is the path to it (``messages[1]``).

    Also for recipes and hyperparameters: ``wrong_keys({"epochsCount": "2"}, ["epochCount"])``.
    """
    found = []
    for key in value:
        if key not in allowed:
            path = f"{where}.{key}" if where else str(key)
            suggestion = meant(str(key), allowed)
            found.append(f"{path!r} (did you mean {suggestion!r}?)" if suggestion else repr(path))
    return found


def missing_keys(value: Mapping[str, Any], required: Collection[str], where: str = "") -> list[str]:
    """Each required key that isn't there, by its path."""
    return [repr(f"{where}.{key}" if where else key) for key in required if key not in value]
