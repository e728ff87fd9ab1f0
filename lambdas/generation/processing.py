"""Process Output: the size and encoding that were asked for; a video that begins to play at once."""

from __future__ import annotations

from braid.domain.asset.asset import AssetRef
from braid.domain.claim_check import Claim
from braid.domain.generation.draft import Check, Draft, GenerationPlan
from braid.domain.generation.outcomes import MadeOutput
from braid.domain.generation.tasks import NEEDS
from braid.media.containers.playable import make_playable
from braid.media.pictures.drafts import encode_draft, open_picture, similarity, small_jpeg, statistics_of
from braid.store.documents import DocumentStore

__all__ = ["UNMARKED", "process_output"]

UNMARKED = "draft-unmarked.json"
LOOK_SIDE_PX = 1280
# A copy in another size or encoding has 0.99 and more; pictures that share a scene have less than 0.95.
_COPY = 0.985


def process_output(asset: AssetRef, plan: GenerationPlan, made: MadeOutput, *, store: DocumentStore) -> Draft:
    """The draft before it is marked; beside it lie the looks that Check Output judges."""
    body = store.get_payload(made.output)
    if plan.is_video:
        video = make_playable(body)
        poster = store.put_bytes(store.result_key("poster.jpg"), video.poster, "image/jpeg")
        _put_looks(store, video.looks)
        file = store.put_bytes(store.work_key("processed.mp4"), video.body, "video/mp4")
        compared = _compared(plan, video.poster, store)
        size = (video.width, video.height)
        return _draft(asset, plan, made, file, size, compared, statistics_of(video.poster), poster)
    image = open_picture(body)
    media_type = plan.request.media_type
    encoded = encode_draft(image, media_type, longest_side=plan.request.longest_side)
    _put_looks(store, (small_jpeg(encoded, longest_side=LOOK_SIDE_PX),))
    file = store.put_bytes(store.work_key("processed"), encoded, media_type)
    size = open_picture(encoded).size
    compared = _compared(plan, encoded, store)
    return _draft(asset, plan, made, file, size, compared, statistics_of(encoded))


def _draft(
    asset: AssetRef,
    plan: GenerationPlan,
    made: MadeOutput,
    file: Claim,
    size: tuple[int, int],
    checks: tuple[Check, ...],
    statistics: dict[str, float],
    poster: Claim | None = None,
) -> Draft:
    return Draft(
        asset_id=asset.asset_id,
        attempt=asset.attempt,
        plan=plan,
        made=made,
        file=file,
        width=size[0],
        height=size[1],
        watermark=None,
        issuer="",
        poster=poster,
        checks=checks,
        statistics=statistics,
    )


def _compared(plan: GenerationPlan, picture: bytes, store: DocumentStore) -> tuple[Check, ...]:
    """How alike the output and each reference are: a copy of somebody's picture is for a person to see."""
    checks = []
    count = len(plan.request.references)
    for number, claim in enumerate(plan.inputs[:count], 1):
        share = similarity(picture, store.get_payload(claim))
        name, told = f"similarity to reference {number}", f"{share:.0%} alike in layout"
        if share >= _COPY and not NEEDS[plan.request.task].keeps_layout:
            sentence = (
                f"it is laid out as reference {number} is ({share:.0%} alike): hardly anything was changed"
            )
            checks.append(Check(name, "to be seen", sentence))
        else:
            checks.append(Check(name, "passed", told))
    return tuple(checks)


def _put_looks(store: DocumentStore, looks: tuple[bytes, ...]) -> None:
    for number, look in enumerate(looks, 1):
        store.put_bytes(store.work_key(f"look-{number}.jpg"), look, "image/jpeg")
