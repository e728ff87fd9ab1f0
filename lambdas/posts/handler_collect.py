"""Collect Decisions: one file of decisions, its summary, and the answer that people read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from braid.domain.asset.asset import AssetRef
from braid.domain.money.accounting import Meter, total
from braid.domain.money.metered import MeteredBefore
from braid.domain.posts.file import PostsPlanned
from braid.domain.wire import encode
from braid.runtime.handler import handles
from braid.runtime.library import profile
from braid.runtime.prices import price_book
from braid.store.documents import DocumentStore
from lambdas.posts.collecting import collect, read_chunks
from lambdas.posts.file_answer import answer_of
from lambdas.posts.judges import judge_of

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where results and verdicts lie, and the model of each tier."""

    results_bucket: str
    verdicts_table: str
    model_ids: dict[str, str]


@dataclass(frozen=True)
class Request:
    """The state's input."""

    asset: AssetRef
    posts: PostsPlanned
    metered: MeteredBefore = field(default_factory=MeteredBefore)


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Output: what Fuse Evidence and Infer Answer give for an asset, and the files beside them."""
    asset, store = request.asset, DocumentStore.of(settings.results_bucket, request.asset)
    asked = profile(asset.profile)
    judge = judge_of(asked, Meter(), settings.model_ids, settings.verdicts_table)
    chunks = read_chunks(store.get_bytes(request.posts.chunks_key))
    found = collect(
        asset.asset_id, chunks, judge, store=store, find_verdicts=judge.store.find, book=price_book()
    )
    problems = Counter(problem for stats in found.stats for problem in stats.problems)
    answer = answer_of(
        found.summary,
        found.sampled,
        asked,
        tier=asked.posts.tier,
        usage=total(item for stats in found.stats for item in stats.usage),
        problems=[name for name, _ in problems.most_common(3)],
    )
    headline = answer.answer.first_sentence
    timeline = store.put_document(store.result_key("timeline.json"), answer.timeline)
    return {
        "summary": headline,
        "posts": {
            "summary": headline,
            "chunks": len(chunks),
            "files": {"decisions": encode(found.decisions), "summary": encode(found.summary_claim)},
            "metered": found.metered,
        },
        "fusion": {
            "verdict": "enough",
            "summary": f"{len(answer.timeline.evidence)} posts to look at",
            "claim": encode(timeline),
        },
        "answer": {
            "summary": headline,
            "claim": encode(store.put_document(store.result_key("answer.json"), answer.answer)),
            "needs_review": bool(answer.review_reasons),
            "review_reasons": list(answer.review_reasons),
        },
    }
