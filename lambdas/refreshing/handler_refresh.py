"""Refresh."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from braid.aws.s3.source_objects import SourceObjects
from braid.domain.asset.asset import AssetRef, AssetStatus
from braid.domain.clock import iso, parse_iso
from braid.domain.failure_metrics import FailureMetric
from braid.domain.generation.request import MAX_REFRESH_DAYS
from braid.domain.wire import encode
from braid.runtime.handler import handles
from braid.runtime.metrics import count_failure, report_drift
from braid.runtime.now import utc_now
from braid.runtime.prompt_library import prompt_names, prompt_template
from braid.store.documents import DocumentStore
from braid.store.ended_records import EndedRecords
from lambdas.refreshing.due import ask_again
from lambdas.refreshing.endings import ended_generations, read_endings
from lambdas.refreshing.refreshing import measure, refresh_library

__all__ = ["Request", "Settings", "handler"]

_TOML = "application/toml"
_MEASURED_DAYS = 28
_BASELINE_DAYS = 90


@dataclass(frozen=True)
class Settings:
    """Where requests, records and results lie, and as whose the metrics are counted."""

    input_bucket: str
    assets_table: str
    results_bucket: str
    deployment_name: str


@dataclass(frozen=True)
class Request:
    """The schedule's event, or the command's; ``is_new_baseline`` takes what is made now as the measure."""

    is_new_baseline: bool = False


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Says what drifted, and how many requests were dropped again; what drifted is a metric too."""
    now = utc_now()
    today = parse_iso(now).date()
    records = EndedRecords(settings.assets_table)

    def store_of(asset: AssetRef) -> DocumentStore:
        return DocumentStore.of(settings.results_bucket, asset)

    store = DocumentStore(settings.results_bucket, "", 0)
    # A request may name a year, and what fell due while the schedule was off is caught up with for a week.
    published = ended_generations(records, AssetStatus.SUCCEEDED, today, days=MAX_REFRESH_DAYS + 8)
    refused = ended_generations(records, AssetStatus.REJECTED, today, days=_BASELINE_DAYS)
    first = iso(parse_iso(now) - timedelta(days=_BASELINE_DAYS))
    endings = read_endings([*(each for each in published if each[1] >= first), *refused], store_of)
    since = iso(parse_iso(now) - timedelta(days=_MEASURED_DAYS))
    measured = measure(endings, store=store, now=now, since=since, is_new=request.is_new_baseline)
    for drift in measured.drifts:
        report_drift(settings.deployment_name, drift)
    if moved := [drift.measure for drift in measured.drifts if drift.ratio >= 1]:
        count_failure(FailureMetric.DRIFTED_MEASURES, len(moved), measures=", ".join(moved))
    versions = {name: prompt_template(name).version for name in prompt_names()}
    library = refresh_library(endings, versions, store=store, now=now)
    inbox = SourceObjects(settings.input_bucket)
    dropped = ask_again(
        published,
        now=now,
        store_of=store_of,
        put_request=lambda key, body: inbox.put_new(key, body, _TOML),
    )
    return {
        **encode(measured),
        "library_version": library.version,
        "winners": {winner.experiment: winner.template for winner in library.winners},
        "asked_again": dropped,
        "endings": len(endings),
    }
