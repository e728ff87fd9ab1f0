"""What a text is judged by untrained: how near it lies to the sections of a policy, against ordinary talk.

This stands for a base model that was never shown a label. A section is its name and what it forbids, as a
prompt states it; a text that lies nearer to one of them than to anything harmless breaks the policy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from local.engines.text.embeddings import Vectors, embed

__all__ = ["Judgement", "judge", "sections_of", "text_of"]

_SECTION = re.compile(r"^S(?P<number>\d{1,2}): *(?P<text>.+(?:\n(?!S\d{1,2}:|<|\n).+)*)", re.MULTILINE)
_TEXT = re.compile(r"<(?P<tag>post|text|content)>\s*(?P<text>.*?)\s*</(?P=tag)>", re.DOTALL)
_HARMLESS = (
    "an ordinary, friendly everyday message",
    "a question about work, school, food, travel or sport",
    "news, a story or an opinion that harms nobody",
)


@dataclass(frozen=True)
class Judgement:
    """``section`` is the nearest one's name. ``margin``: its cosine less that of the nearest harmless."""

    section: str
    margin: float

    @property
    def breaks(self) -> bool:
        """Whether the text lies nearer to what is forbidden."""
        return self.margin > 0


def sections_of(prompt: str) -> list[tuple[str, str]]:
    """The policy's sections that a prompt states as ``S1: Violence. ...``: name and whole text."""
    found = [" ".join(match["text"].split()) for match in _SECTION.finditer(prompt)]
    return [(re.split(r"[.:\u2014-] ", text, maxsplit=1)[0].rstrip("."), text) for text in found]


def text_of(prompt: str) -> str | None:
    """What the prompt's last marks enclose; ``None`` where it has none."""
    found = list(_TEXT.finditer(prompt))
    return found[-1]["text"] if found else None


def judge(prompt: str) -> Judgement | None:
    """``None`` where the prompt states no policy or encloses no text."""
    sections, text = sections_of(prompt), text_of(prompt)
    if not sections or not text:
        return None
    near = _standing(tuple(whole for _, whole in sections)) @ embed([text])[0]
    forbidden, harmless = near[: len(sections)], near[len(sections) :]
    best = int(np.argmax(forbidden))
    return Judgement(sections[best][0], float(forbidden[best] - harmless.max()))


@lru_cache(maxsize=16)
def _standing(sections: tuple[str, ...]) -> Vectors:
    """The vectors of a policy's sections and of what is harmless, which every text is held against."""
    return embed([*sections, *_HARMLESS])
