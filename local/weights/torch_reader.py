"""Reads the tensors of a file that PyTorch saved, without PyTorch and without running what the file says.

The old format (before PyTorch 1.6) is a row of pickles and the raw storages behind them:
https://github.com/pytorch/pytorch/blob/v2.4.0/torch/serialization.py, ``_legacy_load``. The unpickler makes
ordered dictionaries, tensors and storages of the types below, and refuses every other name.
"""

from __future__ import annotations

import io
import pickle
import struct
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["UnreadableTensorsError", "read_tensors"]

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
_STORAGE_TYPES = {"FloatStorage": "<f4", "DoubleStorage": "<f8", "LongStorage": "<i8", "IntStorage": "<i4"}


class UnreadableTensorsError(ValueError):
    """The bytes aren't a saved state of the old format, or hold more than tensors."""


@dataclass(frozen=True)
class _StorageType:
    dtype: str


@dataclass(frozen=True)
class _Tensor:
    """A view of a storage whose bytes come after the pickles."""

    key: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def read_tensors(data: bytes) -> dict[str, npt.NDArray[Any]]:
    """The tensors by their dotted names; a state within a state is read too.

    Raises ``UnreadableTensorsError``.
    """
    stream = io.BytesIO(data)
    storages: dict[str, tuple[str, int]] = {}
    try:
        if _Unpickler(stream, storages).load() != _MAGIC or _Unpickler(stream, storages).load() != _PROTOCOL:
            raise UnreadableTensorsError("the file isn't a saved state of PyTorch's old format")
        _Unpickler(stream, storages).load()  # the writer's byte order and sizes: always little-endian
        state = _Unpickler(stream, storages).load()
        keys = _Unpickler(stream, storages).load()
        values = {key: _values(stream, *storages[key]) for key in keys}
        return {name: _array(tensor, values[tensor.key]) for name, tensor in _tensors("", state)}
    except UnreadableTensorsError:
        raise
    except (pickle.UnpicklingError, EOFError, KeyError, TypeError, ValueError, struct.error) as error:
        raise UnreadableTensorsError("the file isn't a saved state that holds tensors alone") from error


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, storages: dict[str, tuple[str, int]]) -> None:
        super().__init__(stream)
        self._storages = storages

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuilt
        if module == "torch" and name in _STORAGE_TYPES:
            return _StorageType(_STORAGE_TYPES[name])
        raise UnreadableTensorsError(f"the file names {module}.{name}, which isn't a tensor")

    def persistent_load(self, pid: Any) -> str:
        kind, storage_type, key, _, count, view = pid
        if kind != "storage" or view is not None or not isinstance(storage_type, _StorageType):
            raise UnreadableTensorsError("the file refers to something else than a storage")
        self._storages[key] = (storage_type.dtype, count)
        return str(key)


def _rebuilt(key: str, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object) -> _Tensor:
    return _Tensor(key, offset, shape, strides)


def _values(stream: io.BytesIO, dtype: str, count: int) -> npt.NDArray[Any]:
    (stored,) = struct.unpack("<q", stream.read(8))
    size = np.dtype(dtype).itemsize * count
    block = stream.read(size)
    if stored != count or len(block) != size:
        raise UnreadableTensorsError("the file ends before its tensors do")
    return np.frombuffer(block, dtype)


def _array(tensor: _Tensor, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    last = tensor.offset + sum(
        (side - 1) * stride for side, stride in zip(tensor.shape, tensor.strides, strict=True)
    )
    if min(tensor.offset, *tensor.shape, *tensor.strides, 0) < 0 or last >= len(values):
        raise UnreadableTensorsError("a tensor reaches beyond its storage")
    strides = tuple(stride * values.itemsize for stride in tensor.strides)
    return np.lib.stride_tricks.as_strided(values[tensor.offset :], tensor.shape, strides).copy()


def _tensors(prefix: str, state: Any) -> list[tuple[str, _Tensor]]:
    """The tensors of a dictionary; those of dictionaries within are named ``outer.inner``."""
    found: list[tuple[str, _Tensor]] = []
    for name, value in state.items():
        if isinstance(value, _Tensor):
            found.append((f"{prefix}{name}", value))
        elif isinstance(value, dict):
            found += _tensors(f"{prefix}{name}.", value)
    return found
