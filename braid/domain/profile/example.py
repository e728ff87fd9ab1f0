"""Examples of a profile: evidence, what a model answers to it, and what must come of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from braid.domain.errors import InvalidInputError
from braid.domain.evidence.observation import Evidence, Observation
from braid.domain.evidence.timeline import Timeline
from braid.domain.json_text import parse_json
from braid.domain.wire import decode

__all__ = ["ProfileExample", "read_example"]

_TOOL = "answer"


@dataclass(frozen=True)
class ProfileExample:
    """One file of ``examples/``.

    What was found is a whole ``timeline``, or ``evidence`` alone where nothing depends on how it agrees;
    ``language`` is the asset's. What a model answers is ``answer``, or ``recorded``: its response as Converse
    gives it, of which ``recorded_by`` says where it comes from. ``expect`` names members of ``answer.json``
    by JSON pointer with the value that they must have.
    """

    description: str
    timeline: Timeline | None = None
    evidence: tuple[Evidence, ...] = ()
    language: str | None = None
    answer: dict[str, Any] | None = None
    recorded: dict[str, Any] | None = None
    recorded_by: str = ""
    expect: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.timeline is None) == (not self.evidence):
            raise ValueError("an example has either a timeline or evidence")
        if (self.answer is None) == (self.recorded is None):
            raise ValueError("an example has either an answer or a recorded response")
        if (self.recorded is None) != (not self.recorded_by):
            raise ValueError("recorded_by says where a recorded response comes from")

    @property
    def found(self) -> Timeline:
        """What was found, as inference gets it."""
        if self.timeline is not None:
            return self.timeline
        observations = tuple(
            Observation(
                observation_id=piece.evidence_id,
                modality=piece.modality,
                kind=piece.kind,
                span=piece.span,
                text=piece.text,
                confidence=piece.confidence,
                source=piece.source,
                member=piece.member,
            )
            for piece in self.evidence
        )
        return Timeline(None, (), observations, (), self.evidence, {})

    @property
    def response(self) -> Mapping[str, Any]:
        """What Converse answers."""
        if self.recorded is not None:
            return self.recorded
        call = {"toolUseId": "tooluse_example", "name": _TOOL, "input": self.answer}
        return {
            "output": {"message": {"role": "assistant", "content": [{"toolUse": call}]}},
            "stopReason": "tool_use",
            "usage": {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0},
            "metrics": {"latencyMs": 0},
        }


def read_example(text: str) -> ProfileExample:
    """Reads one file. Raises ``InvalidInputError`` that says what is wrong with it."""
    try:
        value = parse_json(text)
    except ValueError as error:
        raise InvalidInputError(f"it isn't JSON: {error}") from error
    return decode(ProfileExample, value, called="the example")
