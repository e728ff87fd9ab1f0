"""Compares the quality of the last days' answers with a baseline, which the first hundred assets make."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import TypeVar

from braid.domain.answer.answer import Answer, Unanswered
from braid.domain.asset.asset import AssetRef, AssetStatus
from braid.domain.asset.result import Result
from braid.domain.claim_check import Claim
from braid.domain.clock import parse_iso
from braid.domain.drift import BASELINE_ASSETS, Baseline, Drift, Observed, baseline_of, drifted
from braid.domain.errors import InvalidInputError
from braid.domain.evidence.language import LanguageAnalysis, dominant_language
from braid.runtime.handler import logger
from braid.store.documents import DocumentStore
from braid.store.ended_records import EndedRecords

__all__ = ["BASELINE_KEY", "newest_of_day", "observed_of", "watch_quality"]

BASELINE_KEY = "quality/baseline.json"
_DAYS = 7
# Of a busy deployment the newest: more say nothing more, and each costs a handful of requests to S3.
MOST_ASSETS = 200
_AT_ONCE = 8
_PASSED = "passed"
_INTERVENED = "GUARDRAIL_INTERVENED"

T = TypeVar("T")
Ended = tuple[AssetRef, str]


def newest_of_day(records: EndedRecords, day: date) -> list[Ended]:
    """The assets that ended with results on a UTC day, as many of each status as are looked at."""
    return [
        ended
        for status in (AssetStatus.SUCCEEDED, AssetStatus.PARTIAL)
        for ended in itertools.islice(records.of_day(status, day), MOST_ASSETS)
    ]


def watch_quality(
    store: DocumentStore, ended_on: Callable[[date], Iterable[Ended]], *, now: str
) -> tuple[Drift, ...]:
    """The measures that moved since the baseline; where there is none yet, it is taken once it can be."""
    baseline = store.find_document(Baseline, BASELINE_KEY)
    today = parse_iso(now).date()
    ended = [each for back in range(_DAYS) for each in ended_on(today - timedelta(days=back))]
    since = baseline.taken_at if baseline else ""
    newest = sorted(((at, asset.asset_id) for asset, at in ended if at > since), reverse=True)
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        found = threads.map(lambda each: observed_of(each[1], store), newest[:MOST_ASSETS])
        observed = [each for each in found if each is not None]
    if baseline is not None:
        return drifted(baseline, observed)
    if len(observed) >= BASELINE_ASSETS:
        store.put_document(BASELINE_KEY, baseline_of(observed, taken_at=now))
        logger.info(f"the quality of {len(observed)} assets is the baseline from now on")
    return ()


def observed_of(asset_id: str, store: DocumentStore) -> Observed | None:
    """What the asset's documents say about quality; nothing where it asked no model, or is gone since."""
    try:
        result = store.find_document(Result, f"assets/{asset_id}/result.json")
        if result is None:
            return None
        answer = _document(Answer, store, result.results, "answer")
        unanswered = _document(Unanswered, store, result.results, "unanswered")
        language = _document(LanguageAnalysis, store, result.results, "language")
    except InvalidInputError as error:
        # Another version wrote it, or somebody changed it: audit says so, quality is of the others.
        logger.warning(str(error), extra={"asset_id": asset_id})
        return None
    asked = answer or unanswered
    if asked is None or not asked.route:
        return None
    return Observed(
        confidence=answer.confidence if answer else None,
        blocked=(asked.guardrail or {}).get("action") == _INTERVENED,
        failed_checks=not asked.route[0].outcome.startswith(_PASSED),
        escalated=len({step.tier for step in asked.route}) > 1,
        language=dominant_language(language),
    )


def _document(cls: type[T], store: DocumentStore, claims: Mapping[str, Claim], name: str) -> T | None:
    return store.get_document(cls, claims[name]) if name in claims else None
