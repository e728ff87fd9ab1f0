"""Writes the registry's row, and moves the switch to the hour at which what is paid by the hour shall end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from braid.aws.schedules import delete_schedule, schedule_call
from braid.domain.clock import iso, parse_iso
from braid.domain.money.price_book import PriceBook
from braid.domain.tuning.estimate import TuningEstimate, throughput_usage
from braid.domain.tuning.records import ModelRow, TuningEnd
from lambdas.tuning.runs.receipts import count_spending
from lambdas.tuning.runs.run import Run

__all__ = ["Switch", "close", "register"]


@dataclass(frozen=True)
class Switch:
    """The group of the entry, what it calls, and as whom."""

    group: str
    function_arn: str
    role_arn: str


def register(
    run: Run, *, model_arn: str, serving_arn: str, switch: Switch, book: PriceBook, now: str
) -> ModelRow:
    """The row. Throughput ends at its hour and the model stays; without throughput nothing is left to end.

    The switch is moved first: a model that is said to be in use must not be deleted by it. What fails after
    that is taken down by the run itself, or by who hears that it died.
    """
    plan = run.plan
    cost = run.read(TuningEstimate, "estimate.json")
    hours = plan.provisioned_hours
    ends_at = iso(parse_iso(now) + timedelta(hours=hours)) if hours else ""
    price = f"${cost.usd_per_hour:.2f} an hour" if hours else "by what it is asked, as its base model"
    row = ModelRow(
        run_id=plan.run_id,
        model_arn=serving_arn,
        custom_model_arn=model_arn,
        way=plan.way,
        profile=plan.profile,
        since=now,
        data_sha256=plan.data_sha256,
        recipe_sha256=plan.recipe_sha256,
        price=price,
        ends_at=ends_at,
    )
    if hours:
        schedule_call(
            switch.group,
            plan.run_id,
            ends_at,
            function_arn=switch.function_arn,
            role_arn=switch.role_arn,
            event={
                "run_id": plan.run_id,
                "status": "REGISTERED",
                "reason": f"its {hours} hours of throughput are over",
                "keep_model": True,
            },
        )
    else:
        delete_schedule(switch.group, plan.run_id)
    run.put_book(run.book(plan.name).adding(row))
    run.put("end.json", TuningEnd(plan.run_id, plan.name, "REGISTERED", price))
    if hours:
        count_spending(run, (throughput_usage(plan),), book)
    return row


def close(run: Run, status: str, reason: str, *, now: str, keeps_end: bool = False) -> None:
    """Says how the run ended; what served its model is deleted, so the registry's row isn't in use any more.

    With ``keeps_end`` what was told before stands, but not that a model is in use. A run whose plan was never
    stored has nothing to be said of.
    """
    if run.store.find_bytes(run.key("plan.json")) is None:
        return
    name = run.plan.name
    book = run.book(name)
    if book != (retired := book.without(run.run_id, now)):
        run.put_book(retired)
    told = run.find(TuningEnd, "end.json") if keeps_end else None
    if told is None or told.status == "REGISTERED":
        run.put("end.json", TuningEnd(run.run_id, name, status, reason))
