"""Lists of thousands of rows: each row is held against its own in the other list, and what isn't is said."""

from __future__ import annotations

import math
import re

import pytest

from benchmarks.fusion.fusion_scale import REFERENCE_SECONDS, reference_seconds, seconds
from benchmarks.fusion.list_scale import LISTS, MAX_EXPONENT, MAX_SECONDS_PER_THOUSAND, two_lists
from braid.domain.evidence.timeline import Agreement, AgreementKind, Timeline
from braid.domain.profile.sections.fusion import Thresholds
from lambdas.fusion.compare.contradictions import MAX_LISTED
from lambdas.fusion.fuse import fuse

PRICES = "price lists, every row differs"
SIMILAR_PRICES = "price lists, one row in five differs"
COLOURS = "colours, every row differs"
ROW = re.compile(r"item \d+")


def contradictions(timeline: Timeline) -> list[Agreement]:
    return [
        agreement
        for segment in timeline.segments
        for agreement in segment.agreements
        if agreement.kind is AgreementKind.CONTRADICTORY
    ]


def fused(kind: str, row_count: int) -> Timeline:
    return fuse(two_lists(kind, row_count), Thresholds(), 1_000)


def test_a_price_is_held_against_that_of_the_same_thing() -> None:
    count = 300
    found = contradictions(fused(PRICES, count))

    assert len(found) >= 0.95 * count
    rows = [sorted(int(name[1:]) for name in agreement.observation_ids) for agreement in found]
    assert sum(later - earlier == count for earlier, later in rows) >= 0.95 * len(rows)


def test_what_was_not_compared_is_said_with_its_reason() -> None:
    (warning,) = fused(PRICES, 300).warnings

    assert warning == (
        "300 numbers were held only against those that stand in the text most like theirs: too many others"
        " have the same words around them"
    )


def test_of_thousands_of_contradictions_the_surest_are_listed() -> None:
    timeline = fused(PRICES, MAX_LISTED + 300)

    assert len(contradictions(timeline)) == MAX_LISTED
    assert any("more contradictions were found" in warning for warning in timeline.warnings)


def test_short_lists_are_compared_in_full_without_a_word() -> None:
    assert fused(PRICES, 15).warnings == ()


@pytest.mark.slow
@pytest.mark.parametrize("kind", LISTS)
def test_time_grows_nearly_in_proportion_to_the_lists(kind: str) -> None:
    sizes = (1_000, 4_000)
    short, long = (two_lists(kind, size) for size in sizes)
    rounds = [(reference_seconds(), seconds(short), seconds(long)) for _ in range(4)]
    reference, quick, slow = (min(column) for column in zip(*rounds, strict=True))

    assert math.log(slow / quick) / math.log(sizes[1] / sizes[0]) <= MAX_EXPONENT
    assert slow / sizes[1] * 1_000 <= MAX_SECONDS_PER_THOUSAND * reference / REFERENCE_SECONDS


@pytest.mark.parametrize("row_count", [2, 5, 15, 20, 21, 300])
@pytest.mark.parametrize("kind", [PRICES, SIMILAR_PRICES, COLOURS])
def test_a_row_is_held_against_its_own_alone_in_lists_of_any_length(kind: str, row_count: int) -> None:
    timeline = fused(kind, row_count)
    text_by_id = {it.observation_id: it.text for it in timeline.observations}
    rows = [
        [ROW.findall(text_by_id[name]) for name in agreement.observation_ids]
        for agreement in contradictions(timeline)
    ]

    assert [pair for pair in rows if pair[0] != pair[1]] == []
    assert len(rows) >= row_count * 0.99 if kind == PRICES else rows or kind == SIMILAR_PRICES


def test_a_raised_price_is_found_among_hundreds_near_it() -> None:
    """One in five rows has another price, and each of these is about that of a row somewhere."""
    timeline = fused(SIMILAR_PRICES, 300)
    old, new = (
        [it.text for it in timeline.observations if it.member == name] for name in ("old.csv", "new.csv")
    )

    raised = sum(one != other for one, other in zip(old, new, strict=True))
    assert len(contradictions(timeline)) == raised > 30
