"""EfficientNet-Lite0 as an ONNX network, from the state that PyTorch saved.

The architecture is Google's: https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite.
Batch normalisation is folded into the convolutions. Input ``pixels``: float32, (pictures, 3, 224, 224), RGB
as ``(value − 127) / 128``. Outputs, float32: ``features``, (pictures, 1280); ``logits``, (pictures, 1000).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from local.weights.torch_reader import read_tensors

__all__ = ["build"]

Tensor = npt.NDArray[np.float32]

_SIDE_PX = 224
_CLASSES = 1000
_FEATURES = 1280
_BLOCKS = 16
_EPSILON = 1e-3  # of the batch normalisation
_HALVING_BLOCKS = frozenset({1, 3, 5, 11})
_OPSET = 13
_IR_VERSION = 8


def build(state: bytes) -> bytes:
    """The network's file. Raises ``UnreadableTensorsError`` or ``KeyError`` where the state is another's."""
    return _Network(read_tensors(state)).serialised()


class _Network:
    def __init__(self, tensors: Mapping[str, npt.NDArray[Any]]) -> None:
        self._tensors = tensors
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []

    def serialised(self) -> bytes:
        hidden = self._clipped(self._convolution("pixels", "_conv_stem", "_bn0", stride=2))
        for number in range(_BLOCKS):
            hidden = self._block(hidden, f"_blocks.{number}.", 2 if number in _HALVING_BLOCKS else 1)
        hidden = self._clipped(self._convolution(hidden, "_conv_head", "_bn1"))
        self._add("Flatten", [self._add("GlobalAveragePool", [hidden])], output="features", axis=1)
        weights = [self._weight(f"_fc.{part}", self._tensors[f"_fc.{part}"]) for part in ("weight", "bias")]
        self._add("Gemm", ["features", *weights], output="logits", transB=1)
        graph = helper.make_graph(
            self._nodes,
            "EfficientNet-Lite0",
            [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["pictures", 3, _SIDE_PX, _SIDE_PX])],
            [
                helper.make_tensor_value_info("features", TensorProto.FLOAT, ["pictures", _FEATURES]),
                helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["pictures", _CLASSES]),
            ],
            self._weights,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)])
        model.ir_version = _IR_VERSION
        onnx.checker.check_model(model)
        return bytes(model.SerializeToString())

    def _block(self, entering: str, prefix: str, stride: int) -> str:
        """Widens, looks around channel by channel, narrows; what entered is added where it fits."""
        hidden = entering
        name = f"{prefix}_depthwise_conv"
        channels = entered = self._tensors[f"{name}.weight"].shape[0]
        if f"{prefix}_expand_conv.weight" in self._tensors:
            entered = self._tensors[f"{prefix}_expand_conv.weight"].shape[1]
            hidden = self._clipped(self._convolution(hidden, f"{prefix}_expand_conv", f"{prefix}_bn0"))
        hidden = self._clipped(
            self._convolution(hidden, name, f"{prefix}_bn1", stride=stride, groups=channels)
        )
        hidden = self._convolution(hidden, f"{prefix}_project_conv", f"{prefix}_bn2")
        if stride == 1 and entered == self._tensors[f"{prefix}_project_conv.weight"].shape[0]:
            hidden = self._add("Add", [hidden, entering])
        return hidden

    def _convolution(self, entering: str, name: str, norm: str, *, stride: int = 1, groups: int = 1) -> str:
        weight = self._tensors[f"{name}.weight"]
        scale = self._tensors[f"{norm}.weight"] / np.sqrt(self._tensors[f"{norm}.running_var"] + _EPSILON)
        shift = self._tensors[f"{norm}.bias"] - self._tensors[f"{norm}.running_mean"] * scale
        folded = [
            self._weight(f"{name}.weight", weight * scale[:, None, None, None]),
            self._weight(f"{name}.bias", shift),
        ]
        return self._add(
            "Conv",
            [entering, *folded],
            kernel_shape=list(weight.shape[2:]),
            strides=[stride, stride],
            group=groups,
            auto_pad="SAME_UPPER",  # as TensorFlow pads
        )

    def _clipped(self, entering: str) -> str:
        """ReLU6."""
        if not any(weight.name == "zero" for weight in self._weights):
            self._weight("zero", np.array(0, np.float32))
            self._weight("six", np.array(6, np.float32))
        return self._add("Clip", [entering, "zero", "six"])

    def _weight(self, name: str, values: npt.NDArray[Any]) -> str:
        self._weights.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))
        return name

    def _add(self, operator: str, entering: list[str], *, output: str = "", **attributes: Any) -> str:
        output = output or f"{operator.lower()}{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, entering, [output], **attributes))
        return output
