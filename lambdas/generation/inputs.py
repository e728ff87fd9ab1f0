"""What a request starts from: references and masks by their keys, and why an attempt before wasn't wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from braid.aws.s3.source_objects import SourceObjects
from braid.domain.answer.review import Review
from braid.domain.asset.asset import INBOX_PREFIX, AssetRef
from braid.domain.errors import InvalidAssetError
from braid.domain.generation.draft import GenerationPlan
from braid.models.generation.inputs import Inputs
from braid.store.documents import DocumentStore

__all__ = ["MAX_INPUT_BYTES", "EarlierAttempt", "input_reader", "inputs_of"]

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


@dataclass(frozen=True)
class EarlierAttempt:
    """What the attempt before leaves to this one: why it wasn't wanted, and which template it was made by."""

    redo_reason: str = ""
    template: str = ""

    @classmethod
    def of(cls, bucket: str, asset: AssetRef) -> EarlierAttempt:
        """What a reviewer noted who refused it; nothing of a first attempt."""
        if asset.attempt == 1:
            return cls()
        earlier = DocumentStore(bucket, asset.asset_id, asset.attempt - 1)
        review = earlier.find_document(Review, earlier.result_key("review.json"))
        plan = earlier.find_document(GenerationPlan, earlier.result_key("plan.json"))
        is_refused = review is not None and review.decision == "reject"
        return cls(review.note if review and is_refused else "", plan.prompt.template if plan else "")
