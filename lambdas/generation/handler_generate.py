"""Generate: a picture at once, a video begun."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.domain.errors import InvalidAssetError
from braid.domain.generation.draft import GenerationPlan
from braid.domain.wire import encode
from braid.models.generation.asking import ImageModel
from braid.runtime.handler import handles
from braid.runtime.now import utc_now
from braid.runtime.provider_library import image_providers
from braid.store.documents import DocumentStore
from braid.store.records import AssetRecords
from lambdas.generation.generating import make_picture, start_video, video_folder
from lambdas.generation.inputs import inputs_of
from lambdas.generation.step import StepRequest

__all__ = ["Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where results and record lie, and by region the bucket that videos are made into."""

    results_bucket: str
    assets_table: str
    video_buckets: dict[str, str]


@handles(Settings, StepRequest)
def handler(request: StepRequest, settings: Settings) -> dict[str, Any]:
    """Output: the claim of ``generated.json``, or the invocation that is awaited."""
    asset = request.asset
    AssetRecords(settings.assets_table).check_current(asset)
    store = DocumentStore.of(settings.results_bucket, asset)
    plan = store.get_document(GenerationPlan, request.before)
    model = ImageModel(image_providers().find(plan.model_id), plan.region)
    inputs = inputs_of(plan, store)
    if not plan.is_video:
        claim = make_picture(plan, inputs, model=model, store=store, now=utc_now())
        return {
            "claim": encode(claim),
            "plan": encode(request.before),
            "is_awaited": False,
            "invocation_arn": None,
            "summary": f"made by {plan.provider}",
        }
    if plan.region not in settings.video_buckets:
        raise InvalidAssetError(
            f"{plan.provider} writes into a bucket of {plan.region}, and this deployment has none there: name"
            " one in the knob generation_video_bucket"
        )
    folder = video_folder(settings.video_buckets[plan.region], asset)
    arn = start_video(asset, plan, inputs, model=model, output_uri=folder)
    return {
        "claim": None,
        "plan": encode(request.before),
        "is_awaited": True,
        "invocation_arn": arn,
        "summary": f"begun by {plan.provider}",
    }
