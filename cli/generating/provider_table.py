"""Task × provider × region × what it can't honour: one row per way of a task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from braid.domain.generation.providers import ImageProviders
from braid.domain.generation.tasks import Task

__all__ = ["provider_lines", "provider_table"]


def provider_lines(providers: ImageProviders) -> Iterator[dict[str, Any]]:
    """The lines of ``--json``: live ones, then what stands in, then what is retired; none is left out."""
    for task in Task:
        rows = [row for row in providers.providers if task in row.tasks]
        for row in rows:
            yield {
                "task": task.value,
                "way": ", ".join(row.ways),
                "provider": row.model_id,
                "region": ", ".join(row.regions),
                "status": row.status,
                "not_honoured": list(row.ignores),
                "usd": row.picture_usd if row.picture_usd is not None else dict(row.second_usd),
                "note": row.note,
            }
        if not any(row.status == "active" for row in rows):
            yield _line(task, "", "not offered", note=providers.instead.get(task, ""))
        for gone in providers.retired:
            if task in gone.tasks:
                yield _line(task, gone.model_id, "retired", note=f"ended on {gone.end_of_life}")


def provider_table(providers: ImageProviders) -> Table:
    """The same for people: of each provider a line, below it where it is called and what it can't honour."""
    table = Table("Task", "Provider, where it is called, and what it can't honour", "Price", box=None)
    shown = ""
    for line in provider_lines(providers):
        task = Task(line["task"])
        told = [line["provider"] or line["status"]]
        if line["way"]:
            told[0] += f" ({line['way']})"
        if line["provider"] and line["status"] != "active":
            told[0] += f", {line['status']}"
        if line["region"]:
            told.append(f"in {line['region']}")
        if ignored := ", ".join(line["not_honoured"]):
            told.append(f"can't honour {ignored}")
        if line["note"]:
            told.append(line["note"])
        table.add_row("" if task.value == shown else task.value, "\n".join(told), _price(line["usd"]))
        shown = task.value
    return table


def _line(task: Task, provider: str, status: str, *, note: str) -> dict[str, Any]:
    return {
        "task": task.value,
        "way": "",
        "provider": provider,
        "region": "",
        "status": status,
        "not_honoured": [],
        "usd": None,
        "note": note,
    }


def _price(usd: Any) -> str:
    if isinstance(usd, dict):
        return "\n".join(f"${price:.2f}/s {resolution}" for resolution, price in usd.items())
    return "" if usd is None else f"${usd:.2f}"
