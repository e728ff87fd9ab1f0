"""What AI services answered for one execution, held against one that nothing happened to.

Each answer is paid. A try of a state that fails may cost the calls of its step once more: what it was told
and hadn't stored yet is gone with it; an answer that came damaged is asked for again. So no step asks more
often than failed tries and damaged answers explain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Answered", "count_answered"]

# Nothing is paid for them: what runs or stands is asked for as often as it takes.
_FREE = ("Get", "Describe", "List")
# Tries in which the function said that it has to wait, or in which it wasn't even called.
_NO_TRIES = frozenset(
    {"PendingError", "NoRoomError", "Lambda.TooManyRequestsException", "Lambda.ServiceException"}
)


@dataclass(frozen=True)
class Answered:
    """Answered calls by role (each step has its own) and operation, and how many tries of states failed."""

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed_tries: int = 0

    def again(self, calm: Answered) -> Counter[tuple[str, str]]:
        """What was asked more often than in the ``calm`` execution, and more often than once."""
        asked = {call: count - max(1, calm.calls[call]) for call, count in self.calls.items()}
        return Counter({call: count for call, count in asked.items() if count > 0})

    def unexplained(
        self, calm: Answered, *, damaged: int = 0, most_of_a_try: int | None = None
    ) -> str | None:
        """What no failed try, and none of the ``damaged`` answers, explains, in words.

        A try costs ``most_of_a_try`` calls, or those of its step.
        """
        again, tries = self.again(calm), self.failed_tries + damaged
        too_often = [call for call, count in again.items() if count > tries * max(1, calm.calls[call])]
        if too_often:
            role, operation = too_often[0]
            return f"{role} asked {operation} {self.calls[too_often[0]]} times, with {tries} failures"
        if len({role for role, _ in again}) > tries:
            return f"more steps asked again than {tries} failures explain: {sorted(again)}"
        if most_of_a_try is not None and again.total() > tries * most_of_a_try:
            return f"{again.total()} calls were made again, with {tries} failures"
        return None


def count_answered(calls: Sequence[Mapping[str, Any]], executions: Sequence[Mapping[str, Any]]) -> Answered:
    """From what the launcher logged of an execution: its calls, and itself with the children of its Maps."""
    answered = Counter(
        (_role(call["principal"]), f"{call['service']}:{call['operation']}")
        for call in calls
        if call["error_code"] is None and not call["operation"].startswith(_FREE)
    )
    failed = [error for each in executions for error in each["failed_tries"]]
    return Answered(answered, sum(error not in _NO_TRIES for error in failed))


def _role(principal: str) -> str:
    """Of an assumed role's ARN, which ends in the session's name, the role."""
    return principal.split("/")[1] if "/" in principal else principal
