"""What faults are tried on: it is begun, it ends, and what became of it is judged."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from evaluation.faults.verdict import Verdict

__all__ = ["Subject"]


class Subject(Protocol):
    """One kind of thing that a deployment works on. Ids begin with the name that one was begun under."""

    # How many calls of a model a failed try may cost once more; None where that is all that its step asks.
    most_of_a_try: int | None

    def begin(self, folder: Path, name: str, seed: int) -> str:
        """Begins one, whose content ``seed`` decides, and gives its id."""

    def is_settled(self, subject_id: str) -> bool:
        """Whether nothing more happens to it by itself."""

    def is_begun(self, subject_id: str) -> bool:
        """Whether there is an execution for it."""

    def execution_name(self, subject_id: str) -> str:
        """The name of its execution, whether there is one or not."""

    def judge(self, subject_id: str) -> Verdict:
        """What became of one to which nothing more happens by itself."""
