"""Selecting keyframes against decoding every frame, side by side in one run.

    python -m benchmarks.keyframes [VIDEO ...]

Prints CPU seconds (best of three) and their ratio; above 1 selection is faster than a bare decode loop.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import av

from lambdas.media.frames import select_keyframes
from lambdas.media.identify import identify

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "talk.mp4"
RUNS = 3


def best_cpu_seconds(work: Callable[[Path], object], path: Path) -> float:
    """The least CPU time of three runs: what the work costs when nothing else disturbs it."""
    seconds = []
    for _ in range(RUNS):
        began = time.process_time()
        work(path)
        seconds.append(time.process_time() - began)
    return min(seconds)


def decode_everything(path: Path) -> None:
    """What a loop over all frames costs, with threads as the selection uses them."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for _ in container.decode(stream):
            pass


def select(path: Path) -> int:
    """How many keyframes the video gets."""
    with path.open("rb") as file:
        media_type = identify(file)
        file.seek(0)
        return len(select_keyframes(file, media_type).stills)


def main() -> None:
    """Prints a line per video."""
    for path in [Path(name) for name in sys.argv[1:]] or [SAMPLE]:
        everything, ours = best_cpu_seconds(decode_everything, path), best_cpu_seconds(select, path)
        print(
            f"{path.name}: every frame {everything:.2f} s, keyframes {ours:.2f} s "
            f"({everything / ours:.2f} times as fast), {select(path)} stills"
        )


if __name__ == "__main__":
    main()
