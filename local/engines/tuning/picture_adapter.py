"""A tuned picture model: a linear map from what a drawing's strokes look like into the space of its captions.

Captions are sentence vectors less their mean, so that what all captions share says nothing. A picture's
features are the strokes in its ink's own frame, so that where it stands and how large it is drawn change
nothing: 16 × 16 cells of ink and histograms of the gradients' directions (Dalal and Triggs, 2005). The map
is trained by the contrastive loss: of all captions a picture's own shall be the nearest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from local.engines.pictures.pixels import RgbImage, decode
from local.engines.tuning.descent import Curve, Matrix, Schedule, fit

__all__ = ["PictureAdapter", "embed_caption_vectors", "embed_pictures", "features_of", "fit_adapter"]

_FRAME_PX = 64
_CELLS = 16
_DIRECTIONS = 9
_BLOCKS = 8
_LEAST_INK = 0.2  # of the darkest stroke's contrast: what is fainter is noise
_SCALE = 12.0
# Titan's epochs (1 to 100) and learning rates (5e-8 to 1, 5e-5 unless said) move a network's weights; with
# these two they train a linear map to its end.
PASSES_PER_EPOCH = 20
STEP_PER_LEARNING_RATE = 60.0
_DECAY = 0.03


@dataclass(frozen=True)
class PictureAdapter:
    """What training gives. ``caption_mean`` is taken from captions' vectors."""

    weights: Matrix
    feature_mean: Matrix
    feature_scale: Matrix
    caption_mean: Matrix
    curve: Curve


def features_of(pictures: Sequence[bytes]) -> Matrix:
    """A row for each encoded picture. Raises ``UnreadableMediaError`` for what is no picture."""
    return np.stack([_features(decode(data)) for data in pictures])


def fit_adapter(
    features: Matrix,
    captions: Sequence[str],
    caption_vectors: Matrix,
    held_out: tuple[Matrix, Sequence[str]] | None,
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    seed: int = 0,
) -> PictureAdapter:
    """Trains on a row of features and one caption's vector for each picture.

    Raises ``ValueError`` where all captions are the same.
    """
    names = sorted(set(captions))
    if len(names) < 2:
        raise ValueError("all pictures have the same caption: there is nothing to tell apart")
    place = {name: index for index, name in enumerate(names)}
    classes = np.array([place[caption] for caption in captions], np.int64)
    by_name = np.stack([caption_vectors[captions.index(name)] for name in names])
    mean: Matrix = by_name.mean(axis=0)
    targets = _unit(by_name - mean)
    feature_mean, feature_scale = features.mean(axis=0), features.std(axis=0).mean(keepdims=True) + 1e-6
    checked = None
    if held_out is not None:
        known = [index for index, caption in enumerate(held_out[1]) if caption in place]
        rows = (held_out[0][known] - feature_mean) / feature_scale
        checked = rows, np.array([place[held_out[1][index]] for index in known], np.int64)
    weights, curve = fit(
        (features - feature_mean) / feature_scale,
        classes,
        targets,
        Schedule(epochs * PASSES_PER_EPOCH, batch_size, learning_rate * STEP_PER_LEARNING_RATE, _DECAY, seed),
        scale=_SCALE,
        validation=checked,
    )
    return PictureAdapter(weights, feature_mean, feature_scale, mean, curve)


def embed_pictures(adapter: PictureAdapter, pictures: Sequence[bytes]) -> Matrix:
    """Unit vectors in the space of captions, a row for each picture."""
    rows = (features_of(pictures) - adapter.feature_mean) / adapter.feature_scale
    return _unit(np.hstack([rows, np.ones((len(rows), 1), np.float32)]) @ adapter.weights)


def embed_caption_vectors(adapter: PictureAdapter, vectors: Matrix) -> Matrix:
    """Sentence vectors of captions, as the tuned model has them."""
    return _unit(vectors - adapter.caption_mean)


def _features(image: RgbImage) -> Matrix:
    ink = _ink_in_its_frame(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32))
    small = cv2.resize(cv2.GaussianBlur(ink, (0, 0), 1.5), (_CELLS, _CELLS), interpolation=cv2.INTER_AREA)
    across, down = cv2.Sobel(ink, cv2.CV_32F, 1, 0), cv2.Sobel(ink, cv2.CV_32F, 0, 1)
    strength = np.hypot(across, down)
    direction = (np.arctan2(down, across) % np.pi) / np.pi * _DIRECTIONS
    side = _FRAME_PX // _BLOCKS
    histograms = np.zeros((_DIRECTIONS, _BLOCKS, _BLOCKS), np.float32)
    for index in range(_DIRECTIONS):
        near = np.abs(direction - index)
        share = np.maximum(0.0, 1.0 - np.minimum(near, _DIRECTIONS - near))
        part = (strength * share).reshape(_BLOCKS, side, _BLOCKS, side)
        histograms[index] = part.sum(axis=(1, 3))
    flat = histograms.ravel()
    return np.concatenate(
        [_unit(np.asarray(small, np.float32).ravel()[None])[0], _unit(np.sqrt(flat)[None])[0]]
    ).astype(np.float32)


def _ink_in_its_frame(grey: Matrix) -> Matrix:
    """What differs from the paper, 0 to 1, cut to its own square and brought to one size."""
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    contrast = cv2.GaussianBlur(np.abs(grey - np.median(edge)), (0, 0), 1.0)
    contrast /= max(float(np.percentile(contrast, 99.5)), 1e-6)
    marked = contrast > max(_LEAST_INK, 0.5)
    rows, columns = np.where(marked.any(axis=1))[0], np.where(marked.any(axis=0))[0]
    if not len(rows):
        return np.zeros((_FRAME_PX, _FRAME_PX), np.float32)
    cut = np.clip(contrast[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], 0, 1)
    cut[cut < _LEAST_INK] = 0
    height, width = cut.shape
    side = max(height, width)
    square = np.zeros((side, side), np.float32)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = cut
    return np.asarray(cv2.resize(square, (_FRAME_PX, _FRAME_PX), interpolation=cv2.INTER_AREA), np.float32)


def _unit(rows: Matrix) -> Matrix:
    unit: Matrix = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit.astype(np.float32)
