"""What is wrong with an answer: its shape, what it cites, what no evidence bears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.answer import AnswerClaim
from domain.answer_claims import find_claims
from domain.observation import Evidence
from domain.words import content_terms
from lambdas.runtime.answer_schema import schema_problem

__all__ = ["Findings", "check"]

# A title or a topic may name what its evidence only describes; a statement has to share a word with it.
_STATEMENT_TERMS = 4
_MAX_PROBLEMS = 12


@dataclass(frozen=True)
class Findings:
    """``problems`` in words that a model can act on; ``unsupported`` are the paths of claims to drop.

    An answer without problems may have ``warnings``: short names that share no word with their evidence.
    ``broken_rules`` are those of the problems that are the use case's own rules.
    """

    problems: tuple[str, ...]
    unsupported: frozenset[str]
    warnings: tuple[str, ...]
    fits_schema: bool
    broken_rules: tuple[str, ...] = ()

    def also(self, broken: Sequence[str]) -> Findings:
        """The same with the use case's own rules that the answer breaks, which are told first."""
        return replace(self, problems=(*broken, *self.problems), broken_rules=tuple(broken))


def check(answer: Mapping[str, Any], schema: Mapping[str, Any], evidence: Mapping[str, Evidence]) -> Findings:
    """Checks an answer against its schema and each claim against the evidence that it cites."""
    misfit = schema_problem(answer, schema)
    if misfit:
        return Findings((f"the answer doesn't fit its schema: {misfit}",), frozenset(), (), fits_schema=False)
    problems: list[str] = []
    unsupported: set[str] = set()
    warnings: list[str] = []
    for claim in find_claims(answer):
        unknown = [name for name in claim.evidence_ids if name not in evidence]
        if unknown or not claim.evidence_ids:
            cited = ", ".join(repr(name) for name in unknown[:5]) or "nothing"
            problems.append(f"{claim.path} cites {cited}: cite evidence_id values of the evidence lines only")
            unsupported.add(claim.path)
            continue
        doubt = _doubt(claim, evidence)
        if doubt and _is_statement(claim):
            problems.append(f"{claim.path} {doubt}")
            unsupported.add(claim.path)
        elif doubt:
            warnings.append(f"{claim.path} ({claim.text!r:.80}) {doubt}")
    return Findings(
        tuple(problems[:_MAX_PROBLEMS]), frozenset(unsupported), tuple(warnings), fits_schema=True
    )


def _is_statement(claim: AnswerClaim) -> bool:
    return len(content_terms(claim.text)) >= _STATEMENT_TERMS


def _doubt(claim: AnswerClaim, evidence: Mapping[str, Evidence]) -> str:
    """Why the cited evidence doesn't bear the claim, or nothing."""
    said = content_terms(claim.text)
    cited: set[str] = set()
    for name in claim.evidence_ids:
        cited |= content_terms(evidence[name].text)
    # Numbers are compared as written; an answer in another script than its evidence can't be compared.
    if not said or not cited or _is_ascii(said) != _is_ascii(cited):
        return ""
    if not said & cited:
        return "shares no word with the evidence that it cites: cite what says it, or leave it out"
    return ""


def _is_ascii(terms: set[str] | frozenset[str]) -> bool:
    return sum(term.isascii() for term in terms) * 2 > len(terms)
