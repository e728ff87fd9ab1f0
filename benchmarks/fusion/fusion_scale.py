"""How fusion's time and memory grow with the asset: one hour to ten hours.

Each size runs in a process of its own, so that the peak of memory is its own.
"""

from __future__ import annotations

import argparse
import math
import random
import subprocess
import sys
import time

from benchmarks.benchmark import Benchmark
from benchmarks.machine import peak_bytes
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_most
from braid.domain.evidence.passages import Passage, Passages
from braid.domain.evidence.transcript import Transcript, TranscriptItem, Utterance
from braid.domain.evidence.vision import KeyframeAnalysis, Label, Vision
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span
from evaluation.fusion_truth.clocks import sentences
from evaluation.fusion_truth.materials import IMAGE, admission
from evaluation.fusion_truth.noise import spoken
from evaluation.fusion_truth.topics import HELD_OUT
from lambdas.fusion.fuse import FusionInput, fuse

__all__ = [
    "FUSION_SCALE",
    "MAX_EXPONENT",
    "MAX_SECONDS_PER_HOUR",
    "REFERENCE_SECONDS",
    "material",
    "reference_seconds",
    "seconds",
]

MAX_EXPONENT = 1.15
# Ten hours in four seconds, on a machine on which the reference takes what it took where that was measured.
MAX_SECONDS_PER_HOUR = 0.4
REFERENCE_SECONDS = 0.135

WORDS_PER_HOUR = 10_000
LABELS_PER_HOUR = 5_000
CAPTIONS_PER_HOUR = 1_000
LABELS_PER_KEYFRAME = 10
_HOURS = (1, 3, 10)
_RUNS = 3


def material(hours: float) -> FusionInput:
    """A recording of that length, spoken and captioned throughout, with a keyframe every seven seconds."""
    rng = random.Random(20)
    duration_ms = round(hours * 3_600_000)
    words: list[str] = []
    while len(words) < hours * WORDS_PER_HOUR:
        words.extend(spoken(sentences(HELD_OUT, rng, 1)[0]))
        # Talk has names and terms of its own: one in a dozen words is rare.
        words.append(f"term{rng.randrange(20_000)}" if rng.random() < 0.6 else "and")
    step_ms = duration_ms / len(words)
    per_cue = max(1, round(WORDS_PER_HOUR / CAPTIONS_PER_HOUR))
    utterances = []
    cues = []
    for number, first in enumerate(range(0, len(words), per_cue)):
        part = words[first : first + per_cue]
        items = tuple(
            TranscriptItem(
                word, round((first + at) * step_ms), round((first + at + 1) * step_ms), 0.9, "word"
            )
            for at, word in enumerate(part)
        )
        text = " ".join(part)
        start_ms, end_ms = items[0].start_ms, items[-1].end_ms
        utterances.append(Utterance(f"u{number:05d}", None, start_ms, end_ms, text, 0.9, items))
        span = Span(start_ms + 1_500, end_ms + 1_500)
        cues.append(Passage(f"c{number:05d}", None, 0, len(text), text, "cue", "", span))
    labels = [f"label {number}" for number in range(300)]
    frame_count = round(hours * LABELS_PER_HOUR / LABELS_PER_KEYFRAME)
    frames = tuple(
        KeyframeAnalysis(
            f"k{number:05d}",
            IMAGE,
            Span(number * duration_ms // frame_count, (number + 1) * duration_ms // frame_count),
            labels=tuple(Label(name, 0.9) for name in rng.sample(labels, LABELS_PER_KEYFRAME)),
        )
        for number in range(frame_count)
    )
    return FusionInput(
        admission(duration_ms=duration_ms),
        Transcript("en-US", tuple(utterances)),
        Vision(frames),
        Passages(tuple(cues)),
    )


def seconds(work: FusionInput) -> float:
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


def _measure() -> list[Row]:
    rows = []
    taken: dict[int, float] = {}
    for hours in _HOURS:
        command = [sys.executable, "-m", "benchmarks.fusion.fusion_scale", str(hours)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        taken[hours], reference, megabytes = (float(part) for part in done.stdout.split())
        name = f"{hours} h"
        most = MAX_SECONDS_PER_HOUR * hours / REFERENCE_SECONDS
        rows.append(Row(name, "processor time", taken[hours], "s"))
        rows.append(Row(name, "times a fixed loop", taken[hours] / reference, bound=at_most(most)))
        rows.append(Row(name, "peak of memory", megabytes, "MB"))
    first, last = _HOURS[0], _HOURS[-1]
    exponent = math.log(taken[last] / taken[first]) / math.log(last / first)
    return [*rows, Row(f"{first} to {last} h", "exponent of growth", exponent, bound=at_most(MAX_EXPONENT))]


def _measure_one(hours: float) -> tuple[float, float, float]:
    """The best of a few runs in seconds, the reference's best, and the peak of memory in MB."""
    given = material(hours)
    rounds = [(seconds(given), reference_seconds()) for _ in range(_RUNS)]
    best, reference = (min(column) for column in zip(*rounds, strict=True))
    return best, reference, peak_bytes() / 1_000_000


FUSION_SCALE = Benchmark(
    name="fusion-scale",
    page=PERFORMANCE,
    title="Fusion of long recordings",
    about=(
        "Recordings that are spoken and captioned throughout, with a keyframe every seven seconds. Ten hours"
        f" are 100,000 words, 50,000 labels and 10,000 captions. The best of {_RUNS} runs. The fixed loop"
        " stands for the speed of the machine, so that a bound holds on any."
    ),
    subject="Length",
    measure=_measure,
    is_short=True,
)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        "python -m benchmarks.fusion.fusion_scale", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("hours", type=float, help="length of the recording")
    print(*_measure_one(parser.parse_args().hours))
