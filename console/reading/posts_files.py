"""Files of posts: how far they are, what came of them, and their decisions page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from botocore.exceptions import ClientError

from braid.domain.answer.answer import Answer
from braid.domain.errors import InvalidInputError
from braid.domain.evidence.timeline import Timeline
from braid.domain.posts.decisions import LineDecision, PostsSummary
from braid.domain.posts.file import PostsFile, chunk_key
from braid.domain.wire import decode_json
from cli.errors import EXIT_MISUSE, CommandError
from cli.showing.records import Record
from cli.target import Target
from console.reading.stored import attempt_key, find_bytes, find_document, work_key

__all__ = [
    "DecisionPage",
    "Judged",
    "Sample",
    "judged_so_far",
    "read_decisions",
    "read_sample",
    "read_summaries",
]

_AT_ONCE = 8
_SHOWN = 50
_PAGE_BYTES = 256 * 1024
# Of these a filter looks through at most so much at a time; the page says how many lines that were.
_MOST_FILTERED_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Judged:
    """How many chunks of a file are judged, of how many, and how many lines it has."""

    chunks: int
    of_chunks: int
    lines: int


@dataclass(frozen=True)
class Sample:
    """A post that a reviewer is shown: its decision, the line with the reason, and its beginning."""

    decision: str
    told: str
    text: str


@dataclass(frozen=True)
class DecisionPage:
    """Decisions in the file's order, where the next page begins (``None`` after the last), lines read."""

    lines: tuple[LineDecision, ...]
    following: int | None
    looked_at: int


def read_summaries(target: Target, records: Sequence[Record]) -> list[PostsSummary | None]:
    """What came of each file; ``None`` of those that aren't judged."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(
            pool.map(
                lambda record: find_document(target, PostsSummary, attempt_key(record, "summary.json")),
                records,
            )
        )


def judged_so_far(target: Target, record: Record) -> Judged | None:
    """How far an open file is; ``None`` before it is cut.

    Chunks are judged in their order, four at a time: what is asked is where the last judged one lies, in as
    many requests as the count has binary digits, and up to three too few are said.
    """
    file = find_document(target, PostsFile, work_key(record, "posts/file.json"))
    if file is None:
        return None
    low, high = 0, file.chunks
    while low < high:
        middle = (low + high) // 2
        if _is_judged(target, record, middle):
            low = middle + 1
        else:
            high = middle
    return Judged(low, file.chunks, file.lines)


def read_sample(target: Target, record: Record) -> list[Sample]:
    """The posts that are shown of a file, those that a person has to look at first."""
    answer = find_document(target, Answer, attempt_key(record, "answer.json"))
    timeline = find_document(target, Timeline, attempt_key(record, "timeline.json"))
    if answer is None or timeline is None:
        return []
    texts = {piece.evidence_id: piece.text for piece in timeline.evidence}
    return [
        Sample(decision, item["text"], " ".join(texts.get(each, "") for each in item["evidence_ids"]))
        for decision, items in answer.answer.get("posts", {}).items()
        for item in items
    ]


def read_decisions(target: Target, record: Record, *, start: int = 0, decision: str = "") -> DecisionPage:
    """The decisions from the byte ``start`` on; with ``decision`` those alone, ``rejected`` among them.

    Raises ``CommandError`` where no line begins at ``start``.
    """
    before = min(start, 1)  # the line feed before it
    length = _MOST_FILTERED_BYTES if decision else _PAGE_BYTES
    body = find_bytes(target, attempt_key(record, "decisions.jsonl"), start=start - before, length=length)
    if not body:
        return DecisionPage((), None, 0)
    if before and body[:1] != b"\n":
        raise CommandError("this page's address is cut off; begin with the first line", exit_code=EXIT_MISUSE)
    is_last = len(body) < length
    found: list[LineDecision] = []
    looked_at, at = 0, start
    for raw in _whole_lines(body[before:]):
        if len(found) == _SHOWN:
            return DecisionPage(tuple(found), at, looked_at)
        line = _decision(raw, record)
        looked_at, at = looked_at + 1, at + len(raw)
        if not decision or decision == (line.decision or "rejected"):
            found.append(line)
    return DecisionPage(tuple(found), None if is_last else at, looked_at)


def _decision(raw: bytes, record: Record) -> LineDecision:
    try:
        return decode_json(LineDecision, raw, source=f"decisions.jsonl of {record.asset_id}")
    except InvalidInputError as error:
        raise CommandError(f"{error}; `braid rerun` writes an asset's documents anew") from error


def _whole_lines(body: bytes) -> Iterator[bytes]:
    return (line for line in body.splitlines(keepends=True) if line.endswith(b"\n"))


def _is_judged(target: Target, record: Record, number: int) -> bool:
    key = work_key(record, chunk_key(f"chunk-{number:06d}", "stats.json"))
    try:
        target.s3.head_object(Bucket=target.results_bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "404"):
            raise
        return False
    return True
