"""Admits a file of posts: reads it once from end to end, finds its lines, cuts it into chunks, prices it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from braid.admission.gates import GateLog, check_profile
from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import AssetRef, Modality
from braid.domain.errors import InvalidAssetError
from braid.domain.money.accounting import Usage
from braid.domain.money.price_book import PriceBook
from braid.domain.money.receipt import price
from braid.domain.posts.chunks import Chunk, ChunkCutter, Line, lines_of
from braid.domain.posts.file import PostsFile
from braid.domain.posts.post import (
    Post,
    RejectedLine,
    read_csv_header,
    read_csv_record,
    read_json_line,
    too_long,
)
from braid.domain.posts.question import rules_of
from braid.domain.profile.profile import Profile
from braid.domain.tokens import estimate_tokens

__all__ = ["AdmittedPosts", "Found", "admit_posts", "blocks_of", "expected_usd", "post_of"]

_CHUNK_BYTES = 4 * 1024 * 1024
_CHUNK_LINES = 250
# The list of what the chunks' executions return has to fit into a state.
_MOST_CHUNKS = 4_000
_DIGEST_BYTES = 8
_BLOCK_BYTES = 8 * 1024 * 1024
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CHARACTERS_PER_TOKEN = 3.5
_MARKS_TOKENS = 15
_ANSWER_TOKENS = 15


@dataclass(frozen=True)
class Found:
    """The object version: where it lies, its size, whether it has to be restored before it can be read."""

    bucket: str
    key: str
    version_id: str
    size_bytes: int
    is_archived: bool = False


@dataclass(frozen=True)
class AdmittedPosts:
    """``reason`` is set where the file is rejected. ``copies`` are, by chunk, the lines whose like stands in
    an earlier chunk; ``characters`` those of all posts."""

    admission: Admission
    reason: str | None
    file: PostsFile | None = None
    chunks: tuple[Chunk, ...] = ()
    copies: dict[int, tuple[int, ...]] | None = None
    characters: int = 0
    posts: int = 0

    @property
    def is_admitted(self) -> bool:
        """Whether the file goes on."""
        return self.reason is None

    @property
    def summary(self) -> str:
        """One line for the Step Functions console."""
        if self.reason is not None or self.file is None:
            return f"rejected: {self.reason}"[:200]
        return f"{self.file.lines} lines in {len(self.chunks)} chunks"


def admit_posts(
    asset: AssetRef,
    found: Found,
    *,
    open_file: Callable[[], BinaryIO],
    profiles: tuple[str, ...],
    read_profile: Callable[[str], Profile],
    max_object_bytes: int,
) -> AdmittedPosts:
    """Reads the file in ranges, a block and a line at a time, and remembers eight bytes of each post."""
    gates = GateLog()
    is_csv = asset.source.key.lower().endswith(".csv")
    media_type = "text/csv" if is_csv else "application/jsonl"
    member = Member(
        asset.source.display_name,
        "main",
        found.bucket,
        found.key,
        found.version_id,
        found.size_bytes,
        media_type,
        (Modality.TEXT,),
    )
    admission = Admission(asset, media_type, (member,), (Modality.TEXT,), ())
    try:
        check_profile(asset.profile, profiles, gates)
        admitted = _read(admission, found, open_file, read_profile(asset.profile), max_object_bytes, gates)
    except InvalidAssetError as error:
        rejected = replace(admission, members=(), modalities=(), gates=gates.gates)
        return AdmittedPosts(rejected, str(error))
    return replace(admitted, admission=replace(admission, gates=gates.gates))


def _read(
    admission: Admission,
    found: Found,
    open_file: Callable[[], BinaryIO],
    profile: Profile,
    max_object_bytes: int,
    gates: GateLog,
) -> AdmittedPosts:
    if not profile.posts.accepts:
        gates.reject("posts", profile.name, "", f"The profile '{profile.name}' judges no files of posts.")
    if found.is_archived:
        gates.reject(
            "storage",
            "archived",
            "",
            "The object is in an archive storage class. Restore it and drop it again.",
        )
    if found.size_bytes > max_object_bytes:
        told = f"The file has {found.size_bytes:,} bytes; at most {max_object_bytes:,} are read. Split it."
        gates.reject("size", found.size_bytes, "bytes", told)
    if not found.size_bytes:
        gates.reject("size", 0, "bytes", "The file is empty.")
    gates.passed("size", found.size_bytes, "bytes")
    plan, is_csv = profile.posts, admission.media_type == "text/csv"
    cutter = ChunkCutter(lines=max(_CHUNK_LINES, -(-plan.max_lines // _MOST_CHUNKS)), size_bytes=_CHUNK_BYTES)
    columns: tuple[str, ...] = ()
    first_seen: dict[bytes, int] = {}
    copies: defaultdict[int, list[int]] = defaultdict(list)
    lines = posts = characters = 0
    problem: RejectedLine | None = None
    for line in lines_of(_checked(blocks_of(open_file(), 0, found.size_bytes), gates), is_csv=is_csv):
        if is_csv and not columns:
            columns = _columns(line.raw, gates)
            continue
        item = post_of(line, columns, plan.max_characters)
        if item is None:
            continue
        lines += 1
        if lines > plan.max_lines:
            told = f"The file has more than the {plan.max_lines:,} lines that a profile takes. Split it."
            gates.reject("lines", lines, "", told)
        number = cutter.add(line)
        if isinstance(item, Post):
            posts += 1
            characters += len(item.text) + len(item.context or "")
            if first_seen.setdefault(item.content_digest[:_DIGEST_BYTES], number) < number:
                copies[number].append(line.number)
        else:
            problem = problem or item
    if not posts:
        why = f": line {problem.line} {problem.reason}" if problem else ""
        gates.reject("posts", 0, "", f"No line of the file is a post, with an id and a text{why}.")
    gates.passed("lines", lines)
    if lines > posts:
        told = "isn't a post and is rejected" if lines - posts == 1 else "aren't posts and are rejected"
        first = f"the first is line {problem.line if problem else '?'}"
        gates.warn("posts", posts, "", f"{lines - posts:,} of {lines:,} lines {told}; {first}.")
    file = PostsFile(
        found.bucket, found.key, found.version_id, found.size_bytes, lines, len(cutter.chunks), columns
    )
    elsewhere = {number: tuple(found) for number, found in copies.items()}
    return AdmittedPosts(admission, None, file, tuple(cutter.chunks), elsewhere, characters, posts)


def _checked(blocks: Iterable[bytes], gates: GateLog) -> Iterator[bytes]:
    """The blocks, unless the first begins as UTF-16 does."""
    for number, block in enumerate(blocks):
        if not number and block[:2] in _UTF16:
            gates.reject("encoding", "UTF-16", "", "The file is UTF-16. Save it as UTF-8 and drop it again.")
        yield block


def _columns(raw: bytes | None, gates: GateLog) -> tuple[str, ...]:
    found = read_csv_header(raw) if raw is not None else "the first line is too long"
    if isinstance(found, str):
        gates.reject("columns", "", "", f"The file is no CSV of posts: {found}.")
    return found


def blocks_of(file: BinaryIO, begin: int, end: int) -> Iterator[bytes]:
    """The bytes ``[begin, end)``, a block at a time."""
    file.seek(begin)
    left = end - begin
    while left > 0 and (block := file.read(min(_BLOCK_BYTES, left))):
        left -= len(block)
        yield block


def post_of(line: Line, columns: tuple[str, ...], max_characters: int) -> Post | RejectedLine | None:
    """The post in a line, or why there is none; ``None`` for an empty line."""
    if line.raw is None:
        return too_long(line.number)
    if columns:
        return read_csv_record(line.number, line.raw, columns, max_characters=max_characters)
    return read_json_line(line.number, line.raw, max_characters=max_characters)


def expected_usd(
    admitted: AdmittedPosts, profile: Profile, model_id: str, book: PriceBook, *, words: str, is_batch: bool
) -> float:
    """What the model will cost if none of the posts was judged before; nothing of a rejected file.

    ``words`` are the rules of answering. Tokens are estimated to the high side.
    """
    if admitted.file is None:
        return 0.0
    rules = rules_of(profile, None, words=words)
    calls = -(-admitted.posts // profile.posts.per_call)
    read = calls * (estimate_tokens(rules.instructions) + _MARKS_TOKENS)
    read += math.ceil(admitted.characters / _CHARACTERS_PER_TOKEN)
    operation = f"{'ModelInvocationJob' if is_batch else 'Converse'}:{model_id}"
    usage = (
        Usage("bedrock", operation, "input_token", read),
        Usage("bedrock", operation, "output_token", admitted.posts * _ANSWER_TOKENS),
    )
    return price(usage, book).total_usd
