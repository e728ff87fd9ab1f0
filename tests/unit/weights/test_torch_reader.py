"""Saved tensors are read without PyTorch, and nothing that a file says is run."""

from __future__ import annotations

import pickle
import struct
from collections import OrderedDict
from typing import Any, ClassVar

import numpy as np
import pytest

from local.weights.torch_reader import UnreadableTensorsError, read_tensors

MAGIC = 0x1950A86A20F9469CFC6C


class Named:
    """Pickles as a global name of another package, which isn't installed here."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class _Pickler(pickle._Pickler):
    """Writes storages as persistent ids and names as globals, as PyTorch does."""

    def persistent_id(self, obj: Any) -> Any:
        return obj if isinstance(obj, tuple) and obj[:1] == ("storage",) else None

    def save_named(self, obj: Named) -> None:
        self.write(f"c{obj.module}\n{obj.name}\n".encode())

    dispatch: ClassVar[dict[type, Any]] = {**pickle._Pickler.dispatch, Named: save_named}


class Call:
    """Pickles as a call of a name with arguments."""

    def __init__(self, function: Named, *arguments: object) -> None:
        self.function, self.arguments = function, arguments


def _save_call(pickler: Any, obj: Call) -> None:
    pickler.save(obj.function)
    pickler.save(obj.arguments)
    pickler.write(pickle.REDUCE)


_Pickler.dispatch[Call] = _save_call
REBUILD = Named("torch._utils", "_rebuild_tensor_v2")


def pickled(value: object) -> bytes:
    from io import BytesIO

    stream = BytesIO()
    _Pickler(stream, protocol=2).dump(value)
    return stream.getvalue()


def saved(state: object, storages: dict[str, np.ndarray[Any, Any]]) -> bytes:
    """A file as ``torch.save`` wrote it before PyTorch 1.6."""
    pickles = [pickled(MAGIC), pickled(1001), pickled({"little_endian": True}), pickled(state)]
    raw = [struct.pack("<q", values.size) + values.tobytes() for values in storages.values()]
    return b"".join([*pickles, pickled(list(storages)), *raw])


def tensor(
    key: str, shape: tuple[int, ...], strides: tuple[int, ...], offset: int = 0, count: int = 6
) -> Call:
    storage = ("storage", Named("torch", "FloatStorage"), key, "cpu", count, None)
    return Call(REBUILD, storage, offset, shape, strides, False, OrderedDict())


VALUES = np.arange(6, dtype="<f4")


def test_tensors_are_read_by_name_shape_and_strides() -> None:
    state = OrderedDict(plain=tensor("1", (2, 3), (3, 1)), turned=tensor("1", (3, 2), (1, 3)))
    state["inner"] = {"last": tensor("1", (2,), (1,), 4), "step": 7}

    read = read_tensors(saved(state, {"1": VALUES}))

    assert read["plain"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert read["turned"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert read["inner.last"].tolist() == [4, 5]
    assert set(read) == {"plain", "turned", "inner.last"}


@pytest.mark.parametrize(
    ("shape", "strides", "offset"), [((7,), (1,), 0), ((2,), (1,), 5), ((2, 3), (4, 1), 0), ((2,), (-1,), 3)]
)
def test_a_tensor_beyond_its_storage_is_refused(
    shape: tuple[int, ...], strides: tuple[int, ...], offset: int
) -> None:
    with pytest.raises(UnreadableTensorsError):
        read_tensors(saved({"weight": tensor("1", shape, strides, offset)}, {"1": VALUES}))


@pytest.mark.parametrize("name", [Named("os", "system"), Named("builtins", "eval"), Named("torch", "load")])
def test_a_file_that_calls_something_else_runs_nothing(name: Named) -> None:
    with pytest.raises(UnreadableTensorsError, match=name.name):
        read_tensors(saved({"weight": Call(name, "true")}, {}))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no pickle", pickled(MAGIC), saved({}, {})[:-4]])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableTensorsError):
        read_tensors(data)


def test_a_file_that_ends_early_is_refused() -> None:
    whole = saved({"weight": tensor("1", (2, 3), (3, 1))}, {"1": VALUES})

    with pytest.raises(UnreadableTensorsError, match="ends before"):
        read_tensors(whole[:-3])
