"""The pictures that the report carries in itself, never so many that it grows heavy."""

from __future__ import annotations

from braid.domain.evidence.vision import Vision
from braid.store.documents import DocumentStore

__all__ = ["stills_for_report"]

_MAX_TOTAL_BYTES = 6 * 1024 * 1024


def stills_for_report(store: DocumentStore, vision: Vision | None) -> dict[str, bytes]:
    """JPEG bytes by keyframe id, spread over the asset where all of them together would be too heavy."""
    frames = vision.keyframes if vision else ()
    total_bytes = sum(frame.image.size_bytes for frame in frames)
    step = max(1, -(-total_bytes // _MAX_TOTAL_BYTES))
    return {frame.keyframe_id: store.get_payload(frame.image) for frame in frames[::step]}
