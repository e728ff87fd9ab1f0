"""What is decided about the lines of a file: the shapes of ``decisions.jsonl`` and ``summary.json``."""

from __future__ import annotations

from dataclasses import dataclass, field

from braid.domain.money.accounting import Usage
from braid.domain.posts.post import Post, RejectedLine
from braid.domain.posts.question import Rules
from braid.domain.posts.verdict import Verdict, decision_of, reason_of
from braid.domain.profile.sections.decision import DecisionPlan

__all__ = ["Category", "ChunkStats", "LineDecision", "PostsSummary", "SampledPost", "decided", "rejected"]

NOT_JUDGED = "No model judged it"


@dataclass(frozen=True)
class Category:
    """A category that a post touches; its words are the characters ``[begin, end)`` of the text."""

    name: str
    severity: int
    quote: str
    begin: int
    end: int


@dataclass(frozen=True)
class LineDecision:
    """One line of ``decisions.jsonl``: a decision, or in ``rejected`` why the line is no post.

    ``judged_by`` is the model, and ``nobody`` where none gave a verdict: the decision then leaves it to a
    person. ``policy_hash`` and ``text_sha256`` name what was judged by what.
    """

    line: int
    id: str | int | None = None
    decision: str | None = None
    categories: tuple[Category, ...] = ()
    reason: str | None = None
    rejected: str | None = None
    language: str | None = None
    text_sha256: str | None = None
    policy_hash: str | None = None
    judged_by: str | None = None


@dataclass(frozen=True)
class SampledPost:
    """A decision with its post's beginning, for whoever reviews the file."""

    decision: LineDecision
    text: str


@dataclass(frozen=True)
class ChunkStats:
    """What came of one chunk, and what it used. It is written last: a chunk that has it is done."""

    lines: int
    rejected: int
    repeated: int
    calls: int
    unjudged: int
    decisions: dict[str, int]
    categories: dict[str, int]
    sampled: tuple[SampledPost, ...] = ()
    usage: tuple[Usage, ...] = ()
    problems: tuple[str, ...] = ()
    metered: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class PostsSummary:
    """What came of a file. ``repeated`` lines were judged before, in this file or an earlier one.

    ``calls`` are those of the model; ``model_usd`` is what they cost, ``usd_per_thousand`` for each thousand
    lines that were judged.
    """

    asset_id: str
    profile: str
    lines: int
    rejected: int
    decisions: dict[str, int]
    categories: dict[str, int]
    calls: int
    repeated: int
    unjudged: int
    model_id: str
    policy_hashes: dict[str, str]
    model_usd: float
    usd_per_thousand: float
    priced_as: str
    schema_version: str = "1"


def decided(
    post: Post,
    verdict: Verdict | None,
    rules: Rules,
    plan: DecisionPlan,
    *,
    judged_by: str,
    why_not: str = "",
) -> LineDecision:
    """The decision about a post; without a verdict ``why_not`` says why nobody gave one."""
    found = verdict.findings if verdict else ()
    return LineDecision(
        line=post.line,
        id=post.id,
        decision=decision_of(verdict, rules.policy, plan),
        categories=tuple(
            Category(item.category, item.severity, post.text[item.begin : item.end], item.begin, item.end)
            for item in found
        ),
        reason=(reason_of(verdict, post.text) or None) if verdict else (why_not or NOT_JUDGED),
        language=post.language,
        text_sha256=post.text_sha256,
        policy_hash=rules.policy_hash,
        judged_by=judged_by if verdict else "nobody",
    )


def rejected(line: RejectedLine) -> LineDecision:
    """What stands for a line that is no post."""
    return LineDecision(line=line.line, id=line.id, rejected=line.reason)
