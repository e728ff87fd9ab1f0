"""Files of posts through the deployed stacks: how long ten thousand take beside the model's bare calls."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.benchmark import Benchmark, UnmeasurableError
from benchmarks.load.posts import MOST, PROFILE, bare_calls, written_posts
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_least, at_most
from evaluation.faults.deployment import Deployment, deployed
from evaluation.load.stub_model import StubModel, reached, stub_model

__all__ = ["POSTS_DEPLOYED"]

_POSTS = 10_000
_SINGLE_POSTS = 100
_MOST_SECONDS = 120.0
_MOST_USD_PER_THOUSAND = 0.03
_ENDS_WITHIN_SECONDS = 600.0
# As `braid up` starts it.
_WAIT_SCALE = 0.1


@dataclass(frozen=True)
class _Run:
    """A file that ended: ``in_place`` of its decisions stand on their line, under its id and a policy."""

    seconds: float
    calls: int
    in_place: int
    usd_per_thousand: float


def _measure() -> Iterator[Row]:
    with (
        tempfile.TemporaryDirectory() as home,
        stub_model() as stub,
        deployed(Path(home), wait_scale=_WAIT_SCALE) as deployment,
        reached(deployment.aws),
    ):
        # The first calls start functions, make clients and warm the caches of all.
        bare_calls(50)
        _judged(deployment, stub, Path(home), "first", 50)
        before = _seconds(lambda: bare_calls(_POSTS // 2, "before"))
        file = _judged(deployment, stub, Path(home), "posts", _POSTS)
        after = _seconds(lambda: bare_calls(_POSTS // 2, "after"))
        again = _judged(deployment, stub, Path(home), "posts", _POSTS)
        inside, outside = _single_posts(deployment)
    bare = before + after
    yield Row("bare calls", "wall time", bare, "s")
    yield Row("as a file", "wall time", file.seconds, "s", at_most(_MOST_SECONDS))
    yield Row("as a file", "times the bare calls", file.seconds / bare, "×", at_most(MOST))
    yield Row("as a file", "calls", file.calls)
    yield Row("as a file", "decisions in place", file.in_place, bound=at_least(_POSTS))
    yield Row("as a file", "a thousand", file.usd_per_thousand, "$", at_most(_MOST_USD_PER_THOUSAND))
    yield Row("the same again", "wall time", again.seconds, "s")
    yield Row("the same again", "calls", again.calls, bound=at_most(0))
    yield Row("the same again", "decisions in place", again.in_place, bound=at_least(_POSTS))
    for name, times in (("one post, in the function", inside), ("one post, for who calls it", outside)):
        yield Row(name, "median", times[len(times) // 2], "ms")
        yield Row(name, "95th percentile", times[len(times) * 95 // 100], "ms")


def _single_posts(deployment: Deployment) -> tuple[list[float], list[float]]:
    """The milliseconds of single posts in the function, and for who calls it, the shortest first."""
    inside, outside = [], []
    for number in range(_SINGLE_POSTS):
        began = time.monotonic()
        inside.append(deployment.judge_one(f"The bread of bakery {number} is good", PROFILE))
        outside.append(1000 * (time.monotonic() - began))
    return sorted(inside), sorted(outside)


def _judged(deployment: Deployment, stub: StubModel, folder: Path, name: str, count: int) -> _Run:
    path = folder / f"{name}.jsonl"
    path.write_bytes(written_posts(name, count))
    calls, began = stub.calls(), time.monotonic()
    (asset_id,) = deployment.send([path], profile=PROFILE)
    if not deployment.settled(asset_id, _ENDS_WITHIN_SECONDS):
        raise UnmeasurableError(f"{count:,} posts didn't end within {_ENDS_WITHIN_SECONDS:.0f} s")
    seconds = time.monotonic() - began
    summary = json.loads(deployment.document(asset_id, "summary"))
    lines = deployment.document(asset_id, "decisions").splitlines()
    found = [json.loads(line) for line in lines]
    return _Run(seconds, stub.calls() - calls, _in_place(found), float(summary["usd_per_thousand"]))


def _in_place(found: Sequence[dict[str, Any]]) -> int:
    return sum(
        (each["line"], each["id"]) == (number + 1, number) and bool(each["decision"] and each["policy_hash"])
        for number, each in enumerate(found)
    )


def _seconds(work: Callable[[], None]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


POSTS_DEPLOYED = Benchmark(
    name="posts-deployed",
    page=PERFORMANCE,
    title="Files of posts, deployed",
    about=(
        f"{_POSTS:,} posts, none judged before, dropped into the stacks as `braid up` deploys them, with"
        " a stub as the model server, until their result is published; the same bytes again. The bare"
        " calls are as many questions to the same embedded AWS, eight at a time, half of them before the"
        f" file and half after it. Then {_SINGLE_POSTS} single posts (`braid posts --one`), one after the"
        " other. Wall time on a machine that may have had other work; the calls are those that reached"
        " the stub."
    ),
    subject="Run",
    measure=lambda: list(_measure()),
    on_request=True,
)
