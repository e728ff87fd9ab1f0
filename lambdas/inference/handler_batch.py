"""Behind `braid batch`: writes what a Bedrock batch job is asked, and reads what it answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.domain.wire import decode, encode
from braid.runtime.handler import Event, handles
from braid.store.documents import DocumentStore
from lambdas.inference.batch import BatchPart
from lambdas.inference.batch_files import put_input, read_output
from lambdas.inference.settings import Settings

__all__ = ["AnsweredPart", "Settings", "handler", "read_request"]


@dataclass(frozen=True)
class AnsweredPart:
    """Where a part lies, and where the job's output for it."""

    part_key: str
    output_key: str


def read_request(event: Event) -> BatchPart | AnsweredPart:
    """``write`` brings a part to be asked, ``read`` one that the job has answered."""
    return decode(BatchPart, event["write"]) if "write" in event else decode(AnsweredPart, event.get("read"))


@handles(Settings, read_request)
def handler(request: BatchPart | AnsweredPart, settings: Settings) -> Any:
    """Output: how many records the input file has, and by asset why it isn't among them; or what the job
    answered about each asset, and what asking cost."""
    store = DocumentStore(settings.results_bucket, "batch", 0)
    if isinstance(request, BatchPart):
        return encode(put_input(request, store, settings))
    return encode(read_output(request.part_key, request.output_key, store, settings))
