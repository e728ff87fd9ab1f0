"""Utterances keep every word, stay with one speaker, and read as people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.aws.transcribe.output import HeardItem
from braid.domain.evidence.transcript import TranscriptItem
from lambdas.transcription.utterances import utterances


def _word(
    text: str, start_ms: int, end_ms: int, speaker: str | None = None, confidence: float | None = 0.9
) -> HeardItem:
    return HeardItem(TranscriptItem(text, start_ms, end_ms, confidence, "word"), speaker)


def _mark(text: str, at_ms: int, speaker: str | None = None) -> HeardItem:
    return HeardItem(TranscriptItem(text, at_ms, at_ms, None, "punctuation"), speaker)


def test_a_pause_or_another_speaker_begins_an_utterance() -> None:
    items = [
        _word("Good", 0, 300, "spk_0"),
        _word("morning", 300, 700, "spk_0", 0.7),
        _mark(".", 700, "spk_0"),
        _word("Hi", 800, 900, "spk_1"),
        _word("there", 1700, 2000, "spk_1"),
        _mark("!", 2000, "spk_1"),
    ]
    spoken = utterances(items, "en-US")
    assert [(item.utterance_id, item.speaker, item.start_ms, item.end_ms, item.text) for item in spoken] == [
        ("u0001", "spk_0", 0, 700, "Good morning."),
        ("u0002", "spk_1", 800, 900, "Hi"),
        ("u0003", "spk_1", 1700, 2000, "there!"),
    ]
    assert [item.confidence for item in spoken] == [0.8, 0.9, 0.9]


def test_marks_stay_with_their_word() -> None:
    items = [
        _word("No", 0, 200),
        _mark(",", 200),
        _mark("¿", 2000),
        _word("qué", 2000, 2300),
        _mark("?", 2300),
    ]
    assert [item.text for item in utterances(items, "es-ES")] == ["No,", "¿qué?"]


def test_languages_without_blanks() -> None:
    items = [_word("音声", 0, 300), _word("認識", 300, 600), _mark("。", 600)]
    assert [item.text for item in utterances(items, "ja-JP")] == ["音声認識。"]


def test_who_never_pauses_is_cut_at_a_sentence_and_in_the_end_anywhere() -> None:
    sentences = []
    for number in range(10):
        sentences += [
            _word(f"w{number}", number * 3000, number * 3000 + 2900),
            _mark(".", number * 3000 + 2900),
        ]
    assert [item.end_ms - item.start_ms for item in utterances(sentences, "en-US")] == [11_900, 11_900, 5_900]
    endless = [_word(f"w{number}", number * 1000, number * 1000 + 1000) for number in range(90)]
    assert [item.end_ms - item.start_ms for item in utterances(endless, "en-US")] == [30_000, 30_000, 30_000]


def test_channels_are_told_in_order_of_time() -> None:
    first = [_word("hello", 0, 400, "ch_0"), _word("bye", 5000, 5400, "ch_0")]
    second = [_word("hi", 300, 600, "ch_1"), _mark(".", 600, "ch_1")]
    assert [(item.speaker, item.text) for item in utterances(first + second, "en-US")] == [
        ("ch_0", "hello"), ("ch_1", "hi."), ("ch_0", "bye"),
    ]  # fmt: skip


@pytest.mark.parametrize("items", [[], [_mark(".", 0)]])
def test_without_words_there_is_no_utterance(items: list[HeardItem]) -> None:
    assert utterances(items, "en-US") == ()


@st.composite
def _speech(draw: st.DrawFn) -> list[HeardItem]:
    items, at_ms = [], 0
    for _ in range(draw(st.integers(0, 60))):
        at_ms += draw(st.integers(0, 2500))
        end_ms = at_ms + draw(st.integers(0, 1500))
        speaker = draw(st.sampled_from([None, "spk_0", "spk_1"]))
        if draw(st.booleans()) or not items:
            confidence = draw(st.none() | st.floats(0, 1))
            items.append(
                _word(draw(st.sampled_from(["yes", "no", "straße"])), at_ms, end_ms, speaker, confidence)
            )
            at_ms = end_ms
        else:
            items.append(
                _mark(draw(st.sampled_from([".", ",", "?", "¿"])), items[-1].item.end_ms, items[-1].speaker)
            )
    return items


@given(_speech())
def test_no_word_is_lost_moved_or_given_to_another(items: list[HeardItem]) -> None:
    spoken = utterances(items, "en-US")
    words = [heard for heard in items if heard.item.kind == "word"]
    kept = [(item, utterance) for utterance in spoken for item in utterance.items if item.kind == "word"]
    assert [item for item, _ in kept] == [heard.item for heard in words]
    assert [utterance.speaker for _, utterance in kept] == [heard.speaker for heard in words]
    for utterance in spoken:
        assert all(
            utterance.start_ms <= item.start_ms <= item.end_ms <= utterance.end_ms for item in utterance.items
        )
        assert "".join(item.text for item in utterance.items) == utterance.text.replace(" ", "")
    assert [utterance.utterance_id for utterance in spoken] == [
        f"u{n:04d}" for n in range(1, len(spoken) + 1)
    ]
