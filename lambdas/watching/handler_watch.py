"""What a schedule starts once a day: models that end soon, and quality that moves away from its baseline."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from braid.domain.clock import parse_iso
from braid.domain.failure_metrics import FailureMetric
from braid.runtime.handler import Event, handles, logger
from braid.runtime.library import model_registry
from braid.runtime.metrics import count_failure
from braid.runtime.now import utc_now
from braid.store.documents import DocumentStore
from braid.store.ended_records import EndedRecords
from lambdas.watching.quality import newest_of_day, watch_quality

__all__ = ["Settings", "handler", "read_request"]


@dataclass(frozen=True)
class Settings:
    """Where records and results lie, and which models this deployment asks."""

    results_bucket: str
    assets_table: str
    model_ids: tuple[str, ...]


def read_request(_event: Event) -> None:
    """The schedule's event says nothing that isn't known."""


@handles(Settings, read_request)
def handler(_request: None, settings: Settings) -> dict[str, Any]:
    """Output: the models that end within 90 days, and the measures that moved; each is counted for alarms."""
    now = utc_now()
    ending = model_registry().ending(parse_iso(now).date(), settings.model_ids)
    if ending:
        count_failure(FailureMetric.RETIRING_MODELS, len(ending), models=", ".join(ending))
    records = EndedRecords(settings.assets_table)
    moved = watch_quality(
        DocumentStore(settings.results_bucket, "quality", 1),
        functools.partial(newest_of_day, records),
        now=now,
    )
    for drift in moved:
        logger.warning(
            f"{drift.measure} was {drift.before:.2f} and is {drift.now:.2f}",
            extra={"measure": drift.measure, "standard_errors": round(drift.standard_errors, 1)},
        )
    measures = [drift.measure for drift in moved]
    if measures:
        count_failure(FailureMetric.DRIFTED_MEASURES, len(measures), measures=", ".join(measures))
    return {"ending": ending, "drifted": measures}
