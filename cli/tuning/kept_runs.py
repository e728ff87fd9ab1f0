"""What is kept of tuning runs, side by side: executions, ends, models in use, and what is still there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from braid.domain.audit.facts import TuningFacts, TuningRunFact
from braid.domain.tuning.records import ModelBook, ModelRow, TuningEnd
from cli.errors import CommandError
from cli.target import Target
from cli.tuning.deployed_tuning import DeployedTuning, find_tuning
from cli.tuning.leftovers import CLASSES, list_class

__all__ = ["read_runs"]

# What a run makes under its own name. Jobs that are over stay listed for ever and cost nothing.
_MADE = frozenset(
    {
        *("training job", "customization job", "endpoint", "endpoint configuration"),
        *("model of an endpoint", "provisioned throughput", "deployment", "custom model"),
    }
)
_RUNNING = frozenset({"InProgress", "Stopping"})
_JOBS = frozenset({"training job", "customization job"})
_SERVED_BY = {"custom-model-deployment": "deployment", "provisioned-model": "provisioned throughput"}


def read_runs(target: Target, *, settled_before: datetime) -> TuningFacts | None:
    """All runs as they stand; ``None`` where the deployment can't tune."""
    try:
        tuning = find_tuning(target)
    except CommandError:
        return None
    run_ids = tuning.run_ids()
    if not run_ids:
        return TuningFacts({}, {})
    changed = {run_id: _changed_at(tuning, run_id) for run_id in run_ids}
    rows = [(book, row) for book in tuning.books() for row in book.rows]
    made = _made(tuning, run_ids)
    runs = {}
    for run_id in run_ids:
        end = tuning.document(run_id, "end.json", TuningEnd)
        row = next((row for _, row in rows if row.run_id == run_id), None)
        runs[run_id] = TuningRunFact(
            run_id,
            is_settled=changed[run_id] < settled_before,
            execution_status=tuning.status(run_id),
            end=end.status if end else "",
            made=tuple(kind for kind, names in made.items() if names is not None and run_id in names),
            is_served=row is None or _is_served(row, made),
            is_retired=row is not None and bool(row.retired_at),
        )
    return TuningFacts(runs, _in_use([book for book, _ in rows]))


def _in_use(books: Sequence[ModelBook]) -> dict[str, str]:
    return {book.name: book.in_use.run_id for book in books if book.in_use is not None}


def _changed_at(tuning: DeployedTuning, run_id: str) -> datetime:
    latest: datetime = max(at for _, at in tuning.keys(f"tuning/{run_id}/"))
    return latest


def _made(tuning: DeployedTuning, run_ids: Sequence[str]) -> dict[str, frozenset[str] | None]:
    """By class the runs that have one; ``None`` where the class can't be listed."""
    found: dict[str, frozenset[str] | None] = {}
    for each in CLASSES:
        if each.kind in _MADE:
            items, unknown = list_class(tuning, each)
            is_there = [name for name, status in items if each.kind not in _JOBS or status in _RUNNING]
            found[each.kind] = None if unknown else frozenset(is_there) & frozenset(run_ids)
    return found


def _is_served(row: ModelRow, made: Mapping[str, frozenset[str] | None]) -> bool:
    """Whether what calls name is there; yes where nobody may look."""
    kind = next((kind for part, kind in _SERVED_BY.items() if f"{part}/" in row.model_arn), "custom model")
    names = made.get(kind)
    return names is None or row.run_id in names
