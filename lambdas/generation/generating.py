"""Generate and Collect Output: asks the provider once, whatever happens to the function that asks."""

from __future__ import annotations

from braid.domain.asset.asset import AssetRef, execution_name
from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidAssetError, InvalidServiceOutputError, PendingError
from braid.domain.generation.draft import GenerationPlan
from braid.domain.generation.outcomes import MadeOutput
from braid.models.generation.asking import ImageModel
from braid.models.generation.inputs import Inputs
from braid.store.documents import DocumentStore

__all__ = ["GENERATED", "collect_video", "make_picture", "start_video", "video_folder"]

GENERATED = "generated.json"
_OUTPUT = "output.mp4"


def make_picture(
    plan: GenerationPlan, inputs: Inputs, *, model: ImageModel, store: DocumentStore, now: str
) -> Claim:
    """Asks for the picture and keeps it as it came. A try that comes after one that did asks nothing."""
    key = store.result_key(GENERATED)
    if store.find_document(MadeOutput, key) is None:
        answer = model.make(plan, inputs)
        is_jpeg = answer.picture.startswith(b"\xff\xd8")
        media_type, suffix = ("image/jpeg", "jpg") if is_jpeg else ("image/png", "png")
        output = store.put_bytes(store.work_key(f"output.{suffix}"), answer.picture, media_type)
        seed = answer.seed if answer.seed is not None else plan.request.seed
        return store.put_document(key, MadeOutput(output, plan.usage, now, seed))
    return _claim_of(store, key)


def start_video(
    asset: AssetRef, plan: GenerationPlan, inputs: Inputs, *, model: ImageModel, output_uri: str
) -> str:
    """Begins the video and gives the invocation's ARN; the attempt's name is its token, so it begins once."""
    token = execution_name(asset.asset_id, asset.attempt)
    return model.start(plan, inputs, output_uri=output_uri, token=token)


def collect_video(
    plan: GenerationPlan,
    invocation_arn: str,
    *,
    model: ImageModel,
    store: DocumentStore,
    videos: DocumentStore,
    now: str,
) -> Claim:
    """Keeps the finished video. Raises ``PendingError`` while it is made.

    ``videos`` is the bucket that the provider writes to; in one that isn't ours nothing of it stays. A
    failure names the provider's own reason; one of its filters refuses the request as it does for a picture.
    """
    key = store.result_key(GENERATED)
    if store.find_document(MadeOutput, key) is not None:
        return _claim_of(store, key)
    standing = model.standing(invocation_arn)
    if standing.status == "InProgress":
        raise PendingError(f"{plan.provider} is still at work on {invocation_arn}")
    if standing.status != "Completed":
        why = standing.failure or standing.status
        raise InvalidAssetError(f"Nothing was made: {plan.provider} ended with {why}.")
    folder = standing.output_uri.removeprefix(f"s3://{videos.bucket}/").rstrip("/")
    body = videos.find_bytes(f"{folder}/{_OUTPUT}")
    if body is None:
        raise InvalidServiceOutputError(f"{plan.provider} is done, and {folder}/{_OUTPUT} isn't there")
    output = store.put_bytes(store.work_key(_OUTPUT), body, "video/mp4")
    made = MadeOutput(output, plan.usage, now, invocation_arn=invocation_arn)
    claim = store.put_document(key, made)
    if videos.bucket != store.bucket:
        for name in videos.etags_below(f"{folder}/"):
            videos.remove(f"{folder}/{name}")
    return claim


def video_folder(bucket: str, asset: AssetRef) -> str:
    """The folder that a provider is told to write a video below."""
    return f"s3://{bucket}/work/{asset.asset_id}/{asset.attempt}/video"


def _claim_of(store: DocumentStore, key: str) -> Claim:
    """The claim of a document that an earlier try left."""
    return store.put_document(key, store.stored_document(MadeOutput, key))
