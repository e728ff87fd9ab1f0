"""Finds faces that look towards the camera: OpenCV's Haar cascade, shipped in its wheel."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from local.engines.errors import EngineMissingError
from local.engines.findings import Box, Face
from local.engines.pictures.image_properties import quality
from local.engines.pictures.memory import remembered
from local.engines.pictures.pixels import decode, scaled_to

_CASCADE = "haarcascade_frontalface_alt2.xml"
_LONGEST_SIDE_PX = 800
_SCALE_STEP = 1.1
# So many overlapping hits make a face; with 6, none of 100 faceless photographs gave one.
_MIN_HITS = 6
# Amazon Rekognition finds faces from 40 px in a 1920 × 1080 picture: 0.037 of the shorter side.
_MIN_FACE_RATIO = 0.037
_MIN_FACE_PX = 20
# Passed by a hair at this weight. Measured on 98 portraits: 55.3 to 58.2; on the few false hits: 54.3.
_LAST_STAGE_WEIGHT = 54.0


@remembered
def find_faces(data: bytes) -> list[Face]:
    """Frontal faces, the largest first. Raises ``UnreadableMediaError`` or ``EngineMissingError``.

    ``confidence`` grows with how clearly the last stage of the cascade was passed. It ranks faces; it is no
    measured probability.
    """
    image = scaled_to(decode(data), _LONGEST_SIDE_PX)
    height, width = image.shape[:2]
    grey = cv2.equalizeHist(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
    smallest = max(_MIN_FACE_PX, round(min(width, height) * _MIN_FACE_RATIO))
    boxes, _, weights = _cascade().detectMultiScale3(
        grey, _SCALE_STEP, _MIN_HITS, minSize=(smallest, smallest), outputRejectLevels=True
    )
    faces = []
    for (x, y, face_width, face_height), weight in zip(boxes, np.ravel(weights), strict=True):
        look = quality(image[y : y + face_height, x : x + face_width])
        box = Box(
            *(float(side) for side in (x / width, y / height, face_width / width, face_height / height))
        )
        faces.append(Face(_confidence(float(weight)), box, look.brightness, look.sharpness))
    return sorted(faces, key=lambda face: face.box.width, reverse=True)


def _confidence(weight: float) -> float:
    """Between 0.5 (the last stage just passed) and 1.0."""
    return 1.0 - 0.5 * math.exp(-max(weight - _LAST_STAGE_WEIGHT, 0.0))


@cache
def _cascade() -> cv2.CascadeClassifier:
    path = Path(cv2.__file__).parent / "data" / _CASCADE
    if not path.is_file():
        raise EngineMissingError(
            f"OpenCV {cv2.__version__} ships no face cascades; install opencv-python-headless below version 5"
        )
    return cv2.CascadeClassifier(str(path))
