"""`braid doctor`: what this machine has, and the command that fixes what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cli.target import HOME, PROJECT_ROOT
from local import lifecycle
from local.engines.operations import operations
from local.launcher.ports import PortBusyError, check_port_free, free_port

__all__ = ["Finding", "cdk_findings", "examine", "judge_of_posts"]

_MIN_FREE_BYTES = 3 * 1024**3
_MODEL_SERVER = ("BRAID_LLM_URL", "BRAID_LLM_MODEL")


@dataclass(frozen=True)
class Finding:
    """One thing looked at; ``remedy`` is the command that fixes it, empty when all is well."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def examine(port: int | None) -> list[Finding]:
    """Looks at everything that the embedded AWS and the deployment need.

    Without a ``port`` it is the running embedded AWS's, else the default one.
    """
    return [finding for check in _checks(port) for finding in check()]


def cdk_findings() -> list[Finding]:
    """What a deployment can't do without: Node, and the CDK's command line."""
    return [*_node(), *_cdk()]


def _checks(port: int | None) -> tuple[Callable[[], Iterator[Finding]], ...]:
    return (_python, _node, _cdk, lambda: _port(port), _disk, _engines, lambda: iter([judge_of_posts()]))


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    has_fallback = sys.version_info[:2] in ((3, 11), (3, 13))
    lacks = "the last fall-back for speech supports only Python 3.11 and 3.13"
    detail = version if has_fallback else f"{version}: {lacks}"
    yield Finding("Python", True, detail)


def _node() -> Iterator[Finding]:
    node = shutil.which("node")
    if node is None:
        yield Finding("Node", False, "not found", "install Node 22 from your system's packages")
        return
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    ok = version.startswith("v") and int(version[1:].split(".")[0]) >= 20
    yield Finding("Node", ok, version, "" if ok else "install Node 22 from your system's packages")


def _cdk() -> Iterator[Finding]:
    cdk = PROJECT_ROOT / "node_modules" / ".bin" / "cdk"
    yield Finding(
        "CDK command line",
        cdk.exists(),
        str(cdk.relative_to(PROJECT_ROOT)) if cdk.exists() else "not installed",
        "" if cdk.exists() else "make setup",
    )


def _port(wanted: int | None) -> Iterator[Finding]:
    running = lifecycle.current(HOME)
    if running is not None and wanted in (None, running.port):
        yield Finding("Port", True, f"{running.port}: the embedded AWS of this folder answers there")
        return
    port = wanted or lifecycle.DEFAULT_PORT
    try:
        check_port_free(port)
    except PortBusyError as error:
        remedy = f"use another port everywhere: export BRAID_PORT={free_port()}"
        yield Finding("Port", False, str(error), remedy)
        return
    yield Finding("Port", True, f"{port} is free")


def _disk() -> Iterator[Finding]:
    """The disk of the folder that the embedded AWS fills, which needn't be the project's."""
    home = HOME.resolve()
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    ok = free >= _MIN_FREE_BYTES
    remedy = "free 3 GiB there (`braid down --purge` deletes what Braid keeps), or set BRAID_HOME elsewhere"
    yield Finding("Disk", ok, f"{free / 1024**3:.0f} GiB free for {home}", "" if ok else remedy)


def _engines() -> Iterator[Finding]:
    for operation in operations():
        expected, engine = operation.expected(), operation.in_use()
        if expected is None:
            continue  # `braid engines` tells what could be installed
        name = f"{operation.service} {operation.name}"
        if engine is None:
            yield Finding(name, False, "no engine", expected.remedy())
        elif operation.engines.index(engine) <= operation.engines.index(expected):
            yield Finding(name, True, engine.name)
        else:
            yield Finding(name, False, f"{engine.name} stands in for {expected.name}", expected.remedy())


def judge_of_posts() -> Finding:
    """Who judges posts here. That nobody does is no fault: each is left to a person then."""
    from local.engines.writing import writer  # reads what is installed: only where doctor looks

    name, given = "Judge of posts", [os.environ.get(each, "").strip() for each in _MODEL_SERVER]
    if all(given):
        return Finding(name, True, f"{given[1]} at {given[0]}")
    if given[0]:
        return Finding(name, False, f"{_MODEL_SERVER[1]} is missing", f"set {' and '.join(_MODEL_SERVER)}")
    if os.environ.get("BRAID_WRITER", "on").strip().lower() != "off" and writer.is_there():
        return Finding(name, True, f"{writer.NAME}, the optional writer: some seconds a post")
    return Finding(name, True, "none: every post is left to a person (docs/posts.md, Without a model)")
