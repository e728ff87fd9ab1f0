"""Runs python Lambdas under AWS's own runtime client, each worker in a clean room of its own.

Symptoms of the stock runtime that this removes: every handler exception is reported as
``Runtime.HandlerError``, so that Retry and Catch by name never match; the host's environment (and its real
AWS credentials) leaks into handlers; the development environment's packages are importable, so that a
missing layer goes unnoticed; 50 files at once start 50 interpreters at once and time out; workers are kept
for ever; import errors are called ``Runtime.Unknown``. Upstream: none filed.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import queue
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime as stock
from ministack.services import lambda_svc, sts

from local.launcher.config import LauncherConfig
from local.launcher.functions import unpacking
from local.launcher.functions.execution_context import current_execution, task_began
from local.launcher.functions.function_environment import function_environment
from local.launcher.functions.worker_main import END_OF_OUTPUT
from local.launcher.functions.zygote import Zygotes

_SESSION_SECONDS_AFTER_WORKER = 6 * 3600

RELIES_ON = (
    "ministack.core.lambda_runtime:ProvidedWorker._spawn(self, init_timeout)",
    "ministack.core.lambda_runtime:ProvidedWorker._await_init(self, init_timeout)",
    "ministack.core.lambda_runtime:ProvidedWorker._build_handler_class(self, generation, pending)",
    "ministack.core.lambda_runtime:ProvidedWorker._teardown(self)",
    "ministack.core.lambda_runtime:ProvidedWorker._discard_tmpdir(self)",
    "ministack.core.lambda_runtime:ProvidedWorker._drain_stderr_bounded(self, first_line_wait, idle_confirm, "
    "hard_cap)",
    "ministack.core.lambda_runtime:ProvidedWorker.invoke(self, event, request_id, trace_id, "
    "invoked_function_arn)",
    "ministack.core.lambda_runtime:ProvidedRuntimeError(message, error_type)",
    "ministack.core.lambda_runtime:_worker_class_for(config)",
    "ministack.core.lambda_runtime:_workers",
    "ministack.core.lambda_runtime:_lock",
    "ministack.core.lambda_runtime:kill_workers(workers)",
    "ministack.core.lambda_runtime:subprocess",
    "ministack.core.lambda_runtime:reset()",
    "ministack.services.lambda_svc:_execute_function_warm(func, event, request_id)",
    "ministack.services.lambda_svc:_execute_function_provided_warm(func, event, request_id)",
    "ministack.services.lambda_svc:_provided_worker_env(config, code_dir, port)",
    "ministack.services.lambda_svc:_docker_extracted_dir(blob, kind)",
    "ministack.services.lambda_svc:_resolve_layer_zip(attachment)",
    "ministack.services.lambda_svc:reap_idle_workers",
    "ministack.services.sts:register_session(access_key, session)",
    "ministack.services.sts:_sessions",
)

logger = logging.getLogger("braid.lambda")

_WORKER_MAIN = Path(__file__).with_name("worker_main.py")
_spawning: ContextVar[Worker | None] = ContextVar("_spawning", default=None)

_workers_by_key: dict[str, Worker] = {}


def execution_of(access_key_id: str) -> str | None:
    """The name of the execution for which the worker that signs with this key runs now, if there is one."""
    worker = _workers_by_key.get(access_key_id)
    return worker.execution_name if worker else None


def is_function(access_key_id: str) -> bool:
    """Whether a worker signs with this key."""
    return access_key_id in _workers_by_key


def kill_worker(access_key_id: str, death: str) -> None:
    """Ends the process that signs with this key in the middle of its work, under the name ``death``."""
    worker = _workers_by_key.get(access_key_id)
    if worker is not None:
        worker.die(death)


class Worker(stock.ProvidedWorker):  # type: ignore[misc]  # MiniStack ships no types
    """One execution environment of a python function: a process, a private folder, credentials of its own."""

    room: Room

    def __init__(self, func_name: str, config: dict[str, Any], code_zip: bytes) -> None:
        super().__init__(func_name, config, _bootstrap_zip())
        self._exit_code: int | None = None
        # The kernel's word for what Lambda's sandbox does to a function that outgrows its memory.
        self._death = "Runtime.OutOfMemory"
        self._function_zip = code_zip
        self._folder: Path | None = None
        self._access_key_id = ""
        self._request_id = ""
        self.execution_name: str | None = None
        self.has_failed = False

    def environment(self, runtime_port: int) -> dict[str, str]:
        """What the handler's process sees.

        Makes the worker's private folder and its credentials; ``_teardown`` takes both back.
        """
        self._folder = Path(
            tempfile.mkdtemp(prefix=f"{self.func_name}-", dir=self.room.config.workers_folder)
        )
        return function_environment(
            self.config,
            credentials=self._credentials(),
            endpoint_url=self.room.config.endpoint_url,
            region=self.room.config.region,
            runtime_api=f"127.0.0.1:{runtime_port}",
            task_root=lambda_svc._docker_extracted_dir(self._function_zip, "code"),
            layer_folders=[self.room.layer_folder(reference) for reference in self.config.get("Layers", [])],
            runtime_folder=str(self.room.runtime_folder),
            private_folder=str(self._folder),
        )

    def _credentials(self) -> dict[str, str]:
        """A session of the function's role, private to this worker, so that its calls can be told apart."""
        arn, function = str(self.config.get("Role", "")), str(self.config.get("FunctionName", ""))
        account_id, role = arn.split(":")[4], arn.rsplit("/", 1)[-1]
        self._access_key_id = "ASIA" + secrets.token_hex(8).upper()
        secret, token = secrets.token_hex(20), secrets.token_hex(32)
        _workers_by_key[self._access_key_id] = self
        sts.register_session(
            self._access_key_id,
            {
                "Arn": f"arn:aws:sts::{account_id}:assumed-role/{role}/{function}",
                "UserId": f"{role}:{function}",
                "SecretAccessKey": secret,
                "SessionToken": token,
            },
        )
        return {
            "AWS_ACCESS_KEY_ID": self._access_key_id,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_SESSION_TOKEN": token,
        }

    def invoke(self, event: Any, request_id: str, **keywords: Any) -> dict[str, Any]:
        """One invocation, remembered as work for the execution that asked for it."""
        self.execution_name = current_execution.get()
        self._exit_code, self._request_id = None, request_id
        try:
            result: dict[str, Any] = super().invoke(event, request_id, **keywords)
        except Exception:
            self.has_failed = True
            raise
        finally:
            self.execution_name, self._request_id = None, ""
        if self._exit_code == -signal.SIGKILL and result.get("status") == "error":
            _rename_death(result, self._death)
        return result

    def die(self, death: str) -> None:
        """Ends the process at once; the invocation that it worked for ends with the error ``death``."""
        self._death = death
        process = self._proc
        if process is not None:
            process.kill()

    def _spawn(self, init_timeout: float | None = None) -> None:
        with self.room.cold_starts:
            token = _spawning.set(self)
            try:
                super()._spawn(init_timeout)
            finally:
                _spawning.reset(token)

    def _await_init(self, init_timeout: float | None = None) -> None:
        """Gives a failed import its AWS name, ``Runtime.ImportModuleError``."""
        try:
            super()._await_init(init_timeout)
        except stock.ProvidedInitTimeout:
            raise
        except RuntimeError as error:
            reported = self._init_error
            if isinstance(reported, dict) and reported.get("errorType"):
                message = str(reported.get("errorMessage", ""))
                raise stock.ProvidedRuntimeError(message, str(reported["errorType"])) from error
            raise stock.ProvidedRuntimeError(str(error), "Runtime.ExitError") from error

    def _build_handler_class(self, generation: int, pending: Any) -> Any:
        """Sends header and body in one segment; two would wait 40 ms for a delayed acknowledgement."""
        handler = super()._build_handler_class(generation, pending)
        handler.disable_nagle_algorithm = True
        handler.wbufsize = 1 << 16
        return handler

    def _drain_stderr_bounded(
        self, first_line_wait: float = 0.003, idle_confirm: float = 0.002, hard_cap: float = 0.25
    ) -> str:
        """What an invocation wrote: stock waits for a first line after each, and whether another comes."""
        if not self._request_id:
            drained: str = super()._drain_stderr_bounded(first_line_wait, idle_confirm, hard_cap)
            return drained
        lines, until = [], time.monotonic() + hard_cap
        with contextlib.suppress(queue.Empty):  # where a process ended before it said so
            while True:
                line = self._stderr_queue.get(timeout=max(0.0, until - time.monotonic()))
                text, _, ended = line.partition(END_OF_OUTPUT)
                if text or not ended:
                    lines.append(text)
                if ended == self._request_id:
                    break
        return "\n".join(lines)

    def _teardown(self) -> None:
        if self._proc is not None:
            self._exit_code = self._proc.poll()
        super()._teardown()
        self._leave_room()

    def _discard_tmpdir(self) -> None:
        super()._discard_tmpdir()
        self._leave_room()

    def _leave_room(self) -> None:
        folder, self._folder = self._folder, None
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        key, self._access_key_id = self._access_key_id, ""
        if key:
            # A service that works on the function's behalf, such as a transcription job, outlives the worker.
            if key in sts._sessions:
                sts._sessions[key]["Expiration"] = time.time() + _SESSION_SECONDS_AFTER_WORKER
            _workers_by_key.pop(key, None)


