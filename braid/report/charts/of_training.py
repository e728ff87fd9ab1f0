"""How the loss went, what tuning changed in each slice, and what quality costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from braid.report.charts.frame import BLUE, GREY, ORANGE, Axis, Frame

__all__ = ["CostPoint", "cost_f1_svg", "loss_svg", "slice_changes_svg"]

_ROW_PX = 26


@dataclass(frozen=True)
class CostPoint:
    """One model: what 1,000 decisions cost, and its F1 on them. ``is_tuned`` sets it off from the others."""

    name: str
    usd_per_1000: float
    f1: float
    is_tuned: bool = False


def loss_svg(
    training: Sequence[tuple[float, float]],
    validation: Sequence[tuple[float, float]] = (),
    *,
    title: str = "Loss",
) -> str:
    """Loss by step, of training and of validation: where the second rises while the first falls, it overfits.

    Raises ``ValueError`` where there is no step.
    """
    if not training:
        raise ValueError("there is no step of training to draw")
    every = [*training, *validation]
    steps, losses = [step for step, _ in every], [loss for _, loss in every]
    said = f"Training loss went from {training[0][1]:.4g} to {training[-1][1]:.4g}"
    if validation:
        said += f", validation loss from {validation[0][1]:.4g} to {validation[-1][1]:.4g}"
    frame = Frame(
        title,
        f"{said}.",
        Axis("step", min(steps), max(steps)),
        Axis("loss", min([0.0, *losses]), max(losses)),
    )
    frame.line(training, BLUE)
    if validation:
        frame.line(validation, ORANGE)
        for step, loss in validation:
            frame.dot(step, loss, ORANGE, 3)
    frame.legend([("training", BLUE), *([("validation", ORANGE)] if validation else [])])
    return frame.svg()


def slice_changes_svg(
    changes: Sequence[tuple[str, int, float, float]], *, metric: str = "F1", title: str = "Slices"
) -> str:
    """What tuning changed in each slice: (name, count, base, tuned), a line from one dot to the other."""
    worse = [name for name, _, base, tuned in changes if tuned < base]
    frame = Frame(
        title,
        f"Lower than before: {', '.join(worse)}." if worse else "No slice is lower than before.",
        Axis(metric),
        Axis("", 0, max(len(changes), 1)),
        height=100 + _ROW_PX * max(len(changes), 1),
        left=196,
    )
    for row, (name, count, base, tuned) in enumerate(changes):
        place = len(changes) - row - 0.5
        colour = ORANGE if tuned < base else BLUE
        frame.words(0, place, f"{_short(name)} (n = {count})", anchor="end", dx=-6)
        frame.line([(base, place), (tuned, place)], colour)
        frame.dot(base, place, GREY)
        frame.dot(tuned, place, colour)
    frame.legend([("base", GREY), ("tuned", BLUE), ("tuned, lower", ORANGE)])
    return frame.svg(ticks_up=())


def cost_f1_svg(points: Sequence[CostPoint], *, title: str = "Cost and F1") -> str:
    """A dot for each model, cost on a logarithmic axis: up and left is better.

    Raises ``ValueError`` where there is none, or one that costs nothing, which has no place on that axis.
    """
    if not points:
        raise ValueError("there is no model to draw")
    if min(point.usd_per_1000 for point in points) <= 0:
        raise ValueError("a model that costs nothing has no place on a logarithmic axis")
    low, high = (choose(point.usd_per_1000 for point in points) for choose in (min, max))
    f1 = [point.f1 for point in points]
    said = ", ".join(f"{point.name} {point.f1:.3f} at ${point.usd_per_1000:.3g}" for point in points)
    frame = Frame(
        title,
        f"F1 and the cost of 1,000 decisions: {said}.",
        Axis("US dollars for 1,000 decisions", low / 3, high * 3, log=True),
        # Models that come into question lie near each other: the axis begins below the worst of them.
        Axis("F1", max(0.0, min(f1) - 0.05), min(1.0, max(f1) + 0.05)),
    )
    for point in points:
        frame.dot(point.usd_per_1000, point.f1, BLUE if point.is_tuned else GREY, 5)
        is_right = frame.across.place(point.usd_per_1000) > 0.6
        frame.words(
            point.usd_per_1000,
            point.f1,
            point.name,
            anchor="end" if is_right else "start",
            dx=-9 if is_right else 9,
        )
    return frame.svg()


def _short(name: str) -> str:
    return name if len(name) <= 18 else f"{name[:17]}…"
