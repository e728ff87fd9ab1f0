"""Chapters: in order, one after the other, from the beginning to the end."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from braid.domain.answer.chapters import ChapterClock, mended_chapters
from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence
from braid.domain.span import WHOLE, Span

CLOCK = ChapterClock("ms", 100_000)
PAGES = ChapterClock("page", 9)


def _evidence(name: str, span: Span) -> Evidence:
    return Evidence(name, Modality.SPEECH, "utterance", span, "words", 0.9, "source")


EVIDENCE = {
    f"u{start}": _evidence(f"u{start}", Span(start * 1000, start * 1000 + 5000)) for start in range(0, 95, 5)
} | {f"p{page}": _evidence(f"p{page}", Span(page=page)) for page in range(1, 10)}
EVIDENCE["whole"] = _evidence("whole", WHOLE)

chapters = st.lists(
    st.fixed_dictionaries(
        {"title": st.text(max_size=5), "evidence_ids": st.lists(st.sampled_from(list(EVIDENCE)), max_size=3)},
        optional={"start_ms": st.integers(-9, 120_000), "page": st.integers(-2, 12), "end_ms": st.just(7)},
    ),
    max_size=7,
)


@given(chapters, st.sampled_from([CLOCK, PAGES]))
def test_whatever_a_model_wrote_chapters_cover_the_whole_in_order(
    written: list[dict[str, Any]], clock: ChapterClock
) -> None:
    mended, notes = mended_chapters(written, EVIDENCE, clock)
    start, end = clock.members
    if mended:
        assert mended[0][start] == clock.first
        assert mended[-1][end] >= clock.end
    for one, other in itertools.pairwise(mended):
        assert one[start] <= other[start]
        assert one[end] == (other[start] if clock.unit == "ms" else max(one[start], other[start] - 1))
    left_out = sum("was left out" in note for note in notes)
    assert len(mended) + left_out == len(written)


def test_sound_chapters_stay_as_they_are() -> None:
    written = [
        {"title": "One", "start_ms": 0, "evidence_ids": ["u0"]},
        {"title": "Two", "start_ms": 39_000, "evidence_ids": ["u40"]},
    ]
    mended, notes = mended_chapters(written, EVIDENCE, CLOCK)
    assert notes == ()
    assert [(each["start_ms"], each["end_ms"]) for each in mended] == [(0, 39_000), (39_000, 100_000)]


def test_what_is_changed_is_told() -> None:
    written = [
        {"title": "Late", "start_ms": 5_000, "evidence_ids": ["u90"]},
        {"title": "Early", "evidence_ids": ["u10"]},
        {"title": "Nowhere", "evidence_ids": ["p3"]},
    ]
    mended, notes = mended_chapters(written, EVIDENCE, CLOCK)
    assert [(each["title"], each["start_ms"], each["end_ms"]) for each in mended] == [
        ("Early", 0, 90_000),
        ("Late", 90_000, 100_000),
    ]
    assert notes == (
        "chapter 'Late' begins where its evidence does: 1:30.0",
        "chapter 'Nowhere' was left out: nothing it cites has a place",
        "chapters were put in order",
        "the first chapter begins with the asset, not at 0:10.0",
        "chapter 'Early' is 90% of the whole",
    )


def test_two_chapters_may_share_a_page() -> None:
    written = [{"title": "a", "evidence_ids": ["p1"]}, {"title": "b", "evidence_ids": ["p1", "p4"]}]
    mended, _ = mended_chapters(written, EVIDENCE, PAGES)
    assert [(each["page"], each["end_page"]) for each in mended] == [(1, 1), (1, 9)]


def test_a_chapter_that_also_cites_the_introduction_starts_after_it() -> None:
    written = [
        {"title": "Welcome", "evidence_ids": ["u0"]},
        {"title": "Step one", "evidence_ids": ["u20", "u0"]},
        {"title": "Step two", "start_ms": 20_000, "evidence_ids": ["u20", "u45"]},
    ]
    mended, notes = mended_chapters(written, EVIDENCE, CLOCK)
    assert [each["start_ms"] for each in mended] == [0, 20_000, 45_000]
    assert not any("left out" in note for note in notes)
