"""The pictures of a run's report, as SVG that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from braid.domain.scores.calibration import ReliabilityBin
from braid.domain.tuning.records import SliceDifference

__all__ = ["loss_picture", "reliability_picture", "slices_picture"]

_WIDTH, _HEIGHT, _MARGIN = 640, 300, 48
# A page that has colours of its own, for a dark screen too, names them so.
_BLUE, _ORANGE = "var(--speech, #1f5fa8)", "var(--vision, #b8540b)"
_GREY, _BLACK = "var(--soft, #666)", "var(--ink, #1b1b1b)"
Points = Sequence[tuple[float, float]]


def loss_picture(training: Points, validation: Points) -> str:
    """Both losses by step."""
    most_x = max(x for x, _ in (*training, *validation)) or 1.0
    most_y = max(y for _, y in (*training, *validation)) or 1.0
    lines = [_line(training, most_x, most_y, _BLUE)]
    if validation:
        lines.append(_line(validation, most_x, most_y, _ORANGE))
    legend = _text(_WIDTH - 160, 24, "training", _BLUE) + _text(_WIDTH - 160, 42, "validation", _ORANGE)
    return _svg("Loss by step", _axes("step", "loss", most_x, most_y) + "".join(lines) + legend)


def reliability_picture(bins: Sequence[ReliabilityBin]) -> str:
    """How sure the tuned model is against how often it is right; the diagonal is where both agree."""
    points = [(item.mean_probability, item.share_true) for item in bins if item.count]
    dots = "".join(
        f'<circle cx="{_x(x, 1):.1f}" cy="{_y(y, 1):.1f}" r="5" fill="{_BLUE}"/>' for x, y in points
    )
    diagonal = _line([(0, 0), (1, 1)], 1, 1, _GREY, dashed=True)
    return _svg("Reliability", _axes("said", "true", 1, 1) + diagonal + _line(points, 1, 1, _BLUE) + dots)


def slices_picture(slices: Sequence[SliceDifference]) -> str:
    """A bar for base and for tuned in each slice."""
    row, left = 44, 200
    bars = []
    for at, item in enumerate(slices):
        top = 12 + at * row
        label = f"{item.name} ({item.count})"
        bars.append(_text(8, top + 20, label[:28], _BLACK))
        for offset, value, colour, called in (
            (0, item.base, _GREY, "base"),
            (18, item.tuned, _BLUE, "tuned"),
        ):
            width = max(1.0, value * (_WIDTH - left - 90))
            bars.append(
                f'<rect x="{left}" y="{top + offset}" width="{width:.1f}" height="15" fill="{colour}"/>'
            )
            bars.append(_text(left + width + 6, top + offset + 13, f"{called} {value:.2f}", colour))
    return _svg("Slices", "".join(bars), height=24 + row * len(slices))


def _svg(title: str, body: str, height: int = _HEIGHT) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
        f'height="{height}" role="img" aria-label="{escape(title)}" font-family="system-ui,sans-serif">'
        f"<title>{escape(title)}</title>{body}</svg>"
    )


def _axes(across: str, up: str, most_x: float, most_y: float) -> str:
    x0, y0 = _x(0, 1), _y(0, 1)
    marks = "".join(
        _text(_x(share, 1) - 12, y0 + 18, f"{share * most_x:g}"[:6], _GREY)
        + _text(4, _y(share, 1) + 4, f"{share * most_y:.2f}", _GREY)
        for share in (0, 0.5, 1)
    )
    return (
        f'<path d="M{x0} {_y(1, 1)}V{y0}H{_x(1, 1)}" fill="none" stroke="{_GREY}"/>{marks}'
        + _text(_WIDTH // 2, _HEIGHT - 6, across, _GREY)
        + _text(4, 14, up, _GREY)
    )


def _line(points: Points, most_x: float, most_y: float, colour: str, *, dashed: bool = False) -> str:
    path = " ".join(f"{_x(x, most_x):.1f},{_y(y, most_y):.1f}" for x, y in points)
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'


def _text(x: float, y: float, text: str, colour: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="13" fill="{colour}">{escape(text)}</text>'


def _x(value: float, most: float) -> float:
    return _MARGIN + value / most * (_WIDTH - 2 * _MARGIN)


def _y(value: float, most: float) -> float:
    return _HEIGHT - _MARGIN - value / most * (_HEIGHT - 2 * _MARGIN)
