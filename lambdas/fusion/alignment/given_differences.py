"""Where a given transcript differs from what was heard, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from braid.domain.span import timecode

__all__ = ["Difference", "GivenTranscript"]

# Recognisers alone differ this much from what was said in clear speech.
_USUAL_ERROR_RATE = 0.2
_MAX_LISTED = 20


@dataclass(frozen=True)
class Difference:
    """A stretch in which the given words aren't those heard; either may be empty. ``kind`` is the gravest
    thing in it: ``number``, ``name`` or ``words``."""

    at_ms: int
    kind: str
    given: str
    heard: str


@dataclass(frozen=True)
class GivenTranscript:
    """How one given transcript compares with the speech.

    ``heard_share`` is the part of its words that was heard in the same order; ``word_error_rate`` what would
    have to be changed in it to read as heard, by its own words. Without a clock nothing of it was timed.
    """

    member: str
    words: int
    heard_share: float
    word_error_rate: float
    is_timed: bool
    differences: tuple[Difference, ...] = ()

    def warnings(self) -> Iterator[str]:
        """What a person should look at, in words."""
        if not self.is_timed:
            yield (
                f"given transcript {self.member}: only {self.heard_share:.0%} of its {self.words} words were"
                " heard in this order; it seems to belong to another recording and was left off the clock"
            )
            return
        grave = [difference for difference in self.differences if difference.kind != "words"]
        if self.word_error_rate > _USUAL_ERROR_RATE or grave:
            yield (
                f"given transcript {self.member} differs from what was heard in {self.word_error_rate:.0%} of"
                f" its words{_example((*grave, *self.differences))}"
            )

    def summary(self) -> dict[str, Any]:
        """For the timeline's quality summary; the gravest differences, in order of time."""
        grave = sorted(self.differences, key=lambda one: ("number", "name", "words").index(one.kind))
        listed = sorted(grave[:_MAX_LISTED], key=lambda one: one.at_ms)
        return {
            "member": self.member,
            "words": self.words,
            "heard_share": round(self.heard_share, 3),
            "word_error_rate": round(self.word_error_rate, 3),
            "is_timed": self.is_timed,
            "differences_count": len(self.differences),
            "differences": [
                {"at_ms": one.at_ms, "kind": one.kind, "given": one.given, "heard": one.heard}
                for one in listed
            ],
        }


def _example(differences: Sequence[Difference]) -> str:
    if not differences:
        return ""
    first = differences[0]
    return f", such as at {timecode(first.at_ms)}: '{first.given}' given, '{first.heard}' heard"
