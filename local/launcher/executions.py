"""The execution that the current thread works for, and how its work is stopped.

MiniStack walks a state machine in threads without remembering which execution they serve. Three patches need
to know: the role check, the Lambda workers (whose calls are logged per execution) and the state runner.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


class StoppedError(Exception):
    """The execution or the branch that this thread works for has ended; its result no longer counts."""


@dataclass
class Scope:
    """A piece of work that can be stopped as a whole: an execution, or one branch of a Parallel state."""

    parent: Scope | None = None
    _stopped: threading.Event = field(default_factory=threading.Event)
    _children: list[Scope] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.parent is not None:
            self.parent._children.append(self)
            if self.parent.stopped:
                self._stopped.set()

    @property
    def stopped(self) -> bool:
        """Whether the work should end."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Ends this scope's waits and those of everything below it."""
        self._stopped.set()
        for child in list(self._children):
            child.stop()

    def sleep(self, seconds: float) -> None:
        """Waits; raises ``StoppedError`` as soon as the scope is stopped."""
        if self._stopped.wait(max(0.0, seconds)):
            raise StoppedError

    def check(self) -> None:
        """Raises ``StoppedError`` when the scope is stopped."""
        if self.stopped:
            raise StoppedError


@dataclass(frozen=True)
class Work:
    """What a thread of a running execution knows about it."""

    record: dict[str, Any]  # MiniStack's execution record
    role_arn: str
    scope: Scope

    @property
    def name(self) -> str:
        """The execution's name, e.g. ``talk-0123-1``."""
        return str(self.record["name"])


current_work: ContextVar[Work | None] = ContextVar("current_work", default=None)

# Set by a Task's thread; the Lambda runtime fires it when the function begins, so that the time a run
# waits for a free core isn't taken from the state's TimeoutSeconds.
task_began: ContextVar[threading.Event | None] = ContextVar("task_began", default=None)


def in_thread(work: Callable[[], Any]) -> Future[Any]:
    """Runs ``work`` in a daemon thread with this thread's context: account, region, execution."""
    future: Future[Any] = Future()
    context = contextvars.copy_context()

    def run() -> None:
        try:
            future.set_result(context.run(work))
        except Exception as error:  # noqa: BLE001  # a Future carries every error to the one who waits
            future.set_exception(error)

    threading.Thread(target=run, daemon=True, name="braid-state").start()
    return future
