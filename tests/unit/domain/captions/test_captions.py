"""Caption files against another project's pairs of input and expected cues, and round trips."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.captions.captions import CaptionCue, CaptionFile, read_vtt, write_srt, write_vtt
from braid.domain.captions.subrip import read_srt

# Where vtt.js leaves the W3C specification, which we follow.
_OWN_WAYS = {
    "tests__cue-times__min-top-digits.vtt": "two fields: minutes have two digits (section 6.4, timestamps)",
    "tests__cue-times__minimum-spots-over-sixty.vtt": "hours above 59 need all three fields",
    "tests__integration__id.vtt": "a line that is only an arrow spoils its own line, not the cue behind it",
}
_LINES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60)
texts = st.lists(_LINES.map(str.strip).filter(bool), min_size=1, max_size=3).map("\n".join)


@st.composite
def cue_lists(draw: st.DrawFn) -> list[CaptionCue]:
    moments = sorted(draw(st.sets(st.integers(0, 4 * 3_600_000), min_size=2, max_size=12)))
    pairs = zip(moments[::2], moments[1::2], strict=False)
    cues = [CaptionCue.of_text(start, end, draw(texts)) for start, end in pairs]
    return [cue for cue in cues if cue.text.strip()]


@pytest.fixture(scope="module")
def vtt_pairs(shared_data: Path) -> list[tuple[str, str, list[dict[str, object]]]]:
    folder = shared_data / "captions" / "vtt.js"
    with (folder / "EXPECTED.tsv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table, delimiter="\t") if row["enabled"] == "yes"]
    return [
        (
            row["vtt"],
            (folder / row["vtt"]).read_bytes().decode("utf-8"),
            json.loads((folder / row["expected_json"]).read_text("utf-8"))["cues"],
        )
        for row in rows
    ]


def test_the_pairs_of_vtt_js_read_as_expected(
    vtt_pairs: list[tuple[str, str, list[dict[str, object]]]],
) -> None:
    wrong = {}
    for name, text, expected in vtt_pairs:
        got = [(cue.identifier, cue.start_ms, cue.end_ms, cue.markup) for cue in _read(text).cues]
        wanted = [
            (
                cue["id"],
                round(float(str(cue["startTime"])) * 1000),
                round(float(str(cue["endTime"])) * 1000),
                cue["text"],
            )
            for cue in expected
        ]
        if got != wanted and name not in _OWN_WAYS:
            wrong[name] = (got, wanted)
    assert len(vtt_pairs) > 100
    assert wrong == {}


def test_settings_of_the_pairs_are_kept_where_they_are_valid(
    vtt_pairs: list[tuple[str, str, list[dict[str, object]]]],
) -> None:
    """vtt.js fills in defaults; what differs from a default must come from a setting that we kept."""
    by_size = [(name, _read(text), cues) for name, text, cues in vtt_pairs if "__size__" in name]
    assert len(by_size) > 10
    for name, read, cues in by_size:
        kept = [float(cue.settings.get("size", "100%").rstrip("%")) for cue in read.cues]
        assert kept == [cue["size"] for cue in cues], name


def _read(text: str) -> CaptionFile:
    try:
        return read_vtt(text)
    except ValueError:
        return CaptionFile((), ())


@given(cue_lists())
def test_webvtt_reads_back_what_was_written(cues: list[CaptionCue]) -> None:
    read = read_vtt(write_vtt(cues))
    assert read.problems == ()
    assert [(c.start_ms, c.end_ms, c.text) for c in read.cues] == [
        (c.start_ms, c.end_ms, c.text) for c in cues
    ]


@given(cue_lists())
def test_subrip_reads_back_what_was_written(cues: list[CaptionCue]) -> None:
    plain = [cue for cue in cues if "-->" not in cue.text and "<" not in cue.text and "{" not in cue.text]
    read = read_srt(write_srt(plain))
    assert read.problems == ()
    assert [(c.start_ms, c.end_ms, c.text) for c in read.cues] == [
        (c.start_ms, c.end_ms, c.text) for c in plain
    ]


@given(cue_lists())
def test_another_reader_agrees(cues: list[CaptionCue]) -> None:
    ascii_only = [cue for cue in cues if cue.markup.isascii()]
    other = webvtt.from_string(write_vtt(ascii_only))
    assert [caption.start_in_seconds for caption in other] == [cue.start_ms // 1000 for cue in ascii_only]
    assert [caption.raw_text for caption in other] == [cue.markup for cue in ascii_only]


@given(st.text(max_size=300))
def test_no_text_breaks_the_readers(text: str) -> None:
    _read("WEBVTT\n\n" + text)
    read_srt(text)


def test_markup_in_words_is_shown_not_obeyed() -> None:
    cue = CaptionCue.of_text(0, 1000, "<b>5 < 6 & 7</b> -->")
    file = write_vtt([cue])
    assert "<b>" not in file
    assert read_vtt(file).cues[0].text == "<b>5 < 6 & 7</b> -->"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("WEBVTT\n\n00:01.000 --> 00:00.500\nx", "line 3: a cue must end after it starts"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n", "line 3: a cue without text"),
        ("WEBVTT\n\nlost words", "line 3: a block without a time range: 'lost words'"),
        ("WEBVTT\n\n0:1 --> 00:02.000\nx", "line 3: not a time range: '0:1 --> 00:02.000'"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000 color:red\nx", "line 3: not a cue setting: 'color:red'"),
        (
            "WEBVTT\n\n00:03.000 --> 00:04.000\nx\n\n00:01.000 --> 00:02.000\ny",
            "line 6: a cue must not start before the one above it",
        ),
    ],
)
def test_a_strict_reader_is_told_what_is_wrong_and_where(text: str, problem: str) -> None:
    assert [str(found) for found in read_vtt(text).problems] == [problem]


@pytest.mark.parametrize("text", ["", "hello", "WEBVTTX\n", "WEBVTT\n00:00.000 --> 00:01.000\nx"])
def test_without_a_header_it_is_no_webvtt(text: str) -> None:
    with pytest.raises(ValueError, match="WEBVTT"):
        read_vtt(text)


def test_real_caption_files_are_read(shared_data: Path) -> None:
    folder = shared_data / "captions" / "webvtt-py"
    assert len(read_vtt((folder / "sample.vtt").read_text("utf-8")).cues) == 16
    srt = read_srt((folder / "sample.srt").read_text("utf-8"))
    assert (len(srt.cues), srt.problems) == (5, ())
    assert read_srt((folder / "missing_timeframe.srt").read_text("utf-8")).problems
