"""Phrases of the transcript and marks of the tracks: nothing is lost, and nothing grows with the asset."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Observation
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.transcript import TranscriptItem, Utterance
from braid.domain.span import Span
from braid.report.links import Links, seconds
from braid.report.tracks import MAX_MARKS, tracks_section
from braid.report.words import phrases

NO_LINKS = Links({}, frozenset())


def utterance(words: list[str], step_ms: int) -> Utterance:
    """Words one after another; what isn't a letter is punctuation that joins the word before it."""
    items, text = [], ""
    for at, word in enumerate(words):
        is_word = word not in (".", "?", ",")
        text += f" {word}" if is_word and text else word
        kind = "word" if is_word else "punctuation"
        items.append(TranscriptItem(word, at * step_ms, (at + 1) * step_ms, 0.9, kind))  # type: ignore[arg-type]  # one of the two
    return Utterance("u0001", None, 0, len(words) * step_ms, text, 0.9, tuple(items))


@given(
    st.lists(st.sampled_from(["we", "plant", "seeds", "a", ".", "?", ","]), max_size=80), st.integers(1, 900)
)
def test_the_phrases_of_an_utterance_are_its_text_in_order(words: list[str], step_ms: int) -> None:
    spoken = utterance(words, step_ms)
    found = phrases(spoken)
    assert "".join(text for _, text in found) == spoken.text
    starts = [start_ms for start_ms, _ in found]
    assert starts == sorted(set(starts))


def test_a_monologue_is_cut_behind_sentences_once_some_seconds_have_passed() -> None:
    words = ["one", "two", "three", "four", ".", "five", "six", "seven", "eight", "nine", "."]
    assert [text.strip() for _, text in phrases(utterance(words, 1000))] == [
        "one two three four.",
        "five six seven eight nine.",
    ]


def test_a_word_that_the_text_does_not_have_loses_nothing() -> None:
    spoken = Utterance(
        "u1", None, 0, 20_000, "what was said", 0.9, (TranscriptItem("other", 0, 9, 0.9, "word"),)
    )
    assert phrases(spoken) == [(0, "what was said")]


def timeline(count: int, duration_ms: int) -> Timeline:
    """So many observations, one after another."""
    step_ms = duration_ms // count
    observations = tuple(
        Observation(
            f"u{n}",
            Modality.SPEECH,
            "utterance",
            Span(n * step_ms, (n + 1) * step_ms),
            f"t{n}",
            0.9,
            f"x:u{n}",
        )
        for n in range(count)
    )
    return Timeline(duration_ms, (), observations, (), (), {})


@given(st.integers(1, 3000))
def test_a_track_has_a_bounded_number_of_marks_and_they_count_all(count: int) -> None:
    drawn = tracks_section(timeline(count, 36_000_000), None, NO_LINKS)
    assert drawn is not None
    titles = re.findall(r"<title>([^<]+)</title>", drawn)
    assert len(titles) <= MAX_MARKS
    counts = [int(found[1]) if (found := re.search(r"· (\d+) of these", title)) else 1 for title in titles]
    assert sum(counts) == count


def test_an_asset_without_a_clock_has_no_tracks() -> None:
    assert tracks_section(Timeline(None, (), (), (), (), {}), None, NO_LINKS) is None
    assert tracks_section(Timeline(1000, (), (), (), (), {}), None, NO_LINKS) is None


def test_moments_keep_their_milliseconds_in_the_longest_asset() -> None:
    assert [seconds(at_ms) for at_ms in (0, 12_600, 35_999_999, None)] == ["0", "12.6", "35999.999", None]
