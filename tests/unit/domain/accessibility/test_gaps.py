"""Where an audio description may speak: never over anybody, and only where there is time."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.accessibility.gaps import Gap, gaps_between, gaps_in, spoken_words
from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Observation
from braid.domain.span import Span

spans = st.tuples(st.integers(0, 60_000), st.integers(0, 20_000)).map(lambda pair: (pair[0], sum(pair)))


@given(st.lists(spans, max_size=12), st.integers(0, 90_000), st.integers(500, 5_000))
def test_gaps_are_silent_long_enough_and_in_order(
    spoken: list[tuple[int, int]], duration_ms: int, min_ms: int
) -> None:
    gaps = gaps_between(spoken, duration_ms, min_ms)
    assert [gap.number for gap in gaps] == list(range(1, len(gaps) + 1))
    for gap in gaps:
        assert 0 <= gap.start_ms < gap.end_ms <= duration_ms
        assert gap.end_ms - gap.start_ms >= min(min_ms, 7_500)
        assert all(end <= gap.start_ms or start >= gap.end_ms for start, end in spoken if start < end)
    assert all(one.end_ms <= other.start_ms for one, other in itertools.pairwise(gaps))


def test_no_silence_is_passed_over() -> None:
    gaps = gaps_between([(9_000, 12_000), (3_000, 5_000), (4_000, 6_000)], 14_000, 2_000)
    assert [(gap.start_ms, gap.end_ms) for gap in gaps] == [(0, 3_000), (6_000, 9_000), (12_000, 14_000)]


def test_a_long_silence_is_offered_in_parts() -> None:
    gaps = gaps_between([(0, 1_000)], 41_000, 2_000)
    assert [gap.end_ms - gap.start_ms for gap in gaps] == [13_333, 13_333, 13_334]


def test_of_very_many_gaps_the_longest_stay_in_order() -> None:
    spoken = [(at * 10_000, at * 10_000 + 5_000 + at) for at in range(100)]
    gaps = gaps_between(spoken, 1_000_000, 2_000)
    assert len(gaps) == 60
    assert gaps[0].start_ms == 5_000
    assert gaps[-1].end_ms == 600_000


def _seen(kind: str, modality: Modality, span: Span) -> Observation:
    return Observation("o", modality, kind, span, "text", 0.9, "source")  # type: ignore[arg-type]  # a kind


def test_only_what_shows_something_on_a_clock_has_gaps() -> None:
    picture = _seen("label", Modality.VISION, Span(0, 9_000))
    heard = _seen("utterance", Modality.SPEECH, Span(0, 4_000))
    cue = _seen("cue", Modality.TEXT, Span(0, 8_000))
    assert gaps_in([heard], 9_000, 2_000) == ()
    assert gaps_in([_seen("label", Modality.VISION, Span(page=1))], None, 2_000) == ()
    assert gaps_in([picture, heard, cue], 9_000, 2_000) == (Gap(1, 4_000, 9_000),)
    assert gaps_in([picture, cue], 9_000, 500) == (Gap(1, 8_000, 9_000),)
    assert gaps_in([picture], 9_000, 2_000) == (Gap(1, 0, 9_000),)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("A red car stops.", 4),
        ("", 0),
        ("— … !", 0),
        ("字幕を読む", 3),
        ("Taxi 出租车 stops", 4),
        ("It's 3:40", 2),
    ],
)
def test_words_to_be_said(text: str, count: int) -> None:
    assert spoken_words(text) == count


def test_how_much_fits() -> None:
    gap = Gap(2, 5_000, 8_000)
    assert gap.max_words(160) == 8
    assert str(gap) == "gap 2 (0:05.0–0:08.0)"
