"""Selecting keyframes against decoding every frame, side by side in one run."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator

import av

from benchmarks.benchmark import Benchmark
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_least
from benchmarks.shots.kinds import FPS, KINDS, Kind, cut_frames, encode
from braid.media.shots.frames import select_keyframes

__all__ = ["KEYFRAMES", "SECONDS", "SIZE", "ratio_of"]

SIZE = (640, 360)
SECONDS = 30
_RUNS = 3
# How far from a cut its keyframe may lie: what a decoder that skips B-frames doesn't see.
_TOLERANCE_MS = 130


def ratio_of(data: bytes, media_type: str, *, runs: int = _RUNS) -> tuple[float, float]:
    """CPU seconds of decoding everything and of selecting keyframes: the least of ``runs``, taking turns."""
    everything: list[float] = []
    ours: list[float] = []
    for _ in range(runs):
        everything.append(_cpu_seconds(lambda: _decode_everything(data)))
        ours.append(_cpu_seconds(lambda: _select(data, media_type)))
    return min(everything), min(ours)


def _measure() -> list[Row]:
    return [row for name, kind in KINDS.items() for row in _rows(name, kind)]


def _rows(name: str, kind: Kind) -> Iterator[Row]:
    data = encode(kind, SIZE, SECONDS)
    everything, ours = ratio_of(data, kind.media_type)
    yield Row(name, "every frame", everything, "s")
    yield Row(name, "keyframes", ours, "s")
    bound = at_least(kind.least_ratio) if kind.least_ratio else None
    yield Row(name, "times as fast", everything / ours, bound=bound)
    found = _select(data, kind.media_type)
    cuts_ms = [frame * 1000 // FPS for frame in cut_frames(SECONDS, kind.cuts_per_minute)]
    missed = sum(not any(abs(cut - at_ms) <= _TOLERANCE_MS for at_ms in found) for cut in cuts_ms)
    yield Row(name, "cuts", len(cuts_ms))
    yield Row(name, "missed", missed)


def _decode_everything(data: bytes) -> None:
    """What a loop over all frames costs, with threads as the selection uses them."""
    with av.open(io.BytesIO(data), "r") as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for _ in container.decode(stream):
            pass


def _select(data: bytes, media_type: str) -> list[int]:
    """When the video's keyframes are shown, in ms."""
    return [still.at_ms or 0 for still in select_keyframes(io.BytesIO(data), media_type).stills]


def _cpu_seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


KEYFRAMES = Benchmark(
    name="keyframes",
    page=PERFORMANCE,
    title="Selecting keyframes",
    about=(
        "Keyframe selection against a bare loop that decodes every frame, with the same threads, on videos of"
        f" {SIZE[0]}×{SIZE[1]} and {SECONDS} s that are made on the spot; the best of {_RUNS} runs that"
        " take turns."
    ),
    subject="Video",
    measure=_measure,
    is_short=True,
    packages=("av",),
)
