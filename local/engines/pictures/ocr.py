"""Reads text in pictures: rapidocr (PP-OCR on onnxruntime), models from its wheel, no network."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from rapidocr import RapidOCR
from rapidocr.main import RapidOCRError
from rapidocr.utils.process_img import map_boxes_to_original

from local.engines.findings import Area, Line, Page, Polygon, Word
from local.engines.pictures.memory import remembered
from local.engines.pictures.pixels import RgbImage, decode

_MIN_CONFIDENCE = 0.5
# A crop at least this much taller than wide is turned before it is read (rapidocr's own rule).
_UPRIGHT_CROP_RATIO = 1.5
# Only boxes clearly longer than wide tell how a page lies; "a" or "::" look the same from every side.
_TELLING_RATIO = 2.0
# Finding whether there is text needs less detail than reading it.
_PRESENCE_SIDE_PX = 736
_PRESENCE_LINES = 6
_PRESENCE_CHARACTERS = 3

Quad = npt.NDArray[np.float32]
"""Four corners (x, y) in pixels, clockwise from the top left one as the text reads."""


@remembered
def read_text(data: bytes) -> Page:
    """Every line of text in an encoded picture, also where the page lies on its side or upside down.

    Raises ``UnreadableMediaError``.
    """
    return read_page(decode(data))


def read_page(image: RgbImage) -> Page:
    """Every line of text in a picture, with words, geometry and reading order of the upright page."""
    height, width = image.shape[:2]
    upright = _find_lines(image)
    turns = _quarter_turns(upright)
    if turns:
        upright = _find_lines(np.rot90(image, turns))
    lines = _recognise(upright)
    return Page(
        width,
        height,
        turns * 90,
        tuple(_to_line(line, turns, width, height) for line in _reading_order(lines)),
    )


def find_text(data: bytes) -> list[Area]:
    """Where the clearest text is, read only as far as to be sure that it is some: faster than ``read_text``.

    Raises ``UnreadableMediaError``.
    """
    if (page := read_text.known(data)) is not None:
        return [
            Area(line.confidence, line.polygon.bounding_box())
            for line in page.lines
            if _is_surely_text(line.text)
        ][:_PRESENCE_LINES]
    image = decode(data)
    height, width = image.shape[:2]
    found = _find_lines(image, presence_only=True)
    largest = sorted(found, key=lambda line: cv2.contourArea(line.quad), reverse=True)[:_PRESENCE_LINES]
    return [
        Area(line.confidence, _ratios(line.quad, width, height).bounding_box())
        for line in _recognise(largest)
        if _is_surely_text(line.text)
    ]


def _is_surely_text(text: str) -> bool:
    """Texture is often taken for a single letter, never for a word."""
    return sum(character.isalnum() for character in text) >= _PRESENCE_CHARACTERS


@dataclass(frozen=True)
class _Found:
    """A line as detected: where it lies as it reads, its pixels ready to be read, and the probability that
    it reads from ``quad``'s first corner rather than upside down."""

    quad: Quad
    crop: npt.NDArray[np.uint8]
    certainty: float


@dataclass(frozen=True)
class _Read:
    """A line as recognised; ``words`` hold text, confidence and the part of the line they cover (0.0–1.0)."""

    quad: Quad
    text: str
    confidence: float
    words: tuple[tuple[str, float, float, float], ...]


@cache
def _engine(presence_only: bool = False) -> Any:
    """rapidocr with as many threads as there are cores, at most two: the emulator needs its share."""
    parameters: dict[str, Any] = {
        "Global.log_level": "critical",
        "EngineConfig.onnxruntime.intra_op_num_threads": min(2, os.cpu_count() or 1),
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    if presence_only:
        parameters |= {"Det.limit_type": "max", "Det.limit_side_len": _PRESENCE_SIDE_PX}
    return RapidOCR(params=parameters)


def _find_lines(image: RgbImage, *, presence_only: bool = False) -> list[_Found]:
    engine = _engine(presence_only)
    height, width = image.shape[:2]
    resized, record = engine.preprocess_img(_bgr(image))
    try:
        crops, detected = engine.detect_and_crop(resized, record)
    except RapidOCRError:
        return []  # how rapidocr says that nothing was detected
    straightened, classes = engine.cls_and_rotate(crops)
    quads = map_boxes_to_original(detected.boxes, record, height, width)
    threshold = float(engine.cfg.Cls.cls_thresh)
    found = []
    for quad, crop, (label, score) in zip(quads, straightened, classes.cls_res, strict=True):
        # The classifier turns a crop only if it is sure; a weak "180" leaves it as it was.
        flipped = label == "180" and score > threshold
        certainty = float(score) if flipped == (label == "180") else 1 - float(score)
        found.append(_Found(_as_read(np.asarray(quad, dtype=np.float32), flipped), crop, certainty))
    return found


def _as_read(quad: Quad, flipped: bool) -> Quad:
    """Corners from the top left as the text reads, given those of the box as it lies in the picture."""
    width = max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[2] - quad[3]))
    height = max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2]))
    # A tall crop is turned counterclockwise, so that its right edge becomes the top.
    first = 1 if height >= _UPRIGHT_CROP_RATIO * width else 0
    return np.roll(quad, -(first + (2 if flipped else 0)), axis=0)


