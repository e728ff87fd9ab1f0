"""What a Processing job would cost, and how its objects are dealt out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.datasets.features import ObjectReport, SourceObject, list_lines, read_lines
from braid.domain.errors import InvalidInputError
from cli.costs.prices import price_book
from cli.errors import CommandError
from cli.processing.planning import JobPlan, plan_job

KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


def objects(count: int, ending: str = "jpg") -> list[SourceObject]:
    return [SourceObject("b", f"k{number}.{ending}", "v", 1024 * 1024) for number in range(count)]


def planned(items: list[SourceObject], *, instance_count: int = 1, hours: float = 2.0) -> JobPlan:
    return plan_job(
        items, price_book(), instance_type="ml.m5.xlarge", instance_count=instance_count, hours=hours
    )


@given(st.integers(1, 1300), st.integers(1, 20))
def test_every_object_is_in_one_list_and_every_instance_has_one(count: int, instances: int) -> None:
    plan = planned(objects(count), instance_count=instances)

    dealt = [item for rows in plan.lists for item in rows]
    assert sorted(item.key for item in dealt) == sorted(item.key for item in plan.objects)
    assert len(plan.lists) >= plan.instance_count
    assert all(0 < len(rows) <= 500 for rows in plan.lists)


@given(st.lists(st.builds(SourceObject, KEYS, KEYS, KEYS, st.integers(0)), max_size=5))
def test_a_list_comes_back_as_it_was_written(rows: list[SourceObject]) -> None:
    assert read_lines(SourceObject, list_lines(rows), source="list") == rows


def test_a_line_that_is_none_is_named() -> None:
    with pytest.raises(InvalidInputError, match="list: line 2"):
        read_lines(ObjectReport, b'{"asset_id":"a","source":{"bucket":"b","key":"k","version_id":"v"},'
                   b'"outcome":"made"}\n{}\n', source="list")  # fmt: skip


def test_the_limit_is_what_all_instances_cost_until_they_are_stopped() -> None:
    plan = planned(objects(100), instance_count=3, hours=2.0)

    assert plan.bound_usd == pytest.approx(3 * 2 * 0.23)
    assert 0 < plan.expected_usd < plan.bound_usd
    assert planned(objects(100_000), hours=0.1).expected_usd == planned(objects(1), hours=0.1).bound_usd


def test_there_are_no_more_instances_than_objects() -> None:
    assert planned(objects(2), instance_count=5).instance_count == 2


def test_an_instance_type_without_a_price_is_refused() -> None:
    with pytest.raises(CommandError, match=r"nothing is known of ml\.p5\.48xlarge"):
        plan_job(objects(1), price_book(), instance_type="ml.p5.48xlarge", instance_count=1, hours=1)
