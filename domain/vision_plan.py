"""What a use case wants to know of pictures: the ``[vision]`` section of ``profile.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["VisionPlan"]


@dataclass(frozen=True)
class VisionPlan:
    """How keyframes are looked at. ``caption_tier`` empty: no model describes them."""

    caption_tier: str = ""

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        yield from ()
