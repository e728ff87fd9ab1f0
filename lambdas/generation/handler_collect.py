"""Collect Output: waits by retry until the provider is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from braid.domain.generation.draft import GenerationPlan
from braid.domain.wire import encode
from braid.models.generation.asking import ImageModel
from braid.runtime.handler import handles
from braid.runtime.now import utc_now
from braid.runtime.provider_library import image_providers
from braid.store.documents import DocumentStore
from lambdas.generation.generating import collect_video
from lambdas.generation.step import StepRequest

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where results lie, and by region the bucket that videos are made into."""

    results_bucket: str
    video_buckets: dict[str, str]


@dataclass(frozen=True)
class Request(StepRequest):
    """The state's input; ``before`` is the plan's claim."""

    invocation_arn: str = ""


# GetAsyncInvoke costs nothing.
@handles(Settings, Request, failed_try={"s3:GetObject": 1, "s3:ListObjectsV2": 1})
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Output: the claim of ``generated.json``."""
    asset = request.asset
    store = DocumentStore.of(settings.results_bucket, asset)
    plan = store.get_document(GenerationPlan, request.before)
    claim = collect_video(
        plan,
        request.invocation_arn,
        model=ImageModel(image_providers().find(plan.model_id), plan.region),
        store=store,
        videos=DocumentStore.of(settings.video_buckets[plan.region], asset),
        now=utc_now(),
    )
    return {
        "claim": encode(claim),
        "plan": encode(request.before),
        "is_awaited": False,
        "invocation_arn": request.invocation_arn,
        "summary": f"made by {plan.provider}",
    }
