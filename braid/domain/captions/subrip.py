"""SubRip (``.srt``) read as it is in the wild.

The format has no specification, and what programs write differs: blank lines inside of cues or none between
them, lines that look blank and aren't, no numbers, no hours, no milliseconds, ``CR CR LF`` from a text-mode
save. What all of them have is the time range, so every time range starts a cue, and all up to the next one is
its text. What isn't as it should be is a problem with its line number.
"""

from __future__ import annotations

import re

from braid.domain.captions.captions import (
    ARROW,
    CaptionCue,
    CaptionFile,
    CaptionProblem,
    check_cue,
    split_lines,
)

__all__ = ["read_srt"]

# A few writers put a third colon before the milliseconds.
_TIME = r"(?:(\d{1,4})\s*:\s*)?(\d{1,4})\s*:\s*(\d{1,2})(?:\s*[,.]\s*(\d{1,9})|:(\d{3}))?"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s+(.*?))?\s*")
_BROKEN_TIMING = re.compile(r"\s*-?\d[\w:,. -]*-->\s*(?:-?\d.*)?")
# What may stand behind a time range: coordinates (``X1:40``) and WebVTT's settings (``align:start``).
_PLACEMENT = re.compile(r"(?:[A-Za-z]\w*:\S+\s*)+")
_STYLING = re.compile(r"</?(?:b|i|u|s|font)(?:\s[^>]*)?>|\{\\[^}]*\}", re.I)
_NUMBER = re.compile(r"[\s\ufeff]*(\d{1,9})[\s\ufeff]*")


def read_srt(text: str) -> CaptionFile:
    """The cues in the file's order. Never raises.

    A line of digits right before a time range is the cue's number. Where a time range can't be read, its
    words stand where the cue before it ended.
    """
    lines = split_lines(text)
    starts = [at for at, line in enumerate(lines) if _is_range(line)]
    problems: list[CaptionProblem] = []
    cues: list[CaptionCue] = []
    begin, number = 0, None  # of the text before the next time range; of the cue that it belongs to
    for place, start in enumerate([*starts, len(lines)]):
        end, following = _text_end(lines, begin, start, number, is_last=start == len(lines))
        if place == 0:
            _report_preface(lines[:end], problems)
        else:
            shown = _without_lost_number(begin + 1, lines[begin:end], number, problems)
            _read_cue(begin, lines[begin - 1], shown, cues, problems)
            if start == len(lines) and following is not None:
                problems.append(CaptionProblem(end + 1, f"cue {following} has no time range"))
        begin, number = start + 1, following
    return CaptionFile(tuple(cues), tuple(problems))


def _is_range(line: str) -> bool:
    return ARROW in line and bool(_TIMING.fullmatch(line) or _BROKEN_TIMING.fullmatch(line))


def _text_end(
    lines: list[str], begin: int, start: int, number: int | None, *, is_last: bool
) -> tuple[int, int | None]:
    """Where the text between two time ranges ends, and the number of the cue behind it, if there is one.

    A number that blank lines part from its time range, or that none follows, is one only where it is the
    next: it might be a year that somebody says.
    """
    at = start - 1
    while at >= begin and not lines[at].strip():
        at -= 1
    found = _NUMBER.fullmatch(lines[at]) if at >= begin else None
    if found is None:
        return start, None
    is_beside = at == start - 1 and not is_last
    is_next = int(found[1]) == (number or 0) + 1 and (at == begin or not lines[at - 1].strip())
    return (at, int(found[1])) if is_beside or is_next else (start, None)


def _report_preface(lines: list[str], problems: list[CaptionProblem]) -> None:
    written = [(number, line.strip(" \t\ufeff")) for number, line in enumerate(lines, start=1)]
    for number, line in written:
        if line:
            problems.append(CaptionProblem(number, f"no time range: {line!r:.60}"))


def _without_lost_number(
    line: int, shown: list[str], number: int | None, problems: list[CaptionProblem]
) -> list[str]:
    """The text of cue ``number`` without the numbers of cues behind it whose time range is missing."""
    kept: list[str] = []
    expected = None if number is None else number + 1
    for place, text in enumerate(shown):
        is_behind_blank = place > 0 and not shown[place - 1].strip()
        if expected is not None and is_behind_blank and text.strip() == str(expected):
            problems.append(CaptionProblem(line + place, f"cue {expected} has no time range"))
            expected += 1
        else:
            kept.append(text)
    return kept


def _read_cue(
    line: int, timing_line: str, shown: list[str], cues: list[CaptionCue], problems: list[CaptionProblem]
) -> None:
    """Reads the cue whose time range stands on ``line``, which counts from 1."""
    timing = _TIMING.fullmatch(timing_line)
    if timing is None:
        problems.append(CaptionProblem(line, f"not a time range: {timing_line!r:.60}"))
        start_ms = end_ms = cues[-1].end_ms if cues else 0
    else:
        start_ms, end_ms = _milliseconds(timing.groups()[:5]), _milliseconds(timing.groups()[5:10])
        behind = timing[11] or ""
        if behind and not _PLACEMENT.fullmatch(behind):
            shown = [behind, *shown]
    cue = CaptionCue.of_text(start_ms, end_ms, _STYLING.sub("", "\n".join(shown)))
    if timing is not None:
        check_cue(line, cue, cues, problems)
    if timing is not None or cue.markup:
        cues.append(cue)


def _milliseconds(fields: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, fraction, colon_fraction = fields
    thousandths = (fraction or colon_fraction or "0")[:3].ljust(3, "0")
    return ((int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)) * 1000 + int(thousandths)
