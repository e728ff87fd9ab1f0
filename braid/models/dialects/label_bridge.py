"""A bridge over labels, where no joint model is: a picture lies where the words for its labels lie.

It answers InvokeModel under an id of its own and says so (``"method": "bridge"``); docs/engines.md tells how
well it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from braid.models.dialects.dialect import JointDialect

__all__ = ["LABEL_BRIDGE"]

_MAX_CHARACTERS = 50_000


def _body(text: str, picture: str, _dimensions: int, is_query: bool) -> dict[str, Any]:
    if not picture:
        return {"inputText": text}
    # Of a picture that searches at least one label has to be likely: docs/search.md says why.
    return {"inputImage": picture, "isQuery": True} if is_query else {"inputImage": picture}


def _vector(answer: Mapping[str, Any]) -> Any:
    return answer.get("embedding")


def _token_count(_answer: Mapping[str, Any]) -> Any:
    return None


LABEL_BRIDGE = JointDialect(_MAX_CHARACTERS, False, _body, _vector, _token_count, method="bridge")
