"""Finds QR codes that can be decoded, with OpenCV."""

from __future__ import annotations

import cv2
import numpy as np

from local.engines.findings import Area, Polygon
from local.engines.pictures.pixels import decode


def find_qr_codes(data: bytes) -> list[Area]:
    """Where QR codes are. Raises ``UnreadableMediaError``.

    Only codes that decode count: their error correction makes a chance hit next to impossible.
    """
    image = decode(data)
    height, width = image.shape[:2]
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    found, texts, corners, _ = cv2.QRCodeDetector().detectAndDecodeMulti(grey)
    if not found:
        return []
    areas = []
    for text, points in zip(texts, corners, strict=True):
        if text:
            ratios = np.clip(points / np.array([width, height]), 0.0, 1.0)
            outline = Polygon(tuple((float(x), float(y)) for x, y in ratios))
            areas.append(Area(0.99, outline.bounding_box()))
    return areas
