"""What a request starts from: references and masks by their keys, and why an attempt before wasn't wanted."""

from __future__ import annotations

from collections.abc import Callable

from braid.aws.s3.source_objects import SourceObjects
from braid.domain.answer.review import Review
from braid.domain.asset.asset import INBOX_PREFIX, AssetRef
from braid.domain.errors import InvalidAssetError
from braid.domain.generation.draft import GenerationPlan
from braid.models.generation.inputs import Inputs
from braid.store.documents import DocumentStore

__all__ = ["MAX_INPUT_BYTES", "input_reader", "inputs_of", "reason_to_redo"]

MAX_INPUT_BYTES = 16 * 1024 * 1024


def input_reader(sources: SourceObjects, store: DocumentStore) -> Callable[[str], bytes]:
    """Reads a key below ``inbox/`` of the input bucket, or below ``assets/`` of the results bucket.

    It raises ``InvalidAssetError`` for a key with nothing under it, or with more than 16 MiB.
    """

    def read(key: str) -> bytes:
        if key.startswith(INBOX_PREFIX):
            head = sources.find_current(key)
            if head is None:
                raise InvalidAssetError(f"there is nothing under {key!r} of the input bucket: drop it first")
            return sources.read_small(key, head.version_id, max_bytes=MAX_INPUT_BYTES)
        body = store.find_bytes(key)
        if body is None:
            raise InvalidAssetError(f"there is nothing under {key!r} of the results bucket")
        if len(body) > MAX_INPUT_BYTES:
            raise InvalidAssetError(f"{key} has {len(body):,} bytes; at most {MAX_INPUT_BYTES:,} are taken")
        return body

    return read


def inputs_of(plan: GenerationPlan, store: DocumentStore) -> Inputs:
    """The kept copies, as a model is sent them."""
    bodies = [store.get_payload(claim) for claim in plan.inputs]
    if plan.request.mask:
        return Inputs(tuple(bodies[:-1]), bodies[-1])
    return Inputs(tuple(bodies))


def reason_to_redo(bucket: str, asset: AssetRef) -> str:
    """What a reviewer noted who refused the attempt before; nothing where none did."""
    if asset.attempt == 1:
        return ""
    earlier = DocumentStore(bucket, asset.asset_id, asset.attempt - 1)
    review = earlier.find_document(Review, earlier.result_key("review.json"))
    return review.note if review is not None and review.decision == "reject" else ""
