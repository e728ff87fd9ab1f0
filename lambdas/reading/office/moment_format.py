"""Dates, times and durations of a spreadsheet by their cells' format codes. Pure.

Whole dates are told as ISO 8601, since ``03/04/05`` says nothing without its country, and times of day by 24
hours; parts of a date (``mmm yyyy``) and durations (``[h]:mm``) as they are shown.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence

__all__ = ["Moment", "format_moment"]

Moment = datetime.datetime | datetime.date | datetime.time | datetime.timedelta

_PART = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[(?P<elapsed>h+|m+|s+)\]|\[[^\]]*\]|(?P<half>AM/PM|A/P)'
    r"|(?P<run>y+|m+|d+|h+|s+)|(?P<fraction>\.0+)|(?P<literal>.)",
    re.I | re.S,
)
# Spreadsheets count days from here; the 29th of February 1900, which never was, is one of them.
_EPOCH = datetime.datetime(1899, 12, 30)
_LEAP_DAY = datetime.datetime(1900, 3, 1)
_MIDNIGHT = datetime.time()

_FORMS: dict[str, Callable[[datetime.datetime], str]] = {
    "yy": lambda at: f"{at:%y}",
    "yyyy": lambda at: f"{at.year:04}",
    "m": lambda at: f"{at.month}",
    "mm": lambda at: f"{at.month:02}",
    "mmm": lambda at: f"{at:%b}",
    "mmmm": lambda at: f"{at:%B}",
    "mmmmm": lambda at: f"{at:%B}",  # a first letter alone names no month
    "d": lambda at: f"{at.day}",
    "dd": lambda at: f"{at.day:02}",
    "ddd": lambda at: f"{at:%a}",
    "dddd": lambda at: f"{at:%A}",
    "h": lambda at: f"{at.hour}",
    "hh": lambda at: f"{at.hour:02}",
    "s": lambda at: f"{at.second}",
    "ss": lambda at: f"{at.second:02}",
}


def format_moment(value: Moment, code: str) -> str:
    """What is read of a date, a time or a duration that has this format code."""
    parts = _parts(code)
    kinds = {text[0] for kind, text in parts if kind == "run"}
    if any(kind == "elapsed" for kind, _ in parts) or isinstance(value, datetime.timedelta):
        return _elapsed(_duration(value), parts)
    if isinstance(value, datetime.time):
        at = datetime.datetime.combine(_EPOCH.date(), value)
    elif isinstance(value, datetime.datetime):
        at = value
    else:
        at = datetime.datetime.combine(value, _MIDNIGHT)
    has_date, has_time = bool(kinds & set("ymd")), bool(kinds & set("hs"))
    if {"y", "m", "d"} <= kinds or has_date == has_time:
        return _iso(value)
    if has_time and "h" in kinds:
        return at.time().isoformat("seconds" if at.second else "minutes")
    return "".join(_shown(at, kind, text) for kind, text in parts).strip()


def _parts(code: str) -> Sequence[tuple[str, str]]:
    """The first section's parts. Minutes are spelled as months are, beside hours or seconds."""
    parts: list[tuple[str, str]] = []
    for match in _PART.finditer(code.split(";")[0]):
        kind = match.lastgroup
        if kind:
            text = match[kind].lower() if kind in ("run", "elapsed") else match[kind]
            parts.append(("literal" if kind in ("quoted", "escaped") else kind, text))
    timed = [index for index, (kind, _) in enumerate(parts) if kind in ("run", "elapsed")]
    for place, index in enumerate(timed):
        kind, text = parts[index]
        before = parts[timed[place - 1]][1][0] if place else ""
        after = parts[timed[place + 1]][1][0] if place + 1 < len(timed) else ""
        if kind == "run" and text[0] == "m" and len(text) < 3 and (before == "h" or after == "s"):
            parts[index] = ("minutes", text)
    return parts


def _shown(at: datetime.datetime, kind: str, text: str) -> str:
    if kind == "minutes":
        return f"{at.minute:0{len(text)}}"
    if kind == "run":
        longest = text if text in _FORMS else {"y": "yyyy", "d": "dddd", "m": "mmmm"}.get(text[0], text[:2])
        return _FORMS[longest](at)
    if kind == "fraction":
        return f".{at.microsecond:06}"[: len(text)]
    return text if kind == "literal" else ""


def _duration(value: Moment) -> datetime.timedelta:
    if isinstance(value, datetime.timedelta):
        return value
    if isinstance(value, datetime.time):
        return datetime.datetime.combine(_EPOCH.date(), value) - _EPOCH
    at = value if isinstance(value, datetime.datetime) else datetime.datetime.combine(value, _MIDNIGHT)
    return at - _EPOCH - datetime.timedelta(days=at < _LEAP_DAY)


def _elapsed(duration: datetime.timedelta, parts: Sequence[tuple[str, str]]) -> str:
    """``[h]:mm``: the first unit counts everything, the others what is left."""
    first = next((text[0] for kind, text in parts if kind == "elapsed"), "h")
    micros = round(abs(duration).total_seconds() * 1_000_000)
    if not any(kind == "fraction" for kind, _ in parts):
        micros = (micros + 500_000) // 1_000_000 * 1_000_000
    seconds, micros = divmod(micros, 1_000_000)
    units = {"h": seconds // 3600, "m": seconds // 60 % 60, "s": seconds % 60}
    units[first] = seconds // {"h": 3600, "m": 60, "s": 1}[first]
    shown = []
    for kind, text in parts:
        if kind in ("run", "minutes", "elapsed") and text[0] in units:
            shown.append(f"{units[text[0]]:0{len(text)}}")
        elif kind == "fraction":
            shown.append(f".{micros:06}"[: len(text)])
        elif kind == "literal":
            shown.append(text)
    text = "".join(shown).strip() or str(duration)
    return f"-{text}" if duration < datetime.timedelta() else text


def _iso(value: datetime.datetime | datetime.date | datetime.time) -> str:
    if isinstance(value, datetime.datetime):
        if value.time() == _MIDNIGHT:
            return value.date().isoformat()
        return value.isoformat(" ", "seconds" if value.second else "minutes")
    if isinstance(value, datetime.time):
        return value.isoformat("seconds" if value.second else "minutes")
    return value.isoformat()
