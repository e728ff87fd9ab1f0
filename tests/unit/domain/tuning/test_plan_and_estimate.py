"""Plans that no service would take are refused, prices that nobody knows refuse, and models roll back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidInputError
from braid.domain.tuning.estimate import DataSize, decide_on_budget, estimate
from braid.domain.tuning.plan import HYPERPARAMETERS, TuningPlan, Way, check_hyperparameters
from braid.domain.tuning.records import ModelBook, ModelRow
from braid.domain.wire import decode, encode
from braid.runtime.prices import price_book

SIZE = DataSize(10_000, 4_000_000, 1_000, 400_000)


def claim(name: str) -> Claim:
    return Claim(f"s3://results/work/{name}", "application/jsonl", 3, name.ljust(64, "0"))


def plan(way: Way = Way.NOVA_TEXT, **changes: Any) -> TuningPlan:
    given_: dict[str, Any] = {
        "run_id": "moderation-1",
        "name": "moderation",
        "way": way,
        "training": claim("a"),
        "validation": claim("b"),
        "evaluation": claim("c"),
        "hyperparameters": {name: usual for name, (_, _, usual) in HYPERPARAMETERS[way].items()},
    }
    return TuningPlan(**{**given_, **changes})


@pytest.mark.parametrize("way", Way)
def test_a_plan_reads_back_as_it_was_stored(way: Way) -> None:
    assert decode(TuningPlan, encode(plan(way))) == plan(way)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"run_id": "text_cm"}, "underscore"),
        ({"name": "a" * 49}, "at most 48"),
        ({"provisioned_hours": 3}, "on demand"),
        ({"provisioned_hours": 100}, "from 0 to 72"),
        ({"hyperparameters": {"epochsCount": "2"}}, "epochsCount"),
    ],
)
def test_a_plan_that_no_service_takes_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        plan(**changes)


def test_the_guides_misspelled_hyperparameter_is_named() -> None:
    given_ = {"epochsCount": "10", "batchSize": "576", "learningRate": "5e-05"}

    problems = "; ".join(check_hyperparameters(Way.TITAN_IMAGE, given_))

    assert "did you mean 'epochCount'" in problems
    assert "commitmentDuration" in "; ".join(
        check_hyperparameters(Way.TITAN_IMAGE, {**given_, "commitmentDuration": "OneMonth"})
    )


@given(st.sampled_from([*HYPERPARAMETERS[Way.TITAN_IMAGE].items()]), st.floats(allow_nan=False))
def test_a_hyperparameter_is_taken_within_its_bounds_and_nowhere_else(
    bound: tuple[str, tuple[float, float, str]], value: float
) -> None:
    name, (least, most, _) = bound
    usual = {key: each[2] for key, each in HYPERPARAMETERS[Way.TITAN_IMAGE].items()}

    problems = check_hyperparameters(Way.TITAN_IMAGE, {**usual, name: repr(value)})

    assert bool(problems) == (not least <= value <= most)


def test_hashes_tell_data_from_recipe() -> None:
    one, other = plan(), plan(training=claim("d"))
    assert one.data_sha256 != other.data_sha256
    assert one.recipe_sha256 == other.recipe_sha256
    faster = {**one.hyperparameters, "max_epochs": "3"}
    assert plan(hyperparameters=faster).recipe_sha256 != one.recipe_sha256
    assert plan(hyperparameters=faster).data_sha256 == one.data_sha256


@pytest.mark.parametrize("way", Way)
def test_every_line_of_an_estimate_has_a_price(way: Way) -> None:
    hours = 0 if way is Way.NOVA_TEXT else 2
    found = estimate(plan(way, provisioned_hours=hours), SIZE, price_book())

    assert not found.unknown
    assert found.total_usd == pytest.approx(sum(line.cost_usd or 0 for line in found.lines), abs=1e-4)
    assert (found.usd_per_hour > 5) == bool(hours)


def test_a_price_that_nobody_knows_refuses_whatever_it_costs() -> None:
    book = replace(price_book(), prices=())

    found = estimate(plan(), SIZE, book)

    assert "training" in found.unknown
    assert decide_on_budget(found, max_usd=1e9, without_approval_usd=1e9) == "refuse"


@given(st.floats(0, 1e4), st.floats(0, 1e4))
def test_over_the_cap_is_refused_and_over_the_knob_a_person_is_asked(cap: float, free: float) -> None:
    found = estimate(plan(), SIZE, price_book())

    decision = decide_on_budget(found, max_usd=cap, without_approval_usd=free)

    assert (decision == "refuse") == (found.total_usd > cap)
    if decision != "refuse":
        assert (decision == "ask") == (found.total_usd > free)


def row(run_id: str) -> ModelRow:
    return ModelRow(run_id, f"arn:{run_id}", "m", Way.NOVA_TEXT, "", "2026-11-29T12:00:00Z", "d", "r", "free")


def test_rollback_is_the_row_before() -> None:
    book = ModelBook("moderation").adding(row("one")).adding(row("two"))
    assert book.in_use == row("two")

    back = book.rolled_back("2026-11-29T13:00:00Z")

    assert back.in_use == row("one")
    with pytest.raises(InvalidInputError, match="no model before"):
        back.rolled_back("2026-11-29T14:00:00Z")
    assert back.adding(row("three")).in_use == row("three")


def test_what_is_deleted_is_not_in_use() -> None:
    book = (
        ModelBook("moderation").adding(row("one")).adding(row("two")).without("two", "2026-11-29T13:00:00Z")
    )

    assert book.in_use == row("one")
