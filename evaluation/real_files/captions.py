"""Kinds of caption files that lose words, say them twice or at the wrong time."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from braid.domain.asset.admission import Member
from braid.domain.asset.asset import Modality
from braid.media.content.identify import identify
from evaluation.real_files import Kind
from lambdas.reading.blocks import Extract
from lambdas.reading.readers import read_member

__all__ = ["CAPTION_KINDS"]

_CUES = (
    (1_000, 3_000, ("The museum opens", "at nine.")),
    (4_000, 6_000, ("Tickets cost 12 euros.",)),
    (7_000, 9_000, ("The cafe is upstairs.",)),
)


def _read(data: bytes) -> tuple[str, Extract]:
    media_type = identify(io.BytesIO(data))
    member = Member("a", "text", "b", "k", "v", len(data), media_type, (Modality.TEXT,))
    return media_type, read_member(member, io.BytesIO(data))


def _clock(at_ms: int, form: str) -> str:
    hours, rest = divmod(at_ms, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    seconds, thousandths = divmod(rest, 1000)
    return form.format(h=hours, m=minutes, s=seconds, t=thousandths)


def _subrip(
    *,
    end: str = "\n",
    blank: str = "",
    between: int = 1,
    number: str = "{n}\n",
    clock: str = "{h:02}:{m:02}:{s:02},{t:03}",
    arrow: str = " --> ",
    inside: str = "\n",
    behind: str = "\n",
) -> bytes:
    lines = []
    for place, (start, stop, said) in enumerate(_CUES, start=1):
        timing = f"{_clock(start, clock)}{arrow}{_clock(stop, clock)}"
        lines.append(f"{number.format(n=place)}{timing}{behind}{inside.join(said)}\n")
        lines.append(f"{blank}\n" * between)
    return "".join(lines).replace("\n", end).encode()


def _subrips() -> Iterator[tuple[str, bytes]]:
    variants: dict[str, dict[str, object]] = {
        "plain": {},
        "CR LF": {"end": "\r\n"},
        "CR CR LF": {"end": "\r\r\n"},
        "CR CR CR LF": {"end": "\r\r\r\n"},
        "CR": {"end": "\r"},
        "a space between cues": {"blank": " "},
        "a tab between cues": {"blank": "\t", "end": "\r\n"},
        "a no-break space between cues": {"blank": "\u00a0"},
        "nothing between cues": {"between": 0},
        "three lines between cues": {"between": 3},
        "an empty line inside a cue": {"inside": "\n\n"},
        "a space inside a cue": {"inside": "\n \n"},
        "an empty line before the text": {"behind": "\n\n"},
        "no numbers": {"number": ""},
        "no hours": {"clock": "{m:02}:{s:02},{t:03}"},
        "no milliseconds": {"clock": "{h:02}:{m:02}:{s:02}"},
        "no hours, no numbers": {"clock": "{m:02}:{s:02}.{t:03}", "number": ""},
        "points": {"clock": "{h}:{m:02}:{s:02}.{t:03}"},
        "three colons": {"clock": "{h:02}:{m:02}:{s:02}:{t:03}"},
        "no blanks at the arrow": {"arrow": "-->"},
        "coordinates": {"behind": " X1:40 X2:600 Y1:20 Y2:50\n"},
        "text behind the time": {"behind": " "},
        "numbers from zero": {"number": "0{n}\n"},
        "an empty line after each line": {"end": "\n\n"},
    }
    for name, options in variants.items():
        yield f"{name}.srt", _subrip(**options)  # type: ignore[arg-type]  # each is an option of it
    yield "byte order mark.srt", b"\xef\xbb\xbf" + _subrip()
    yield "UTF-16.srt", _subrip().decode().encode("utf-16")
    yield "cut off.srt", _subrip() + b"4\n"


def _says_all(_: str, data: bytes) -> bool:
    media_type, extract = _read(data)
    read = [(block.span.start_ms, block.span.end_ms, block.text) for block in extract.blocks if block.span]
    return media_type == "application/x-subrip" and read == [(a, b, " ".join(said)) for a, b, said in _CUES]


def _broken() -> Iterator[tuple[str, bytes]]:
    plain = _subrip().decode()
    yield "broken time.srt", plain.replace("00:00:04,000", "00:00:0x,000").encode()
    yield "missing time.srt", plain.replace("00:00:04,000 --> 00:00:06,000\n", "").encode()
    yield "open end.srt", plain.replace(" --> 00:00:06,000", " --> ").encode()
    yield "words before.srt", ("Subtitles by Ann\n\n" + plain).encode()
    yield "ends before it starts.srt", plain.replace("00:00:06,000", "00:00:02,000").encode()


def _is_kept_and_reported(_: str, data: bytes) -> bool:
    extract = _read(data)[1]
    text = " ".join(block.text for block in extract.blocks)
    words = " ".join(" ".join(said) for _, _, said in _CUES)
    return text == words and any(re.match(r"line \d+: ", warning) for warning in extract.warnings)


# --- timed text ---------------------------------------------------------------------------------------------


_P1 = '<p begin="5s" end="7s">one</p><p begin="8s" end="10s">two</p>'
_TIMED = {
    "body": ("65000-67000 one|68000-70000 two", f'<body begin="60s"><div>{_P1}</div></body>'),
    "div": ("65000-67000 one|68000-70000 two", f'<body><div begin="00:01:00">{_P1}</div></body>'),
    "nested divs": (
        "95000-97000 one|98000-100000 two",
        f'<body begin="60s"><div begin="20s"><div begin="10s">{_P1}</div></div></body>',
    ),
    "spans": (
        "11000-12000 One.|15000-16000 Two.",
        '<body><div><p begin="10s"><span begin="1s" end="2s">One.</span> <span begin="5s" end="6s">Two.'
        "</span></p></div></body>",
    ),
    "spans without a paragraph's time": (
        "1000-2000 One.|5000-6000 Two.",
        '<body><div><p><span begin="1s" end="2s">One.</span><br/><span begin="5s" end="6s">Two.</span></p>'
        "</div></body>",
    ),
    "sequence of paragraphs": (
        "0-2000 one|2000-5000 two",
        '<body><div timeContainer="seq"><p dur="2s">one</p><p dur="3s">two</p></div></body>',
    ),
    "sequence of divs": (
        "1000-2000 one|12000-13000 two",
        '<body timeContainer="seq"><div dur="10s"><p begin="1s" end="2s">one</p></div><div begin="1s">'
        '<p begin="1s" end="2s">two</p></div></body>',
    ),
    "sequence with pauses": (
        "1000-3000 one|4000-5000 two",
        '<body><div timeContainer="seq"><p begin="1s" dur="2s">one</p><p begin="1s" dur="1s">two'
        "</p></div></body>",
    ),
    "sequence of spans": (
        "60000-62000 one|62000-63000 two",
        '<body><div><p begin="60s" timeContainer="seq"><span dur="2s">one</span><span dur="1s">two</span></p>'
        "</div></body>",
    ),
    "body's end": ("1000-9000 one", '<body end="9s"><div><p begin="1s" end="20s">one</p></div></body>'),
    "words of one sentence": (
        "1000-4000 one sentence",
        '<body><div><p begin="1s" end="4s"><span begin="0s" end="1s">one</span> <span begin="1s" end="3s">'
        "sentence</span></p></div></body>",
    ),
    "frames and ticks": (
        "3200-4000 one|5000-6000 two",
        '<body><div><p begin="00:00:03:05" end="100f">one</p><p begin="5000t" end="6000t">two</p>'
        "</div></body>",
    ),
}
_HEAD = (
    '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" ttp:frameRate="25" ttp:tickRate="1000"'
    ' xmlns:ttp="http://www.w3.org/ns/ttml#parameter">'
)


def _timed_texts() -> Iterator[tuple[str, bytes]]:
    for name, (_, body) in _TIMED.items():
        yield f"{name}.ttml", f"{_HEAD}{body}</tt>".encode()


def _is_in_time(name: str, data: bytes) -> bool:
    _, extract = _read(data)
    read = [
        f"{block.span.start_ms}-{block.span.end_ms} {block.text}" for block in extract.blocks if block.span
    ]
    return "|".join(read) == _TIMED[name.removesuffix(".ttml")][0] and not extract.warnings


# --- captions that roll up ----------------------------------------------------------------------------------


_SAID = ("good evening", "the bridge is closed", "until the middle of june", "take the ferry instead")


def _vtt(cues: list[tuple[int, int, list[str]]]) -> bytes:
    form = "{h:02}:{m:02}:{s:02}.{t:03}"
    blocks = [
        f"{_clock(start, form)} --> {_clock(end, form)}\n" + "\n".join(lines) for start, end, lines in cues
    ]
    return ("WEBVTT\n\n" + "\n\n".join(blocks) + "\n").encode()


def _rolling() -> Iterator[tuple[str, bytes]]:
    count = len(_SAID)
    two = [(1000 * n, 1000 * n + 1000, [*_SAID[max(0, n - 1) : n + 1]]) for n in range(count)]
    three = [(1000 * n, 1000 * n + 990, [*_SAID[max(0, n - 2) : n + 1]]) for n in range(count)]
    tagged: list[tuple[int, int, list[str]]] = []
    for n, said in enumerate(_SAID):
        first, *others = said.split()
        painted = first + "".join(
            f"<00:00:{n:02}.{100 * k:03}><c> {word}</c>" for k, word in enumerate(others, 1)
        )
        tagged.append((1000 * n, 1000 * n + 990, [_SAID[n - 1] if n else " ", painted]))
        tagged.append((1000 * n + 990, 1000 * n + 1000, [said, " "]))
    growing = [
        (1000 * n + 200 * k, 1000 * n + 200 * k + 200, [" ".join(said.split()[: k + 1])])
        for n, said in enumerate(_SAID)
        for k in range(len(said.split()))
    ]
    yield "two lines.vtt", _vtt(two)
    yield "three lines.vtt", _vtt(three)
    yield "painted as YouTube does.vtt", _vtt(tagged)
    yield "growing.vtt", _vtt(growing)
    for name, cues in (("two lines", two), ("three lines", three)):
        text = _vtt(cues).decode().removeprefix("WEBVTT\n\n")
        yield f"{name}.srt", re.sub(r"\.(\d{3})", r",\1", text).encode()


def _is_said_once(_: str, data: bytes) -> bool:
    extract = _read(data)[1]
    return " ".join(block.text for block in extract.blocks).split() == " ".join(_SAID).split()


def _repeated() -> Iterator[tuple[str, bytes]]:
    yield "no no.vtt", _vtt([(0, 1000, ["No."]), (1000, 2000, ["No."]), (2000, 3000, ["No way."])])
    yield "chorus.vtt", _vtt([(1000 * n, 1000 * n + 1000, ["la la la"]) for n in range(4)])
    yield "apart.vtt", _vtt([(0, 1000, ["one", "two"]), (9000, 10_000, ["two", "three"])])
    yield (
        "answers.srt",
        b"1\n00:00:01,000 --> 00:00:02,000\n- Yes.\n\n2\n00:00:02,000 --> 00:00:03,000\n- Yes.\n- Good.\n",
    )


def _is_kept_twice(name: str, data: bytes) -> bool:
    shown = {
        "no no.vtt": "No. No. No way.",
        "chorus.vtt": "la la la " * 4,
        "apart.vtt": "one two two three",
        "answers.srt": "- Yes. - Yes. - Good.",
    }
    _, extract = _read(data)
    return " ".join(block.text for block in extract.blocks).split() == shown[name].split()


CAPTION_KINDS = [
    Kind("SubRip as it is in the wild", _subrips, _says_all),
    Kind("SubRip with broken cues: words kept and reported", _broken, _is_kept_and_reported),
    Kind("times of timed text's parents and parts", _timed_texts, _is_in_time),
    Kind("captions that roll up", _rolling, _is_said_once),
    Kind("captions that people repeat", _repeated, _is_kept_twice),
]
