"""What a dialect says of its family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["ChatDialect", "EmbeddingDialect", "JointDialect"]


@dataclass(frozen=True)
class ChatDialect:
    """A family that answers Converse.

    ``tool_schema`` makes of a JSON Schema the one that the family takes. ``greedy`` are the
    ``additionalModelRequestFields`` that have the likeliest token taken. ``batch_input`` turns a Converse
    request into the family's own JSON, which is what a batch job takes, and ``batch_output`` the family's own
    answer into the members of Converse's; what it can't read it leaves out, for the reader to miss.
    """

    tool_schema: Callable[[Mapping[str, Any]], dict[str, Any]]
    greedy: Mapping[str, Any]
    batch_input: Callable[[Mapping[str, Any]], dict[str, Any]]
    batch_output: Callable[[Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class EmbeddingDialect:
    """A family that gives a text a vector through InvokeModel.

    ``body`` makes the request of a text and the number of dimensions; ``vector`` and ``token_count`` find in
    an answer what should be a list of numbers and a count, unchecked.
    """

    max_characters: int
    body: Callable[[str, int], dict[str, Any]]
    vector: Callable[[Mapping[str, Any]], Any]
    token_count: Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True)
class JointDialect:
    """A family that gives texts and pictures vectors in one space, through InvokeModel.

    ``body`` makes the request of a text (empty for none), a picture (base64 of a JPEG, empty for none) and
    the number of dimensions; its last argument says whether it is a query. ``takes_both`` tells whether one
    request may hold both. ``vector`` and ``token_count`` find in an answer what should be a list of numbers
    and a count, unchecked; the count is ``None`` where the family tells none. ``method`` is what hits say of
    it: ``model``, or what stands in for one.
    """

    max_characters: int
    takes_both: bool
    body: Callable[[str, str, int, bool], dict[str, Any]]
    vector: Callable[[Mapping[str, Any]], Any]
    token_count: Callable[[Mapping[str, Any]], Any]
    method: str = "model"
