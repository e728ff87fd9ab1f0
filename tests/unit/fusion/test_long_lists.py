"""Lists of thousands of rows: each row is held against its own in the other list, and what isn't is said."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import pytest

from benchmarks.fusion.list_scale import AGREEING_LISTS, LISTS, many_lists, two_lists
from braid.domain.asset.asset import Modality
from braid.domain.evidence.timeline import Agreement, AgreementKind, Timeline
from braid.domain.profile.sections.fusion import Thresholds
from evaluation.fusion_truth.materials import admission, member, passage, passages, picture_and_text
from lambdas.fusion.compare.contradictions import MAX_LISTED
from lambdas.fusion.fuse import FusionInput, fuse
from tests.unit.fusion.counted_work import calls_of_fusing

# The benchmark of lists times what is counted here. In longer lists candidates are looked for a little
# further: n log n would be 1.15.
MAX_EXPONENT = 1.02
MAX_CALLS_PER_ROW = 2_600
PRICES = "price lists, every row differs"
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


def test_of_many_lists_the_surest_contradictions_of_all_are_listed() -> None:
    given = many_lists(PRICES, 200, [f"{number}.csv" for number in range(5)])
    timeline = fuse(given, Thresholds(), 1_000)

    assert len(contradictions(timeline)) == MAX_LISTED
    assert timeline.warnings[-1].endswith(f"were found: only the surest {MAX_LISTED:,} are listed")
    assert timeline.quality["agreements"] == {"contradictory": MAX_LISTED, "redundant": 10}


def prices(old: Sequence[int], new: Sequence[int]) -> Timeline:
    """Two lists of the same things in the same order at these prices, each thing named by one word."""
    things = (
        "kettle",
        "lantern",
        "chair",
        "tripod",
        "drill",
        "mixer",
        "blender",
        "radiator",
        "canoe",
        "anvil",
    )
    members = [member(name, "text", Modality.TEXT, media_type="text/csv") for name in ("old.csv", "new.csv")]
    written = [
        passage(at + place * len(old), f"name: {things[at]}; price: ${price}", member=each.name)
        for place, (each, listed) in enumerate(zip(members, (old, new), strict=True))
        for at, price in enumerate(listed)
    ]
    return fuse(FusionInput(admission(*members), passages=passages(*written)), Thresholds(), 1_000)


def test_each_row_with_the_same_change_is_listed() -> None:
    found = contradictions(prices([10] * 10, [12] * 10))

    assert [it.values for it in found] == [("$12", "$10")] * 10
    assert len({it.observation_ids for it in found}) == 10


@pytest.mark.parametrize("new", [(20, 10), (20, 30, 10), (10, 30, 20, 40)])
def test_the_price_of_another_row_settles_nothing(new: tuple[int, ...]) -> None:
    old = tuple(sorted(new))
    timeline = prices(old, new)

    said = [it.values for it in contradictions(timeline)]
    changed = [(f"${after}", f"${before}") for before, after in zip(old, new, strict=True) if before != after]
    assert sorted(said) == sorted(changed)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (  # what is the same in both rows settles nothing else in them
            ("kettle: price $10, shipping $5", "lantern: price $70, shipping $5"),
            ("kettle: price $12, shipping $5", "lantern: price $70, shipping $5"),
            [("$12", "$10")],
        ),
        (
            ("red kettle", "blue lantern"),
            ("blue kettle", "red lantern"),
            [("blue kettle", "red kettle"), ("red lantern", "blue lantern")],
        ),
        (
            ("the kettle arrives open at the door", "the lantern arrives closed at the door"),
            ("the kettle arrives closed at the door", "the lantern arrives open at the door"),
            [("closed", "open"), ("open", "closed")],
        ),
    ],
)
def test_what_rows_say_tells_them_apart_last(
    old: Sequence[str], new: Sequence[str], said: list[tuple[str, str]]
) -> None:
    members = [member(name, "text", Modality.TEXT, media_type="text/csv") for name in ("old.csv", "new.csv")]
    written = [
        passage(number, text, member=members[number // 2].name) for number, text in enumerate((*old, *new))
    ]
    given = FusionInput(admission(*members), passages=passages(*written))

    assert sorted(it.values for it in contradictions(fuse(given, Thresholds(), 1_000))) == said


def test_short_lists_are_compared_in_full_without_a_word() -> None:
    assert fused(PRICES, 15).warnings == ()


@pytest.mark.slow
@pytest.mark.parametrize("kind", LISTS)
def test_work_grows_nearly_in_proportion_to_the_lists(kind: str) -> None:
    sizes = (1_000, 4_000)
    few, many = (calls_of_fusing(two_lists(kind, size)) for size in sizes)

    assert math.log(many / few) / math.log(sizes[1] / sizes[0]) <= MAX_EXPONENT
    assert many / sizes[1] <= MAX_CALLS_PER_ROW


def rows_of(timeline: Timeline) -> list[tuple[str, str]]:
    """Of each contradiction the row that either side speaks of."""
    text_by_id = {it.observation_id: it.text for it in timeline.observations}
    found = []
    for agreement in contradictions(timeline):
        one, other = (ROW.findall(text_by_id[name]) for name in agreement.observation_ids)
        found.append((one[0], other[0]))
    return found


@pytest.mark.parametrize("row_count", [2, 5, 15, 20, 21, 300])
@pytest.mark.parametrize("kind", LISTS)
def test_each_row_that_differs_is_held_against_its_own_alone(kind: str, row_count: int) -> None:
    timeline = fused(kind, row_count)
    old, new = (
        [it.text for it in timeline.observations if it.member == name] for name in ("old.csv", "new.csv")
    )
    differing = [ROW.findall(one)[0] for one, other in zip(old, new, strict=True) if one != other]
    rows = rows_of(timeline)

    assert [pair for pair in rows if pair[0] != pair[1]] == []
    assert len({one for one, _ in rows} & set(differing)) >= len(differing) * 0.99
    assert len(rows) <= len(differing)


@pytest.mark.parametrize("row_count", [2, 5, 20, 21, 300])
@pytest.mark.parametrize("kind", AGREEING_LISTS)
def test_rows_about_other_things_contradict_nothing(kind: str, row_count: int) -> None:
    assert rows_of(fused(kind, row_count)) == []


def test_what_is_waterproof_says_nothing_of_what_is_not() -> None:
    """Either list speaks of it in one row, of another thing, and has a row for the other's."""
    texts = {
        "old.csv": ("steel kettle item 1: not waterproof", "copper lamp item 2: with a lid"),
        "new.csv": ("steel kettle item 1: with a lid", "copper lamp item 2: waterproof"),
    }
    members = (member(name, "text", Modality.TEXT, media_type="text/csv") for name in texts)
    written = [
        passage(number, text, member=name)
        for number, (name, text) in enumerate((name, text) for name, rows in texts.items() for text in rows)
    ]
    given = FusionInput(admission(*members), passages=passages(*written))

    assert contradictions(fuse(given, Thresholds(), 1_000)) == []


def test_more_than_twenty_mentions_in_one_text_are_said_not_to_be_compared() -> None:
    many = ", ".join(f"a leather bag number {number}" for number in range(25))
    given = picture_and_text(["A cotton bag"], many)

    (warning,) = fuse(given, Thresholds(), 1_000).warnings
    assert warning == (
        "5 mentions were not compared: of numbers, denials and traits that one text names of a kind the first"
        " 20 are"
    )
