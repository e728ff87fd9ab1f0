"""Caption files: WebVTT read and written, SubRip written (``subrip`` reads it).

Reading follows the WebVTT parser of the W3C specification, which never gives up inside a file: what can't
be read is skipped. Unlike a player it tells, as ``problems`` with line numbers, so that a strict reader
refuses a file that has any. Cues carry WebVTT markup, also those of SubRip, whose text is escaped.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from braid.domain.quoting import quoted
from braid.domain.span import timecode

__all__ = [
    "ARROW",
    "CaptionCue",
    "CaptionFile",
    "CaptionProblem",
    "VoicedLine",
    "check_cue",
    "read_vtt",
    "split_lines",
    "voiced_lines",
    "write_srt",
    "write_vtt",
]

ARROW = "-->"
_VTT_TIMING = re.compile(r"[ \t\f]*([\d:.]+)[ \t\f]*-->[ \t\f]*([\d:.]+)(.*)")
_VTT_TIMESTAMP = re.compile(r"(?:(\d{1,6}):)?([0-5]\d):([0-5]\d)\.(\d{3})")
_TAG = re.compile(r"<[^>]*(?:>|$)")
_VOICE = re.compile(r"<v ([^>]*)>(.*?)</v>", re.DOTALL)
_PERCENT = re.compile(r"(?:100(?:\.0+)?|\d{1,2}(?:\.\d+)?)%")
_SETTINGS = {
    "vertical": re.compile(r"rl|lr"),
    "line": re.compile(rf"(?:-?\d+|{_PERCENT.pattern})(?:,(?:start|center|end))?"),
    "position": re.compile(rf"{_PERCENT.pattern}(?:,(?:line-left|center|line-right))?"),
    "size": _PERCENT,
    "align": re.compile(r"start|center|end|left|right"),
    "region": re.compile(r"\S+"),
}


@dataclass(frozen=True)
class VoicedLine:
    """A line of a cue and whose voice it is; nobody's where that isn't told."""

    voice: str
    text: str


@dataclass(frozen=True)
class CaptionCue:
    """A timed block: ``[start_ms, end_ms)`` and WebVTT markup of one or more lines, none of them empty."""

    start_ms: int
    end_ms: int
    markup: str
    identifier: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of_text(start_ms: int, end_ms: int, text: str) -> CaptionCue:
        """A cue that shows ``text`` as it is; blank lines, which would end it, are left out."""
        lines = (html.escape(line.strip(), quote=False) for line in text.splitlines())
        return CaptionCue(start_ms, end_ms, "\n".join(line for line in lines if line))

    @staticmethod
    def of_lines(start_ms: int, end_ms: int, lines: Iterable[VoicedLine]) -> CaptionCue:
        """A cue of lines that say whose voice they are (``<v Speaker 1>``) where that is told."""
        parts = []
        for voice, run in itertools.groupby(lines, key=lambda line: line.voice):
            markup = CaptionCue.of_text(start_ms, end_ms, "\n".join(line.text for line in run)).markup
            name = html.escape(" ".join(voice.split()), quote=False)
            parts.append(f"<v {name}>{markup}</v>" if name and markup else markup)
        return CaptionCue(start_ms, end_ms, "\n".join(part for part in parts if part))

    @property
    def text(self) -> str:
        """What is shown, without tags."""
        return html.unescape(_TAG.sub("", self.markup))


@dataclass(frozen=True)
class CaptionProblem:
    """What a strict reader refuses; ``line`` counts from 1."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


@dataclass(frozen=True)
class CaptionFile:
    """The readable cues in the file's order, and what was not as it should be."""

    cues: tuple[CaptionCue, ...]
    problems: tuple[CaptionProblem, ...]


def voiced_lines(cue: CaptionCue) -> tuple[VoicedLine, ...]:
    """The lines of a cue with whose voice each is: what ``CaptionCue.of_lines`` was given."""
    found = []
    # Plain text, a name, what that voice says, plain text, and so on.
    pieces = _VOICE.split(cue.markup)
    for index in range(0, len(pieces), 3):
        voiced = [("", pieces[index])]
        if index + 2 < len(pieces):
            voiced.append((html.unescape(pieces[index + 1]), pieces[index + 2]))
        for voice, markup in voiced:
            lines = html.unescape(_TAG.sub("", markup)).splitlines()
            found += [VoicedLine(voice, line) for line in lines if line.strip()]
    return tuple(found)