def _quarter_turns(lines: list[_Found]) -> int:
    """How many counterclockwise quarter turns make the page upright, by the vote of its long lines."""
    votes = np.zeros(4)
    for line in lines:
        along = line.quad[1] - line.quad[0]
        across = line.quad[3] - line.quad[0]
        length, thickness = float(np.linalg.norm(along)), float(np.linalg.norm(across))
        if length >= _TELLING_RATIO * thickness:
            # In a picture y grows downwards, so a positive angle is a clockwise turn of the text.
            angle = np.degrees(np.arctan2(along[1], along[0]))
            turns = round(angle / 90) % 4
            votes[turns] += length * line.certainty
            votes[(turns + 2) % 4] += length * (1 - line.certainty)
    return int(votes.argmax())


def _recognise(found: list[_Found]) -> list[_Read]:
    if not found:
        return []
    engine = _engine()
    engine.update_params(return_word_box=True)
    result = engine.recognize_txt([line.crop for line in found])
    return [
        _Read(line.quad, text.strip(), float(score), _words(text, detail))
        for line, text, score, detail in zip(
            found, result.txts, result.scores, result.word_results, strict=True
        )
        if text.strip() and score >= _MIN_CONFIDENCE
    ]


def _words(text: str, detail: Any) -> tuple[tuple[str, float, float, float], ...]:
    """Words between spaces, each with its mean character confidence and its extent along the line.

    The recogniser tells at which of its columns each character was seen; half a character's width is
    added on both sides.
    """
    columns = [column for group in detail.word_cols for column in group]
    letters = [i for i, character in enumerate(text) if not character.isspace()]
    per_column = 1 / max(float(detail.line_txt_len), 1.0)
    pitch = (columns[-1] - columns[0]) / max(letters[-1] - letters[0], 1) if len(columns) > 1 else 2.0
    words: list[tuple[str, float, float, float]] = []
    position = 0  # among the letters
    for word in text.split():
        last = position + len(word) - 1
        confidence = float(np.mean([detail.confs[i] for i in letters[position : last + 1]]))
        start = (columns[position] + 0.5 - pitch / 2) * per_column
        end = (columns[last] + 0.5 + pitch / 2) * per_column
        if words and start < words[-1][3]:
            start = words[-1][3]
        start = min(max(start, 0.0), 1.0)
        words.append((word, confidence, start, min(max(end, start), 1.0)))
        position = last + 1
    return tuple(words)


def _reading_order(lines: list[_Read]) -> list[_Read]:
    """Rows from top to bottom, each from left to right; lines share a row if they overlap by half."""
    rows: list[list[_Read]] = []
    for line in sorted(lines, key=lambda line: float(line.quad[:, 1].mean())):
        middle = float(line.quad[:, 1].mean())
        if rows:
            first = rows[-1][0].quad
            tolerance = 0.5 * float(np.linalg.norm(first[3] - first[0]))
            if abs(middle - float(first[:, 1].mean())) <= tolerance:
                rows[-1].append(line)
                continue
        rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: float(line.quad[:, 0].min()))]


def _to_line(line: _Read, turns: int, width: int, height: int) -> Line:
    """Geometry of the upright page, back in the picture as it was given."""
    top_left, top_right, bottom_right, bottom_left = line.quad

    def polygon(start: float, end: float) -> Polygon:
        corners = np.array(
            [
                top_left + (top_right - top_left) * start,
                top_left + (top_right - top_left) * end,
                bottom_left + (bottom_right - bottom_left) * end,
                bottom_left + (bottom_right - bottom_left) * start,
            ]
        )
        return _ratios(_turned_back(corners, turns, width, height), width, height)

    words = tuple(Word(text, confidence, polygon(start, end)) for text, confidence, start, end in line.words)
    return Line(line.text, line.confidence, polygon(0.0, 1.0), words)


def _turned_back(points: Quad, turns: int, width: int, height: int) -> Quad:
    """Undoes ``np.rot90(image, turns)`` for pixel positions; width and height are the original picture's."""
    x, y = points[:, 0], points[:, 1]
    match turns:
        case 1:
            return np.stack([width - y, x], axis=1)
        case 2:
            return np.stack([width - x, height - y], axis=1)
        case 3:
            return np.stack([y, height - x], axis=1)
        case _:
            return points


def _ratios(quad: Quad, width: int, height: int) -> Polygon:
    scaled = np.clip(quad / np.array([width, height], dtype=np.float32), 0.0, 1.0)
    return Polygon(tuple((float(x), float(y)) for x, y in scaled))


def _bgr(image: RgbImage) -> npt.NDArray[np.uint8]:
    return np.ascontiguousarray(cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2BGR))
