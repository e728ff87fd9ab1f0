"""When a person looks at an answer before it is published: the ``[review]`` section of ``profile.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["ReviewPlan"]

# Scheduler keeps time to the minute, and takes no moment that has passed.
_MIN_DEADLINE_HOURS = 0.1
# The state that waits has a timeout of 30 days; the deadline must come before it.
_MAX_DEADLINE_HOURS = 29 * 24


@dataclass(frozen=True)
class ReviewPlan:
    """Any rule that holds sends the answer to a reviewer; without a rule nothing waits.

    ``confidence_below`` and ``contradiction_above`` are 0 to 1 (of the answer, and the strength of the
    strongest contradiction among its evidence); ``decisions`` are values of the answer's ``decision``;
    ``sample_share`` of all other assets is drawn by their id, so that a retry draws the same. After
    ``deadline_hours`` without a decision the answer is published or rejected, as ``on_deadline`` says.
    """

    confidence_below: float = 0.0
    contradiction_above: float = 1.0
    on_guardrail: bool = False
    decisions: tuple[str, ...] = ()
    sample_share: float = 0.0
    deadline_hours: float = 72.0
    on_deadline: Literal["publish", "reject"] = "reject"

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        for member in ("confidence_below", "contradiction_above", "sample_share"):
            if not 0 <= getattr(self, member) <= 1:
                yield f"review.{member} must be from 0 to 1"
        if not _MIN_DEADLINE_HOURS <= self.deadline_hours <= _MAX_DEADLINE_HOURS:
            yield f"review.deadline_hours must be from {_MIN_DEADLINE_HOURS} to {_MAX_DEADLINE_HOURS}"
