"""Timed text (TTML, also known as DFXP or IMSC): a cue for each paragraph that has a time. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from braid.domain.span import Span
from lambdas.reading.blocks import Extract, Piece, lay_out
from lambdas.reading.xml import Element, local_name, parse_xml

__all__ = ["read_ttml"]

_CLOCK = re.compile(r"(\d{2,6}):(\d{2}):(\d{2})(?:\.(\d+)|:(\d{2,6})(?:\.\d+)?)?$")
_OFFSET = re.compile(r"(\d{1,18}(?:\.\d+)?)(h|m|s|ms|f|t)$")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_DEFAULT_FRAME_RATE = 30.0


def read_ttml(data: bytes) -> Extract:
    """The paragraphs in the file's order; one without a time of its own that can be read has none."""
    root = parse_xml(data)
    clock = _Clock(root)
    pieces, untimed = [], 0
    for paragraph in (element for element in root.iter() if local_name(element) == "p"):
        text = " ".join("".join(_texts(paragraph)).split())
        span = clock.span(paragraph)
        untimed += bool(text) and span is None
        pieces.append(Piece(text, "cue" if span else "paragraph", span=span))
    warnings = (f"{untimed} captions have no time that can be read",) if untimed else ()
    return Extract(lay_out(pieces), warnings)


class _Clock:
    """Time expressions of one file, whose root says what a frame and a tick are."""

    def __init__(self, root: Element) -> None:
        parameters = {str(key).rpartition("}")[2]: str(value) for key, value in root.attrib.items()}
        rate = _number(parameters.get("frameRate"), _DEFAULT_FRAME_RATE)
        multiplier = parameters.get("frameRateMultiplier", "1 1").replace(":", " ").split()
        if len(multiplier) == 2:
            rate *= _number(multiplier[0], 1) / _number(multiplier[1], 1)
        self._frames_per_second = rate
        self._ticks_per_second = _number(parameters.get("tickRate"), 1)

    def span(self, element: Element) -> Span | None:
        """The element's time: its begin, and its end or duration."""
        begin = self._milliseconds(element.get("begin"))
        end = self._milliseconds(element.get("end"))
        duration = self._milliseconds(element.get("dur"))
        if begin is not None and end is None and duration is not None:
            end = begin + duration
        return Span(begin, end) if begin is not None and end is not None and begin <= end else None

    def _milliseconds(self, expression: str | None) -> int | None:
        text = (expression or "").strip()
        if clock := _CLOCK.match(text):
            hours, minutes, seconds, fraction, frames = clock.groups()
            value = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
            part = float(f"0.{fraction}") if fraction else int(frames or 0) / self._frames_per_second
            return round((value + part) * 1000)
        if offset := _OFFSET.match(text):
            amount, metric = float(offset[1]), offset[2]
            if metric == "f":
                return round(amount / self._frames_per_second * 1000)
            if metric == "t":
                return round(amount / self._ticks_per_second * 1000)
            return round(amount * _SECONDS[metric] * 1000)
        return None


def _number(text: str | None, default: float) -> float:
    try:
        value = float(text or default)
    except ValueError:
        return default
    return value if 0 < value < float("inf") else default


def _texts(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if local_name(child) == "br":
            yield "\n"
        elif local_name(child) != "metadata":
            yield from _texts(child)
        yield child.tail or ""