def write_vtt(cues: Iterable[CaptionCue]) -> str:
    """The WebVTT file of ``cues``, which must be in order and hold no blank line."""
    blocks = [
        f"{number}\n{timecode(cue.start_ms)} --> {timecode(cue.end_ms)}\n{cue.markup}\n"
        for number, cue in enumerate(cues, start=1)
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def write_srt(cues: Iterable[CaptionCue]) -> str:
    """The SubRip file of ``cues``; it knows no escapes, so an arrow in the text is written as ``->``."""
    blocks = [
        f"{number}\n{_srt_timecode(cue.start_ms)} --> {_srt_timecode(cue.end_ms)}\n"
        f"{cue.text.replace(ARROW, '->')}\n"
        for number, cue in enumerate(cues, start=1)
    ]
    return "\n".join(blocks)


def read_vtt(text: str) -> CaptionFile:
    """Reads a WebVTT file. Raises ``ValueError`` if it doesn't begin with a ``WEBVTT`` header."""
    lines = split_lines(text)
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise ValueError(f"a WebVTT file begins with a line 'WEBVTT', not {quoted(lines[0], 60)}")
    blocks = list(_blocks(lines))
    if any(ARROW in line for line in blocks[0][1]):
        raise ValueError("the WEBVTT header must be followed by an empty line")
    cues: list[CaptionCue] = []
    problems: list[CaptionProblem] = []
    for number, block in blocks[1:]:
        if re.match(r"NOTE(?:[ \t]|$)", block[0]) and ARROW not in block[0]:
            continue
        if not cues and block[0].rstrip() in ("STYLE", "REGION"):
            continue
        _read_vtt_block(number, block, cues, problems)
    return CaptionFile(tuple(cues), tuple(problems))


def split_lines(text: str) -> list[str]:
    """The lines without their ends; ``CR CR LF``, which a text-mode save on Windows makes, is one end."""
    plain = text.removeprefix("\ufeff").replace("\x00", "\ufffd")
    return re.split(r"\r+\n|\r|\n", plain)


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines that aren't empty, each with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line:
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _read_vtt_block(
    number: int, block: list[str], cues: list[CaptionCue], problems: list[CaptionProblem]
) -> None:
    """Reads one cue, or several where a time range follows without an empty line before it."""
    starts = [index for index, line in enumerate(block) if ARROW in line]
    if not starts or starts[0] > 1:
        problems.append(CaptionProblem(number, f"a block without a time range: {block[0]!r:.60}"))
        return
    for start, following in zip(starts, [*starts[1:], len(block)], strict=True):
        line = number + start
        if start != starts[0]:
            problems.append(CaptionProblem(line, "an empty line is missing before this time range"))
        timing = _VTT_TIMING.fullmatch(block[start])
        start_ms, end_ms = (_vtt_ms(timing[1]), _vtt_ms(timing[2])) if timing else (None, None)
        if timing is None or start_ms is None or end_ms is None:
            problems.append(CaptionProblem(line, f"not a time range: {block[start]!r:.60}"))
            continue
        settings, bad_settings = _read_settings(timing[3])
        problems += [CaptionProblem(line, f"not a cue setting: {bad!r:.60}") for bad in bad_settings]
        identifier = block[0] if start == 1 and starts[0] == 1 else ""
        markup = "\n".join(block[start + 1 : following])
        cue = CaptionCue(start_ms, end_ms, markup, identifier, settings)
        check_cue(line, cue, cues, problems)
        cues.append(cue)


def check_cue(line: int, cue: CaptionCue, earlier: list[CaptionCue], problems: list[CaptionProblem]) -> None:
    """Adds what is wrong with ``cue``, whose time range stands on ``line``, to ``problems``."""
    if cue.end_ms <= cue.start_ms:
        problems.append(CaptionProblem(line, "a cue must end after it starts"))
    if earlier and cue.start_ms < earlier[-1].start_ms:
        problems.append(CaptionProblem(line, "a cue must not start before the one above it"))
    if not cue.markup.strip():
        problems.append(CaptionProblem(line, "a cue without text"))


def _read_settings(text: str) -> tuple[dict[str, str], list[str]]:
    settings: dict[str, str] = {}
    bad = []
    for word in text.split():
        name, colon, value = word.partition(":")
        if colon and name in _SETTINGS and _SETTINGS[name].fullmatch(value):
            settings[name] = value
        else:
            bad.append(word)
    return settings, bad


def _vtt_ms(text: str) -> int | None:
    found = _VTT_TIMESTAMP.fullmatch(text)
    return _milliseconds(found[1] or "0", found[2], found[3], found[4]) if found else None


def _milliseconds(hours: str, minutes: str, seconds: str, fraction: str) -> int:
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction)


def _srt_timecode(at_ms: int) -> str:
    return timecode(at_ms).replace(".", ",")
