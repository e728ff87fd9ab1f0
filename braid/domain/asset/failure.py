"""A caught error of a step, told to people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from braid.domain import errors
from braid.domain.asset.crashes import TIMEOUTS, is_crash
from braid.domain.json_text import parse_json

__all__ = ["Failure"]

# Lambda's words, behind a request's id.
_OUT_OF_TIME = re.compile(r"Task timed out after (\d+(?:\.\d+)?) seconds")
_OUT_OF_MEMORY = ("signal: killed", "OutOfMemory")
# Only these carry a message that was written for people.
_OURS = frozenset(errors.__all__) | {"RequiredModalityMissing"}
_NOT_OURS = "Braid failed on this file; the cause is in the log"


@dataclass(frozen=True)
class Failure:
    """A caught error as Step Functions tells it."""

    error: str
    cause: str

    @property
    def is_crash(self) -> bool:
        """Whether a process was killed, ran out of memory or of time."""
        return is_crash(self.error)

    @property
    def message(self) -> str:
        """What happened, in words for people: never an exception's own text."""
        words = self._words
        if (late := _OUT_OF_TIME.search(words)) is not None:
            return f"it took longer than the {float(late[1]):g} seconds that it may take"
        if self.error in TIMEOUTS:
            return "it took longer than it may take"
        if self.is_crash:
            is_full = any(sign in f"{self.error} {self.cause}" for sign in _OUT_OF_MEMORY)
            return "it ran out of memory" if is_full else "the program that works on it crashed"
        if self.error in _OURS:
            return words or "no reason was given"
        return _NOT_OURS if self.error or words else "no reason was given"

    @property
    def detail(self) -> str:
        """The error's class and its own words, for the record and for engineers."""
        return ": ".join(part for part in (self.error, self._words) if part)

    @property
    def _words(self) -> str:
        """The error's own words without Lambda's JSON around them."""
        try:
            details = parse_json(self.cause)
        except ValueError:
            details = None
        if isinstance(details, Mapping):
            return str(details.get("errorMessage") or "").strip()
        return self.cause.strip()
