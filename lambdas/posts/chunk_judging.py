"""One chunk of a file of posts: its decisions and what they cost, kept under names that a retry finds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from braid.domain.errors import BraidError
from braid.domain.money.accounting import Meter, Usage, total
from braid.domain.money.metered import Metered
from braid.domain.posts.chunks import Chunk
from braid.domain.posts.decisions import ChunkStats, LineDecision, SampledPost, decided, rejected
from braid.domain.posts.file import PostsFile, chunk_key
from braid.domain.posts.post import Post, RejectedLine
from braid.domain.wire import encode
from braid.store.documents import DocumentStore
from lambdas.posts.judging import Judge, Judged
from lambdas.posts.reading import posts_of

__all__ = [
    "COPIES",
    "DECISIONS",
    "DEFERRED",
    "STATS",
    "CopiesElsewhere",
    "Deferrals",
    "Deferred",
    "as_line",
    "judge_chunk",
    "stats_of",
]

STATS, DECISIONS, DEFERRED, COPIES = "stats.json", "decisions.jsonl", "deferred.json", "copies.json"
_SPENT = "spent.json"
_SHOWN_CHARACTERS = 400
_MOST_PROBLEMS = 5
_JSONL = "application/jsonl"


@dataclass(frozen=True)
class Deferred:
    """A post whose like is asked about in an earlier chunk: its decision follows from that verdict."""

    line: int
    key: str
    post: Post


@dataclass(frozen=True)
class Deferrals:
    posts: tuple[Deferred, ...]


@dataclass(frozen=True)
class CopiesElsewhere:
    """The chunk's lines whose like stands in an earlier chunk."""

    lines: tuple[int, ...]


@dataclass(frozen=True)
class Spent:
    """What tries of a chunk asked that ended before its outcome was written: it is paid for all the same."""

    calls: int = 0
    usage: tuple[Usage, ...] = ()


def judge_chunk(
    file: PostsFile,
    chunk: Chunk,
    judge: Judge,
    *,
    store: DocumentStore,
    open_file: Callable[[], BinaryIO],
    meter: Meter,
    used: Callable[[], Metered],
) -> ChunkStats:
    """Writes the chunk's decisions in the order of its lines, unless an earlier try has.

    Raises the service errors that pass with time; what was judged until then isn't asked about again.
    """
    done = store.find_document(ChunkStats, store.work_key(chunk_key(chunk.name, STATS)))
    if done is not None:
        return done
    plan = judge.profile.posts
    found = posts_of(file, chunk, open_file=open_file, max_characters=plan.max_characters)
    copies = store.find_document(CopiesElsewhere, store.work_key(chunk_key(chunk.name, COPIES)))
    posts = [item for item in found if isinstance(item, Post)]
    spent_key = store.work_key(chunk_key(chunk.name, _SPENT))
    before = store.find_document(Spent, spent_key) or Spent()
    try:
        judged = judge.judge(posts, left_to_others=copies.lines if copies else ())
    except BraidError:
        store.put_document(spent_key, _added(before, judge.calls, meter))
        raise
    spent = _added(before, judge.calls, meter)
    by_line = {item.post.line: item for item in judged}
    later = _left_to_others(judged, copies)
    lines = [_decision(item, by_line, judge) for item in found]
    deferrals = Deferrals(tuple(Deferred(item.post.line, item.key, item.post) for item in later))
    if deferrals.posts:
        store.put_document(store.work_key(chunk_key(chunk.name, DEFERRED)), deferrals)
    body = "".join(as_line(line) for line in lines).encode("utf-8", "replace")
    store.put_bytes(store.work_key(chunk_key(chunk.name, DECISIONS)), body, _JSONL)
    settled = [item for item in judged if item not in later]
    stats = stats_of(
        [line for line in lines if line.line not in {item.post.line for item in later}],
        {item.post.line: item.post for item in settled},
        sample=plan.sample,
        # What an earlier try was told, this one found as if it had been judged before.
        repeated=max(0, sum(item.is_repeated for item in settled) - before.calls),
        spent=spent,
        problems=[item.why_not for item in settled if item.verdict is None],
        used=used(),
    )
    store.put_document(store.work_key(chunk_key(chunk.name, STATS)), stats)
    return stats


def _added(before: Spent, calls: int, meter: Meter) -> Spent:
    return Spent(before.calls + calls, total((*before.usage, *meter.usage())))


def _left_to_others(judged: Sequence[Judged], copies: CopiesElsewhere | None) -> list[Judged]:
    elsewhere = set(copies.lines if copies else ())
    return [item for item in judged if item.verdict is None and item.post.line in elsewhere]


def _decision(item: Post | RejectedLine, by_line: dict[int, Judged], judge: Judge) -> LineDecision:
    if isinstance(item, RejectedLine):
        return rejected(item)
    judged = by_line[item.line]
    return decided(
        item,
        judged.verdict,
        judged.rules,
        judge.profile.decision,
        judged_by=judge.route.profile_id,
        why_not=judged.why_not,
    )


def as_line(decision: LineDecision) -> str:
    """The decision as its line of ``decisions.jsonl``."""
    return json.dumps(encode(decision), ensure_ascii=False, separators=(",", ":")) + "\n"


def stats_of(
    lines: Sequence[LineDecision],
    posts: dict[int, Post],
    *,
    sample: int,
    repeated: int,
    spent: Spent,
    problems: Sequence[str],
    used: Metered,
) -> ChunkStats:
    """What came of these lines; of each decision ``sample`` posts with a reason are kept, to be shown."""
    counts: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    sampled = []
    for line in lines:
        if line.decision is None:
            continue
        counts[line.decision] += 1
        categories.update(item.name for item in line.categories)
        if line.reason is not None and shown[line.decision] < sample:
            shown[line.decision] += 1
            sampled.append(SampledPost(line, posts[line.line].text[:_SHOWN_CHARACTERS]))
    return ChunkStats(
        lines=len(lines),
        rejected=sum(line.rejected is not None for line in lines),
        repeated=repeated,
        calls=spent.calls,
        unjudged=sum(line.judged_by == "nobody" for line in lines),
        decisions=dict(sorted(counts.items())),
        categories=dict(sorted(categories.items())),
        sampled=tuple(sampled),
        usage=spent.usage,
        problems=tuple(name for name, _ in Counter(problems).most_common(_MOST_PROBLEMS)),
        metered=dict(used),
    )
