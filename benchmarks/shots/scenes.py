"""Finding where shots begin: Braid beside ffmpeg's scene filter and PySceneDetect, over the same film."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.benchmark import Benchmark, UnmeasurableError
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_least, at_most
from benchmarks.shots.detecting import SCENE_SHARE
from benchmarks.shots.film import SECONDS, SIZE, STRETCHES, Change, changes, film, stretch_at

__all__ = ["FOLDER", "SCENES", "Found", "Run", "found_in", "rows_of"]

# Where `scenedetect` lies, installed by requirements/scenes.txt.
FOLDER = "BRAID_SCENEDETECT"
_KEPT = Path(__file__).resolve().parents[2] / "build" / "benchmarks"
_TURNS = 2
_WHOLE = "whole film"
# Who looks back over half a second to see a slow change come may say that it began then.
_TOLERANCE_MS = 500
_MOST_TIMES_FFMPEG = 1.0
_LEAST_F1 = 0.9


@dataclass(frozen=True)
class Found:
    """How many of a stretch's changes were found, and how often something was found where none is."""

    changes: int
    found: int
    false: int

    @property
    def f1(self) -> float:
        """The harmonic mean of recall and precision."""
        return 2 * self.found / (self.changes + self.found + self.false)


@dataclass(frozen=True)
class Run:
    """What one process found, and what it took."""

    found_ms: tuple[int, ...]
    cpu_seconds: float
    peak_mb: float


def found_in(found_ms: Sequence[int], known: Sequence[Change]) -> dict[str, Found]:
    """Per stretch and for the whole film. A change is found once: what is found there again is false."""
    open_changes = list(known)
    hits: Counter[str] = Counter()
    false: Counter[str] = Counter()
    for at_ms in sorted(found_ms):
        near = [it for it in open_changes if _is_within(at_ms, it)]
        if near:
            open_changes.remove(near[0])
            hits[near[0].stretch] += 1
        else:
            false[stretch_at(at_ms)] += 1
    counts = Counter(change.stretch for change in known)
    per_stretch = {name: Found(counts[name], hits[name], false[name]) for name in STRETCHES}
    return {**per_stretch, _WHOLE: Found(counts.total(), hits.total(), false.total())}


def _is_within(at_ms: int, change: Change) -> bool:
    return change.start_ms - _TOLERANCE_MS <= at_ms <= change.end_ms + _TOLERANCE_MS


def _measure() -> list[Row]:
    folder = os.environ.get(FOLDER)
    if not folder or not Path(folder, "scenedetect").is_dir():
        raise UnmeasurableError(f"set {FOLDER} to a folder into which requirements/scenes.txt is installed")
    path = film(_KEPT)
    ffmpeg = "ffmpeg" if shutil.which("ffmpeg") else "libavfilter"
    ways = {
        "Braid": "braid",
        "ffmpeg": ffmpeg,
        "PySceneDetect, content": "content",
        "PySceneDetect, adaptive": "adaptive",
    }
    runs: dict[str, list[Run]] = {name: [] for name in ways}
    for _ in range(_TURNS):
        for name, way in ways.items():
            runs[name].append(_run(way, path, folder))
    return list(rows_of(runs))


def rows_of(runs: Mapping[str, Sequence[Run]]) -> Iterator[Row]:
    """What the runs of each way found and took; ``ffmpeg`` is among them."""
    found = {name: found_in(of_one[0].found_ms, changes()) for name, of_one in runs.items()}
    least = {name: min(run.cpu_seconds for run in of_one) for name, of_one in runs.items()}
    for name, of_one in runs.items():
        line = f"{name}: {_WHOLE}"
        ours = name == "Braid"
        yield from _counted(line, found[name][_WHOLE])
        yield Row(line, "F1", found[name][_WHOLE].f1, bound=at_least(_LEAST_F1) if ours else None)
        yield Row(line, "processor time", least[name], "s")
        times = least[name] / least["ffmpeg"]
        yield Row(line, "times ffmpeg's", times, bound=at_most(_MOST_TIMES_FFMPEG) if ours else None)
        yield Row(line, "peak of memory", max(run.peak_mb for run in of_one), "MB")
    for stretch in STRETCHES:
        for name in runs:
            yield from _counted(f"{name}: {stretch}", found[name][stretch])


def _counted(line: str, found: Found) -> Iterator[Row]:
    yield Row(line, "changes", found.changes)
    yield Row(line, "found", found.found)
    yield Row(line, "false", found.false)


def _run(way: str, path: Path, folder: str) -> Run:
    command = [sys.executable, "-m", "benchmarks.shots.detecting", way, str(path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(folder).resolve())}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    answer = json.loads(done.stdout.splitlines()[-1])
    return Run(tuple(answer["found_ms"]), answer["cpu_seconds"], answer["peak_mb"])


SCENES = Benchmark(
    name="scenes",
    page=PERFORMANCE,
    title="Finding shots, beside ffmpeg and PySceneDetect",
    about=(
        f"A film of {SECONDS // 60} minutes, {SIZE[0]}×{SIZE[1]}, made on the spot, in groups of pictures as"
        " x264 chooses them: six stretches, in which shots of 4 to 10 s begin by cuts, also while the camera"
        " pans (across a picture in half a minute, in three seconds), by new slides beside a speaker, by"
        " dissolves of a second, by fades through black. Found is a change that is named within half a"
        " second; what is named elsewhere, or twice, is false. ffmpeg, or PyAV's libavfilter where it isn't"
        f" installed, is `select='gt(scene,{SCENE_SHARE})'`; PySceneDetect (`requirements/scenes.txt`) two of"
        " its detectors as they are; Braid's limit of keyframes is lifted to 200, and its time holds their"
        " JPEGs."
        " Each in a process of its own; of more than one run the quickest counts."
    ),
    subject="Found by: where",
    measure=_measure,
    packages=("av", "opencv-python-headless"),
    on_request=True,
)
