"""Stores the chosen stills and lists them."""

from __future__ import annotations

from braid.domain.evidence.vision import Keyframe, KeyframeList
from braid.store.documents import DocumentStore
from lambdas.keyframes.selection import Chosen

__all__ = ["store_keyframes", "summarize"]


def store_keyframes(chosen: Chosen, store: DocumentStore) -> KeyframeList:
    """Writes ``keyframes/k0001.jpg`` onward beside the results, in the order given."""
    keyframes = []
    for number, (member, still) in enumerate(((item.member, item.still) for item in chosen.stills), start=1):
        keyframe_id = f"k{number:04d}"
        key = store.result_key(f"keyframes/{keyframe_id}.jpg")
        keyframes.append(
            Keyframe(
                keyframe_id=keyframe_id,
                image=store.put_bytes(key, still.jpeg, "image/jpeg"),
                width_px=still.width_px,
                height_px=still.height_px,
                span=still.span,
                at_ms=still.at_ms,
                page=still.page,
                member=member.name,
            )
        )
    return KeyframeList(tuple(keyframes), chosen.warnings)


def summarize(keyframes: KeyframeList, duration_ms: int | None) -> str:
    """One line for the Step Functions console."""
    count = len(keyframes.keyframes)
    stills = f"{count} keyframe{'s' if count != 1 else ''}"
    pages = sum(keyframe.page is not None for keyframe in keyframes.keyframes)
    timed = sum(keyframe.at_ms is not None for keyframe in keyframes.keyframes)
    origins = []
    if timed:
        origins.append(
            f"{round((duration_ms or 0) / 1000)} s of moving pictures" if duration_ms else "an animation"
        )
    if pages:
        origins.append(f"{pages} page{'s' if pages != 1 else ''}")
    if pictures := count - pages - timed:
        origins.append(f"{pictures} picture{'s' if pictures != 1 else ''}")
    return f"{stills} from {', '.join(origins)}" if origins else stills
