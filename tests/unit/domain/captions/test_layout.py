"""What captions promise to their readers, for any transcript."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace

import av
import pytest
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from braid.domain.captions.captions import CaptionCue, read_vtt, write_srt, write_vtt
from braid.domain.captions.checks import caption_findings
from braid.domain.captions.layout import Captions, lay_out
from braid.domain.captions.subrip import read_srt
from braid.domain.captions.timing import width
from braid.domain.evidence.transcript import Transcript, TranscriptItem, Utterance
from braid.domain.profile.sections.captions import CaptionPlan

PLAN = CaptionPlan()
words = st.one_of(
    st.text("abcdefghijklmnopqrstuvwxyz<>&'é", min_size=1, max_size=14),
    st.text("日本語字幕", min_size=1, max_size=60),
    st.text("x", min_size=40, max_size=130),
)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    utterances, clock = [], 0
    speakers = draw(st.sampled_from([[None], ["spk_0", "spk_1"], ["spk_0", "spk_1", None, "<b>&-->"]]))
    for number in range(draw(st.integers(0, 4))):
        clock = max(0, clock + draw(st.integers(-1500, 4000)))  # speakers may interrupt each other
        items = []
        for word in draw(st.lists(words, min_size=1, max_size=25)):
            start = clock + draw(st.integers(0, 2500) | st.just(0))
            clock = start + draw(st.integers(0, 900))
            items.append(TranscriptItem(word, start, clock, 0.9, "word"))
            if draw(st.integers(0, 5)) == 0:
                items.append(TranscriptItem(draw(st.sampled_from(".,?!")), clock, clock, None, "punctuation"))
        text = items[0].text
        for item in items[1:]:
            text += item.text if item.kind == "punctuation" else f" {item.text}"
        speaker = draw(st.sampled_from(speakers))
        utterances.append(
            Utterance(f"u{number:04}", speaker, items[0].start_ms, clock, text, 0.9, tuple(items))
        )
    return Transcript("en-US", tuple(utterances))


@st.composite
def plans(draw: st.DrawFn) -> CaptionPlan:
    return CaptionPlan(
        max_line_characters=draw(st.sampled_from([20, 37, 42])),
        max_lines=draw(st.integers(1, 2)),
        characters_per_second=draw(st.sampled_from([12.0, 17.0, 20.0])),
        min_gap_ms=draw(st.sampled_from([0, 84, 500])),
        name_speakers=draw(st.booleans()),
    )


@settings(max_examples=60, deadline=None)
@given(transcripts(), plans())
def test_captions_keep_their_promises(transcript: Transcript, plan: CaptionPlan) -> None:
    assert list(plan.problems()) == []
    cues = lay_out(transcript, plan).cues
    for cue in cues:
        lines = cue.text.split("\n")
        assert 1 <= len(lines) <= plan.max_lines
        assert all(width(line) <= plan.max_line_characters for line in lines)
        assert plan.min_ms <= cue.end_ms - cue.start_ms <= plan.max_ms
    for before, after in itertools.pairwise(cues):
        assert before.end_ms + plan.min_gap_ms <= after.start_ms
    assert read_vtt(write_vtt(cues)).problems == ()
    assert read_srt(write_srt(cues)).problems == ()


@settings(max_examples=60, deadline=None)
@given(transcripts(), plans())
def test_no_word_is_lost(transcript: Transcript, plan: CaptionPlan) -> None:
    cues = lay_out(transcript, plan).cues
    lines = [line.removeprefix("- ") for cue in cues for line in cue.text.split("\n")]
    said = sorted("".join("".join(u.text.split()) for u in transcript.utterances))
    assert sorted("".join("".join(line.split()) for line in lines)) == said


@settings(max_examples=60, deadline=None)
@given(transcripts())
def test_what_isnt_told_is_as_the_plan_wants_it(transcript: Transcript) -> None:
    captions = lay_out(transcript, PLAN)
    told = {finding.limit.split()[0] for finding in caption_findings(captions, PLAN)}
    # Lines, lengths and gaps are mended always; speed and place can't be where people talk too fast.
    assert told <= {"show", "begin"}


def test_a_caption_ends_behind_a_sentence_rather_than_in_the_middle() -> None:
    transcript = _spoken(
        "The first sentence is of a middling length. The second one then goes on for quite a while longer"
    )
    assert (
        lay_out(transcript).cues[0].text.replace("\n", " ") == "The first sentence is of a middling length."
    )


def test_a_pause_ends_a_caption() -> None:
    items = (_item("Before", 0, 400), _item("after", 3000, 3400))
    transcript = Transcript("en", (Utterance("u1", None, 0, 3400, "Before after", 0.9, items),))
    cues = lay_out(transcript).cues
    assert [(cue.text, cue.start_ms, cue.end_ms) for cue in cues] == [
        ("Before", 0, PLAN.min_ms),
        ("after", 3000, 3000 + PLAN.min_ms),
    ]


def test_a_short_caption_lasts_into_the_silence_as_long_as_reading_takes() -> None:
    captions = lay_out(_spoken("This is said within one single second by someone", word_ms=100))
    assert caption_findings(captions, PLAN) == ()


def test_a_caption_too_short_for_its_words_borrows_time_from_the_next() -> None:
    quick = _spoken("Twenty thousand extraordinary characters.", word_ms=400).utterances[0]
    slow = Utterance("u2", None, 1700, 8600, "And then somebody says something that is as long.", 0.9, ())
    captions = lay_out(Transcript("en", (quick, slow)))
    assert [cue.text for cue in captions.cues] == [
        "Twenty thousand extraordinary characters.",
        "And then somebody says\nsomething that is as long.",
    ]
    assert 0 < captions.late_ms[1] <= 500
    assert caption_findings(captions, PLAN) == ()


def test_short_exchanges_share_a_caption_with_a_line_each() -> None:
    captions = lay_out(_dialogue(("spk_0", "Ready?", 0, 400), ("spk_1", "Yes.", 450, 700)))
    assert [cue.text for cue in captions.cues] == ["- Ready?\n- Yes."]
    assert captions.cues[0].markup == "<v Speaker 1>- Ready?</v>\n<v Speaker 2>- Yes.</v>"


def test_who_begins_to_speak_is_marked_and_named() -> None:
    captions = lay_out(
        _dialogue(
            ("spk_0", "How are you?", 0, 2000), ("spk_0", "Well?", 4000, 6000), ("ch_1", "Fine.", 9000, 11000)
        )
    )
    assert [cue.markup for cue in captions.cues] == [
        "<v Speaker 1>- How are you?</v>",
        "<v Speaker 1>Well?</v>",
        "<v Channel 2>- Fine.</v>",
    ]
    assert "<v" not in write_srt(captions.cues)


def test_one_speaker_needs_no_name() -> None:
    captions = lay_out(_dialogue(("spk_0", "How are you?", 0, 2000), ("spk_0", "Fine.", 4000, 6000)))
    assert [cue.markup for cue in captions.cues] == ["How are you?", "Fine."]


def test_speech_faster_than_reading_is_told_with_its_places() -> None:
    captions = lay_out(_spoken(" ".join(["immediately"] * 30), word_ms=120))
    (told,) = caption_findings(captions, PLAN)
    assert str(told).startswith(
        f"captions: {told.count} of {len(captions.cues)} show more than 20 characters a second: at 0:00.0, "
    )
    assert caption_findings(captions, replace(PLAN, characters_per_second=200)) == ()


def test_what_another_wrote_is_checked_too() -> None:
    cues = (
        CaptionCue.of_text(0, 500, "x" * 43),
        CaptionCue.of_text(400, 9000, "one\ntwo\nthree"),
    )
    told = [str(finding) for finding in caption_findings(Captions(cues), PLAN)]
    assert told == [
        "captions: 1 of 2 show more than 20 characters a second: at 0:00.0",
        "captions: 1 of 2 stand for less than 0.834 seconds: at 0:00.0",
        "captions: 1 of 2 stand for more than 7 seconds: at 0:00.4",
        "captions: 1 of 2 follow less than 84 milliseconds after the one before: at 0:00.4",
        "captions: 2 of 2 have more than 2 lines of 42 characters: at 0:00.0, 0:00.4",
    ]


@pytest.mark.parametrize("text", ["a --> b", "<v Boss>You & I</v>", "1\n\n2", "{\\an8}up", "NOTE me"])
def test_hostile_words_stay_words(text: str) -> None:
    utterance = Utterance("u1", "<v --> & >", 0, 3000, text, 0.9, ())
    other = Utterance("u2", "b\nc", 4000, 6000, "fine", 0.9, ())
    cues = lay_out(Transcript("en", (utterance, other))).cues
    read = read_vtt(write_vtt(cues))
    assert read.problems == ()
    shown = [" ".join(cue.text.split()).removeprefix("- ") for cue in read.cues]
    assert shown == [" ".join(text.split()), "fine"]


def test_a_plan_says_what_is_wrong_with_it() -> None:
    assert list(CaptionPlan(max_lines=3, min_gap_ms=-1).problems()) == [
        "captions.max_lines must be from 1 to 2",
        "captions.min_gap_ms must be from 0 to 500",
    ]


def test_words_without_times_share_their_utterance() -> None:
    transcript = Transcript("en", (Utterance("u1", None, 1000, 5000, "given without any times", None, ()),))
    assert [(cue.text, cue.start_ms, cue.end_ms) for cue in lay_out(transcript).cues] == [
        ("given without any times", 1000, 5000)
    ]


def test_subrip_of_the_same_captions_is_clean() -> None:
    cues = lay_out(_spoken("Hello there. How are you today?")).cues
    assert read_srt(write_srt(cues)).problems == ()


def _item(text: str, start_ms: int, end_ms: int) -> TranscriptItem:
    return TranscriptItem(text, start_ms, end_ms, 0.9, "word")


def _dialogue(*turns: tuple[str, str, int, int]) -> Transcript:
    return Transcript(
        "en",
        tuple(
            Utterance(f"u{number}", speaker, start_ms, end_ms, text, 0.9, (_item(text, start_ms, end_ms),))
            for number, (speaker, text, start_ms, end_ms) in enumerate(turns)
        ),
    )


def _spoken(text: str, word_ms: int = 300) -> Transcript:
    items = tuple(
        _item(word, index * word_ms, (index + 1) * word_ms) for index, word in enumerate(text.split())
    )
    return Transcript("en", (Utterance("u1", None, 0, items[-1].end_ms, text, 0.9, items),))


def test_of_several_recordings_the_first_is_captioned() -> None:
    talk = Utterance("u1", None, 0, 2000, "The talk", 0.9, (), member="talk.mp4")
    aside = Utterance("u2", None, 500, 2500, "An aside", 0.9, (), member="aside.wav")
    assert [cue.text for cue in lay_out(Transcript("en", (talk, aside))).cues] == ["The talk"]


@settings(max_examples=40, deadline=None)
@given(transcripts(), plans())
def test_parsers_of_others_read_the_same_cues(transcript: Transcript, plan: CaptionPlan) -> None:
    cues = lay_out(transcript, plan).cues
    times = [(cue.start_ms, cue.end_ms) for cue in cues]
    if not cues:
        return  # an empty SubRip file is none
    for text, kind in ((write_vtt(cues), "vtt"), (write_srt(cues), "srt")):
        read = webvtt.from_buffer(io.StringIO(text), format=kind).captions
        assert [(_ms(cue.start), _ms(cue.end)) for cue in read] == times
        with av.open(io.BytesIO(text.encode()), format="webvtt" if kind == "vtt" else kind) as file:
            packets = [packet for packet in file.demux(subtitles=0) if packet.size]
        assert [(packet.pts, packet.pts + packet.duration) for packet in packets] == times


def _ms(timecode: str) -> int:
    hours, minutes, seconds = timecode.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)


@pytest.mark.parametrize("pause_ms", [0, 5_000])
def test_no_word_or_two_are_left_alone_where_a_caption_is_full(pause_ms: int) -> None:
    said = "the full width of a long garden wall with every single stone that was carried up to bad things"
    items, clock = [], 0
    for word in said.split():
        items.append(TranscriptItem(word, clock, clock + 250, 0.9, "word"))
        clock += 280
    after = TranscriptItem("after", clock + pause_ms, clock + pause_ms + 300, 0.9, "word")
    items, text = ([*items, after], f"{said} after") if pause_ms else (items, said)
    spoken = Utterance("u0001", None, 0, clock + 6_000, text, 0.9, tuple(items))
    first, second, *rest = lay_out(Transcript("en-US", (spoken,)), PLAN).cues
    assert abs(width(first.text) - width(second.text)) <= 12
    assert [cue.text for cue in rest] == (["after"] if pause_ms else [])
