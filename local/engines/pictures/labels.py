"""Names what a photograph shows: EfficientNet-Lite0, whose thousand classes are summed up to labels.

A label's confidence is the probability of all classes that it covers: a dog of unclear breed is surely a dog.
Pictures that aren't photographs get no label: the network has only ever seen photographs and guesses at
anything else. People aren't among its classes; faces prove them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import onnxruntime
from PIL import Image

from local import weights
from local.engines.errors import EngineMissingError
from local.engines.findings import SceneLabel
from local.engines.pictures.label_names import label_names
from local.engines.pictures.memory import remembered
from local.engines.pictures.photographs import is_photograph
from local.engines.pictures.pixels import RgbImage, decode

__all__ = ["FEATURES", "LEAST_CONFIDENCE", "find_labels", "label_probabilities", "picture_features"]

FEATURES = 1280
LEAST_CONFIDENCE = 0.65
"""What is less sure isn't named: of such labels every second was wrong."""

_SIDE_PX = 224
_RESIZED_PX = 256
# Divides the logits. Below 1: the network was trained to doubt (label smoothing) more than it has to. Fitted
# on half of 46 labelled photographs in six renderings. On the other half these shares of labels were right:
# 0.99 of 194 at 0.95 and above, 0.82 of 40 from 0.85, 0.76 of 29 from 0.7, 0.5 of 12 from 0.55.
_TEMPERATURE = 0.8


@dataclass(frozen=True)
class _Seen:
    is_photograph: bool
    probabilities: npt.NDArray[np.float32]
    features: npt.NDArray[np.float32]


def find_labels(data: bytes) -> list[SceneLabel]:
    """What the photograph shows, the surest first; nothing where it is no photograph, or nothing is likely.

    Raises ``UnreadableMediaError`` or ``EngineMissingError``.
    """
    names = label_names()
    found = [
        SceneLabel(name, confidence, names[name].parents, names[name].category, names[name].aliases)
        for name, confidence in label_probabilities(data).items()
        if confidence >= LEAST_CONFIDENCE
    ]
    # Where a label has one kind alone, both are as sure: the wider comes first.
    return sorted(found, key=lambda label: (-label.confidence, len(label.parents), label.name))


def label_probabilities(data: bytes) -> dict[str, float]:
    """Every label's probability, however small; none where the picture is no photograph.

    Raises ``UnreadableMediaError`` or ``EngineMissingError``.
    """
    seen = _seen(data)
    if not seen.is_photograph:
        return {}
    return {
        label.name: min(1.0, float(seen.probabilities[list(label.classes)].sum()))
        for label in label_names().values()
    }


def picture_features(data: bytes) -> npt.NDArray[np.float32]:
    """The picture as a unit vector of 1280 numbers: like pictures have a high dot product.

    Raises ``UnreadableMediaError`` or ``EngineMissingError``.
    """
    features = _seen(data).features
    return np.asarray(features / max(float(np.linalg.norm(features)), 1e-12), np.float32)


@remembered
def _seen(data: bytes) -> _Seen:
    image = decode(data)
    features, logits = _network().run(["features", "logits"], {"pixels": _pixels(image)})
    raised = np.exp((logits[0] - logits[0].max()) / _TEMPERATURE)
    return _Seen(is_photograph(image), raised / raised.sum(), features[0])


def _pixels(image: RgbImage) -> npt.NDArray[np.float32]:
    """The picture's middle as the network was trained on it: (1, 3, 224, 224)."""
    picture = Image.fromarray(image)
    scale = _RESIZED_PX / min(picture.size)
    width, height = (max(_RESIZED_PX, round(side * scale)) for side in picture.size)
    left, top = (width - _SIDE_PX) / 2 / width, (height - _SIDE_PX) / 2 / height
    box = (left * picture.width, top * picture.height, (1 - left) * picture.width, (1 - top) * picture.height)
    middle = picture.resize((_SIDE_PX, _SIDE_PX), Image.Resampling.BICUBIC, box)
    scaled = (np.asarray(middle, np.float32) - np.float32(127)) / np.float32(128)
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None], np.float32)


@cache
def _network() -> onnxruntime.InferenceSession:
    try:
        found = weights.path("labels", "efficientnet-lite0.onnx")
    except weights.WeightsMissingError as error:
        raise EngineMissingError(f"{error}") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # 15 ms a picture: threads would only wait for each other
    return onnxruntime.InferenceSession(str(found), options, providers=["CPUExecutionProvider"])
