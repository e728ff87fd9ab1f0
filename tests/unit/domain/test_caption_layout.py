"""What captions promise to their readers, for any transcript."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.caption_layout import (
    MAX_LINE_CHARACTERS,
    MAX_LINES,
    MIN_CUE_MS,
    hurried,
    lay_out,
    width,
)
from domain.captions import read_srt, read_vtt, write_srt, write_vtt
from domain.transcript import Transcript, TranscriptItem, Utterance

words = st.one_of(
    st.text("abcdefghijklmnopqrstuvwxyz<>&'é", min_size=1, max_size=14),
    st.text("日本語字幕", min_size=1, max_size=60),
    st.text("x", min_size=40, max_size=130),
)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    utterances, clock = [], 0
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
        utterances.append(Utterance(f"u{number:04}", None, items[0].start_ms, clock, text, 0.9, tuple(items)))
    return Transcript("en-US", tuple(utterances))


@settings(max_examples=60, deadline=None)
@given(transcripts())
def test_captions_keep_their_promises(transcript: Transcript) -> None:
    cues = lay_out(transcript)
    for cue in cues:
        lines = cue.text.split("\n")
        assert 1 <= len(lines) <= MAX_LINES
        assert all(width(line) <= MAX_LINE_CHARACTERS for line in lines)
        assert cue.end_ms - cue.start_ms >= MIN_CUE_MS
    for before, after in itertools.pairwise(cues):
        assert before.end_ms <= after.start_ms
    assert read_vtt(write_vtt(cues)).problems == ()


@settings(max_examples=60, deadline=None)
@given(transcripts())
def test_no_word_is_lost(transcript: Transcript) -> None:
    shown = sorted("".join("".join(cue.text.split()) for cue in lay_out(transcript)))
    said = sorted("".join("".join(u.text.split()) for u in transcript.utterances))
    assert shown == said


def test_a_caption_ends_behind_a_sentence_rather_than_in_the_middle() -> None:
    transcript = _spoken(
        "The first sentence is of a middling length. The second one then goes on for quite a while longer"
    )
    assert lay_out(transcript)[0].text.replace("\n", " ") == "The first sentence is of a middling length."


def test_a_pause_ends_a_caption() -> None:
    items = (_item("Before", 0, 400), _item("after", 3000, 3400))
    transcript = Transcript("en", (Utterance("u1", None, 0, 3400, "Before after", 0.9, items),))
    cues = lay_out(transcript)
    assert [(cue.text, cue.start_ms, cue.end_ms) for cue in cues] == [
        ("Before", 0, MIN_CUE_MS),
        ("after", 3000, 3000 + MIN_CUE_MS),
    ]


def test_a_short_caption_lasts_into_the_silence_as_long_as_reading_takes() -> None:
    transcript = _spoken("This is said within one single second by someone", word_ms=100)
    assert hurried(lay_out(transcript)) == ()


def test_speech_faster_than_reading_is_told() -> None:
    fast = _spoken(" ".join(["immediately"] * 60), word_ms=120)
    cues = lay_out(fast)
    assert hurried(cues)
    assert hurried(cues)[0] in cues


def test_words_without_times_share_their_utterance() -> None:
    transcript = Transcript("en", (Utterance("u1", None, 1000, 5000, "given without any times", None, ()),))
    assert [(cue.text, cue.start_ms, cue.end_ms) for cue in lay_out(transcript)] == [
        ("given without any times", 1000, 5000)
    ]


def test_subrip_of_the_same_captions_is_clean() -> None:
    cues = lay_out(_spoken("Hello there. How are you today?"))
    assert read_srt(write_srt(cues)).problems == ()


def _item(text: str, start_ms: int, end_ms: int) -> TranscriptItem:
    return TranscriptItem(text, start_ms, end_ms, 0.9, "word")


def _spoken(text: str, word_ms: int = 300) -> Transcript:
    items = tuple(
        _item(word, index * word_ms, (index + 1) * word_ms) for index, word in enumerate(text.split())
    )
    return Transcript("en", (Utterance("u1", None, 0, items[-1].end_ms, text, 0.9, items),))


def test_of_several_recordings_the_first_is_captioned() -> None:
    talk = Utterance("u1", None, 0, 2000, "The talk", 0.9, (), member="talk.mp4")
    aside = Utterance("u2", None, 500, 2500, "An aside", 0.9, (), member="aside.wav")
    assert [cue.text for cue in lay_out(Transcript("en", (talk, aside)))] == ["The talk"]
