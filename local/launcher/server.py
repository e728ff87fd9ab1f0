"""Serves MiniStack, our services and the control endpoint on one loopback port until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import resource
import shutil
import signal

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as ministack_app

from local.launcher.config import LauncherConfig
from local.launcher.control import Control
from local.launcher.functions import lambda_runtime
from local.launcher.gate import Gate
from local.launcher.monitoring import schedule

_PARENT_POLL_SECONDS = 0.5
_IDLE_POLL_SECONDS = 10.0

logger = logging.getLogger("braid.launcher")


def run(config: LauncherConfig, control: Control) -> None:
    """Serves until SIGTERM, SIGINT or the end of the parent; then ends every worker and the process."""
    _raise_file_limit()
    asyncio.run(_serve(config, Gate(control, config.secret_access_key, ministack_app.app)))


async def _serve(config: LauncherConfig, gate: Gate) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(name, stop.set)
    watchers = [asyncio.create_task(_reap_idle(config)), asyncio.create_task(schedule.keep_looking())]
    if config.parent_pid is not None:
        watchers.append(asyncio.create_task(_follow_parent(config.parent_pid, stop)))
    server = Config()
    server.bind = [f"127.0.0.1:{config.port}"]
    server.keep_alive_timeout = 75
    server.graceful_timeout = 1
    server.errorlog = logging.getLogger("hypercorn.error")
    await serve(gate, server, shutdown_trigger=stop.wait)  # type: ignore[arg-type]  # an ASGI callable like any other
    for watcher in watchers:
        watcher.cancel()
    _leave(config)


def _leave(config: LauncherConfig) -> None:
    """Ends the workers and the process at once: a Lambda in the middle of its work must not hold it up."""
    lambda_runtime.end_all_workers()
    for folder in (config.temporary_folder, config.workers_folder):
        shutil.rmtree(folder, ignore_errors=True)
    logger.info("stopped")
    logging.shutdown()
    os._exit(0)


async def _follow_parent(pid: int, stop: asyncio.Event) -> None:
    while _alive(pid):
        await asyncio.sleep(_PARENT_POLL_SECONDS)
    logger.info("the process %d that started the launcher has ended", pid)
    stop.set()


async def _reap_idle(config: LauncherConfig) -> None:
    while True:
        await asyncio.sleep(min(_IDLE_POLL_SECONDS, config.idle_seconds))
        await asyncio.to_thread(lambda_runtime.end_idle_workers, config.idle_seconds)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _raise_file_limit() -> None:
    """A burst of connections and workers passes the usual soft limit of 1024 or, on macOS, 256 files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 10_240 if hard == resource.RLIM_INFINITY else min(10_240, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
