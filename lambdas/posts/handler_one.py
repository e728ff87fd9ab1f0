"""Behind `braid posts --one`: one post, judged while its author waits, by the same judge and policy."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from braid.domain.errors import InvalidInputError
from braid.domain.money.accounting import Meter
from braid.domain.money.receipt import price
from braid.domain.posts.decisions import decided
from braid.domain.posts.post import Post
from braid.domain.wire import encode
from braid.runtime.handler import handles
from braid.runtime.library import profile
from braid.runtime.prices import price_book
from lambdas.posts.judges import judge_of

__all__ = ["Request", "Settings", "handler"]


@dataclass(frozen=True)
class Settings:
    """Where verdicts are kept, and the model of each tier."""

    verdicts_table: str
    model_ids: dict[str, str]


@dataclass(frozen=True)
class Request:
    """The post, as a line of a file has it."""

    text: str
    profile: str
    id: str = "1"
    lang: str | None = None
    context: str | None = None


@handles(Settings, Request)
def handler(request: Request, settings: Settings) -> dict[str, Any]:
    """Output: the decision, how long it took, and what it cost."""
    began = time.monotonic()
    asked = profile(request.profile)
    if not asked.posts.accepts:
        raise InvalidInputError(f"the profile {asked.name!r} judges no posts")
    length = max(len(request.text), len(request.context or ""))
    if not request.text.strip() or length > asked.posts.max_characters:
        raise InvalidInputError(f"a post has 1 to {asked.posts.max_characters} characters, not {length}")
    meter = Meter()
    judge = judge_of(asked, meter, settings.model_ids, settings.verdicts_table)
    (judged,) = judge.judge([Post(1, request.id, request.text, request.lang, request.context)])
    decision = decided(
        judged.post,
        judged.verdict,
        judged.rules,
        asked.decision,
        judged_by=judge.route.profile_id,
        why_not=judged.why_not,
    )
    return {
        "decision": encode(decision),
        "is_repeated": judged.is_repeated,
        "cost_usd": price(meter.usage(), price_book()).total_usd,
        "milliseconds": round(1000 * (time.monotonic() - began)),
    }
