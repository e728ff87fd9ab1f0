"""Time expressions of timed text: clock times, and offsets in hours to ticks (TTML2, section 12.3). Pure."""

from __future__ import annotations

import re

from lambdas.reading.markup.xml import Element

__all__ = ["Clock"]

_CLOCK = re.compile(r"(\d{1,6}):(\d{1,2}):(\d{1,2})(?:\.(\d+)|[:;](\d{2,6})(?:\.\d+)?)?$")
_OFFSET = re.compile(r"(\d{1,18}(?:\.\d+)?)(h|m|s|ms|f|t)$")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_DEFAULT_FRAME_RATE = 30.0


class Clock:
    """Time expressions of one file, whose root says what a frame and a tick are."""

    def __init__(self, root: Element) -> None:
        parameters = {str(key).rpartition("}")[2]: str(value) for key, value in root.attrib.items()}
        rate = _number(parameters.get("frameRate"), _DEFAULT_FRAME_RATE)
        multiplier = parameters.get("frameRateMultiplier", "1 1").replace(":", " ").split()
        if len(multiplier) == 2:
            rate *= _number(multiplier[0], 1) / _number(multiplier[1], 1)
        self._frames_per_second = rate
        self._ticks_per_second = _number(parameters.get("tickRate"), 1)

    def milliseconds(self, expression: str | None) -> int | None:
        """The time that ``expression`` says, None where it says none."""
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
