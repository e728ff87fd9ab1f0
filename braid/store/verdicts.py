"""Verdicts on posts that were judged before, so that the same post is paid for once.

A key is a digest over the policy, the model and the post; an item holds categories, severities and where in
the text the telling words stand, never the text. Items expire: a verdict is as old as its policy at most.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

from braid.aws.attributes import from_attributes, to_attributes
from braid.aws.clients import client
from braid.aws.service_errors import service_errors
from braid.domain.clock import parse_iso
from braid.domain.errors import ThrottledError
from braid.domain.posts.post import Post
from braid.domain.posts.question import Rules
from braid.domain.posts.verdict import Verdict
from braid.domain.wire import decode, encode

__all__ = ["KEPT_DAYS", "VerdictStore", "verdict_key"]

KEPT_DAYS = 90
_READ_AT_ONCE, _WRITTEN_AT_ONCE = 100, 25  # what DynamoDB takes
_TRIES = 8
_FIRST_PAUSE_SECONDS = 0.05


def verdict_key(post: Post, rules: Rules, model_id: str) -> str:
    """Names the verdict of that model under those rules about a post like this one: lower-case hex."""
    asked = f"{rules.policy_hash}:{model_id}:".encode()
    return hashlib.sha256(asked + post.content_digest).hexdigest()


class VerdictStore:
    """The verdicts of one deployment."""

    def __init__(
        self, table: str, *, dynamodb: Any = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._table = table
        self._dynamodb = dynamodb or client("dynamodb")
        self._sleep = sleep

    def find(self, keys: Iterable[str]) -> dict[str, Verdict]:
        """The verdicts that there are, by key."""
        found: dict[str, Verdict] = {}
        for some in _groups(dict.fromkeys(keys), _READ_AT_ONCE):
            wanted: Any = {self._table: {"Keys": [to_attributes({"verdict_key": key}) for key in some]}}
            for pause in _pauses():
                with service_errors("dynamodb:BatchGetItem"):
                    answer = self._dynamodb.batch_get_item(RequestItems=wanted)
                for item in answer["Responses"].get(self._table, []):
                    values = from_attributes(item)
                    found[str(values["verdict_key"])] = decode(Verdict, json.loads(values["verdict"]))
                wanted = answer.get("UnprocessedKeys")
                if not wanted:
                    break
                self._sleep(pause)
            else:
                raise ThrottledError("dynamodb:BatchGetItem: some verdicts can't be read")
        return found

    def put(self, verdicts: Mapping[str, Verdict], *, now: str) -> None:
        """Keeps the verdicts for ``KEPT_DAYS``."""
        expires = int((parse_iso(now) + timedelta(days=KEPT_DAYS)).timestamp())
        for some in _groups(verdicts, _WRITTEN_AT_ONCE):
            wanted: Any = {self._table: [_put_request(key, verdicts[key], expires) for key in some]}
            for pause in _pauses():
                with service_errors("dynamodb:BatchWriteItem"):
                    wanted = self._dynamodb.batch_write_item(RequestItems=wanted).get("UnprocessedItems")
                if not wanted:
                    break
                self._sleep(pause)
            else:
                raise ThrottledError("dynamodb:BatchWriteItem: some verdicts can't be written")


def _put_request(key: str, verdict: Verdict, expires: int) -> dict[str, Any]:
    text = json.dumps(encode(verdict), ensure_ascii=False, separators=(",", ":"))
    item = to_attributes({"verdict_key": key, "verdict": text, "expires_at": expires})
    return {"PutRequest": {"Item": item}}


def _pauses() -> Iterable[float]:
    """How long to wait after each try, with full jitter."""
    return (random.uniform(0, _FIRST_PAUSE_SECONDS * 2**number) for number in range(_TRIES))


def _groups(keys: Iterable[str], size: int) -> Iterator[tuple[str, ...]]:
    left = iter(keys)
    while some := tuple(islice(left, size)):
        yield some
