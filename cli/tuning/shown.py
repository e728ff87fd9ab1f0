"""A run, its comparison and the models in use, as people and as scripts read them."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from braid.domain.scores.comparison import relative_gain
from braid.domain.tuning.estimate import TuningEstimate
from braid.domain.tuning.records import Evaluation, ModelBook

__all__ = ["comparison_of", "models_of", "show_comparison", "show_estimate", "show_models"]


def comparison_of(found: Evaluation) -> dict[str, Any]:
    """``braid tune compare --json``."""
    difference = found.difference
    return {
        "metric": found.metric,
        "count": found.count,
        "base": round(found.base, 4),
        "tuned": round(found.tuned, 4),
        "difference": {
            found.metric: round(difference.points, 4),
            "relative": None if difference.relative is None else round(difference.relative, 4),
            "interval": [round(difference.points_low, 4), round(difference.points_high, 4)],
            "relative_interval": [difference.relative_low, difference.relative_high],
        },
        "is_better": found.is_better,
        "reasons": list(found.reasons),
        "ece": found.ece,
        "brier": found.brier,
        "unreadable": {"base": found.unreadable_base, "tuned": found.unreadable_tuned},
        "slices": [
            {"name": item.name, "count": item.count, "base": item.base, "tuned": item.tuned}
            for item in found.slices
        ],
    }


def show_comparison(out: Console, found: Evaluation) -> None:
    """The figures, the slices, and for pictures a row for each caption."""
    difference = found.difference
    relative = "" if difference.relative is None else f" ({difference.relative:+.1%} relative)"
    out.print(
        f"{found.metric} of {found.count}: base {found.base:.3f}, tuned {found.tuned:.3f}, difference"
        f" {100 * difference.points:+.1f} points{relative}, 95 % interval"
        f" {100 * difference.points_low:+.1f} to {100 * difference.points_high:+.1f}",
        highlight=False,
    )
    if found.ece is not None:
        out.print(f"expected calibration error of the tuned model: {found.ece:.3f}", highlight=False)
    for reason in found.reasons:
        out.print(reason, highlight=False)
    if found.slices:
        table = Table("slice", "count", "base", "tuned", "change")
        for item in found.slices:
            change = relative_gain(item.base, item.tuned)
            table.add_row(
                item.name,
                str(item.count),
                f"{item.base:.3f}",
                f"{item.tuned:.3f}",
                "" if change is None else f"{change:+.1%}",
            )
        out.print(table)
    if found.metric == "accuracy" and len(set(found.truth)) == len(found.truth):
        table = Table("asked for", "base", "tuned")
        for wanted, base, tuned in zip(found.truth, found.said_base, found.said_tuned, strict=True):
            table.add_row(wanted, base, tuned)
        out.print(table)


def show_estimate(out: Console, found: TuningEstimate) -> None:
    """What a run costs, line by line."""
    table = Table("for", "quantity", "unit", "USD")
    table.add_column("price from", overflow="fold")
    for line in found.lines:
        cost = "unknown" if line.cost_usd is None else f"{line.cost_usd:.4f}"
        table.add_row(line.what, f"{line.quantity:,.0f}", line.unit, cost, line.price_source)
    out.print(table)
    out.print(f"about ${found.total_usd:.2f} in all", highlight=False)


def models_of(books: list[ModelBook]) -> list[dict[str, Any]]:
    """``braid models --json``: a line for each model that was ever put into use."""
    return [
        {
            "name": book.name,
            "run_id": row.run_id,
            "model": row.model_arn,
            "in_use": row is book.in_use,
            "since": row.since,
            "price": row.price,
            "ends_at": row.ends_at,
            "retired_at": row.retired_at,
            "data_sha256": row.data_sha256,
            "recipe_sha256": row.recipe_sha256,
        }
        for book in books
        for row in book.rows
    ]


def show_models(out: Console, books: list[ModelBook]) -> None:
    """The same as a table."""
    table = Table("Name", "In use", "Since (UTC)", "Ends", box=None)
    table.add_column("Model, and its price", overflow="fold")
    for item in models_of(books):
        state = (
            "yes"
            if item["in_use"]
            else (f"until {_day(item['retired_at'])}" if item["retired_at"] else "before")
        )
        table.add_row(
            item["name"],
            state,
            _day(item["since"]),
            _day(item["ends_at"]) if item["ends_at"] else "–",
            f"{item['model']}\n{item['price']}",
        )
    out.print(table)


def _day(moment: str) -> str:
    return moment[:10]
