"""A disagreement, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["FIX", "Disagreement", "Mend"]

FIX = "braid audit --fix"


class Mend(StrEnum):
    """What ``--fix`` does about a finding; ``NOTHING`` where a person decides."""

    NOTHING = "nothing"
    SEND_ARRIVAL = "send the message that S3 would have sent"
    SEND_AGAIN = "send the message of this attempt again"
    SEND_NEXT = "ask for the asset again"
    RECORD_DEATH = "record the end as the execution's status change would have"
    RECORD_END = "record what the execution says of its end"
    REOPEN = "record that the execution runs again"
    RESTORE_RECORD = "write the record that the results are of"
    CORRECT_RESULT = "let result.json say what the record says"
    COUNT = "count the record"
    SET_COUNTS = "set the counts to what the records amount to"
    REMOVE_MARK = "remove the mark"
    TEAR_DOWN = "delete what the run left and say how it ended"
    INDEX = "bring its vectors in line with the record"

    @property
    def begins_asset(self) -> bool:
        """Whether an asset is analysed for it, which is paid like any other."""
        return self in (Mend.SEND_ARRIVAL, Mend.SEND_AGAIN, Mend.SEND_NEXT)


@dataclass(frozen=True)
class Disagreement:
    """One finding: of which class, about which asset, in a sentence, and what mends it."""

    check: str
    asset_id: str | None
    sentence: str
    command: str
    mend: Mend
    about: str = ""  # what the mending needs beside the asset: a key, a day
