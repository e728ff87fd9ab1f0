"""Whether an asset is held against WCAG 2.2: the ``[accessibility]`` section of ``profile.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from braid.domain.profile.schema_pointers import schema_at

__all__ = ["AccessibilityPlan"]

_POINTER = re.compile(r"(/[^/]+)+")


@dataclass(frozen=True)
class AccessibilityPlan:
    """``checklist`` writes ``accessibility.json`` and shows it.

    ``summary`` is a JSON pointer to the answer's plain summary, whose reading level is measured against
    ``max_reading_grade``, years of school: what WCAG calls lower secondary education ends after nine.
    """

    checklist: bool = False
    summary: str = "/summary"
    max_reading_grade: float = 9.0

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        if not _POINTER.fullmatch(self.summary):
            yield "accessibility.summary must be a JSON pointer such as /summary"
        if not 1 <= self.max_reading_grade <= 20:
            yield "accessibility.max_reading_grade must be from 1 to 20"

    def schema_problems(self, schema: Mapping[str, Any]) -> Iterator[str]:
        """Why the answer's schema can't hold the summary that the checklist looks for."""
        if self.checklist and schema_at(schema, self.summary) is None:
            yield f"accessibility.summary points to {self.summary}, which answer.schema.json doesn't have"
