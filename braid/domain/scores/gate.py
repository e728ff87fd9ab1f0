"""Whether a tuned model may take the base's place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from braid.domain.scores.comparison import Comparison

__all__ = ["GateVerdict", "judge_gate"]

_LEAST_COUNT = 30


@dataclass(frozen=True)
class GateVerdict:
    """``reasons`` say why it doesn't pass; ``too_small`` names slices of too few examples to judge."""

    passes: bool
    reasons: tuple[str, ...]
    too_small: tuple[str, ...]


def judge_gate(
    overall: Comparison,
    by_slice: Mapping[str, Comparison],
    *,
    max_slice_loss: float,
    least_slice_count: int = _LEAST_COUNT,
) -> GateVerdict:
    """Passes where the interval of the gain lies above 0 and no slice loses more than ``max_slice_loss``.

    The loss is in points of the metric, 0.02 for two of a hundred, as measured, whatever its interval: a
    slice has to be shown to be no worse, not the other way round.
    """
    reasons = []
    if not overall.is_better:
        low, high = overall.points.low, overall.points.high
        said = (
            "has no interval" if low is None or high is None else f"lies between {low:+.4f} and {high:+.4f}"
        )
        reasons.append(
            f"{overall.metric} went from {overall.base:.4f} to {overall.tuned:.4f}, but the gain {said}:"
            " it isn't above 0"
        )
    judged = {name: each for name, each in by_slice.items() if each.count >= least_slice_count}
    reasons += [
        f"{name}: {each.metric} went from {each.base:.4f} to {each.tuned:.4f}, by more than"
        f" {max_slice_loss:g} down"
        for name, each in judged.items()
        if each.tuned - each.base < -max_slice_loss
    ]
    return GateVerdict(not reasons, tuple(reasons), tuple(sorted(by_slice.keys() - judged.keys())))
