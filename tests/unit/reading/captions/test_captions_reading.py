"""Cues keep their time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.errors import InvalidAssetError
from braid.domain.span import Span
from lambdas.reading.captions.cues import read_subrip, read_webvtt
from lambdas.reading.captions.ttml import read_ttml
from tests.unit.reading.extracts import check_places, said


def test_webvtt() -> None:
    first = "intro\n00:01.000 --> 00:02.500\n<v Ann>Good &amp; kind\n<i>morning</i>"
    text = f"WEBVTT\n\n{first}\n\n00:03.000 --> 00:04.000\nBye\n"
    extract = read_webvtt(text)
    assert said(extract) == [("cue", "Good & kind morning"), ("cue", "Bye")]
    assert [block.span for block in extract.blocks] == [Span(1000, 2500), Span(3000, 4000)]
    check_places(extract)


def test_subrip() -> None:
    extract = read_subrip(
        "1\n00:00:01,000 --> 00:00:02,500\n<i>Hello</i>\nthere\n\n2\n00:00:03,000 --> 00:00:04,000\nBye\n"
    )
    assert said(extract) == [("cue", "Hello there"), ("cue", "Bye")]
    assert extract.blocks[0].span == Span(1000, 2500)


def test_what_is_wrong_is_told_with_its_line() -> None:
    problems = "\n\n".join(f"{number}\n00:00:0x,000 --> 00:00:02,000\nText {number}" for number in range(6))
    extract = read_subrip(problems)
    assert said(extract) == [("cue", f"Text {number}") for number in range(6)]
    assert extract.warnings[0].startswith("line 2: not a time range")
    assert extract.warnings[3] == "and 3 more lines of captions that aren't as they should be"
    with pytest.raises(InvalidAssetError, match="begins with a line 'WEBVTT'"):
        read_webvtt("no header\n")


def test_a_cue_that_ends_before_it_starts_is_told_and_its_text_kept() -> None:
    extract = read_webvtt("WEBVTT\n\n00:05.000 --> 00:01.000\nHello\n\n00:06.000 --> 00:07.000\nBye\n")
    assert said(extract) == [("cue", "Hello"), ("cue", "Bye")]
    assert extract.blocks[0].span == Span(5000, 5000)
    assert extract.warnings == ("line 3: a cue must end after it starts",)


_TIMES = st.one_of(
    st.text("0123456789:.,hmsft ", max_size=24),
    st.integers(0, 10**400).map(lambda number: f"{number}s"),
    st.integers(0, 10**400).map(lambda number: f"{number}:00:00.000"),
)


@given(_TIMES, _TIMES)
def test_no_time_is_so_odd_that_reading_breaks(begin: str, end: str) -> None:
    read_webvtt(f"WEBVTT\n\n{begin} --> {end}\nHello\n")
    read_subrip(f"1\n{begin} --> {end}\nHello\n")
    read_ttml(f'<tt><body><p begin="{begin}" end="{end}">Hello</p></body></tt>'.encode())


_TTML = """<?xml version="1.0"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"
    ttp:frameRate="25" ttp:tickRate="1000">
 <head><metadata><title>no cue</title></metadata></head>
 <body><div>
  <p begin="00:00:01.500" end="00:00:02">One<br/><span>two</span></p>
  <p begin="2s" dur="500ms">three</p>
  <p begin="00:00:03:05" end="100f">four</p>
  <p begin="5000t" end="6000t">five</p>
  <p>no time</p>
 </div></body>
