"""For which execution the current thread works, so that its calls can be told apart and its time be fair."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

# The execution's name, e.g. ``talk-0123-1``, for children of a Map Run that of the execution with the Map;
# None outside of executions.
current_execution: ContextVar[str | None] = ContextVar("current_execution", default=None)

# Set while a state calls a function; the Lambda runtime calls it when the function begins, so that the time a
# run waits for a free core isn't taken from the state's TimeoutSeconds.
task_began: ContextVar[Callable[[], None] | None] = ContextVar("task_began", default=None)