def _rename_death(result: dict[str, Any], name: str) -> None:
    payload = result.get("error_payload")
    if isinstance(payload, dict) and payload.get("errorType") == "Runtime.ExitError":
        payload["errorType"] = name


class Room:
    """What all workers share: settings, the runtime's packages, extracted layers, and the two queues."""

    def __init__(self, config: LauncherConfig, runtime_folder: Path) -> None:
        self.config = config
        self.runtime_folder = runtime_folder
        self.cold_starts = threading.BoundedSemaphore(config.cold_starts)
        self.runs = threading.BoundedSemaphore(config.concurrent_runs)
        self._runs_by_function: dict[str, threading.BoundedSemaphore] = {}
        self._guard = threading.Lock()
        self._layers: dict[str, str] = {}
        self.zygotes = Zygotes()

    @contextlib.contextmanager
    def run(self, function_name: str) -> Iterator[None]:
        """Waits until there is room for one more run of the function."""
        with self._guard:
            of_function = self._runs_by_function.setdefault(
                function_name, threading.BoundedSemaphore(self.config.runs_of_one_function)
            )
        with of_function, self.runs:
            yield

    def layer_folder(self, reference: str | dict[str, Any]) -> str:
        """Where the layer version lies extracted; it is read only once, however many workers use it."""
        arn = reference if isinstance(reference, str) else str(reference.get("Arn", ""))
        known = self._layers.get(arn)
        if known is None or not os.path.isdir(known):
            content = lambda_svc._resolve_layer_zip(reference)
            if content is None:
                raise stock.ProvidedRuntimeError(f"layer {arn} doesn't exist", "Runtime.InvalidEntrypoint")
            known = self._layers[arn] = str(lambda_svc._docker_extracted_dir(content, "layer"))
        return known


