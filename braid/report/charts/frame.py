"""The frame that every chart is drawn in: two axes, ticks, words. Numbers are in the data's own units."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from braid.domain.legible import one_line

__all__ = ["BLUE", "GREY", "ORANGE", "Axis", "Frame", "ticks"]

# Okabe and Ito's (2008), which people with any colour vision tell apart.
BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#767676"
_WIDTH, _HEIGHT = 480, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 20, 36, 52
_TEXT = "font-family='system-ui,sans-serif' font-size='12' fill='#222'"


@dataclass(frozen=True)
class Axis:
    """From ``low`` to ``high``; ``log`` spaces powers of ten evenly, and needs ``low`` above 0."""

    name: str
    low: float = 0.0
    high: float = 1.0
    log: bool = False

    def place(self, value: float) -> float:
        """0 at the axis's low end, 1 at its high end; what lies beyond stays at the end."""
        low, high = self.low, self.high
        if self.log:
            low, high, value = math.log10(low), math.log10(high), math.log10(max(value, self.low))
        return min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.5


@dataclass
class Frame:
    """A chart being drawn. ``caption`` is what the picture says in words, for who doesn't see it."""

    title: str
    caption: str
    across: Axis
    up: Axis
    height: int = _HEIGHT
    left: int = _LEFT
    _drawn: list[str] = field(default_factory=list)

    def x(self, value: float) -> float:
        """Pixels from the left."""
        return self.left + self.across.place(value) * (_WIDTH - self.left - _RIGHT)

    def y(self, value: float) -> float:
        """Pixels from the top."""
        return self.height - _BOTTOM - self.up.place(value) * (self.height - _TOP - _BOTTOM)

    def line(self, points: Iterable[tuple[float, float]], colour: str, *, dashed: bool = False) -> None:
        """A line through points."""
        path = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        dash = " stroke-dasharray='4 3'" if dashed else ""
        self._drawn.append(
            f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2'{dash}/>"
        )

    def dot(self, x: float, y: float, colour: str, radius: float = 4.0) -> None:
        """A point."""
        self._drawn.append(
            f"<circle cx='{self.x(x):.1f}' cy='{self.y(y):.1f}' r='{radius:.1f}' fill='{colour}'/>"
        )

    def box(
        self, left: float, bottom: float, right: float, top: float, colour: str, opacity: float = 1.0
    ) -> None:
        """A filled rectangle."""
        x, y = self.x(left), self.y(top)
        width, height = self.x(right) - x, self.y(bottom) - y
        self._drawn.append(
            f"<rect x='{x:.1f}' y='{y:.1f}' width='{width:.1f}' height='{height:.1f}' fill='{colour}'"
            f" fill-opacity='{opacity:.3f}'/>"
        )

    def words(
        self, x: float, y: float, text: str, *, anchor: str = "middle", dx: float = 0, dy: float = 4
    ) -> None:
        """Words at a point, ``dx`` and ``dy`` pixels beside it."""
        self._words(self.x(x) + dx, self.y(y) + dy, text, anchor)

    def legend(self, names: Sequence[tuple[str, str]]) -> None:
        """Names with their colours, above the chart."""
        place = float(self.left)
        for name, colour in names:
            self._drawn.append(f"<rect x='{place:.0f}' y='24' width='10' height='10' fill='{colour}'/>")
            self._words(place + 14, 33, name, "start")
            place += 30 + 6.6 * len(name)

    def svg(
        self, *, ticks_across: Sequence[float] | None = None, ticks_up: Sequence[float] | None = None
    ) -> str:
        """The whole picture. An empty sequence of ticks draws none."""
        axes: list[str] = []
        bottom, right = self.height - _BOTTOM, _WIDTH - _RIGHT
        for value in ticks(self.across) if ticks_across is None else ticks_across:
            x = self.x(value)
            axes.append(f"<line x1='{x:.1f}' y1='{bottom}' x2='{x:.1f}' y2='{bottom + 5}' stroke='#222'/>")
            axes.append(_text(x, bottom + 18, f"{value:g}", "middle"))
        for value in ticks(self.up) if ticks_up is None else ticks_up:
            y = self.y(value)
            axes.append(f"<line x1='{self.left}' y1='{y:.1f}' x2='{right}' y2='{y:.1f}' stroke='#e4e4e4'/>")
            axes.append(_text(self.left - 6, y + 4, f"{value:g}", "end"))
        axes.append(f"<path d='M{self.left} {_TOP}V{bottom}H{right}' fill='none' stroke='#222'/>")
        axes.append(_text((self.left + right) / 2, self.height - 14, self.across.name, "middle"))
        middle = (_TOP + bottom) / 2
        axes.append(
            f"<text x='16' y='{middle:.0f}' transform='rotate(-90 16 {middle:.0f})'"
            f" text-anchor='middle' {_TEXT}>{_escaped(self.up.name)}</text>"
        )
        said = _escaped(self.caption)
        return (
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {self.height}' role='img'"
            f" width='{_WIDTH}' height='{self.height}' aria-label='{_escaped(self.title)}. {said}'>"
            f"<title>{_escaped(self.title)}</title><desc>{said}</desc>"
            f"<rect width='{_WIDTH}' height='{self.height}' fill='#fff'/>"
            f"<text x='{self.left}' y='16' {_TEXT} font-weight='600'>{_escaped(self.title)}</text>"
            f"{''.join(axes)}{''.join(self._drawn)}</svg>\n"
        )

    def _words(self, x: float, y: float, text: str, anchor: str) -> None:
        self._drawn.append(_text(x, y, text, anchor))


def ticks(axis: Axis, wanted: int = 5) -> list[float]:
    """Round numbers on an axis: of 1, 2 or 5 times a power of ten; powers of ten on a logarithmic one."""
    if axis.log:
        first, last = math.ceil(math.log10(axis.low)), math.floor(math.log10(axis.high))
        return [10.0**power for power in range(first, last + 1)]
    span = axis.high - axis.low
    if not span > 0:
        return [axis.low]
    step = 10.0 ** math.floor(math.log10(span / wanted))
    step *= next(factor for factor in (1, 2, 5, 10) if span / (step * factor) <= wanted)
    first = math.ceil(axis.low / step - 1e-9)
    return [round(number * step, 10) for number in range(first, math.floor(axis.high / step + 1e-9) + 1)]


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}' {_TEXT}>{_escaped(text)}</text>"


def _escaped(text: str) -> str:
    """Names come from data: without what XML doesn't take, and as text alone."""
    return html.escape(one_line(text).replace("\ufffe", "").replace("\uffff", ""))
