"""Pictures: whether they decode without exploding, and whether anything can be seen on them."""

from __future__ import annotations

from typing import BinaryIO

from domain.asset import Modality
from lambdas.intake.examined import Examined, Limits
from lambdas.intake.gates import GateLog
from lambdas.intake.page_limit import check_pages
from lambdas.media.quality import measure_quality
from lambdas.media.stills import MAX_PIXELS, image_stills, probe_image

__all__ = ["check_sides", "examine_picture"]

# Rekognition refuses pictures below 80 pixels a side; below 16 nobody recognises anything.
_MIN_SIDE_PX = 16
_RECOGNISABLE_SIDE_PX = 80
# Below 2 nothing in the picture is in focus, see ``PictureQuality``.
_MIN_SHARPNESS = 2.0
_QUALITY_SIDE_PX = 1024


def examine_picture(file: BinaryIO, media_type: str, limits: Limits, gates: GateLog) -> Examined:
    """Reads the header before anything is decoded, then the picture itself."""
    max_pixels = min(limits.max_image_pixels, MAX_PIXELS)
    with gates.guard("picture"):
        found = probe_image(file, media_type, max_pixels=max_pixels)
    gates.passed("pixels", found.width_px * found.height_px, "px")
    check_sides(found.width_px, found.height_px, gates)
    if found.frame_count == 1:
        with gates.guard("picture"):
            still = image_stills(
                file, media_type, max_stills=1, max_side_px=_QUALITY_SIDE_PX, max_pixels=max_pixels
            ).stills[0]
        _check_quality(still.jpeg, gates)
    page_count = 1 if found.is_animated else found.frame_count
    if page_count > 1:
        check_pages(page_count, limits, gates)
    return Examined(
        media_type=media_type,
        modalities=(Modality.VISION,),
        width_px=found.width_px,
        height_px=found.height_px,
        page_count=page_count,
    )


def _check_quality(jpeg: bytes, gates: GateLog) -> None:
    quality = measure_quality(jpeg)
    brightness, sharpness = round(quality.brightness, 3), round(quality.sharpness, 2)
    if quality.is_black:
        gates.reject(
            "brightness",
            brightness,
            "",
            "The picture is black all over. Check the exposure and take it again.",
        )
    if quality.is_blank:
        gates.reject(
            "contrast",
            round(quality.contrast, 4),
            "",
            "The picture shows a single tone and nothing else. Check that the right file was exported.",
        )
    gates.passed("brightness", brightness)
    if sharpness < _MIN_SHARPNESS:
        gates.warn(
            "sharpness", sharpness, "", "Nothing in the picture is in focus; results will be few and unsure."
        )
    else:
        gates.passed("sharpness", sharpness)


def check_sides(width_px: int, height_px: int, gates: GateLog) -> None:
    """Rejects what is too small to show anything, and tells what is nearly so."""
    measured = f"{width_px} × {height_px}"
    if min(width_px, height_px) < _MIN_SIDE_PX:
        gates.reject(
            "dimensions",
            measured,
            "px",
            f"The picture is only {measured} pixels: nothing can be recognised on it. Upload a larger one.",
        )
    if min(width_px, height_px) < _RECOGNISABLE_SIDE_PX:
        gates.warn(
            "dimensions",
            measured,
            "px",
            f"The picture is only {measured} pixels, so that little may be recognised.",
        )
    else:
        gates.passed("dimensions", measured, "px")
