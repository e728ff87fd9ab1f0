"""What a log may hold of an error: its class, its place in the code, and our words, never a file's.

Logs outlive what they speak of: an asset is erased by one command, its log lines lie in CloudWatch until they
expire, and whoever operates a deployment reads them. Sizes, keys, ids and classes are enough to find a fault.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from braid.domain.errors import BraidError
from braid.domain.quoting import without_quoted

__all__ = ["ContentFreeFormatter", "loggable"]

# Errors of Python's that speak of types and names in the code. Others quote values: ``int('some words')``.
_SPEAKS_OF_CODE = (AttributeError, ImportError, NameError, TypeError)
_WITHHELD = "its message isn't logged, for it may quote what was processed"


def loggable(error: BaseException) -> str:
    """The error's message without content: ours without what they quote, others' only where they can't."""
    if isinstance(error, BraidError):
        return without_quoted(str(error))
    return str(error) if isinstance(error, _SPEAKS_OF_CODE) else _WITHHELD


class ContentFreeFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON lines without anything quoted; a stack names places and classes."""

    def __init__(self) -> None:
        # The stack as objects, which repeats the stack as text, would bring the messages back.
        super().__init__(serialize_stacktrace=False)

    def serialize(self, log: Any) -> str:
        """One line of JSON."""
        return super().serialize(_without_quoted(log))

    def formatException(self, ei: Any) -> str:  # noqa: N802  # the name is logging's
        """The stack of an error and of those that it comes from, the first one first."""
        return "\n".join(_stacks(ei[1]))


def _stacks(error: BaseException | None) -> Sequence[str]:
    if error is None:
        return ()
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    frames = "".join(traceback.format_tb(error.__traceback__))
    return (*_stacks(cause), f"{frames}{type(error).__name__}: {loggable(error)}")


def _without_quoted(value: Any) -> Any:
    match value:
        case str():
            return without_quoted(value)
        case Mapping():
            return {name: _without_quoted(item) for name, item in value.items()}
        case list() | tuple():
            return [_without_quoted(item) for item in value]
    return value
