"""Has batch jobs judge the posts that nobody judged before; what they say is kept as any verdict is.

The chunks behind then find the verdicts and ask about what the jobs left out, a post a call. A batch asks
once: an answer that isn't in the form is asked for again there, not repaired here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from braid.domain.errors import InvalidServiceOutputError, PendingError
from braid.domain.money.accounting import Meter
from braid.domain.posts.chunks import Chunk
from braid.domain.posts.decisions import ChunkStats
from braid.domain.posts.file import PostsFile
from braid.domain.posts.post import Post
from braid.domain.posts.question import read_reply
from braid.domain.posts.verdict import Verdict
from braid.models.asking import StopReason
from braid.models.batch import BatchRecord, batch_line, read_batch_line
from braid.models.batch_jobs import MAX_RECORDS, MIN_RECORDS, BatchJob
from braid.models.spending import count
from braid.store.documents import DocumentStore
from lambdas.posts.judging import Judge
from lambdas.posts.reading import posts_of

__all__ = ["BATCH_STATS", "Jobs", "ask_in_batch"]

BATCH_STATS = "posts/batch/stats.json"
_SUBMITTED = "posts/batch/submitted.json"
_KEPT_AT_ONCE = 250


@dataclass(frozen=True)
class Jobs:
    """How jobs are submitted (part name, input URI, output URI; gives the ARN) and looked at."""

    create: Callable[[str, str, str], str]
    find: Callable[[str], BatchJob]


@dataclass(frozen=True)
class _Part:
    """A job, and the number of posts that it is asked about."""

    name: str
    arn: str
    records: int


@dataclass(frozen=True)
class _Submitted:
    parts: tuple[_Part, ...]
    left_out: int


def ask_in_batch(
    file: PostsFile,
    chunks: Iterable[Chunk],
    judge: Judge,
    *,
    jobs: Jobs,
    store: DocumentStore,
    open_file: Callable[[], BinaryIO],
) -> str:
    """Submits the jobs, or reads them once they are through; what happened, in words.

    Fewer posts than a job takes are left to the chunks. Raises ``PendingError`` while a job runs.
    """
    done = store.find_document(ChunkStats, store.work_key(BATCH_STATS))
    if done is not None:
        return f"{done.calls} posts were judged in batch"
    posts = _every_post(file, chunks, open_file, judge.profile.posts.max_characters)
    submitted = store.find_document(_Submitted, store.work_key(_SUBMITTED))
    if submitted is None:
        submitted = _submit(posts, judge, jobs, store)
        store.put_document(store.work_key(_SUBMITTED), submitted)
        if submitted.parts:
            raise PendingError(f"{len(submitted.parts)} batch jobs were submitted")
    if not submitted.parts:
        return f"{submitted.left_out} posts are too few for a batch job: they are asked about one by one"
    found = {part: jobs.find(part.arn) for part in submitted.parts}
    running = [part for part, job in found.items() if not job.is_over]
    if running:
        raise PendingError(f"{len(running)} of {len(found)} batch jobs still run")
    return _read_all(posts, found, judge, store)


def _every_post(
    file: PostsFile, chunks: Iterable[Chunk], open_file: Callable[[], BinaryIO], max_characters: int
) -> Iterator[list[Post]]:
    for chunk in chunks:
        items = posts_of(file, chunk, open_file=open_file, max_characters=max_characters)
        yield [item for item in items if isinstance(item, Post)]


def _submit(posts: Iterable[list[Post]], judge: Judge, jobs: Jobs, store: DocumentStore) -> _Submitted:
    """Writes an input file for each ``MAX_RECORDS`` posts, then submits its job."""
    seen: set[str] = set()
    parts: list[_Part] = []
    lines: list[str] = []
    for some in posts:
        keys = {judge.key_of(post): post for post in reversed(some)}
        known = judge.store.find(keys)
        for key, post in sorted(keys.items(), key=lambda pair: pair[1].line):
            if key in known or key in seen:
                continue
            seen.add(key)
            lines.append(batch_line(_record_id(post), judge.question([post])) + "\n")
            if len(lines) == MAX_RECORDS:
                parts.append(_submit_part(len(parts), lines, jobs, store))
                lines = []
    if len(lines) < MIN_RECORDS:
        return _Submitted(tuple(parts), len(lines))
    return _Submitted((*parts, _submit_part(len(parts), lines, jobs, store)), 0)


def _submit_part(number: int, lines: list[str], jobs: Jobs, store: DocumentStore) -> _Part:
    name = f"part-{number:03d}"
    key = store.work_key(f"posts/batch/{name}/input/posts.jsonl")
    store.put_bytes(key, "".join(lines).encode("utf-8", "replace"), "application/jsonl")
    folder = f"s3://{store.bucket}/{store.work_key(f'posts/batch/{name}')}"
    return _Part(name, jobs.create(name, f"{folder}/input/", f"{folder}/output/"), len(lines))


def _record_id(post: Post) -> str:
    """Eleven characters, as the documentation shows them; longer ones are nowhere promised to be taken."""
    return f"{post.line:011d}"


def _read_all(
    posts: Iterable[list[Post]], found: Mapping[_Part, BatchJob], judge: Judge, store: DocumentStore
) -> str:
    """Keeps every verdict of the jobs' outputs, and what they cost, which is read last."""
    meter, judged, problems = Meter(), 0, [job.message for job in found.values() if job.message]
    records = _records(found, judge, store)
    unsaved: dict[str, Verdict] = {}
    for some in posts:
        for post in some:
            record = records.pop(_record_id(post), None)
            if record is None or record.reply is None:
                continue
            judged += 1
            count(meter, record.reply.usage)
            if record.reply.stop_reason is not StopReason.END_TURN or record.reply.method != "model":
                continue
            (said,) = read_reply(record.reply.text, [post], judge.rules_for(post))
            if isinstance(said, Verdict):
                unsaved[judge.key_of(post)] = said
        if len(unsaved) >= _KEPT_AT_ONCE:
            judge.store.put(unsaved, now=judge.now())
            unsaved.clear()
    if unsaved:
        judge.store.put(unsaved, now=judge.now())
    stats = ChunkStats(0, 0, 0, judged, 0, {}, {}, usage=meter.usage(), problems=tuple(problems[:1]))
    store.put_document(store.work_key(BATCH_STATS), stats)
    return f"{judged} posts were judged in batch"


def _records(found: Mapping[_Part, BatchJob], judge: Judge, store: DocumentStore) -> dict[str, BatchRecord]:
    """Every record of the jobs that have an output, by its id."""
    records: dict[str, BatchRecord] = {}
    for part, job in found.items():
        if not job.has_output:
            continue
        job_id = part.arn.rpartition("/")[2]
        key = store.work_key(f"posts/batch/{part.name}/output/{job_id}/posts.jsonl.out")
        body = store.find_bytes(key)
        if body is None:
            raise InvalidServiceOutputError(f"bedrock:ModelInvocationJob: {part.arn} left no output")
        for line in body.splitlines():
            record = read_batch_line(line, judge.route)
            records[record.record_id] = record
    return records
