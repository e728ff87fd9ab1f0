"""What a refresh found, as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from cli.options import console, out

__all__ = ["is_drifted", "show_refresh"]


def is_drifted(told: Mapping[str, Any]) -> bool:
    """Whether any measure has moved."""
    return any(drift["index"] >= drift["threshold"] for drift in told["drifts"])


def show_refresh(told: Mapping[str, Any]) -> None:
    """The measures with their index, then what else was done."""
    if told["drifts"]:
        table = Table("measure", "values", "index", "moved from", "")
        for drift in told["drifts"]:
            moved = "moved" if drift["index"] >= drift["threshold"] else ""
            table.add_row(
                drift["measure"],
                str(drift["count"]),
                f"{drift['index']:.3f}",
                f"{drift['threshold']:.3f}",
                moved,
            )
        out.print(table)
    at = told.get("baseline_at")
    lines = [f"baseline of {at[:10]}" if at else "no baseline yet"]
    lines += [told["note"]] if told["note"] else []
    lines += [f"library: version {told['library_version']}"]
    lines += [f"{experiment}: {winner} is better" for experiment, winner in told["winners"].items()]
    lines += [f"{told['asked_again']} asked for again"] if told["asked_again"] else []
    for line in lines:
        console.print(line, highlight=False, markup=False)