def apply(launcher: LauncherConfig, runtime_folder: Path) -> None:
    """Puts every python function under this runtime."""
    room = Room(launcher, runtime_folder)
    Worker.room = room
    stock_class_for, stock_execute = stock._worker_class_for, lambda_svc._execute_function_warm
    stock_environment = lambda_svc._provided_worker_env

    def worker_class_for(function: dict[str, Any]) -> Any:
        return Worker if _is_python(function) else stock_class_for(function)

    def execute(function: dict[str, Any], event: Any, request_id: str) -> Any:
        config = function.get("config") or function
        if not _is_python(config):
            return stock_execute(function, event, request_id)
        with room.run(str(config.get("FunctionName", ""))):
            began = task_began.get()
            if began is not None:
                began()
            return lambda_svc._execute_function_provided_warm(function, event, request_id)

    def worker_environment(function: dict[str, Any], code_folder: str, port: int) -> Any:
        worker = _spawning.get()
        return worker.environment(port) if worker else stock_environment(function, code_folder, port)

    def reap(ttl: float | None = None) -> int:
        return end_idle_workers(launcher.idle_seconds if ttl is None else ttl)

    stock._worker_class_for = worker_class_for
    lambda_svc._execute_function_warm = execute
    lambda_svc._provided_worker_env = worker_environment
    lambda_svc.reap_idle_workers = reap
    stock.subprocess = _Subprocess(room.zygotes)
    unpacking.apply(room.layer_folder)


class _Subprocess:
    """Stands for the module in MiniStack's file: a worker of ours is forked where it can be."""

    def __init__(self, zygotes: Zygotes) -> None:
        self._zygotes = zygotes

    def __getattr__(self, name: str) -> Any:
        return getattr(subprocess, name)

    def Popen(self, command: Any, *, env: Any = None, **others: Any) -> Any:  # noqa: N802  # the module's name
        worker = self._zygotes.fork(env) if _spawning.get() else None
        return worker or subprocess.Popen(command, env=env, **others)


def end_idle_workers(idle_seconds: float) -> int:
    """Ends every worker that did nothing for so long, and returns how many; stock keeps one per function."""
    now, ended = time.time(), []
    with stock._lock:
        for key, workers in list(stock._workers.items()):
            idle = [w for w in workers if not w.in_use and now - w.last_used >= idle_seconds]
            ended += idle
            stock._workers[key] = [w for w in workers if w not in idle]
    stock.kill_workers(ended)
    Worker.room.zygotes.end_idle(idle_seconds)
    return len(ended)


def end_all_workers() -> None:
    """Ends every worker and removes its folder."""
    stock.reset()
    Worker.room.zygotes.end_all()


def _is_python(config: dict[str, Any]) -> bool:
    return str(config.get("Runtime", "")).startswith("python")


@cache
def _bootstrap_zip() -> bytes:
    """The executable that MiniStack starts for a worker: it hands over to python in the task's folder."""
    script = (
        '#!/bin/sh\ncd "$LAMBDA_TASK_ROOT" && '
        f'exec "{sys.executable}" -S -P "{_WORKER_MAIN}" {os.getpid()} "$_HANDLER"\n'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("bootstrap", (1980, 1, 1, 0, 0, 0)), script)
    return buffer.getvalue()
