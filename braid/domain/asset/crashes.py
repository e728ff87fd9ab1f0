"""The names under which a dead process reaches the state machine.

Lambda's runtimes, its sandbox and Step Functions each have their own word for one thing. Out of memory is
``Runtime.OutOfMemory`` on python3.13 and ``Runtime.ExitError`` before
(https://github.com/DataDog/datadog-lambda-extension/pull/776). The state machine's lists are held against
these by a test; a name that stands in neither list is told by its prefix.
"""

from __future__ import annotations

__all__ = ["CRASHES", "TIMEOUTS", "is_crash", "is_unlisted_crash"]

CRASHES = (
    "Runtime.OutOfMemory",
    "Runtime.ExitError",
    "Runtime.Unknown",
    "Sandbox.Timedout",
    "Extension.Crash",
    "Lambda.Unknown",
    "States.Timeout",
)
"""What the state machine retries once, in its order."""

TIMEOUTS = frozenset({"Sandbox.Timedout", "States.Timeout", "Lambda.Timeout"})

_PREFIXES = ("Runtime.", "Sandbox.", "Extension.")
# Code that can't be loaded: our bug or a broken deployment, whatever the file.
_NOT_LOADED = frozenset(
    {
        "Extension.ConfigError",
        "Extension.InitError",
        "Extension.LaunchError",
        "Runtime.HandlerNotFound",
        "Runtime.ImportModuleError",
        "Runtime.InvalidEntrypoint",
        "Runtime.InvalidTaskConfig",
        "Runtime.InvalidWorkingDir",
        "Runtime.MalformedHandlerName",
        "Runtime.UserCodeSyntaxError",
    }
)


def is_crash(error: str) -> bool:
    """Whether ``error`` is the death of a process: killed, out of memory, out of time."""
    return error in CRASHES or error in TIMEOUTS or is_unlisted_crash(error)


def is_unlisted_crash(error: str) -> bool:
    """Whether ``error`` is a crash that no list of the state machine names, by its prefix."""
    return error.startswith(_PREFIXES) and error not in CRASHES and error not in _NOT_LOADED
