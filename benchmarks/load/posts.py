"""Files of posts: what deciding costs in processor time beside the bare calls of the model."""

from __future__ import annotations

import functools
import io
import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.benchmark import Benchmark, UnmeasurableError
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_most
from braid.admission.posts import Found, admit_posts
from braid.domain.asset.asset import AssetRef, Source, asset_id_for
from braid.domain.money.accounting import Meter
from braid.models.asking import Models
from braid.models.purposes import ANSWER
from braid.runtime.library import profile
from braid.store.documents import DocumentStore
from evaluation.load.stub_model import embedded_with_stub
from lambdas.posts.chunk_judging import judge_chunk
from lambdas.posts.judges import judge_of
from lambdas.posts.reading import posts_of

__all__ = ["MOST", "POSTS", "PROFILE", "bare_calls", "written_posts"]

_POSTS = 1_000
MOST = 1.5  # times the bare loop
PROFILE = "moderation"
_BUCKET, _TABLE = "posts", "verdicts"
_MODELS = {"micro": "us.amazon.nova-micro-v1:0"}


def _measure() -> Iterator[Row]:
    if not Path("/proc/self/stat").exists():
        raise UnmeasurableError("the processor time of the embedded AWS is read from /proc")
    with embedded_with_stub(bucket=_BUCKET, table=_TABLE) as aws:
        # The first calls make clients and warm the caches of both.
        _judged(50)
        bare = _cost(aws.pid, lambda: bare_calls(_POSTS))
        file = _cost(aws.pid, lambda: _judged(_POSTS))
        again = _cost(aws.pid, lambda: _judged(_POSTS))
    for name, (own, theirs) in (("bare calls", bare), ("as a file", file), ("the same again", again)):
        yield Row(name, "step", own / _POSTS * 1000, "ms a post")
        yield Row(name, "embedded AWS", theirs / _POSTS * 1000, "ms a post")
        bound = at_most(MOST) if name == "as a file" else None
        yield Row(name, "times the bare calls", (own + theirs) / sum(bare), "×", bound)


def bare_calls(count: int, name: str = "bare") -> None:
    """The questions about ``written_posts``, eight at a time, and nothing else."""
    meter = Meter()
    judge = judge_of(profile(PROFILE), meter, _MODELS, _TABLE)
    found = _admitted(name, count)
    ask = Models(ANSWER).on(meter)
    assert found.file is not None
    items = [
        item
        for chunk in found.chunks
        for item in posts_of(
            found.file, chunk, open_file=lambda: io.BytesIO(written_posts(name, count)), max_characters=10_000
        )
    ]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda post: ask(judge.question([post])), items))


def _judged(count: int) -> None:
    """A file of posts that nobody judged before (``count`` tells one from another): all of its chunks."""
    name = f"file-{count}"
    found = _admitted(name, count)
    assert found.file is not None
    store = DocumentStore(_BUCKET, name, time.time_ns())
    for chunk in found.chunks:
        meter = Meter()
        judge_chunk(
            found.file,
            chunk,
            judge_of(profile(PROFILE), meter, _MODELS, _TABLE),
            store=store,
            open_file=functools.partial(io.BytesIO, written_posts(name, count)),
            meter=meter,
            used=dict,
        )


def _admitted(name: str, count: int) -> Any:
    body = written_posts(name, count)
    source = Source("", f"inbox/{PROFILE}/{name}.jsonl", "")
    return admit_posts(
        AssetRef(asset_id_for(source), 1, PROFILE, source),
        Found("", source.key, "", len(body)),
        open_file=lambda: io.BytesIO(body),
        profiles=(PROFILE,),
        read_profile=profile,
        max_object_bytes=1 << 30,
    )


def written_posts(name: str, count: int) -> bytes:
    """A file of so many posts; ``name`` tells those of one from another's."""
    words = (
        "this is what somebody wrote about the bread of the bakery at the corner of the road today, and why"
    )
    rows = ({"id": number, "text": f"{name} {number}: {words}"} for number in range(count))
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def _cost(pid: int, work: Any) -> tuple[float, float]:
    """Processor seconds of this process and of the embedded AWS."""
    own, theirs = time.process_time(), _processor_seconds(pid)
    work()
    return time.process_time() - own, _processor_seconds(pid) - theirs


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


POSTS = Benchmark(
    name="posts",
    page=PERFORMANCE,
    title="Files of posts",
    about=(
        f"{_POSTS:,} posts, none judged before, through admitting and judging a chunk in this process, over"
        " the embedded AWS with a stub as the model server: processor time, so that a busy machine changes"
        " little. Beside it the same questions asked bare, eight at a time, and the same file again, which"
        " asks nothing."
    ),
    subject="Run",
    measure=lambda: list(_measure()),
    on_request=True,
)
