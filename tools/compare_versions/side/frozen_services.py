"""The local AI services with frozen answers, and MiniStack with frozen identities.

The launcher of either version is told to host this module (``BRAID_LAUNCHER_SERVICES``). It stands on
``local.services.build_services`` and ``EnginePool.run`` alone, and imports nothing else of the version.
"""

from __future__ import annotations

import contextvars
import dataclasses
import functools
import hashlib
import pickle
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from local import services
from local.engines.errors import EngineBusyError, EngineCrashedError, EngineError, EngineTimeoutError
from local.engines.pool import EnginePool

# Relative: the package has another name where a version's launcher imports it.
from .ogg import without_serials

# The launcher clears its environment and stands in its run folder, OUT/home/run of the run.
_ANSWERS_FROM_HERE = Path("../../answers")

# These say something of the machine, not of the arguments: what they say is asked again, never kept.
_OF_THE_MACHINE = (EngineBusyError, EngineCrashedError, EngineTimeoutError)
# A recording waits longer than a service would: what a busy machine can't answer in time isn't the version's.
_PATIENCE = 5


def build_services(objects: Any, events: Any, **more: Any) -> Any:
    """The version's own services over the answers kept in the folder ``answers`` of the run."""
    EnginePool.run = frozen(EnginePool.run, _ANSWERS_FROM_HERE.resolve())  # type: ignore[method-assign]
    _freeze_identities()
    return services.build_services(objects, events, **more)


def frozen(run: Callable[..., Any], folder: Path) -> Callable[..., Any]:
    """``run`` of a pool, called only once per task and arguments: what it answered is kept.

    An answer that this version can't read, because its classes have other names now, is asked for anew.
    """
    folder.mkdir(parents=True, exist_ok=True)

    @functools.wraps(run)
    def answer(
        pool: Any,
        task: str,
        *args: Any,
        timeout_seconds: float = 120.0,
        turn_seconds: float | None = None,  # noqa: ARG001  # a recording waits for its turn without end
        **keywords: Any,
    ) -> Any:
        _, _, function = task.partition(":")  # its module may have moved between the versions
        kept = folder / function / fingerprint((args, keywords))
        found = _read(kept)
        if found is None:
            try:
                result = run(
                    pool,
                    task,
                    *args,
                    timeout_seconds=_PATIENCE * timeout_seconds,
                    turn_seconds=None,
                    **keywords,
                )
                found = (True, result)
            except _OF_THE_MACHINE:
                raise
            except (EngineError, ValueError) as error:
                found = (False, error)
            _write(kept, found)
        succeeded, outcome = found
        if succeeded:
            return outcome
        raise outcome

    return answer


def fingerprint(value: Any) -> str:
    """Equal for equal arguments, whatever objects they share and whatever order a mapping has."""
    digest = hashlib.sha256()
    for part in _parts(value):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _parts(value: Any) -> Iterator[bytes]:
    if isinstance(value, Path):
        yield from _parts(
            value.read_bytes()
        )  # where it lies is drawn anew, and older versions gave the bytes
    elif isinstance(value, bytes):
        yield from (b"bytes", without_serials(value))
    elif isinstance(value, dict):
        yield b"dict%d" % len(value)
        for name in sorted(value, key=str):
            yield from _parts(name)
            yield from _parts(value[name])
    elif isinstance(value, list | tuple):
        yield b"list%d" % len(value)
        for item in value:
            yield from _parts(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from _parts({field.name: getattr(value, field.name) for field in dataclasses.fields(value)})
    elif value is None or isinstance(value, str | int | float):
        # The text itself may hold what UTF-8 can't, as half a surrogate pair.
        yield from (type(value).__name__.encode(), str(value).encode("utf-8", "surrogatepass"))
    else:
        raise TypeError(f"no engine takes a {type(value).__name__}; say here how its value is told")


def _read(path: Path) -> tuple[bool, Any] | None:
    try:
        with path.open("rb") as file:
            found: tuple[bool, Any] = pickle.load(file)
    except FileNotFoundError:
        return None
    except (ImportError, AttributeError, TypeError) as error:
        # Into the launcher's log.
        print(f"frozen answer {path.name} of {path.parent.name} is asked for anew: {error}", file=sys.stderr)
        return None
    return found


def _write(path: Path, found: tuple[bool, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    draft.write_bytes(pickle.dumps(found))
    draft.replace(path)


def _freeze_identities() -> None:
    """Makes names of buckets and ids of object versions the same in every run.

    An asset's id follows from both, and from its id whether it is drawn for review.
    """
    from ministack.services import s3
    from ministack.services.cloudformation import provisioners

    # A fresh bucket's name has a drawn suffix only where no seed is set.
    provisioners._NAME_SEED = contextvars.ContextVar("cfn_name_seed", default="frozen00")
    stock_record, stock_uuid = s3._record_object_version, s3.new_uuid
    drawn: contextvars.ContextVar[str | None] = contextvars.ContextVar("version_id", default=None)

    def record(bucket_name: str, key: str, prior_obj: Any, obj: Any, data: Any) -> Any:
        place = len(s3._object_versions.get((bucket_name, key), ()))
        digest = hashlib.sha256(f"{bucket_name}/{key} {place}\n".encode("utf-8", "surrogatepass"))
        digest.update(bytes(data or b""))
        token = drawn.set(str(uuid.UUID(bytes=digest.digest()[:16])))
        try:
            return stock_record(bucket_name, key, prior_obj, obj, data)
        finally:
            drawn.reset(token)

    s3._record_object_version = record
    s3.new_uuid = lambda: drawn.get() or stock_uuid()
