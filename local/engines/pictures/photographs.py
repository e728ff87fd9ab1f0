"""Tells photographs from what is drawn: charts, slides, pages, screens, plain colours."""

from __future__ import annotations

import cv2
import numpy as np

from local.engines.pictures.pixels import RgbImage, scaled_to

__all__ = ["is_photograph"]

_JUDGED_SIDE_PX = 512
_STRONG_EDGE = 40
_SOFT_STEPS = (2, 24)
# JPEG blurs and ripples what lies within a block of 8 pixels beside an edge.
_NEAR_EDGE_PX = 8
# Measured on 50 photographs, of which the least had 0.11, and on 60 drawings and pages, of which most had 0.0
# to 0.05, at JPEG qualities of 80 and 50 as well.
_LEAST_SOFT = 0.1
_LEAST_AWAY_FROM_EDGES = 0.05
_LEAST_SOFT_AMID_EDGES = 0.25


def is_photograph(image: RgbImage) -> bool:
    """Whether the picture has what light makes: soft changes from one pixel to the next.

    What is drawn has even surfaces and hard edges. The share of soft steps is measured away from edges; where
    edges are everywhere (grass, fur), among them.
    """
    pixels = scaled_to(image, _JUDGED_SIDE_PX).astype(np.int16)
    if min(pixels.shape[:2]) < 2:
        return False
    across = np.abs(np.diff(pixels, axis=1)).max(axis=2)[:-1]
    down = np.abs(np.diff(pixels, axis=0)).max(axis=2)[:, :-1]
    step = np.maximum(across, down)
    is_soft = (step >= _SOFT_STEPS[0]) & (step <= _SOFT_STEPS[1])
    reach = np.ones((2 * _NEAR_EDGE_PX + 1,) * 2, np.uint8)
    is_away = cv2.dilate((step > _STRONG_EDGE).astype(np.uint8), reach) == 0
    if is_away.mean() < _LEAST_AWAY_FROM_EDGES:
        return bool(is_soft.mean() >= _LEAST_SOFT_AMID_EDGES)
    return bool(is_soft[is_away].mean() >= _LEAST_SOFT)
