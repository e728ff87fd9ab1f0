"""Whether files of posts are judged line by line, and how: the ``[posts]`` section of ``profile.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from braid.domain.model_registry import TIERS

__all__ = ["PostsPlan"]

_MOST_PER_CALL = 20
_MOST_LINES = 5_000_000


@dataclass(frozen=True)
class PostsPlan:
    """A profile that ``accepts`` posts has its files of JSON lines judged post by post.

    ``tier`` names the model that judges. ``per_call`` posts are put to it together: more than one is cheaper,
    and lets posts speak to the judge about each other. ``batch`` asks through Bedrock batch inference, at
    half the price and within a day, where the deployment has it. A post of more than ``max_characters`` is a
    rejected line, a file of more than ``max_lines`` lines a rejected file. ``sample`` is how many posts of
    each decision a reviewer is shown of a file.
    """

    accepts: bool = False
    tier: str = TIERS[0]
    per_call: int = 1
    batch: bool = False
    max_characters: int = 10_000
    max_lines: int = 1_000_000
    sample: int = 20

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        if self.tier not in TIERS:
            yield f"posts.tier must be one of {', '.join(TIERS)}, not {self.tier!r}"
        for member, most in (
            ("per_call", _MOST_PER_CALL),
            ("max_characters", 100_000),
            ("max_lines", _MOST_LINES),
            ("sample", 50),
        ):
            if not 1 <= getattr(self, member) <= most:
                yield f"posts.{member} must be from 1 to {most}"
