"""Cues keep their time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.errors import InvalidAssetError
from braid.domain.span import Span
from lambdas.reading.captions import read_subrip, read_webvtt
from lambdas.reading.ttml import read_ttml
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
    problems = "\n\n".join(f"{number}\n00:00:0x,000 --> 00:00:02,000\nText" for number in range(6))
    extract = read_subrip(problems)
    assert extract.blocks == ()
    assert extract.warnings[0].startswith("line 2: ")
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
