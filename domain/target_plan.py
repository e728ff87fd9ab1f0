"""What a use case expects of each asset: the ``[targets]`` section of ``profile.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["TargetPlan"]


@dataclass(frozen=True)
class TargetPlan:
    """A target that an asset misses is a metric and a line in its result; 0 sets none.

    ``latency_seconds`` from the upload to the published result without the time that a reviewer takes,
    ``cost_usd`` of the receipt, ``confidence`` of the answer (at least).
    """

    latency_seconds: float = 0.0
    cost_usd: float = 0.0
    confidence: float = 0.0

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        for member in ("latency_seconds", "cost_usd", "confidence"):
            if getattr(self, member) < 0:
                yield f"targets.{member} can't be negative"
        if self.confidence > 1:
            yield "targets.confidence must be from 0 to 1"
