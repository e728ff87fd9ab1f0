"""Keyframes come faster than a bare loop over all frames: CPU time, side by side, the best of turns taken."""

from __future__ import annotations

import pytest

from benchmarks.shots.keyframes import SECONDS, SIZE, ratio_of
from benchmarks.shots.kinds import KINDS, encode

# Both share caches and memory with whatever else runs: there 1.38 was measured of what gives 1.54 alone.
_BESIDE_OTHERS = 0.9


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "least"), [(name, kind.least_ratio) for name, kind in KINDS.items() if kind.least_ratio]
)
def test_keyframes_are_faster_than_decoding_everything(name: str, least: float) -> None:
    kind, least = KINDS[name], least * _BESIDE_OTHERS
    data = encode(kind, SIZE, SECONDS)
    ratios = []
    for _ in range(3):
        everything, ours = ratio_of(data, kind.media_type, runs=2)
        ratios.append(everything / ours)
        if ratios[-1] >= least:
            break

    assert max(ratios) >= least, ratios
