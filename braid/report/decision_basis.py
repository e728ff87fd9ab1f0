"""What made the decision, and what can't both be right: below the answer, whatever its schema."""

from __future__ import annotations

from collections.abc import Sequence

from braid.domain.answer.answer import Contradiction
from braid.domain.answer.decision_basis import DecisionBasis
from braid.report.links import Links
from braid.report.markup import Markup, tag
from braid.report.parts import table

__all__ = ["contradictions_part", "decision_part"]


def decision_part(decision_basis: DecisionBasis | None, links: Links) -> Markup | None:
    """The decision and its rule; beside it what the model, each modality and the services said."""
    if decision_basis is None:
        return None
    rows: list[tuple[Markup | str, ...]] = [("the model", decision_basis.model_decision, "")]
    rows += [
        (vote.modality, vote.vote if vote.cast else f"{vote.vote} (cast no vote)", "")
        for vote in decision_basis.votes
    ]
    rows += [
        (
            f"{finding.source.rsplit(':', 1)[0]}: {finding.category}, {finding.confidence:.2f}",
            finding.vote,
            links.citations([finding.evidence_id]) or "",
        )
        for finding in decision_basis.services
    ]
    return tag(
        "div",
        tag("h3", "Decision"),
        tag("p", tag("strong", decision_basis.decision), " ", decision_basis.rule, dir="auto"),
        table(("Who", "Says", "Where"), rows),
        class_="decided",
    )


def contradictions_part(contradictions: Sequence[Contradiction], links: Links) -> Markup | None:
    """Each contradiction in words, with where both sides are."""
    if not contradictions:
        return None
    items = (
        tag("li", item.reason, " ", links.citations(item.evidence_ids), dir="auto") for item in contradictions
    )
    return tag("div", tag("h3", "Contradictions"), tag("ul", *items), class_="decided")
