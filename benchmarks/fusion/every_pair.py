"""Fusion against holding everything against everything: the same agreements, and in how much less time."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from benchmarks.benchmark import Benchmark
from benchmarks.fusion.list_scale import two_lists
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_least, at_most
from braid.domain.evidence.timeline import Timeline
from braid.domain.profile.sections.fusion import Thresholds
from evaluation.fusion_truth.every_pair import compare_every_pair, told_by
from evaluation.fusion_truth.noise import HELD_OUT_NOISE
from evaluation.fusion_truth.talks import talk
from evaluation.fusion_truth.topics import HELD_OUT
from lambdas.fusion.fuse import FusionInput, fuse
from lambdas.fusion.prepare import prepare

__all__ = ["EVERY_PAIR"]

Result = TypeVar("Result")

_THRESHOLDS = Thresholds()
_RUNS = 3
_LISTS = (
    "price lists, every row differs",
    "price lists, one row in five differs",
    "colours, every row differs",
    "denials, every row differs",
    "denials, one row in five differs",
    "traits, one row in five differs",
)
_SIZES = (500, 1_000, 2_000)
_SCENES = (60, 120, 240)


def _long_talk(scenes: int) -> FusionInput:
    return talk(HELD_OUT, HELD_OUT_NOISE, random.Random(20), scene_count=scenes).material


def _materials() -> Mapping[str, Callable[[], FusionInput]]:
    lists = {f"{kind}, {size:,} each": partial(two_lists, kind, size) for kind in _LISTS for size in _SIZES}
    talks = {f"noisy talk, {scenes:,} slides": partial(_long_talk, scenes) for scenes in _SCENES}
    return {**lists, **talks}


def _measure() -> list[Row]:
    return [row for name, made in _materials().items() for row in _rows(name, made())]


def _rows(name: str, material: FusionInput) -> Iterator[Row]:
    timeline, fused = _timed(lambda: fuse(material, _THRESHOLDS, 8_000))
    fused = min(fused, *(_timed(lambda: fuse(material, _THRESHOLDS, 8_000))[1] for _ in range(_RUNS - 1)))
    expected, plain = _timed(lambda: compare_every_pair(prepare(material, _THRESHOLDS), _THRESHOLDS))
    found = told_by(timeline)
    yield Row(name, "agreements of every pair", expected.total())
    yield Row(name, "found by fusion", (expected & found).total())
    unlisted = _not_listed(timeline)
    yield Row(name, "not listed, with a warning", unlisted)
    unexplained = (expected - found).total() - unlisted + (found - expected).total()
    yield Row(name, "other differences", unexplained, bound=at_most(0))
    yield Row(name, "every pair", plain, "s")
    yield Row(name, "fusion", fused, "s")
    yield Row(name, "times fusion's", plain / fused, bound=at_least(1))


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    began = time.process_time()
    result = work()
    return result, time.process_time() - began


def _not_listed(timeline: Timeline) -> int:
    """How many contradictions a warning says were found and aren't listed."""
    said = " ".join(timeline.warnings)
    return sum(int(count.replace(",", "")) for count in re.findall(r"([\d,]+) more contradiction", said))


EVERY_PAIR = Benchmark(
    name="every-pair",
    page=PERFORMANCE,
    title="Fusion against comparing every pair",
    about=(
        "The same rules, also that of counterparts, found without indexes"
        " (`evaluation/fusion_truth/every_pair.py`): it shows what a shortcut loses, and can't show that a"
        " rule is wrong. Lists of so many rows each, about the same things, and talks with slides, one word"
        " in five misheard. Both times include reading the observations, fusion's also choosing the"
        f" evidence; it is the best of {_RUNS}."
    ),
    subject="Material",
    measure=_measure,
    on_request=True,
)
