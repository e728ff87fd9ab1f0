"""What the command tells a person when it can't go on."""

from __future__ import annotations

__all__ = ["CommandError"]


class CommandError(Exception):
    """Ends the command with ``message`` on standard error and ``exit_code``; no traceback."""

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code
