"""Reliability, confusion, slices, and precision against recall."""

from __future__ import annotations

from collections.abc import Sequence

from braid.domain.scores.calibration import ReliabilityBin
from braid.domain.scores.classification import Confusion
from braid.domain.scores.curves import CurvePoint
from braid.domain.scores.slices import SliceScore
from braid.report.charts.frame import BLUE, GREY, ORANGE, Axis, Frame

__all__ = ["confusion_svg", "curve_svg", "reliability_svg", "slices_svg"]

_MOST_CLASSES = 30
_ROW_PX = 26


def reliability_svg(
    bins: Sequence[ReliabilityBin],
    *,
    before: Sequence[ReliabilityBin] = (),
    title: str = "Reliability",
) -> str:
    """The share that was true against the probability given; a perfect model's dots lie on the diagonal.

    The area of a dot says how many examples it stands for. ``before`` are the bins before scaling.
    """
    total = sum(each.count for each in bins) or 1
    off = sum(each.count * abs(each.mean_probability - each.share_true) for each in bins) / total
    frame = Frame(
        title,
        f"{total} examples in {len(bins)} bins lie {off:.3f} off the diagonal on average.",
        Axis("probability given"),
        Axis("share that was true"),
    )
    frame.line([(0, 0), (1, 1)], GREY, dashed=True)
    for found, colour in ((before, ORANGE), (bins, BLUE)):
        whole = sum(each.count for each in found) or 1
        frame.line([(each.mean_probability, each.share_true) for each in found], colour)
        for each in found:
            frame.dot(each.mean_probability, each.share_true, colour, 3 + 12 * (each.count / whole) ** 0.5)
    if before:
        frame.legend([("before scaling", ORANGE), ("after", BLUE)])
    return frame.svg()


def confusion_svg(found: Confusion, *, title: str = "Confusion") -> str:
    """True classes in rows, predicted ones in columns; the darker, the larger the share of the row.

    Raises ``ValueError`` for more classes than can be read.
    """
    classes = found.classes
    if len(classes) > _MOST_CLASSES:
        raise ValueError(f"{len(classes)} classes don't fit into a picture; the most is {_MOST_CLASSES}")
    side = max(len(classes), 1)
    frame = Frame(
        title,
        f"{found.total} examples of {len(classes)} classes, {found.accuracy:.1%} right.",
        Axis("predicted", 0, side),
        Axis("true", 0, side),
        height=440,
        left=64 + 5 * min(12, max((len(str(name)) for name in classes), default=0)),
    )
    for row, true in enumerate(classes):
        top = side - row
        support = sum(found.counts.get((true, each), 0) for each in classes)
        frame.words(0, top - 0.5, _short(true), anchor="end", dx=-6)
        frame.words(row + 0.5, 0, _short(true) if side <= 8 else str(true)[:2], dy=18)
        for column, predicted in enumerate(classes):
            count = found.counts.get((true, predicted), 0)
            if count:
                share = count / support
                colour = BLUE if true == predicted else ORANGE
                frame.box(column, top - 1, column + 1, top, colour, 0.15 + 0.6 * share)
                if side <= 12:
                    frame.words(column + 0.5, top - 0.5, f"{count:,}")
    return frame.svg(ticks_across=(), ticks_up=())


def slices_svg(slices: Sequence[SliceScore], *, title: str = "Slices") -> str:
    """Each slice's share with its interval; a worse one beyond chance in another colour and by word."""
    shown = [each for each in slices if each.share.value is not None]
    worse = [f"{each.attribute} {each.name}" for each in shown if each.is_worse]
    frame = Frame(
        title,
        f"Worse than the rest: {', '.join(worse)}." if worse else "No slice is worse than the rest.",
        Axis("share that is right"),
        Axis("", 0, max(len(shown), 1)),
        height=100 + _ROW_PX * max(len(shown), 1),
        left=172,
    )
    for row, each in enumerate(shown):
        place = len(shown) - row - 0.5
        share, colour = each.share, ORANGE if each.is_worse else BLUE
        frame.words(0, place, f"{_short(each.name)} (n = {share.count})", anchor="end", dx=-6)
        frame.line([(share.low or 0.0, place), (share.high or 0.0, place)], colour)
        frame.dot(share.value or 0.0, place, colour)
        if each.rest is not None:
            frame.line([(each.rest, place - 0.3), (each.rest, place + 0.3)], GREY)
    frame.legend([("slice, 95 %", BLUE), ("worse", ORANGE), ("rest", GREY)])
    return frame.svg(ticks_up=())


def curve_svg(
    curve: Sequence[CurvePoint],
    chosen: CurvePoint | None = None,
    *,
    base: Sequence[CurvePoint] = (),
    title: str = "Precision and recall",
) -> str:
    """Precision against recall, with the threshold that was chosen, and the base model's curve beside it."""
    said = (
        f"At the chosen threshold {chosen.threshold:.3f} precision is {chosen.precision:.3f}"
        f" and recall {chosen.recall:.3f}."
        if chosen
        else "No threshold was chosen."
    )
    frame = Frame(title, said, Axis("recall"), Axis("precision"))
    if base:
        frame.line([(point.recall, point.precision) for point in base], ORANGE)
        frame.legend([("base", ORANGE), ("tuned", BLUE)])
    frame.line([(point.recall, point.precision) for point in curve], BLUE)
    if chosen:
        frame.dot(chosen.recall, chosen.precision, BLUE, 6)
        anchor = "end" if chosen.recall > 0.5 else "start"
        shift = -10 if anchor == "end" else 10
        frame.words(
            chosen.recall,
            chosen.precision,
            f"threshold {chosen.threshold:.3f}",
            anchor=anchor,
            dx=shift,
            dy=16,
        )
    return frame.svg()


def _short(name: object) -> str:
    text = str(name)
    return text if len(text) <= 14 else f"{text[:13]}…"
