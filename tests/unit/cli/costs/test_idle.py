"""What a deployment costs while nothing happens: a table of resource types, and none that it doesn't know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from braid.domain.audit.facts import TuningFacts, TuningRunFact
from cli.costs.idle import UnknownResourceError, idle_lines, read_templates, tuned_lines
from cli.costs.prices import price_book


def template(**types: int) -> dict[str, Any]:
    names = [(kind.replace("__", "::"), number) for kind, count in types.items() for number in range(count)]
    return {"Resources": {f"R{index}": {"Type": f"AWS::{kind}"} for index, (kind, _) in enumerate(names)}}


def usd(*templates: dict[str, Any]) -> float:
    return sum(line.usd_per_month for line in idle_lines(templates, price_book()))


def test_what_is_paid_by_use_costs_nothing() -> None:
    assert usd(template(Lambda__Function=15, S3__Bucket=2, DynamoDB__Table=1)) == 0


def test_a_queue_that_lambda_polls_costs_a_quarter_of_a_dollar() -> None:
    assert usd(template(Lambda__EventSourceMapping=1)) == pytest.approx(0.2592)


def test_a_mapping_that_is_off_polls_nothing() -> None:
    off = template(Lambda__EventSourceMapping=1)
    off["Resources"]["R0"]["Properties"] = {"Enabled": False}

    assert usd(off) == 0


def test_alarms_and_dashboards_are_paid_by_the_month() -> None:
    assert usd(template(CloudWatch__Alarm=3), template(CloudWatch__Dashboard=1)) == pytest.approx(3.30)


def test_tuned_models_that_are_kept_are_paid_by_the_month() -> None:
    made = {"a-1": ("custom model", "deployment"), "a-2": ("custom model",), "a-3": ()}
    runs = {
        run_id: TuningRunFact(
            run_id, is_settled=True, execution_status="SUCCEEDED", end="REGISTERED", made=of
        )
        for run_id, of in made.items()
    }

    (line,) = tuned_lines(TuningFacts(runs, {}), price_book())

    assert (line.count, line.usd_per_month) == (2, 3.9)
    assert tuned_lines(TuningFacts({}, {}), price_book()) == ()


def test_a_type_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(UnknownResourceError, match="AWS::EC2::Instance"):
        idle_lines([template(EC2__Instance=1)], price_book())


def test_templates_are_those_of_an_assembly(tmp_path: Path) -> None:
    (tmp_path / "a.template.json").write_text(json.dumps(template(S3__Bucket=1)), "utf-8")
    (tmp_path / "a.assets.json").write_text("{}", "utf-8")

    assert read_templates(tmp_path) == [template(S3__Bucket=1)]
