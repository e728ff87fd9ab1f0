"""Unpacks layers and code in processes of their own, and begins while a deployment brings them.

Symptom of the stock runtime: the first call of a function waits for seconds. Its code and layers are unpacked
then, one at a time, by the process that does everything else: each of thousands of files waits there for the
interpreter's lock. Upstream: none filed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextvars import copy_context
from pathlib import Path
from typing import Any

from ministack.core.lambda_runtime import ProvidedRuntimeError
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

RELIES_ON = (
    "ministack.services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "ministack.services.lambda_svc:_DOCKER_EXTRACT_CACHE",
    "ministack.services.lambda_svc:_docker_extract_dirs",
    "ministack.services.lambda_svc:_docker_extract_lock",
    "ministack.services.lambda_svc:_docker_extracted_dir(blob, kind)",
    "ministack.services.lambda_svc:_functions",
)

_MAIN = Path(__file__).with_name("unpacking_main.py")


def apply(layer_folder: Callable[[str], object]) -> None:
    """Unpacks in this way from now on; ``layer_folder`` unpacks the layer version with an ARN."""
    lambda_svc._docker_extracted_dir = _Unpacked().folder
    _after_creating("AWS::Lambda::LayerVersion", layer_folder)
    _after_creating("AWS::Lambda::Function", _Code().unpack)


class _Unpacked:
    """What lies unpacked, in MiniStack's own table, which forgets what no function has any more."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._of_key: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def folder(self, archive: bytes, kind: str) -> str:
        """Where the archive lies unpacked. Raises ``BadZipFile``, or ``OSError`` where there is no room."""
        key = f"{kind}-{hashlib.sha256(archive).hexdigest()}"
        with self._guard:
            lock = self._of_key[key]
        with lock:
            with lambda_svc._docker_extract_lock:
                known = lambda_svc._docker_extract_dirs.get(key)
            if known and os.path.isdir(known):
                return str(known)
            target = os.path.join(lambda_svc._DOCKER_EXTRACT_CACHE, key)
            _unpack(archive, target)
            with lambda_svc._docker_extract_lock:
                lambda_svc._docker_extract_dirs[key] = target
            return target


def _unpack(archive: bytes, target: str) -> None:
    shutil.rmtree(target, ignore_errors=True)  # what a process before this one left may be a part
    os.makedirs(target)
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(_MAIN), target], input=archive, capture_output=True, check=False
    )
    if done.returncode:
        shutil.rmtree(target, ignore_errors=True)
        told = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise (OSError if told.startswith("OSError") else zipfile.BadZipFile)(told)


class _Code:
    """The code of created functions; those of a deployment share theirs."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def unpack(self, function_name: str) -> None:
        """Unpacks what the function runs, if nobody has."""
        record = lambda_svc._functions[function_name]
        digest, archive = record["config"].get("CodeSha256", ""), record.get("code_zip")
        if isinstance(archive, bytes) and digest not in self._known:
            self._known.add(digest)
            lambda_svc._docker_extracted_dir(archive, "code")


def _after_creating(resource_type: str, work: Callable[[str], object]) -> None:
    handlers = provisioners._RESOURCE_HANDLERS[resource_type]
    create = handlers["create"]

    def attempt(physical_id: str) -> None:
        # What can't be unpacked is told by the first call.
        with contextlib.suppress(OSError, zipfile.BadZipFile, KeyError, ProvidedRuntimeError):
            work(physical_id)

    def create_and_unpack(logical_id: str, properties: Mapping[str, Any], stack: str) -> Any:
        result = create(logical_id, properties, stack)
        threading.Thread(
            target=copy_context().run, args=(attempt, result[0]), daemon=True, name="unpacking"
        ).start()
        return result

    handlers["create"] = create_and_unpack
