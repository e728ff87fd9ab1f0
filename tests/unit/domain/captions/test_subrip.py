"""SubRip as it is in the wild: time ranges decide, and no word is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.captions.subrip import read_srt

_LINE_ENDS = ("\n", "\r\n", "\r", "\r\r\n")
_BLANKS = ("", " ", "\t", "\u00a0")
_WORDS = st.lists(st.sampled_from(["nine", "1969", "tickets", "–", "Ä"]), min_size=1, max_size=3)


def read(text: str) -> list[tuple[int, int, str]]:
    return [(cue.start_ms, cue.end_ms, cue.text) for cue in read_srt(text).cues]


def problems(text: str) -> list[str]:
    return [str(problem) for problem in read_srt(text).problems]


@pytest.mark.parametrize("blank", _BLANKS)
@pytest.mark.parametrize("end", _LINE_ENDS)
def test_line_ends_and_blank_lines_of_every_kind(blank: str, end: str) -> None:
    lines = ["1", "00:00:01,000 --> 00:00:02,500", "Hello", blank, "there", blank, "2"]
    text = end.join([*lines, "00:00:03,000 --> 00:00:04,000", blank, "Bye", ""])
    assert read(text) == [(1000, 2500, "Hello\nthere"), (3000, 4000, "Bye")]
    assert problems(text) == []


@pytest.mark.parametrize(
    ("written", "start_ms", "end_ms"),
    [
        ("00:00:01,000 --> 00:00:02,500", 1000, 2500),
        ("00:00:01.000-->00:00:02.5", 1000, 2500),
        ("0:01 --> 0:02", 1000, 2000),
        ("00:00:01 --> 00:00:02", 1000, 2000),
        ("01:00:01:250 --> 01:00:02:500", 3_601_250, 3_602_500),
        ("00:00:01,000 --> 00:00:02,500 X1:40 X2:600 Y1:20 Y2:50", 1000, 2500),
        ("00:00:01,000 --> 00:00:02,500 align:start position:0%", 1000, 2500),
        ("  00:00:01,000  -->  00:00:02,500  ", 1000, 2500),
        ("00:75:00,000 --> 00:75:01,000", 4_500_000, 4_501_000),
    ],
)
def test_times_as_programs_write_them(written: str, start_ms: int, end_ms: int) -> None:
    assert read(f"1\n{written}\nHello\n") == [(start_ms, end_ms, "Hello")]
    assert read(f"{written}\nHello\n") == [(start_ms, end_ms, "Hello")]


def test_cues_need_no_number_and_no_line_between_them() -> None:
    text = "00:01 --> 00:02\none\n00:02 --> 00:03\ntwo\n3\n00:03 --> 00:04\nthree"
    assert read(text) == [(1000, 2000, "one"), (2000, 3000, "two"), (3000, 4000, "three")]
    assert problems(text) == []


def test_a_number_that_is_said_stays() -> None:
    text = "1\n00:01 --> 00:02\nIn the year\n1969\n\n2\n00:03 --> 00:04\n42\n\n3\n00:05 --> 00:06\nend\n\n7\n"
    assert read(text) == [(1000, 2000, "In the year\n1969"), (3000, 4000, "42"), (5000, 6000, "end\n7")]


def test_a_file_with_an_empty_line_behind_each_line() -> None:
    lines = ["1", "00:00:01,000 --> 00:00:02,000", "Hello", "2", "00:00:03,000 --> 00:00:04,000", "Bye"]
    assert read("\n\n".join(lines)) == [(1000, 2000, "Hello"), (3000, 4000, "Bye")]


def test_words_behind_the_time_range_are_read() -> None:
    assert read("1\n00:00:01,000 --> 00:00:02,000 Hello there\n") == [(1000, 2000, "Hello there")]


def test_words_of_a_cue_without_a_valid_time_are_kept_and_reported() -> None:
    text = "1\n00:01 --> 00:02\none\n\n2\n00:0x --> 00:04\ntwo\n\n3\n00:05 --> 00:06\nthree\n\n4\nfour\n\n5\n"
    assert read(text) == [(1000, 2000, "one"), (2000, 2000, "two"), (5000, 6000, "three\nfour")]
    assert problems(text) == [
        "line 6: not a time range: '00:0x --> 00:04'",
        "line 13: cue 4 has no time range",
        "line 16: cue 5 has no time range",
    ]


def test_what_stands_before_the_first_cue_is_reported() -> None:
    text = "Subtitles by Ann\n\n1\n00:01 --> 00:02\nHello\n"
    assert read(text) == [(1000, 2000, "Hello")]
    assert problems(text) == ["line 1: no time range: 'Subtitles by Ann'"]


def test_an_arrow_in_words_is_no_time_range() -> None:
    assert read("1\n00:01 --> 00:02\nA --> B\n") == [(1000, 2000, "A --> B")]


def test_styling_is_dropped() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,500\n{\\an8}<i>Hello</i> & bye\n"
    assert read(text) == [(1000, 2500, "Hello & bye")]


@given(
    st.lists(st.lists(_WORDS.map(" ".join), min_size=1, max_size=3), min_size=1, max_size=5),
    st.sampled_from(_LINE_ENDS),
    st.sampled_from(_BLANKS),
    st.integers(1, 3),
)
def test_no_word_of_numbered_cues_is_lost_or_added(
    cues: list[list[str]], end: str, blank: str, gap: int
) -> None:
    lines = []
    for number, said in enumerate(cues, start=1):
        lines += [str(number), f"00:00:{number:02d},000 --> 00:00:{number:02d},900", *said, *[blank] * gap]
    read_lines = [cue.text for cue in read_srt(end.join(lines)).cues]
    assert read_lines == ["\n".join(said) for said in cues]
