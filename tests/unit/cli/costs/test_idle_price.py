"""A deployment that does nothing costs at most half a dollar a month, and no resource's price is unknown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cli.costs.idle import idle_lines, read_templates
from cli.costs.prices import price_book
from tests.infra.conftest import EVERYTHING, compose

MOST_USD_PER_MONTH = 0.50


def templates(folder: Path, knobs: dict[str, Any]) -> list[dict[str, Any]]:
    """Those of every stack, as `cdk synth` would leave them."""
    compose(folder, knobs)[0].synth()
    return read_templates(folder)


def test_the_default_deployment_costs_at_most_half_a_dollar(tmp_path: Path) -> None:
    made = templates(tmp_path, {})

    assert len(made) >= 2
    assert 0 < sum(line.usd_per_month for line in idle_lines(made, price_book())) <= MOST_USD_PER_MONTH


@pytest.mark.slow
def test_with_every_knob_on_no_resource_is_unknown(tmp_path: Path) -> None:
    made = templates(tmp_path, {**EVERYTHING, "search": True})

    assert len(made) >= 3
    assert idle_lines(made, price_book())
