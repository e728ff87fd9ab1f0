"""What a model is asked, in no family's spelling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from braid.aws.bedrock.converse import Reply
from braid.models.routing import Route

__all__ = ["Correction", "Guardrail", "Picture", "Question", "Text", "Tool"]


@dataclass(frozen=True)
class Guardrail:
    """A deployed guardrail, at the version that this code was deployed with."""

    id: str
    version: str


@dataclass(frozen=True)
class Text:
    """Words of the question. ``is_evidence`` has them held to the input filters of the guardrail, if any."""

    text: str
    is_evidence: bool = False


@dataclass(frozen=True)
class Picture:
    """A JPEG."""

    jpeg: bytes


@dataclass(frozen=True)
class Tool:
    """What the model must call; ``schema`` is the JSON Schema of the call's input, an object."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Correction:
    """A reply that was refused, and the words in which."""

    reply: Reply
    text: str


@dataclass(frozen=True)
class Question:
    """Everything that one call is made of.

    ``max_output_tokens`` is cut to what the route's model can write. Instructions are cached where
    ``caches_instructions`` says so and they are long enough for the model; ``service_tier`` is asked for
    where the model has it. Without a ``tool`` the model answers in words.
    """

    route: Route
    instructions: str
    content: tuple[Text | Picture, ...]
    tool: Tool | None
    max_output_tokens: int
    temperature: float = 0.0
    guardrail: Guardrail | None = None
    caches_instructions: bool = False
    service_tier: str = "default"
    corrections: tuple[Correction, ...] = ()

    def corrected(self, reply: Reply, text: str) -> Question:
        """The same question, and after it the reply with what was wrong with it."""
        return replace(self, corrections=(*self.corrections, Correction(reply, text)))
