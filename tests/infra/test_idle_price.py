"""A deployment that does nothing costs at most half a dollar a month, and no resource's price is unknown."""

from __future__ import annotations

from cli.costs.idle import IdleLine, idle_lines
from cli.costs.prices import price_book
from tests.infra.conftest import Synthesis

MOST_USD_PER_MONTH = 0.50


def lines(synthesis: Synthesis) -> tuple[IdleLine, ...]:
    return idle_lines(synthesis.templates, price_book())


def test_the_default_deployment_costs_at_most_half_a_dollar(for_aws: Synthesis) -> None:
    total = sum(line.usd_per_month for line in lines(for_aws))

    assert 0 < total <= MOST_USD_PER_MONTH


def test_with_every_knob_on_no_resource_is_unknown(everything: Synthesis) -> None:
    assert lines(everything)
