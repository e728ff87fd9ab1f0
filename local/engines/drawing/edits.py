"""Edits of pictures that need no model: they are real, and follow no prompt.

Inpainting fills what the mask covers from what lies around it (A. Telea, Journal of Graphics Tools 9, 2004),
outpainting continues a picture by its reflection, a background is found by GrabCut (C. Rother, V. Kolmogorov,
A. Blake, SIGGRAPH 2004), a palette is moved onto a picture by its brightness. Masks: white is changed.
"""

from __future__ import annotations

import io
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from local.engines.drawing.placeholders import LABEL, labelled
from local.engines.pictures.pixels import decode

__all__ = ["condition", "inpaint", "outpaint", "palette", "remove_background", "restyle"]

_RADIUS_PX = 5
_GRABCUT_SIDE_PX = 512
_GRABCUT_ROUNDS = 4
_MARGIN_SHARE = 0.06
_BLURS = 24
_HALF_GREY = 127


def inpaint(picture: bytes, mask: bytes) -> bytes:
    """PNG: what is white in ``mask`` filled from around it. Raises ``UnreadableMediaError``, and
    ``ValueError`` for a mask of another size, or without white."""
    image: npt.NDArray[Any] = decode(picture)
    covered = decode(mask)
    if image.shape != covered.shape:
        raise ValueError("the mask must have the picture's size")
    white = (cv2.cvtColor(covered, cv2.COLOR_RGB2GRAY) > _HALF_GREY).astype(np.uint8)
    if not white.any():
        raise ValueError("the mask has no white: nothing would be changed")
    filled: npt.NDArray[Any] = cv2.inpaint(
        cv2.cvtColor(image, cv2.COLOR_RGB2BGR), white * 255, _RADIUS_PX, cv2.INPAINT_TELEA
    )
    filled = np.asarray(cv2.cvtColor(filled, cv2.COLOR_BGR2RGB), np.uint8)
    # What isn't covered stays as it is, to the pixel.
    return _png(np.where(white[:, :, None] == 1, filled, image))


def outpaint(picture: bytes, *, left: int, right: int, up: int, down: int) -> bytes:
    """PNG: the picture continued by its reflection, softer the further from its border."""
    image = decode(picture)
    wider = np.pad(image, ((up, down), (left, right), (0, 0)), mode="symmetric")
    soft = cv2.GaussianBlur(wider, (0, 0), max(1.0, max(left, right, up, down) / _BLURS))
    height, width = image.shape[:2]
    inside = np.zeros(wider.shape[:2], bool)
    inside[up : up + height, left : left + width] = True
    return _png(np.where(inside[:, :, None], wider, soft))


def remove_background(picture: bytes) -> bytes:
    """PNG with transparency: what stands out from the borders stays. All of it where nothing does."""
    image = decode(picture)
    height, width = image.shape[:2]
    scale = min(1.0, _GRABCUT_SIDE_PX / max(height, width))
    small = cv2.resize(image, (max(8, round(width * scale)), max(8, round(height * scale))))
    margin_y, margin_x = (max(1, round(side * _MARGIN_SHARE)) for side in small.shape[:2])
    found = np.zeros(small.shape[:2], np.uint8)
    inner = (margin_x, margin_y, small.shape[1] - 2 * margin_x, small.shape[0] - 2 * margin_y)
    models = (np.zeros((1, 65)), np.zeros((1, 65)))
    cv2.setRNGSeed(1)  # the same picture gives the same cut
    cv2.grabCut(
        cv2.cvtColor(small, cv2.COLOR_RGB2BGR), found, inner, *models, _GRABCUT_ROUNDS, cv2.GC_INIT_WITH_RECT
    )
    front = np.isin(found, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
    alpha = cv2.resize(front, (width, height), interpolation=cv2.INTER_LINEAR)
    opaque = (np.ones_like(alpha) if not front.any() else alpha) * 255
    return _png(np.dstack([image, opaque.astype(np.uint8)]))


def condition(picture: bytes, prompt: str, *, is_sketch: bool) -> bytes:
    """PNG, labelled: the reference's edges (Canny), or its sketch's lines, in ink on paper."""
    image = decode(picture)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    middle = float(np.median(grey))
    lines = (
        (grey < _HALF_GREY).astype(np.uint8) * 255
        if is_sketch
        else cv2.Canny(grey, 0.66 * middle, max(30.0, 1.33 * middle))
    )
    paper = np.full_like(image, 250)
    paper[lines > 0] = (30, 40, 60)
    return _png(labelled(paper, "placeholder: the reference's lines, no model drew this", prompt))


def palette(prompt: str, colours: list[str], *, width: int, height: int, picture: bytes | None) -> bytes:
    """PNG: the picture, else a gradient, in these colours, which are sorted by their brightness."""
    grey: npt.NDArray[Any]
    if picture is None:
        across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
        grey = ((across + down) / 2 * 255).astype(np.uint8)
    else:
        grey = np.asarray(cv2.cvtColor(decode(picture), cv2.COLOR_RGB2GRAY), np.uint8)
    rgb = sorted((_rgb(colour) for colour in colours), key=lambda one: one[0] * 3 + one[1] * 6 + one[2])
    stops = np.linspace(0, 255, len(rgb)) if len(rgb) > 1 else np.array([127.0])
    table = np.stack(
        [np.interp(np.arange(256), stops, [one[channel] for one in rgb]) for channel in range(3)], 1
    )
    coloured = table.astype(np.uint8)[grey]
    return _png(coloured if picture is not None else labelled(coloured, LABEL, prompt))


def restyle(picture: bytes, style: bytes | None, strength: float) -> bytes:
    """PNG: the picture moved towards the style's colours (Reinhard et al., 2001), else towards a drawing."""
    image = decode(picture)
    if style is None:
        smooth = cv2.bilateralFilter(image, 9, 75, 75)
        moved: npt.NDArray[Any] = cv2.stylization(smooth)
    else:
        lab, wanted = (
            cv2.cvtColor(one, cv2.COLOR_RGB2LAB).astype(np.float32) for one in (image, decode(style))
        )
        for channel in range(3):
            own, other = lab[:, :, channel], wanted[:, :, channel]
            spread = other.std() / max(float(own.std()), 1e-3)
            lab[:, :, channel] = (own - own.mean()) * spread + other.mean()
        moved = cv2.cvtColor(np.clip(lab, 0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB)
    return _png(cv2.addWeighted(moved, strength, image, 1 - strength, 0))


def _rgb(colour: str) -> tuple[int, int, int]:
    value = int(colour.removeprefix("#"), 16)
    return (value >> 16, value >> 8 & 255, value & 255)


def _png(image: npt.NDArray[Any]) -> bytes:
    saved = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(image, np.uint8)).save(saved, "PNG")
    return saved.getvalue()
