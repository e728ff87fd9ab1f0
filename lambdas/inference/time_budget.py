"""Questions within the time that the function has: none is begun that would hardly be answered in it."""

from __future__ import annotations

import time
from collections.abc import Callable

from braid.domain.errors import ServiceUnavailableError
from braid.models.asking import Ask, Reply
from braid.models.question import Question

__all__ = ["FUNCTION_SECONDS", "NoTimeLeftError", "within_time"]

# What the functions that ask may take in all; Lambda kills them then, and what was paid for is lost.
FUNCTION_SECONDS = 900
_TO_STORE_SECONDS = 60


class NoTimeLeftError(ServiceUnavailableError):
    """Another answer would hardly come before the function is killed."""


def within_time(ask: Ask, clock: Callable[[], float] = time.monotonic) -> Ask:
    """``ask``, which refuses a question where the longest so far wouldn't fit into what is left.

    The first is always asked: its own time limit ends it.
    """
    began, longest_seconds = clock(), 0.0

    def asked(question: Question) -> Reply:
        nonlocal longest_seconds
        now = clock()
        if longest_seconds and now - began + longest_seconds > FUNCTION_SECONDS - _TO_STORE_SECONDS:
            raise NoTimeLeftError("bedrock:Converse: no time was left to ask again")
        try:
            return ask(question)
        finally:
            longest_seconds = max(longest_seconds, clock() - now)

    return asked
