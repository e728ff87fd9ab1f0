"""Planning in a process of its own, which may die of a stranger's file and takes its memory along.

A decoder that never ends is ended with its process after a minute, and one that takes more and more memory at
2 GiB; the next file is looked at by a new process.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cli.dropping.drop import PlannedAsset, bundle_of
from cli.errors import CommandError
from console.dropping.ranged_file import BrowserFile

__all__ = ["Limits", "Planner", "Summary"]


@dataclass(frozen=True)
class Limits:
    """What one look at a file may take. Memory is held on Linux; other systems have no such limit."""

    seconds: float = 60.0
    memory_bytes: int = 2 * 1024**3


@dataclass(frozen=True)
class Summary:
    """What would come of one asset, as the page shows it. ``reason`` is set where it would be rejected."""

    reason: str | None
    media_type: str
    modalities: tuple[str, ...]
    services: tuple[str, ...]
    latency_seconds: float
    expected_usd: float
    bound_usd: float


@dataclass(frozen=True)
class _Looked:
    """What came of a look: a value or an error, and of each file the block that is missing."""

    value: Any = None
    error: Exception | None = None
    needed: tuple[int | None, ...] = ()


class Planner:
    """The process, which is started when something is planned and ended by ``rest``."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._one_at_a_time = threading.Lock()
        self._running: tuple[SpawnProcess, Connection] | None = None

    def plan(self, asset: PlannedAsset, profile: str, stack_name: str | None) -> Summary | None:
        """The plan with the knobs of ``cdk.json`` or of a stack; ``None`` where bytes are missing.

        Then ``needed`` is set at the file's ranges. Raises ``CommandError`` where looking at it failed, never
        ended or took too much memory.
        """
        files = [item.path for item in asset.uploads if isinstance(item.path, BrowserFile)]
        found: Summary | None = self._look(asset.name, files, _plan, asset, profile, stack_name)
        return found

    def bundle(self, files: Sequence[BrowserFile], prefix: str, name: str) -> PlannedAsset | None:
        """The files as a bundle, with the roles that their content says; otherwise as ``plan``."""
        made: PlannedAsset | None = self._look(name, files, bundle_of, files, prefix, name)
        if made is None:
            return None
        # The files came back as copies, which nobody gives bytes to.
        *members, manifest = made.uploads
        own = [replace(item, path=file) for item, file in zip(members, files, strict=True)]
        return replace(made, uploads=(*own, manifest))

    def rest(self) -> None:
        """Ends the process, with whatever decoders have taken."""
        with self._one_at_a_time:
            self._end()

    def _look(self, name: str, files: Sequence[BrowserFile], work: Callable[..., Any], *given: Any) -> Any:
        with self._one_at_a_time:
            looked = self._ask(name, files, work, given)
        for file, start in zip(files, looked.needed, strict=False):
            file.ranges.needed = start
        if any(start is not None for start in looked.needed):
            return None
        if isinstance(looked.error, MemoryError):
            gibibytes = self._limits.memory_bytes / 1024**3
            raise _stopped(name, f"looking at it took more than {gibibytes:.3g} GiB of memory")
        if looked.error is not None:
            raise looked.error
        return looked.value

    def _ask(
        self, name: str, files: Sequence[BrowserFile], work: Callable[..., Any], given: Sequence[Any]
    ) -> _Looked:
        _, connection = self._running = self._running or self._start()
        try:
            connection.send((name, files, work, given))
            if not connection.poll(self._limits.seconds):
                self._end()
                raise _stopped(name, f"looking at it took more than {self._limits.seconds:.0f} s")
            looked: _Looked = connection.recv()
        except (EOFError, OSError) as error:
            self._end()
            raise _stopped(name, "looking at it failed") from error
        if isinstance(looked.error, MemoryError):
            self._end()  # what it has taken so far stays taken
        return looked

    def _start(self) -> tuple[SpawnProcess, Connection]:
        # A forked process would begin with the server's sockets and threads' locks.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=_answer, args=(theirs, self._limits.memory_bytes), daemon=True, name="planning"
        )
        process.start()
        theirs.close()
        return process, ours

    def _end(self) -> None:
        if self._running is not None:
            process, connection = self._running
            self._running = None
            connection.close()
            process.kill()
            process.join()


def _stopped(name: str, why: str) -> CommandError:
    return CommandError(f"{name}: {why}; drop other files without it")


def _answer(asked: Connection, memory_bytes: int) -> None:
    """In the process: looks at one file after the other until the console ends it, or itself."""
    if sys.platform == "linux":
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, most))
    while True:
        try:
            name, files, work, given = asked.recv()
        except EOFError:
            return
        asked.send(_look_at(name, files, work, given))


def _look_at(
    name: str, files: Sequence[BrowserFile], work: Callable[..., Any], given: Sequence[Any]
) -> _Looked:
    value, problem = None, None
    try:
        value = work(*given)
    except MemoryError:
        return _Looked(error=MemoryError())
    except (CommandError, ClientError, BotoCoreError) as error:
        problem = error
    except Exception as error:  # noqa: BLE001  # whatever a decoder meets in a stranger's file
        problem = _stopped(name, "looking at it failed")
        if all(file.ranges.needed is None for file in files):
            traceback.print_exception(error)
    # What a reader met where bytes were missing may have been taken for the file's end.
    return _Looked(value, problem, tuple(file.ranges.needed for file in files))


def _plan(asset: PlannedAsset, profile: str, stack_name: str | None) -> Summary:
    # These import decoders of films and pictures.
    from cli.answers.trials import read_folder
    from cli.costs.planning import knobs_of, knobs_of_stack, plan_asset
    from cli.costs.prices import price_book
    from cli.target import find_target

    knobs = knobs_of() if stack_name is None else knobs_of_stack(find_target(stack_name))
    plan = plan_asset(asset, read_folder(profile)[0], knobs, price_book())
    return Summary(
        plan.reason,
        plan.admission.media_type,
        tuple(map(str, plan.admission.modalities)),
        plan.services,
        plan.estimate.latency_seconds,
        plan.estimate.expected.total_usd,
        plan.estimate.bound.total_usd,
    )
