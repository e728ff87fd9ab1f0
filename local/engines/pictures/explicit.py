"""How likely a picture is explicit (pornographic): Yahoo's open_nsfw.

It knows nothing of violence, drugs, gestures or symbols. Its makers took what is below 0.2 for safe and what
is above 0.8 for explicit: https://github.com/yahoo/open_nsfw. Measured here on harmless pictures alone; how
much of what is explicit it finds wasn't.
"""

from __future__ import annotations

import io
from functools import cache

import numpy as np
import numpy.typing as npt
import onnxruntime
from PIL import Image

from local import weights
from local.engines.errors import EngineMissingError
from local.engines.pictures.memory import remembered
from local.engines.pictures.pixels import RgbImage, decode

__all__ = ["explicit_probability"]

_SIDE_PX = 224
_RESIZED_PX = 256
_MEAN_BGR = np.array([104, 117, 123], np.float32)


@remembered
def explicit_probability(data: bytes) -> float:
    """0.0 to 1.0. Raises ``UnreadableMediaError`` or ``EngineMissingError``."""
    session = _network()
    (scores,) = session.run(None, {session.get_inputs()[0].name: _pixels(decode(data))})
    return float(scores[0, 1])


def _pixels(image: RgbImage) -> npt.NDArray[np.float32]:
    """As the network saw pictures in its training: squeezed to a square, saved as JPEG, blue first."""
    squeezed = Image.fromarray(image).resize((_RESIZED_PX, _RESIZED_PX), Image.Resampling.BILINEAR)
    saved = io.BytesIO()
    squeezed.save(saved, "JPEG")
    edge = (_RESIZED_PX - _SIDE_PX) // 2
    middle = np.asarray(Image.open(saved), np.float32)[edge : edge + _SIDE_PX, edge : edge + _SIDE_PX]
    return np.ascontiguousarray(middle[None, :, :, ::-1] - _MEAN_BGR, np.float32)


@cache
def _network() -> onnxruntime.InferenceSession:
    try:
        found = weights.path("explicit", "open_nsfw.onnx")
    except weights.WeightsMissingError as error:
        raise EngineMissingError(f"{error}") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(found), options, providers=["CPUExecutionProvider"])
