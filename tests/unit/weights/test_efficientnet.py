"""The classifier's network is built of its weights alone, the same every time."""

from __future__ import annotations

import json

import numpy as np
import onnxruntime
import pytest

from local import weights
from local.weights.builders.efficientnet import build
from local.weights.cache import built_mark, sha256_of
from local.weights.catalogue import weight_set
from local.weights.torch_reader import UnreadableTensorsError
from tests.local.needed_weights import needs_weights


@needs_weights("labels")
def test_the_network_is_the_same_every_time_and_takes_pictures_together() -> None:
    state = weights.path("labels", "efficientnet-lite0.pth").read_bytes()
    made = build(state)
    assert made == build(state)
    session = onnxruntime.InferenceSession(made, providers=["CPUExecutionProvider"])
    pixels = np.random.default_rng(7).normal(0, 0.5, (2, 3, 224, 224)).astype(np.float32)
    features, logits = session.run(["features", "logits"], {"pixels": pixels})
    assert (features.shape, logits.shape) == ((2, 1280), (2, 1000))
    alone = session.run(["logits"], {"pixels": pixels[1:]})[0]
    assert np.allclose(alone, logits[1:], atol=1e-3)


@needs_weights("labels")
def test_the_built_file_is_the_one_that_its_mark_names() -> None:
    (built,) = weight_set("labels").builds
    found = weights.path("labels", built.name)
    assert json.loads(built_mark(found.parent, built).read_text("utf-8"))["sha256"] == sha256_of(found)


def test_what_is_no_state_is_refused() -> None:
    with pytest.raises(UnreadableTensorsError):
        build(b"no weights")