</tt>"""


def test_ttml_in_every_way_to_write_a_time() -> None:
    extract = read_ttml(_TTML.encode())
    assert said(extract) == [
        ("cue", "One two"), ("cue", "three"), ("cue", "four"), ("cue", "five"), ("paragraph", "no time"),
    ]  # fmt: skip
    assert [block.span for block in extract.blocks] == [
        Span(1500, 2000), Span(2000, 2500), Span(3200, 4000), Span(5000, 6000), None,
    ]  # fmt: skip
    assert extract.warnings == ("1 captions have no time that can be read",)


def _timed(ttml: str) -> list[tuple[int, int, str]]:
    blocks = read_ttml(f"<tt>{ttml}</tt>".encode()).blocks
    return [(block.span.start_ms or 0, block.span.end_ms or 0, block.text) for block in blocks if block.span]


@pytest.mark.parametrize(
    ("ttml", "expected"),
    [
        (
            '<body begin="10s"><div begin="5s"><p begin="1s" end="2s">a</p>'
            '<p begin="2s" dur="1s">b</p></div></body>',
            [(16_000, 17_000, "a"), (17_000, 18_000, "b")],
        ),
        (
            '<body><div><p begin="60s"><span begin="5s" end="7s">a.</span> <span begin="8s"'
            ' end="9s">b.</span></p></div></body>',
            [(65_000, 67_000, "a."), (68_000, 69_000, "b.")],
        ),
        (
            '<body timeContainer="seq"><div dur="10s"><p begin="1s" end="2s">a</p></div>'
            '<div begin="1s"><p begin="1s" end="2s">b</p></div><div><p dur="1s">c</p></div></body>',
            [(1000, 2000, "a"), (12_000, 13_000, "b"), (13_000, 14_000, "c")],
        ),
        (
            '<body><div begin="3s" timeContainer="seq"><p dur="1s">a</p><p dur="2s">b</p></div></body>',
            [(3000, 4000, "a"), (4000, 6000, "b")],
        ),
        (
            '<body><div><p begin="1s" timeContainer="seq"><span dur="2s">a</span><span dur="1s">b</span></p>'
            "</div></body>",
            [(1000, 3000, "a"), (3000, 4000, "b")],
        ),
        (
            '<body end="9s"><div><p begin="1s">a</p><p begin="4s" end="20s">b</p></div></body>',
            [(1000, 9000, "a"), (4000, 9000, "b")],
        ),
        (
            '<body><div><p begin="1s">a</p><p begin="4s">b</p></div></body>',
            [(1000, 4000, "a"), (4000, 4000, "b")],
        ),
        (
            '<body><div><p begin="1s" end="4s"><span begin="0s" end="0.5s">one</span> '
            '<span begin="0.5s" end="1s">sentence</span>, <span>whole</span></p></div></body>',
            [(1000, 4000, "one sentence, whole")],
        ),
    ],
)  # fmt: skip
def test_ttml_times_are_relative_to_what_is_around(ttml: str, expected: list[tuple[int, int, str]]) -> None:
    assert _timed(ttml) == expected


def test_a_ttml_caption_never_shown_or_with_a_broken_time_is_reported() -> None:
    extract = read_ttml(
        b'<tt><body end="5s"><div><p begin="9s">late</p></div><div begin="soon">'
        b'<p begin="1s">x</p></div></body></tt>'
    )
    assert said(extract) == [("paragraph", "late"), ("paragraph", "x")]
    assert extract.warnings == ("2 captions have no time that can be read",)


_ROLL_UP = [
    ["good evening"],
    ["good evening", "the bridge is closed"],
    ["the bridge is closed", "until june"],
]


@pytest.mark.parametrize("gap_ms", [0, 40])
def test_captions_that_roll_up_are_said_once(gap_ms: int) -> None:
    cues = "\n\n".join(
        f"00:0{place}.{gap_ms:03d} --> 00:0{place + 1}.000\n" + "\n".join(lines)
        for place, lines in enumerate(_ROLL_UP)
    )
    extract = read_webvtt("WEBVTT\n\n" + cues)
    assert [block.text for block in extract.blocks] == ["good evening", "the bridge is closed", "until june"]
    assert extract.warnings == ("the captions roll up: what 2 of 3 show a second time was read once",)


def test_lines_that_grow_word_by_word_are_said_once() -> None:
    lines = ["the", "the bridge", "the bridge is", "the bridge is closed"]
    cues = "\n\n".join(
        f"{place + 1}\n00:00:0{place},000 --> 00:00:0{place + 1},000\n{line}"
        for place, line in enumerate(lines)
    )
    assert [block.text for block in read_subrip(cues).blocks] == ["the", "bridge", "is", "closed"]


def test_what_people_say_twice_is_kept() -> None:
    said_twice = ["No.", "No.", "No.", "No way.", "Never, I said."]
    cues = "\n\n".join(
        f"{place + 1}\n00:00:0{place},000 --> 00:00:0{place + 1},000\n{line}"
        for place, line in enumerate(said_twice)
    )
    extract = read_subrip(cues)
    assert [block.text for block in extract.blocks] == said_twice
    assert extract.warnings == ()
    apart = "WEBVTT\n\n00:01.000 --> 00:02.000\na\nb\n\n00:09.000 --> 00:10.000\nb\nc\n"
    assert [block.text for block in read_webvtt(apart).blocks] == ["a b", "b c"]
