"""What a profile expects of each asset: the ``[targets]`` section of ``profile.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["DataResidency", "MissedTarget", "TargetName", "TargetPlan"]

DataResidency = Literal["none", "geography", "region"]
TargetName = Literal["latency_seconds", "cost_usd", "confidence"]


@dataclass(frozen=True)
class MissedTarget:
    """A target that an asset missed: what was wanted, and what it was."""

    target: TargetName
    wanted: float
    value: float

    def __str__(self) -> str:
        if self.target == "latency_seconds":
            return f"took {self.value:.1f} s of at most {self.wanted:g} s"
        if self.target == "cost_usd":
            return f"cost ${self.value:.4f} of at most ${self.wanted:g}"
        return f"confidence {self.value:.2f} of at least {self.wanted:g}"


@dataclass(frozen=True)
class TargetPlan:
    """A target that an asset misses is a metric and a line in its result; 0 sets none.

    ``latency_seconds`` from the upload to the published result without the time that a reviewer takes,
    ``cost_usd`` of the receipt, ``confidence`` of the answer (at least). ``data_residency`` says where models
    may process what they are asked: anywhere, in the region's geography, or in the region alone. No asset can
    miss it: synth refuses a model that would.
    """

    latency_seconds: float = 0.0
    cost_usd: float = 0.0
    confidence: float = 0.0
    data_residency: DataResidency = "none"

    def missed(
        self, *, latency_seconds: float | None, cost_usd: float | None, confidence: float | None
    ) -> tuple[MissedTarget, ...]:
        """The targets that an asset missed; what isn't known (``None``) misses none."""
        most: tuple[tuple[TargetName, float | None], ...] = (
            ("latency_seconds", latency_seconds),
            ("cost_usd", cost_usd),
        )
        found = [
            MissedTarget(name, wanted, value)
            for name, value in most
            if (wanted := getattr(self, name)) and value is not None and value > wanted
        ]
        if confidence is not None and confidence < self.confidence:
            found.append(MissedTarget("confidence", self.confidence, confidence))
        return tuple(found)

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        for member in ("latency_seconds", "cost_usd", "confidence"):
            if getattr(self, member) < 0:
                yield f"targets.{member} can't be negative"
        if self.data_residency not in get_args(DataResidency):
            yield (
                f"targets.data_residency must be {', '.join(get_args(DataResidency))}, "
                f"not {self.data_residency!r}"
            )
        if self.confidence > 1:
            yield "targets.confidence must be from 0 to 1"
