"""Keyframes come faster than a bare loop over all frames: CPU time, side by side, the best of turns taken."""

from __future__ import annotations

import pytest

from benchmarks.keyframes import ratio_of
from benchmarks.kinds import KINDS, encode

SIZE = (640, 360)
SECONDS = 30
# Groups of two seconds, six cuts a minute: 1.4 is the aim, and all but slow pans are well above it.
PROMISED = ["slides", "talk", "fast pan", "handheld"]
WANTED_RATIO = 1.4
# A slow pan at this size swings between 1.28 and 1.42 (at 1280×720 around 1.45): the ends of all its groups
# differ. What is held here is what a busy machine measures too; benchmarks/keyframes.py has the figure.
SLOW_PAN_RATIO = 1.15
# Everything else may not be slower. Measured at 1.01 and more; the tolerance is for a machine on which others
# work too.
OTHERS = ["dense cuts", "all intra", "one long group", "no B frames"]
NOT_SLOWER_RATIO = 0.9


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "least"),
    [
        *((name, WANTED_RATIO) for name in PROMISED),
        ("slow pan", SLOW_PAN_RATIO),
        *((name, NOT_SLOWER_RATIO) for name in OTHERS),
    ],
)
def test_keyframes_are_faster_than_decoding_everything(name: str, least: float) -> None:
    kind = KINDS[name]
    data = encode(kind, SIZE, SECONDS)
    ratios = []
    for _ in range(3):
        everything, ours = ratio_of(data, kind.media_type, runs=2)
        ratios.append(everything / ours)
        if ratios[-1] >= least:
            break

    assert max(ratios) >= least, ratios
