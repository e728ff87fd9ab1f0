"""Announces a result whose execution ended between publishing it and announcing it."""

from __future__ import annotations

from typing import Any

from braid.domain.answer.answer import Answer
from braid.domain.asset.asset import AssetRef
from braid.domain.asset.result import Result
from braid.domain.quoting import shortened
from braid.store.closing import AssetCloser, result_uri
from braid.store.documents import DocumentStore

__all__ = ["ANNOUNCED", "unannounced"]

ANNOUNCED = "Asset Processed"
# As Publish Result tells it.
_MAX_KEY_BYTES = 220
_MAX_SENTENCE_BYTES = 240


def unannounced(
    asset: AssetRef, execution_arn: str, *, store: DocumentStore, closer: AssetCloser
) -> dict[str, Any] | None:
    """The detail of the event that a dead execution owes; ``None`` where it published nothing that stands.

    It may have announced it all the same, and died of the answer: events come at least once.
    """
    result = closer.published(asset, execution_arn)
    if result is None:
        return None
    report = result.results.get("report")
    return {
        "asset_id": asset.asset_id,
        "status": result.status,
        "source_key": shortened(asset.source.key, _MAX_KEY_BYTES),
        "first_sentence": shortened(_first_sentence(result, store), _MAX_SENTENCE_BYTES),
        **({"report_uri": report.uri} if report else {}),
        "result_uri": result_uri(store, asset.asset_id),
        "summary": f"{result.status}: {len(result.results)} results",
    }


def _first_sentence(result: Result, store: DocumentStore) -> str:
    answer = result.results.get("answer")
    return store.get_document(Answer, answer).first_sentence if answer else (result.reason or "")
