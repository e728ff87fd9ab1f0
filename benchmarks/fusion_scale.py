"""How fusion's time and memory grow with the asset: one hour to ten hours.

    python -m benchmarks.fusion_scale [HOURS ...]

Ten hours are 100,000 words, 50,000 labels and 10,000 captions. Each size runs in a process of its own, so
that the peak of memory is its own.
"""

from __future__ import annotations

import math
import random
import resource
import subprocess
import sys
import time

from braid.domain.evidence.passages import Passage, Passages
from braid.domain.evidence.transcript import Transcript, TranscriptItem, Utterance
from braid.domain.evidence.vision import KeyframeAnalysis, Label, Vision
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span
from lambdas.fusion.fuse import Material, fuse
from tests.fusion_truth.clocks import sentences
from tests.fusion_truth.noise import spoken
from tests.fusion_truth.topics import HELD_OUT
from tests.unit.fusion.materials import IMAGE, admission

WORDS_PER_HOUR = 10_000
LABELS_PER_HOUR = 5_000
CAPTIONS_PER_HOUR = 1_000
LABELS_PER_KEYFRAME = 10
RUNS = 3


def material(hours: float) -> Material:
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
    return Material(
        admission(duration_ms=duration_ms),
        Transcript("en-US", tuple(utterances)),
        Vision(frames),
        Passages(tuple(cues)),
    )


def measure(hours: float) -> tuple[float, float]:
    """The best of a few runs in seconds, and the peak of memory in MB, the input's own included."""
    given = material(hours)
    best = math.inf
    for _ in range(RUNS):
        started = time.process_time()
        fuse(given, Thresholds(), 8_000)
        best = min(best, time.process_time() - started)
    return best, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    if len(sys.argv) == 3 and sys.argv[1] == "--one":
        print(*measure(float(sys.argv[2])))
        return
    sizes = [float(text) for text in sys.argv[1:]] or [1.0, 3.0, 10.0]
    results = []
    for hours in sizes:
        output = subprocess.run(
            [sys.executable, "-m", "benchmarks.fusion_scale", "--one", str(hours)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        seconds, megabytes = (float(part) for part in output.split())
        results.append((hours, seconds))
        print(f"{hours:5.1f} h  {seconds:6.2f} s  {megabytes:6.0f} MB", flush=True)
    if len(results) > 1:
        (first_hours, first), (last_hours, last) = results[0], results[-1]
        print(f"growth n^{math.log(last / first) / math.log(last_hours / first_hours):.2f}")


if __name__ == "__main__":
    main()
