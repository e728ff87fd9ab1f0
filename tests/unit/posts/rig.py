"""A file of posts from its bytes to its decisions, in memory: the steps' own code around a judge by rule."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from braid.admission.posts import AdmittedPosts, Found, admit_posts
from braid.aws.attributes import from_attributes, to_attributes
from braid.domain.asset.asset import AssetRef, Source
from braid.domain.money.accounting import Meter
from braid.domain.posts.file import PostsFile
from braid.models.asking import Reply, StopReason
from braid.models.question import Question, Text
from braid.models.spending import count, reply_usage
from braid.runtime.library import post_rules, profile, profile_names
from braid.runtime.prices import price_book
from braid.store.documents import DocumentStore
from braid.store.verdicts import VerdictStore
from lambdas.posts.chunk_judging import judge_chunk
from lambdas.posts.collecting import Collected, collect
from lambdas.posts.judges import route_of
from lambdas.posts.judging import Judge
from tests.doubles.memory_s3 import MemoryS3

MODEL_IDS = {tier: f"us.amazon.nova-{tier}-v1:0" for tier in ("micro", "lite", "pro")}
NOW = "2026-11-29T12:00:00.000Z"
KEY = "inbox/moderation/posts.jsonl"
_POST = re.compile(r"<post>\n(.*)\n</post>", re.DOTALL)


class MemoryTable:
    """DynamoDB's batch operations over one table, within their limits."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Any]] = {}

    def batch_get_item(self, *, RequestItems: dict[str, Any], **_: Any) -> dict[str, Any]:  # noqa: N803
        ((table, wanted),) = RequestItems.items()
        keys = [from_attributes(key)["verdict_key"] for key in wanted["Keys"]]
        assert len(keys) == len(set(keys)) <= 100
        return {"Responses": {table: [to_attributes(self.items[key]) for key in keys if key in self.items]}}

    def batch_write_item(self, *, RequestItems: dict[str, Any], **_: Any) -> dict[str, Any]:  # noqa: N803
        ((_, requests),) = RequestItems.items()
        assert len(requests) <= 25
        for request in requests:
            item = from_attributes(request["PutRequest"]["Item"])
            self.items[item["verdict_key"]] = item
        return {}


def by_words(shown: dict[str, str]) -> str:
    """A judge that knows two words, and answers about the post that it is shown alone."""
    for word, name, severity in (("stab", "Threats", 3), ("lolcow", "Harassment", 2)):
        if word in shown["post"]:
            return f'{name} {severity} "{word}"'
    return "none"


@dataclass
class Rig:
    """``says`` answers about the post as the model is shown it; ``asked`` are all questions."""

    says: Callable[[dict[str, str]], str] = by_words
    method: str = "model"
    asked: list[Question] = field(default_factory=list)
    s3: MemoryS3 = field(default_factory=MemoryS3)
    table: MemoryTable = field(default_factory=MemoryTable)

    def __post_init__(self) -> None:
        self.profile = profile("moderation")

    def ask_on(self, meter: Meter) -> Callable[[Question], Reply]:
        def ask(question: Question) -> Reply:
            self.asked.append(question)
            part = question.content[0]
            assert isinstance(part, Text)
            found = _POST.fullmatch(part.text)
            assert found, part.text
            shown = [json.loads(line) for line in found[1].split("\n")]
            lines = [self.says(item) for item in shown]
            if len(shown) > 1:
                lines = [f"{item['number']}: {line}" for item, line in zip(shown, lines, strict=True)]
            reply = Reply(StopReason.END_TURN, "\n".join(lines), (), {}, 700, 8, 1, method=self.method)
            count(meter, reply_usage(question.route.profile_id, reply))
            return reply

        return ask

    def judge(self, meter: Meter) -> Judge:
        return Judge(
            self.profile,
            route_of(self.profile, MODEL_IDS),
            self.ask_on(meter),
            VerdictStore("verdicts", dynamodb=self.table),
            post_rules(together=self.profile.posts.per_call > 1),
            lambda: NOW,
        )

    def admit(self, body: bytes, key: str = KEY) -> AdmittedPosts:
        asset = AssetRef("posts-1", 1, "moderation", Source("in", key, "v1"))
        return admit_posts(
            asset,
            Found("in", key, "v1", len(body)),
            open_file=lambda: io.BytesIO(body),
            profiles=profile_names(),
            read_profile=lambda _: self.profile,
            max_object_bytes=2**31,
        )

    def store(self, asset_id: str = "posts-1") -> DocumentStore:
        return DocumentStore("results", asset_id, 1, s3=self.s3)

    def run(self, body: bytes, key: str = KEY, asset_id: str = "posts-1") -> Collected:
        """All the way, chunk after chunk."""
        from braid.domain.posts.file import chunk_key
        from lambdas.posts.chunk_judging import COPIES, CopiesElsewhere

        admitted, store = self.admit(body, key), self.store(asset_id)
        assert admitted.file is not None, admitted.reason
        for number, lines in (admitted.copies or {}).items():
            name = chunk_key(admitted.chunks[number].name, COPIES)
            store.put_document(store.work_key(name), CopiesElsewhere(lines))
        for chunk in admitted.chunks:
            self.run_chunk(admitted.file, chunk, body, store)
        judge = self.judge(Meter())
        return collect(
            asset_id, admitted.chunks, judge, store=store, find_verdicts=judge.store.find, book=price_book()
        )

    def run_chunk(self, file: PostsFile, chunk: Any, body: bytes, store: DocumentStore) -> None:
        meter = Meter()
        judge_chunk(
            file,
            chunk,
            self.judge(meter),
            store=store,
            open_file=lambda: io.BytesIO(body),
            meter=meter,
            used=lambda: {"lambda:request": 1.0},
        )

    def decisions(self, asset_id: str = "posts-1") -> list[dict[str, Any]]:
        body = self.s3.objects["results", f"assets/{asset_id}/1/decisions.jsonl"]
        return [json.loads(line) for line in body.decode().splitlines()]


def lines(*texts: str) -> bytes:
    """A file of JSON lines, a post each."""
    return b"".join(
        json.dumps({"id": f"p{number}", "text": text}).encode() + b"\n"
        for number, text in enumerate(texts, 1)
    )
