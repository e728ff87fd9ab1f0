"""Fusion's time grows with its input, nearly in proportion; benchmarks/fusion_scale.py measures ten hours."""

from __future__ import annotations

import math
import time

from benchmarks.fusion_scale import material
from braid.domain.profile.sections.fusion import Thresholds
from lambdas.fusion.fuse import Material, fuse

SHORT_HOURS, LONG_HOURS = 0.5, 2.0
MAX_EXPONENT = 1.15
# Ten hours in four seconds, on a machine on which the reference takes what it took where that was measured.
MAX_SECONDS_PER_HOUR = 0.4
REFERENCE_SECONDS = 0.135


def seconds(work: Material) -> float:
    """Processor time: other processes of the machine don't count, though they share its caches."""
    started = time.process_time()
    fuse(work, Thresholds(), 8_000)
    return time.process_time() - started


def reference_seconds() -> float:
    """How long this machine takes for something that never changes."""
    started = time.process_time()
    counts: dict[int, int] = {}
    for number in range(1_500_000):
        counts[number & 4095] = counts.get(number & 1023, 0) + 1
    return time.process_time() - started


def test_time_grows_nearly_in_proportion_to_the_asset() -> None:
    short, long = material(SHORT_HOURS), material(LONG_HOURS)
    rounds = [(reference_seconds(), seconds(short), seconds(long)) for _ in range(4)]
    reference, quick, slow = (min(column) for column in zip(*rounds, strict=True))
    assert math.log(slow / quick) / math.log(LONG_HOURS / SHORT_HOURS) <= MAX_EXPONENT
    assert slow / LONG_HOURS <= MAX_SECONDS_PER_HOUR * reference / REFERENCE_SECONDS
