"""What a model may write for a profile: the ``[guardrail]`` section of ``profile.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal

__all__ = ["GuardrailPlan", "Strength"]

Strength = Literal["NONE", "LOW", "MEDIUM", "HIGH"]


@dataclass(frozen=True)
class GuardrailPlan:
    """The strength of each content filter on a model's output, as Bedrock names them.

    On input only the prompt-attack filter stands, for every profile: what an asset says may be ugly and must
    be read all the same.
    """

    hate: Strength = "MEDIUM"
    insults: Strength = "MEDIUM"
    sexual: Strength = "MEDIUM"
    violence: Strength = "MEDIUM"
    misconduct: Strength = "MEDIUM"

    def strengths(self) -> dict[str, Strength]:
        """The strength by Bedrock's name of the filter: ``HATE``, ``INSULTS``, ..."""
        return {field.name.upper(): getattr(self, field.name) for field in fields(self)}

    @property
    def filters_output(self) -> bool:
        """Whether any filter stands on output."""
        return any(strength != "NONE" for strength in self.strengths().values())

    def problems(self) -> Iterator[str]:
        """What is wrong with it; the codec has refused unknown strengths already."""
        yield from ()
