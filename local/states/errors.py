"""What ends a state, an execution, or a request.

StateError       a state failed; Retry and Catch match its ``error``
StoppedError     the execution or branch that a thread works for has ended meanwhile
RequestError     a request to the service is refused
"""

from __future__ import annotations

import json
from typing import Any

# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
PAYLOAD_LIMIT_BYTES = 262_144


class StateError(Exception):
    """A state failed. ``error`` and ``cause`` are None where a callback named none; ``alias`` is a second
    name
    that Retry and Catch may match."""

    def __init__(self, error: str | None, cause: str | None = None, alias: str | None = None) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause
        self.alias = alias

    @property
    def output(self) -> dict[str, str | None]:
        """What a Catch hands to the next state."""
        return {"Error": self.error, "Cause": self.cause}

    @property
    def details(self) -> dict[str, str]:
        """What a history event says of it: an empty cause is left out."""
        named = {"error": self.error, "cause": self.cause}
        return {name: value for name, value in named.items() if value}


class StoppedError(Exception):
    """The execution or the branch that this thread works for has ended; its result no longer counts."""


class RequestError(Exception):
    """A refused request; ``code`` is the API's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def runtime_error(cause: str) -> StateError:
    """The machine itself is wrong: no wildcard catches this."""
    return StateError("States.Runtime", cause)


def to_text(value: Any) -> str:
    """A payload as it travels between states."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def limit_payload(value: Any, source: str) -> None:
    """Raises ``States.DataLimitExceeded`` when the payload is over the limit; ``source`` returned it."""
    if len(to_text(value).encode()) > PAYLOAD_LIMIT_BYTES:
        cause = (
            f"The state/task '{source}' returned a result with a size exceeding the maximum number of bytes "
            "service limit."
        )
        raise StateError("States.DataLimitExceeded", cause)
