"""What all prompts of a file share: policy, instructions, worked examples. The rest is what each is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["PromptTemplate", "own_words", "template_of"]

_PART = re.compile(r"\n+|(?<=[.!?:;])\s+")
_LEAST_SHARE = 0.5
_LEAST_PROMPTS = 4


@dataclass(frozen=True)
class PromptTemplate:
    """``parts`` are the lines and sentences that more than half of all prompts have.

    ``beginning`` is what all of a sample begin with, whole lines of it: most prompts are parted by it alone.
    """

    parts: frozenset[str] = frozenset()
    beginning: str = ""


def template_of(prompts: Sequence[str]) -> PromptTemplate:
    """The template of a sample of prompts; nothing of fewer than four, which may be alike by chance."""
    if len(prompts) < _LEAST_PROMPTS:
        return PromptTemplate()
    counts = Counter(part for prompt in prompts for part in set(_parts(prompt)))
    least = len(prompts) * _LEAST_SHARE
    parts = frozenset(part for part, count in counts.items() if count > least)
    first, last = min(prompts), max(prompts)  # what these two share, all share
    shared = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return PromptTemplate(parts, first[: first.rfind("\n", 0, shared) + 1])


def own_words(prompt: str, template: PromptTemplate) -> str:
    """The prompt without its template; the whole prompt where nothing else is in it."""
    if not template.parts:
        return prompt
    rest = prompt.removeprefix(template.beginning)
    own = [part for part in _parts(rest) if part not in template.parts]
    return "\n".join(own) or prompt


def _parts(prompt: str) -> list[str]:
    return [part for each in _PART.split(prompt) if (part := each.strip())]
