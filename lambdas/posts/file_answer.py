"""A file of posts as one answer for people: what came of it, with a sample of the posts to look at. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from braid.domain.answer.answer import Answer, AnswerClaim, RouteStep
from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence, Observation
from braid.domain.evidence.timeline import Segment, Timeline
from braid.domain.money.accounting import Usage
from braid.domain.posts.decisions import PostsSummary, SampledPost
from braid.domain.profile.profile import Profile
from braid.domain.span import WHOLE

__all__ = ["FileAnswer", "answer_of"]


@dataclass(frozen=True)
class FileAnswer:
    """The answer, what it cites, and why a person has to look at it first, if one has to."""

    answer: Answer
    timeline: Timeline
    review_reasons: tuple[str, ...]


def answer_of(
    summary: PostsSummary,
    sampled: Sequence[SampledPost],
    profile: Profile,
    *,
    tier: str,
    usage: tuple[Usage, ...],
    problems: Sequence[str],
) -> FileAnswer:
    """One item for a reviewer, whatever the number of posts: those to be looked at first, then the severest.

    Nothing in it is a decision about the file: each line has its own.
    """
    ranks = profile.decision.ranks
    first = list(dict.fromkeys([profile.decision.undecided, *reversed(ranks)]))
    ordered = sorted(
        (item for item in sampled if item.decision.decision != ranks[0]),
        key=lambda item: (first.index(str(item.decision.decision)), item.decision.line),
    )
    evidence = tuple(_evidence(number, item) for number, item in enumerate(ordered, 1))
    by_rank: dict[str, list[tuple[SampledPost, Evidence]]] = {rank: [] for rank in first}
    for item, piece in zip(ordered, evidence, strict=True):
        by_rank[str(item.decision.decision)].append((item, piece))
    told = {
        rank: [(_told(item), (piece.evidence_id,)) for item, piece in pairs]
        for rank, pairs in by_rank.items()
    }
    headline = _headline(summary, profile)
    answer = {
        "summary": headline,
        "lines": summary.lines,
        "rejected_lines": summary.rejected,
        "decisions": summary.decisions,
        "categories": summary.categories,
        "posts": {
            rank: [{"text": text, "evidence_ids": list(ids)} for text, ids in items]
            for rank, items in told.items()
            if items
        },
    }
    claims = tuple(
        AnswerClaim(text, ids, f"/posts/{rank}/{index}")
        for rank, items in told.items()
        for index, (text, ids) in enumerate(items)
    )
    is_judged = summary.unjudged < summary.lines - summary.rejected
    outcome = f"{summary.calls:,} calls, {summary.repeated:,} posts were judged before"
    return FileAnswer(
        Answer(
            profile=profile.name,
            profile_hash=profile.content_hash,
            method="model" if is_judged else "nobody",
            model_id=summary.model_id if is_judged else "",
            route=(RouteStep(summary.model_id, tier, "the tier of [posts], a post a call", outcome),),
            answer=answer,
            claims=claims,
            confidence=None,
            first_sentence=headline,
            warnings=tuple(f"Some posts were judged by nobody: {item}" for item in problems),
            usage=usage,
        ),
        _timeline(evidence),
        _review_reasons(summary, profile),
    )


def _evidence(number: int, item: SampledPost) -> Evidence:
    return Evidence(
        evidence_id=f"e{number:04d}",
        modality=Modality.TEXT,
        kind="passage",
        span=WHOLE,
        text=item.text,
        confidence=1.0,
        source=f"posts:line:{item.decision.line}",
        reason=f"line {item.decision.line}, {item.decision.decision}",
    )


def _told(item: SampledPost) -> str:
    line = f"Line {item.decision.line}"
    return f"{line}: {item.decision.reason}" if item.decision.reason else line


def _headline(summary: PostsSummary, profile: Profile) -> str:
    counts = ", ".join(f"{summary.decisions.get(rank, 0):,} {rank}" for rank in profile.decision.ranks)
    refused = f"; {summary.rejected:,} lines rejected" if summary.rejected else ""
    return f"{summary.lines - summary.rejected:,} posts: {counts}{refused}"


def _review_reasons(summary: PostsSummary, profile: Profile) -> tuple[str, ...]:
    reasons = [
        f"{_posts(summary.decisions[rank])} left to a person ({rank})"
        for rank in profile.review.decisions
        if summary.decisions.get(rank)
    ]
    if summary.unjudged:
        reasons.append(f"no model judged {summary.unjudged:,} of them")
    return tuple(reasons)


def _posts(count: int) -> str:
    return "1 post is" if count == 1 else f"{count:,} posts are"


def _timeline(evidence: tuple[Evidence, ...]) -> Timeline:
    observations = tuple(
        Observation(
            f"o{piece.evidence_id[1:]}",
            piece.modality,
            piece.kind,
            piece.span,
            piece.text,
            piece.confidence,
            piece.source,
        )
        for piece in evidence
    )
    segments = (Segment("s0001", WHOLE, tuple(item.observation_id for item in observations)),)
    return Timeline(None, segments if observations else (), observations, (), evidence, {})
