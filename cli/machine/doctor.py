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
    checks = (_python, _node, _cdk, lambda: _port(port), _disk, _engines, _embedding_server)
    return (*checks, lambda: iter([judge_of_posts()]))


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
        name = f"{operation.service} {operation.name}"
        if fault := operation.fault():
            yield Finding(name, False, fault, f"name another, or unset {fault.partition(' ')[0]}")
            continue
        expected, engine = operation.expected(), operation.in_use()
        if expected is None:
            continue  # `braid engines` tells what could be installed
        if engine is None:
            yield Finding(name, False, "no engine", expected.remedy())
        elif damage := engine.damage():
            yield Finding(name, False, damage, engine.remedy())
        elif operation.engines.index(engine) <= operation.engines.index(expected):
            yield Finding(name, True, engine.name)
        else:
            yield Finding(name, False, f"{engine.name} stands in for {expected.name}", expected.remedy())


def _embedding_server() -> Iterator[Finding]:
    """Only what is wrong with it: that there is none is no fault."""
    from local.services.bedrock.embedding_server import EmbeddingServer  # as below

    try:
        EmbeddingServer.from_environment(os.environ)
    except ValueError as error:
        yield Finding("Embedding server", False, str(error), "correct that, or unset BRAID_EMBED_URL")


def judge_of_posts() -> Finding:
    """Who judges posts here. That nobody does is no fault: each is left to a person then."""
    # They read what is installed: only where doctor looks.
    from local.engines.writing import writer
    from local.services.bedrock.chat_server import ChatServer
    from local.services.bedrock.writer.writer import is_wanted

    name = "Judge of posts"
    try:
        server, wants_writer = ChatServer.from_environment(os.environ), is_wanted(os.environ)
    except ValueError as error:
        return Finding(name, False, str(error), "correct that, or unset it")
    if server is not None:
        return Finding(name, True, f"{server.model} at {server.server.url}")
    if wants_writer and writer.is_there():
        return Finding(name, True, f"{writer.NAME}, the optional writer: some seconds a post")
    return Finding(name, True, "none: every post is left to a person (docs/posts.md, Without a model)")
