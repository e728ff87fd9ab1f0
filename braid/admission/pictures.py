"""Pictures: whether they decode without exploding, and whether anything can be seen on them."""

from __future__ import annotations

from typing import BinaryIO

from braid.admission.examined import Examined, Limits
from braid.admission.gates import GateLog
from braid.admission.page_limit import check_pages
from braid.domain.asset.asset import Modality
from braid.domain.profile.sections.gates import GatePlan
from braid.media.pictures.decoding_limits import MAX_PIXELS
from braid.media.pictures.quality import PictureQuality, measure_quality
from braid.media.pictures.stills import image_stills, probe_image

__all__ = ["check_quality", "check_sides", "examine_picture"]

_QUALITY_SIDE_PX = 1024


def examine_picture(
    file: BinaryIO, media_type: str, limits: Limits, plan: GatePlan, gates: GateLog
) -> Examined:
    """Reads the header before anything is decoded, then the picture itself.

    Of an animation and of a document in pages nothing more is judged: its first picture may be its cover.
    """
    max_pixels = min(limits.max_image_pixels, MAX_PIXELS)
    with gates.guard("picture"):
        found = probe_image(file, media_type, max_pixels=max_pixels)
    gates.passed("pixels", found.width_px * found.height_px, "px")
    check_sides(found.width_px, found.height_px, plan, gates)
    if found.frame_count == 1:
        with gates.guard("picture"):
            still = image_stills(
                file, media_type, max_stills=1, max_side_px=_QUALITY_SIDE_PX, max_pixels=max_pixels
            ).stills[0]
        check_quality(measure_quality(still.jpeg), plan, gates)
    page_count = 1 if found.is_animated else found.frame_count
    if page_count > 1:
        check_pages(page_count, limits, plan, gates)
    return Examined(
        media_type=media_type,
        modalities=(Modality.VISION,),
        width_px=found.width_px,
        height_px=found.height_px,
        page_count=page_count,
    )


def check_quality(
    quality: PictureQuality,
    plan: GatePlan,
    gates: GateLog,
    *,
    what: str = "The picture",
    is_part: bool = False,
) -> None:
    """Judges what can be seen. ``is_part``: frames of a video, on whose account nothing is refused."""
    if quality.is_black:
        blank = f"{what} is black all over. Check the exposure and take it again."
    else:
        blank = (
            f"{what} shows a single tone and hardly anything else. Check that the right file was exported."
        )
    gates.judge("contrast", round(quality.contrast, 4), "", plan.contrast, low=blank, only_warns=is_part)
    if quality.is_blank:
        return  # once is enough to say that nothing is on it
    gates.judge(
        "brightness",
        round(quality.brightness, 3),
        "",
        plan.brightness,
        low=f"{what} is very dark, so that little may be recognised.",
        high=f"{what} is overexposed, so that little may be recognised.",
        only_warns=is_part,
    )
    gates.judge(
        "sharpness",
        round(quality.sharpness, 2),
        "",
        plan.sharpness,
        low=f"Nothing in {what[:1].lower()}{what[1:]} is in focus; results will be few and unsure.",
        only_warns=is_part,
    )


def check_sides(width_px: int, height_px: int, plan: GatePlan, gates: GateLog) -> None:
    """Rejects what is too small to show anything, and tells what is nearly so."""
    measured = f"{width_px} × {height_px}"
    gates.judge(
        "resolution",
        min(width_px, height_px),
        "px",
        plan.resolution_px,
        low=f"The picture is only {measured} pixels, so that little or nothing can be recognised on it."
        " Upload a larger one.",
        high=f"The picture has {measured} pixels, more than the profile allows. Scale it down.",
        shown=measured,
    )
