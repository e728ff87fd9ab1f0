"""Check Prompt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from braid.aws.s3.source_objects import SourceObjects
from braid.domain.asset.asset import AssetRef
from braid.domain.generation.foreseen import Rules
from braid.domain.generation.library import LIBRARY_KEY, PromptLibrary
from braid.domain.generation.request import MAX_REQUEST_BYTES
from braid.domain.money.metered import MeteredBefore
from braid.domain.quoting import shortened
from braid.domain.wire import encode
from braid.runtime.handler import handles
from braid.runtime.now import utc_now
from braid.runtime.prompt_library import prompt_template
from braid.runtime.provider_library import image_providers
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.generation.inputs import EarlierAttempt, input_reader
from lambdas.generation.planning import plan_generation
from lambdas.generation.step import PLAN

__all__ = ["Request", "Settings", "handler"]

_MEDIA_TYPE = "application/toml"
_MAX_SUMMARY_BYTES = 160


@dataclass(frozen=True)
class Settings:
    """Where record and results lie, and what may be made."""

    assets_table: str
    results_bucket: str
    own_region: str
    generation_regions: tuple[str, ...]
    stand_ins: tuple[str, ...]
    only_vetted: bool
    four_eyes: bool

    @property
    def rules(self) -> Rules:
        """What may be made."""
        return Rules(
            self.own_region, self.generation_regions, self.stand_ins, self.only_vetted, self.four_eyes
        )


@dataclass(frozen=True)
class Request:
    """The state's input."""

    asset: AssetRef
    execution_arn: str
    redrive_count: int | None = None
    metered: MeteredBefore = field(default_factory=MeteredBefore)


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Stores ``plan.json`` and moves the record on; what is wrong with the request rejects it."""
    asset, source = request.asset, request.asset.source
    AssetRecords(settings.assets_table).process(
        asset,
        execution_arn=request.execution_arn,
        now=utc_now(),
        media_type=_MEDIA_TYPE,
        redrive_count=request.redrive_count,
    )
    store = DocumentStore.of(settings.results_bucket, asset)
    sources = SourceObjects(source.bucket)
    plan = plan_generation(
        asset,
        sources.read_small(source.key, source.version_id, max_bytes=MAX_REQUEST_BYTES),
        rules=settings.rules,
        providers=image_providers(),
        template=prompt_template,
        read_input=input_reader(sources, store),
        store=store,
        earlier=EarlierAttempt.of(settings.results_bucket, asset),
        library=lambda: store.find_document(PromptLibrary, LIBRARY_KEY),
    )
    claim = store.put_document(store.result_key(PLAN), plan)
    summary = f"{plan.request.task} by {plan.provider} in {plan.region}"
    return {"claim": encode(claim), "summary": shortened(summary, _MAX_SUMMARY_BYTES)}
