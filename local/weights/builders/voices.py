"""Builds the network that tells voices apart: Resemblyzer's saved weights as an ONNX file.

The network is Resemblyzer's ``VoiceEncoder`` (resemblyzer/voice_encoder.py, version 0.1.4): an LSTM of three
layers of 256 over 40 mel bands, a linear layer on the last hidden state, ReLU, and a length of one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from local.weights.torch_reader import read_tensors

__all__ = ["BANDS", "FRAMES", "SIZE", "build"]

BANDS = 40
FRAMES = 160
SIZE = 256
_LAYERS = 3
_OPSET = 17
Array = npt.NDArray[Any]


def build(data: bytes) -> bytes:
    """The ONNX model of a saved state: ``mels`` (n, 160, 40) to ``voices`` (n, 256), rows of length one.

    Raises ``UnreadableTensorsError`` for other bytes, ``KeyError`` for another network's state.
    """
    weights = {
        name.removeprefix("model_state."): values
        for name, values in read_tensors(data).items()
        if name.startswith("model_state.")
    }
    constants = {"linear": weights["linear.weight"], "bias": weights["linear.bias"]}
    nodes = [helper.make_node("Transpose", ["mels"], ["layer0"], perm=[1, 0, 2])]
    for layer in range(_LAYERS):
        constants |= _layer_constants(weights, layer)
        nodes += [
            helper.make_node(
                "LSTM",
                [f"layer{layer}", f"W{layer}", f"R{layer}", f"B{layer}"],
                [f"sequence{layer}", f"last{layer}"],
                hidden_size=SIZE,
            ),
            # One direction only: its axis goes.
            helper.make_node("Squeeze", [f"sequence{layer}", "direction"], [f"layer{layer + 1}"]),
        ]
    constants["direction"] = np.array([1], np.int64)
    constants["first"] = np.array([0], np.int64)
    nodes += [
        helper.make_node("Squeeze", [f"last{_LAYERS - 1}", "first"], ["hidden"]),
        helper.make_node("Gemm", ["hidden", "linear", "bias"], ["projected"], transB=1),
        helper.make_node("Relu", ["projected"], ["positive"]),
        helper.make_node("LpNormalization", ["positive"], ["voices"], axis=1, p=2),
    ]
    graph = helper.make_graph(
        nodes,
        "voices",
        [helper.make_tensor_value_info("mels", TensorProto.FLOAT, ["n", FRAMES, BANDS])],
        [helper.make_tensor_value_info("voices", TensorProto.FLOAT, ["n", SIZE])],
        [numpy_helper.from_array(np.ascontiguousarray(values), name) for name, values in constants.items()],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", _OPSET)], producer_name="braid", ir_version=8
    )
    onnx.checker.check_model(model)
    made: bytes = model.SerializeToString()
    return made


def _layer_constants(weights: dict[str, Array], layer: int) -> dict[str, Array]:
    """PyTorch orders the gates input, forget, cell, output; ONNX input, output, forget, cell."""
    biases = [_reordered(weights[f"lstm.bias_{side}_l{layer}"]) for side in ("ih", "hh")]
    return {
        f"W{layer}": _reordered(weights[f"lstm.weight_ih_l{layer}"])[np.newaxis],
        f"R{layer}": _reordered(weights[f"lstm.weight_hh_l{layer}"])[np.newaxis],
        f"B{layer}": np.concatenate(biases)[np.newaxis],
    }


def _reordered(values: Array) -> Array:
    entry, forget, cell, output = np.split(values, 4)
    return np.concatenate([entry, output, forget, cell])
