"""Four hundred clips dropped at once, with and without an account's quotas."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.benchmark import Benchmark, UnmeasurableError, real_material
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_least, at_most
from braid.domain.asset.asset import AssetStatus
from evaluation.faults.clips import cut_clips
from evaluation.faults.deployment import deployed
from evaluation.faults.rush import Rush, rush

__all__ = ["RUSH"]

_SEED = 1
_SOUNDS = (".wav", ".mp3", ".flac")
# As `braid up` starts it.
_WAIT_SCALE = 0.1
_TARGET = 1.3
# A throttle costs no call twice. Engines turn away who comes too late, and such a call is counted.
_ASKED_AGAIN = 1.02


def _count() -> int:
    return int(os.environ.get("BRAID_RUSH_CLIPS", "400"))


def _measure() -> list[Row]:
    folder = real_material()
    videos = sorted((folder / "media-video").rglob("*.mp4"))
    sounds = sorted(path for path in (folder / "media-audio").rglob("*") if path.suffix in _SOUNDS)
    if not videos or not sounds:
        raise UnmeasurableError(f"{folder} has no recordings in media-video and media-audio")
    with tempfile.TemporaryDirectory() as clips:
        files = cut_clips(videos, sounds, Path(clips), count=_count(), seed=_SEED)
        runs = [_run(files, with_quotas=with_quotas) for with_quotas in (False, True)]
    return [*_rows("without quotas", runs[0], runs[0]), *_rows("with quotas", runs[1], runs[0])]


def _run(files: list[Path], *, with_quotas: bool) -> Rush:
    with tempfile.TemporaryDirectory() as home, deployed(Path(home), wait_scale=_WAIT_SCALE) as deployment:
        return rush(deployment, files, with_quotas=with_quotas)


def _rows(name: str, run: Rush, without: Rush) -> Iterator[Row]:
    count, ends = len(run.verdicts), run.ends
    ended = count - ends["open"]
    wrong = sum(not verdict.is_well for verdict in run.verdicts)
    yield Row(name, "clips", count)
    yield Row(name, "ended", ended, bound=at_least(count))
    yield Row(name, "PARTIAL", ends[AssetStatus.PARTIAL], bound=at_most(without.ends[AssetStatus.PARTIAL]))
    yield Row(name, "lost, doubled or untrue", wrong, bound=at_most(0))
    yield Row(name, "calls", run.answered)
    most = at_most(_ASKED_AGAIN * (without.answered - without.for_search))
    yield Row(name, "calls of the clips themselves", run.answered - run.for_search, bound=most)
    yield Row(name, "throttled", run.refused)
    yield Row(name, "wall time", run.seconds, "s")
    if run is not without:
        least = max(run.allowed_seconds, without.seconds)
        yield Row(name, "the quotas need", run.allowed_seconds, "s")
        yield Row(name, "times the greater of that and without", run.seconds / least, "×", at_most(_TARGET))


RUSH = Benchmark(
    name="rush",
    page=PERFORMANCE,
    title="Many clips at once",
    about=(
        "Clips of three seconds, cut from real recordings (`BRAID_TEST_DATA`), dropped at once into the"
        " embedded AWS as `braid up` starts it, without quotas and with those of a small account: Transcribe"
        " 10 jobs at once, Rekognition 5 calls a second of each operation, Bedrock 2. Calls are Rekognition's"
        " and Bedrock's until the last clip ended. The clips themselves make as many with quotas as without;"
        " search, which embeds a clip once it has ended, is throttled too, and had fewer behind it by then."
        " Wall time on a machine that may have had other work; `BRAID_RUSH_CLIPS` sets how many clips."
    ),
    subject="Run",
    measure=_measure,
    on_request=True,
)
