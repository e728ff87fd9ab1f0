"""A batch's files in the results bucket: the input that is written, the output that is read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from braid.domain.answer.answer import Answer
from braid.domain.money.accounting import Meter, Usage
from braid.domain.profile.profile import Profile
from braid.runtime.library import model_registry
from braid.runtime.retries import Availability, Retries
from braid.store.documents import DocumentStore
from lambdas.inference.batch import BatchAsset, BatchPart, Reread, profile_of, read_part, write_part
from lambdas.inference.output_filter import filtered
from lambdas.inference.settings import Settings

__all__ = ["PartInput", "PartOutput", "put_input", "read_output"]


@dataclass(frozen=True)
class PartInput:
    """How many records the job's input file has, and by asset id why an asset isn't among them."""

    records: int
    refused: dict[str, str]
    model_id: str


@dataclass(frozen=True)
class PartOutput:
    """What the job answered about each asset, and what asking cost."""

    assets: tuple[Reread, ...]
    usage: tuple[Usage, ...]


def put_input(part: BatchPart, store: DocumentStore, settings: Settings) -> PartInput:
    """Writes the part's input file, if there is anything to ask, and the part itself, to be read later."""
    lines, refused = write_part(part, _stores(part, settings), settings.model_ids, model_registry())
    if lines:
        store.put_bytes(f"{part.folder}/input/{part.name}.jsonl", lines.encode(), "application/jsonl")
    store.put_document(f"{part.folder}/parts/{part.name}.json", part)
    return PartInput(lines.count("\n"), refused, settings.model_ids[part.tier])


def read_output(part_key: str, output_key: str, store: DocumentStore, settings: Settings) -> PartOutput:
    """The answers that stand, held to the profile's guardrail as any answer is."""
    part = store.stored_document(BatchPart, part_key)
    output = store.find_bytes(output_key) or b""
    meter, profile = Meter(), profile_of(part)
    read = read_part(part, output, _stores(part, settings), settings.model_ids, model_registry(), meter)
    held = tuple(_held_back(item, profile, settings, meter) for item in read)
    return PartOutput(held, meter.usage())


def _stores(part: BatchPart, settings: Settings) -> dict[BatchAsset, DocumentStore]:
    bucket = settings.results_bucket
    return {asset: DocumentStore(bucket, asset.asset_id, asset.attempt) for asset in part.assets}


def _held_back(item: Reread, profile: Profile, settings: Settings, meter: Meter) -> Reread:
    """The same without an answer that the profile's output filters withhold."""
    if item.answer is None:
        return item
    guardrail = settings.guardrail_of(profile)
    kept = filtered(item.answer, profile.guardrail, guardrail, meter, Availability(Retries()))
    return item if isinstance(kept, Answer) else replace(item, answer=None, reason=kept.reason)
