"""Selecting keyframes against decoding every frame, side by side in one run.

    python -m benchmarks.keyframes [--size 1280x720] [--seconds 60] [KIND ...]
    python -m benchmarks.keyframes VIDEO ...

Prints CPU seconds (best of three, the two taking turns) and their ratio; above 1 selection is faster than a
bare decode loop. Without names every kind of ``benchmarks.kinds`` is measured.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from pathlib import Path

import av

from benchmarks.kinds import FPS, KINDS, cut_frames, encode
from braid.media.frames import select_keyframes
from braid.media.identify import identify

__all__ = ["decode_everything", "ratio_of"]

RUNS = 3
# How far from a cut its keyframe may lie: what a decoder that skips B-frames doesn't see.
TOLERANCE_MS = 130


def decode_everything(data: bytes) -> None:
    """What a loop over all frames costs, with threads as the selection uses them."""
    with av.open(io.BytesIO(data)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for _ in container.decode(stream):
            pass


def select(data: bytes, media_type: str) -> list[int]:
    """When the video's keyframes are shown, in ms."""
    return [still.at_ms or 0 for still in select_keyframes(io.BytesIO(data), media_type).stills]


def ratio_of(data: bytes, media_type: str, *, runs: int = RUNS) -> tuple[float, float]:
    """CPU seconds of decoding everything and of selecting keyframes: the least of ``runs``, taking turns."""
    everything: list[float] = []
    ours: list[float] = []
    for _ in range(runs):
        everything.append(_cpu_seconds(lambda: decode_everything(data)))
        ours.append(_cpu_seconds(lambda: select(data, media_type)))
    return min(everything), min(ours)


def _cpu_seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _print(name: str, data: bytes, media_type: str, cuts_ms: list[int]) -> None:
    everything, ours = ratio_of(data, media_type)
    found = select(data, media_type)
    missed = [cut for cut in cuts_ms if not any(abs(cut - at_ms) <= TOLERANCE_MS for at_ms in found)]
    print(
        f"{name:18} every frame {everything:6.2f} s, keyframes {ours:6.2f} s ({everything / ours:.2f} times"
        f" as fast), {len(found)} stills"
        + (f", {len(missed)} of {len(cuts_ms)} cuts missed" if cuts_ms else "")
    )


def main() -> None:
    """Prints a line per video."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="videos, or kinds: " + ", ".join(KINDS))
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--seconds", type=int, default=60)
    arguments = parser.parse_args()
    width, height = (int(side) for side in arguments.size.split("x"))
    for name in arguments.names or KINDS:
        if name in KINDS:
            kind = KINDS[name]
            data = encode(kind, (width, height), arguments.seconds)
            cuts_ms = [frame * 1000 // FPS for frame in cut_frames(arguments.seconds, kind.cuts_per_minute)]
            _print(name, data, kind.media_type, cuts_ms)
        else:
            data = Path(name).read_bytes()
            _print(Path(name).name, data, identify(io.BytesIO(data)), [])


if __name__ == "__main__":
    main()
