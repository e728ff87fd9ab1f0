"""Bounding boxes, which Rekognition and Textract spell the same way."""

from __future__ import annotations

from braid.aws.service_answers import ServiceAnswer
from braid.domain.evidence.vision import Box

__all__ = ["read_box"]


def read_box(holder: ServiceAnswer) -> Box:
    """The ``BoundingBox`` of ``holder``, whose ratios may reach beyond the picture: cut off at its edges."""
    box = holder.object("BoundingBox")
    left, top = box.number("Left"), box.number("Top")
    right, bottom = left + box.number("Width"), top + box.number("Height")
    left, top, right, bottom = (min(1.0, max(0.0, value)) for value in (left, top, right, bottom))
    return Box(round(left, 6), round(top, 6), round(right - left, 6), round(bottom - top, 6))
