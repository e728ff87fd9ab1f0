"""How much work fusion has with something, counted and not timed: a busy machine makes no difference."""

from __future__ import annotations

import cProfile

from braid.domain.profile.sections.fusion import Thresholds
from lambdas.fusion.fuse import FusionInput, fuse

__all__ = ["calls_of_fusing"]


def calls_of_fusing(work: FusionInput) -> int:
    """How many functions are called, Python's own among them."""
    profile = cProfile.Profile()
    profile.runcall(fuse, work, Thresholds(), 8_000)
    return sum(entry.callcount for entry in profile.getstats())
