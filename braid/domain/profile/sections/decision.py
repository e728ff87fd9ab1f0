"""Who may decide, and how votes become a decision: the ``[decision]`` section of ``profile.toml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from braid.domain.profile.schema_pointers import schema_at

__all__ = ["ANY_CATEGORY", "DECISION_MEMBER", "DecisionPlan", "decision_schema_problems"]

# The answer's member that holds the decision; [review] looks at the same.
DECISION_MEMBER = "decision"
ANY_CATEGORY = "*"


@dataclass(frozen=True)
class DecisionPlan:
    """The rule that a model's decision is held to; without ``ranks`` the profile decides nothing.

    ``ranks`` are the possible decisions, the mildest first. ``votes`` and ``categories`` are JSON pointers to
    lists of the answer: ``{modality, vote}`` and ``{name, severity}``, the latter held against the thresholds
    of ``policy.md``. ``rule`` makes one of the votes: the most severe, or the one that most cast, ties to the
    more severe. ``services`` says from which confidence on what Rekognition, Transcribe and Comprehend found
    asks for a decision: by category, of which ``*`` is any other. The decision is never milder than any of
    these. ``undecided`` is the decision where no model judged.
    """

    ranks: tuple[str, ...] = ()
    undecided: str = "review"
    rule: Literal["most_severe", "majority"] = "most_severe"
    votes: str = "/votes"
    categories: str = ""
    services: dict[str, dict[str, float]] = field(default_factory=dict)

    @property
    def decides(self) -> bool:
        """Whether the profile decides anything."""
        return bool(self.ranks)

    def rank(self, decision: str) -> int:
        """How severe a decision is; what is no decision counts as ``undecided``."""
        return self.ranks.index(decision if decision in self.ranks else self.undecided)

    def severest(self, *decisions: str) -> str:
        """The most severe of the decisions."""
        return max(decisions, key=self.rank)

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        if not self.decides:
            if self.services or self.categories:
                yield "decision.ranks names no decision"
            return
        if len(set(self.ranks)) < len(self.ranks) or len(self.ranks) < 2:
            yield "decision.ranks must name at least two decisions, the mildest first, each once"
        if self.undecided not in self.ranks:
            yield f"decision.undecided is {self.undecided!r}, which decision.ranks doesn't name"
        for category, thresholds in self.services.items():
            for decision, confidence in thresholds.items():
                if decision not in self.ranks or not 0 <= confidence <= 1:
                    yield (
                        f"decision.services.{category!r}: {decision} = {confidence:g} isn't one of"
                        f" {', '.join(self.ranks)} with a confidence from 0 to 1"
                    )


def decision_schema_problems(schema: Mapping[str, Any], plan: DecisionPlan) -> Iterator[str]:
    """Why the answer's schema can't hold what the plan decides by."""
    decision = schema_at(schema, f"/{DECISION_MEMBER}") or {}
    if sorted(decision.get("enum", ())) != sorted(plan.ranks):
        named = ", ".join(plan.ranks)
        yield f"answer.schema.json: {DECISION_MEMBER} must be an enum of decision.ranks: {named}"
    elif DECISION_MEMBER not in schema.get("required", ()):
        yield f"answer.schema.json: {DECISION_MEMBER} must be required"
    votes = schema_at(schema, f"{plan.votes}/0") or {}
    vote = (schema_at(votes, "/vote") or {}).get("enum", ())
    if not vote or not set(vote) <= set(plan.ranks) or schema_at(votes, "/modality") is None:
        yield f"answer.schema.json: items of {plan.votes} need modality, and vote as an enum of the ranks"
    if plan.categories:
        items = schema_at(schema, f"{plan.categories}/0") or {}
        if schema_at(items, "/name") is None or schema_at(items, "/severity") is None:
            yield f"answer.schema.json: items of {plan.categories} need name and severity"
