"""Figures that others published for tuned moderators, counted again: relative gains and points are two.

    python -m evaluation.published

F1 of Nova Lite and of three models tuned from it, on three benchmarks: AWS blog, "Customizing text content
moderation with Amazon Nova" (2025). The gains are given there as 4.2 to 9.2 %, 7.3 % in the middle.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from braid.domain.scores.comparison import relative_gain

__all__ = ["BASE", "PRINTED", "TUNED", "Gain", "gains", "main", "mean_printed", "mean_relative"]

BASE: Mapping[str, float] = {"Aegis": 0.7822, "Jigsaw": 0.54103, "WildGuard": 0.78901}
TUNED: Mapping[str, Mapping[str, float]] = {
    "NovaTextCM": {"Aegis": 0.8305, "Jigsaw": 0.59098, "WildGuard": 0.83871},
    "NovaAegis": {"Aegis": 0.85262, "Jigsaw": 0.55129, "WildGuard": 0.81701},
    "NovaWildguard": {"Aegis": 0.848, "Jigsaw": 0.56439, "WildGuard": 0.82234},
}
# The gains in percent as they are printed there; two cells have none.
PRINTED: Mapping[tuple[str, str], float] = {
    ("NovaTextCM", "Aegis"): 6.2,
    ("NovaTextCM", "Jigsaw"): 9.2,
    ("NovaTextCM", "WildGuard"): 6.3,
    ("NovaAegis", "Aegis"): 9.0,
    ("NovaWildguard", "Jigsaw"): 2.3,
    ("NovaWildguard", "WildGuard"): 4.2,
}
_ROUNDING = 0.0006  # of a printed tenth of a percent, and of F1 to four digits


@dataclass(frozen=True)
class Gain:
    """One cell: ``relative`` is tuned over base less 1, ``points`` tuned less base, ``printed`` a share."""

    model: str
    benchmark: str
    base: float
    tuned: float
    printed: float | None

    @property
    def points(self) -> float:
        """In F1, 0 to 1."""
        return self.tuned - self.base

    @property
    def relative(self) -> float:
        """As a share of the base."""
        return relative_gain(self.base, self.tuned) or 0.0

    @property
    def remark(self) -> str:
        """What the printed figure is, where it isn't the relative gain that the others are."""
        if self.printed is None or abs(self.printed - self.relative) <= _ROUNDING:
            return ""
        if abs(self.printed - self.points) <= _ROUNDING:
            return f"printed as +{self.printed:.1%}: that is points, not relative as the others"
        return f"printed as +{self.printed:.1%}: neither points nor relative"


def gains() -> tuple[Gain, ...]:
    """All nine cells."""
    return tuple(
        Gain(
            model,
            benchmark,
            BASE[benchmark],
            tuned,
            PRINTED[model, benchmark] / 100 if (model, benchmark) in PRINTED else None,
        )
        for model, row in TUNED.items()
        for benchmark, tuned in row.items()
    )


def mean_relative(found: Sequence[Gain], model: str | None = None) -> float:
    """The mean relative gain, of one model or of all cells."""
    return statistics.fmean(gain.relative for gain in found if model in (None, gain.model))


def mean_printed(found: Sequence[Gain], model: str) -> float:
    """The mean of a model's gains as they are printed, rounded to tenths of a percent."""
    return statistics.fmean(
        gain.printed for gain in found if gain.model == model and gain.printed is not None
    )


def main() -> int:
    """Prints the table and the means."""
    argparse.ArgumentParser(
        "python -m evaluation.published", description=(__doc__ or "").splitlines()[0]
    ).parse_args()
    found = gains()
    print(f"{'model':<14}{'benchmark':<11}{'base':>8}{'tuned':>9}{'relative':>10}{'points':>9}")
    for each in found:
        row = f"{each.model:<14}{each.benchmark:<11}{each.base:>8.5f}{each.tuned:>9.5f}"
        print(f"{row}{each.relative:>+10.2%}{each.points:>+9.4f}  {each.remark}".rstrip())
    for model in TUNED:
        printed = f" ({mean_printed(found, model):+.2%} of the gains as printed)"
        print(f"mean relative gain of {model}: {mean_relative(found, model):+.2%}{printed}")
    print(f"mean relative gain of all nine: {mean_relative(found):+.2%}")
    print("The 7.3 % that is reported as the middle can't be computed from these figures.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
