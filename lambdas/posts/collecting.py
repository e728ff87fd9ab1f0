"""Puts the chunks' decisions together, in the file's order, with what came of it in all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidInputError
from braid.domain.money.accounting import total
from braid.domain.money.metered import TRANSITIONS, added
from braid.domain.money.price_book import PriceBook
from braid.domain.money.receipt import price
from braid.domain.posts.chunks import Chunk
from braid.domain.posts.decisions import ChunkStats, PostsSummary, SampledPost, decided
from braid.domain.posts.file import chunk_key
from braid.domain.posts.verdict import Verdict
from braid.domain.wire import decode
from braid.store.documents import DocumentStore
from lambdas.posts.batch_asking import BATCH_STATS
from lambdas.posts.chunk_judging import DECISIONS, DEFERRED, STATS, Deferrals, Spent, as_line, stats_of
from lambdas.posts.judging import Judge

__all__ = ["Collected", "collect", "read_chunks"]

_JSONL = "application/jsonl"
# A child execution enters one state; that it is started counts as another.
_CHILD_TRANSITIONS = 2


@dataclass(frozen=True)
class Collected:
    """The file's decisions and their summary by claim, and posts of each decision to be shown."""

    decisions: Claim
    summary: PostsSummary
    summary_claim: Claim
    sampled: tuple[SampledPost, ...]
    stats: tuple[ChunkStats, ...]
    metered: dict[str, float]


def read_chunks(body: bytes) -> tuple[Chunk, ...]:
    """The list that Admit Posts left."""
    return decode(tuple[Chunk, ...], json.loads(body))


def collect(
    asset_id: str,
    chunks: Sequence[Chunk],
    judge: Judge,
    *,
    store: DocumentStore,
    find_verdicts: Callable[[Iterable[str]], Mapping[str, Verdict]],
    book: PriceBook,
) -> Collected:
    """Writes ``decisions.jsonl`` and ``summary.json``. Memory: one chunk.

    A post that was left to an earlier chunk gets that chunk's verdict. Raises ``InvalidInputError`` where a
    chunk isn't done.
    """
    in_batch = store.find_document(ChunkStats, store.work_key(BATCH_STATS))
    stats: list[ChunkStats] = [in_batch] if in_batch else []
    upload = store.upload(store.result_key("decisions.jsonl"), _JSONL)
    hashes: dict[str, str] = {}
    sampled: list[SampledPost] = []
    counts: Counter[str] = Counter()
    with upload as file:
        for chunk in chunks:
            own = store.find_document(ChunkStats, store.work_key(chunk_key(chunk.name, STATS)))
            if own is None:
                raise InvalidInputError(f"{asset_id}: {chunk.name} isn't judged: redrive the execution")
            lines = store.get_bytes(store.work_key(chunk_key(chunk.name, DECISIONS)))
            settled, later = _settled(chunk, lines, judge, store, find_verdicts)
            for each in (own, *later):
                sampled += _chosen(each.sampled, counts, judge.profile.posts.sample)
                stats.append(replace(each, sampled=()))  # of thousands of chunks they would be many
            file.write(settled)
            _note_hashes(settled, hashes)
    if upload.claim is None:
        raise InvalidInputError(f"{asset_id}: the decisions weren't written")
    summary = _summary(asset_id, stats, hashes, judge, book)
    claim = store.put_document(store.result_key("summary.json"), summary)
    metered = added(*(item.metered for item in stats), {TRANSITIONS: _CHILD_TRANSITIONS * len(chunks)})
    return Collected(upload.claim, summary, claim, tuple(sampled), tuple(stats), metered)


def _settled(
    chunk: Chunk,
    lines: bytes,
    judge: Judge,
    store: DocumentStore,
    find_verdicts: Callable[[Iterable[str]], Mapping[str, Verdict]],
) -> tuple[bytes, list[ChunkStats]]:
    """The chunk's lines with the decisions that were left to others, and what came of those."""
    deferrals = store.find_document(Deferrals, store.work_key(chunk_key(chunk.name, DEFERRED)))
    if deferrals is None:
        return lines, []
    verdicts = find_verdicts(item.key for item in deferrals.posts)
    plan = judge.profile.decision
    made = {
        item.line: decided(
            item.post,
            verdicts.get(item.key),
            judge.rules_for(item.post),
            plan,
            judged_by=judge.route.profile_id,
            why_not="No model judged the post that it repeats",
        )
        for item in deferrals.posts
    }
    texts = {item.line: item.post for item in deferrals.posts}
    settled = b"".join(
        as_line(made[number]).encode("utf-8", "replace") if (number := _number(line)) in made else line
        for line in lines.splitlines(keepends=True)
    )
    stats = stats_of(
        list(made.values()),
        texts,
        sample=judge.profile.posts.sample,
        repeated=len(made),
        spent=Spent(),
        problems=[str(item.reason) for item in made.values() if item.judged_by == "nobody"],
        used={},
    )
    return settled, [stats]


def _number(line: bytes) -> int:
    return int(json.loads(line)["line"])


def _note_hashes(lines: bytes, hashes: dict[str, str]) -> None:
    """Which policy was used for which language, as far as the file says one."""
    for line in lines.splitlines():
        value = json.loads(line)
        if "policy_hash" in value and value["policy_hash"] not in hashes:
            hashes[value["policy_hash"]] = value.get("language") or ""


def _chosen(sampled: Iterable[SampledPost], counts: Counter[str], most: int) -> Iterator[SampledPost]:
    """The first ``most`` posts of each decision over all chunks; ``counts`` are those chosen before."""
    for item in sampled:
        decision = str(item.decision.decision)
        if counts[decision] < most:
            counts[decision] += 1
            yield item


def _summary(
    asset_id: str, stats: Sequence[ChunkStats], hashes: Mapping[str, str], judge: Judge, book: PriceBook
) -> PostsSummary:
    receipt = price(total(item for each in stats for item in each.usage), book)
    decisions: Counter[str] = Counter(dict.fromkeys(judge.profile.decision.ranks, 0))
    categories: Counter[str] = Counter()
    for each in stats:
        decisions.update(each.decisions)
        categories.update(each.categories)
    lines = sum(each.lines for each in stats)
    refused = sum(each.rejected for each in stats)
    judged = lines - refused
    in_batch = sum(each.calls for each in stats if not each.lines)
    return PostsSummary(
        asset_id=asset_id,
        profile=judge.profile.name,
        lines=lines,
        rejected=refused,
        decisions=dict(decisions),
        categories=dict(sorted(categories.items())),
        calls=sum(each.calls for each in stats),
        # What a batch judged, the chunks found as if it had been judged before.
        repeated=max(0, sum(each.repeated for each in stats) - in_batch),
        unjudged=sum(each.unjudged for each in stats),
        model_id=judge.route.profile_id,
        policy_hashes=dict(hashes),
        model_usd=receipt.total_usd,
        usd_per_thousand=round(1000 * receipt.total_usd / judged, 6) if judged else 0.0,
        priced_as=receipt.priced_as,
    )
