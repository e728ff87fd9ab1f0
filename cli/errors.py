"""What the command tells a person when it can't go on."""

from __future__ import annotations

__all__ = ["EXIT_BROKEN_PIPE", "EXIT_INTERRUPTED", "EXIT_MISUSE", "EXIT_PROBLEMS", "CommandError"]

# Misuse is a call that could never have worked: a wrong option, file, id or name. What shells report of a
# process that SIGINT or SIGPIPE ended is 128 and the signal's number.
EXIT_MISUSE, EXIT_INTERRUPTED, EXIT_BROKEN_PIPE = 2, 130, 141
# The command did what it was asked for, and what it looked at isn't as it should be.
EXIT_PROBLEMS = 3


class CommandError(Exception):
    """Ends the command with ``message`` on standard error and ``exit_code``; no traceback."""

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code
