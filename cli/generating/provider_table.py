"""Task × provider × region × what it can't honour: one row per way of a task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from braid.domain.generation.providers import ImageProviders
from braid.domain.generation.tasks import NEEDS, Task

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
    """The same for people."""
    table = Table("task", "makes", "provider", "region", "price", "can't honour")
    for line in provider_lines(providers):
        task = Task(line["task"])
        name = f"{task} ({line['way']})" if line["way"] else task.value
        table.add_row(
            name,
            NEEDS[task].makes,
            line["provider"]
            if line["status"] == "active"
            else f"{line['provider']} {line['status']}".strip(),
            line["region"],
            _price(line["usd"]),
            ", ".join(line["not_honoured"]) or line["note"],
        )
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
        return ", ".join(f"${price:.2f} a second at {resolution}" for resolution, price in usd.items())
    return "" if usd is None else f"${usd:.2f}"
