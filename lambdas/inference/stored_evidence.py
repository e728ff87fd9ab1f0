"""What an attempt left in the results bucket that a model is asked from."""

from __future__ import annotations

from collections.abc import Iterable

from braid.domain.errors import InvalidInputError
from braid.domain.evidence.timeline import Timeline
from braid.store.documents import DocumentStore
from lambdas.inference.request.pictures import picture_names, within_request
from lambdas.inference.trial import AskedAsset

__all__ = ["stored_pictures", "stored_timeline", "timelines_of"]


def stored_timeline(store: DocumentStore) -> Timeline:
    """The attempt's timeline. Raises ``InvalidInputError`` where the asset has none."""
    found = store.find_document(Timeline, store.result_key("timeline.json"))
    if found is None:
        raise InvalidInputError(
            "the asset has no stored evidence: it was rejected, failed, or isn't through yet"
        )
    return found


def timelines_of(assets: Iterable[AskedAsset], results_bucket: str) -> dict[str, Timeline]:
    """What is stored of each, by its name. Raises ``InvalidInputError`` where nothing is of any."""
    found, reason = dict[str, Timeline](), ""
    for asset in assets:
        try:
            found[asset.name] = stored_timeline(DocumentStore(results_bucket, asset.asset_id, asset.attempt))
        except InvalidInputError as error:  # deleted since it was found
            reason = str(error)
    if not found:
        raise InvalidInputError(reason)
    return found


def stored_pictures(store: DocumentStore, timeline: Timeline, limit: int) -> dict[str, bytes]:
    """The stills that a model is shown beside the evidence, at most ``limit``, by keyframe id."""
    names = picture_names(timeline.evidence, limit)
    return within_request(
        {name: store.get_bytes(store.result_key(f"keyframes/{name}.jpg")) for name in names}
    )
