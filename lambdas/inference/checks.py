"""What is wrong with an answer: its shape, what it cites, what no evidence bears."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from braid.domain.answer.answer import AnswerClaim
from braid.domain.answer.claims import find_claims
from braid.domain.evidence.observation import Evidence
from braid.runtime.answer_schema import schema_problem
from braid.text.words import content_terms

__all__ = ["Findings", "check", "unsupported_reason"]

# A title or a topic may name what its evidence only describes; a statement has to share a word with it.
_STATEMENT_TERMS = 4
_UNHEARD = "shares no word with the evidence that it cites: cite what says it, or leave it out"
_MAX_PROBLEMS = 12
# What a repair tells the model stands outside of the fence: of an invented id no more than an id's letters.
_ID = re.compile(r"[\w.:-]{1,40}")


@dataclass(frozen=True)
class Findings:
    """``problems`` in words that a model can act on; ``unsupported`` are the paths of claims to drop.

    An answer without problems may have ``warnings``: short names that share no word with their evidence, and
    claims that can't be compared with it.
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

    def refusing(self, misfits: Sequence[tuple[str, str]]) -> Findings:
        """The same with items, by path and reason, that a declared check of the use case refuses."""
        reasons = [reason for path, reason in misfits if path not in self.unsupported]
        return replace(
            self,
            problems=(*self.problems, *reasons)[:_MAX_PROBLEMS],
            unsupported=self.unsupported.union(path for path, _ in misfits),
        )


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
            cited = ", ".join(map(_told_id, unknown[:5])) or "nothing"
            problems.append(f"{claim.path} cites {cited}: cite evidence_id values of the evidence lines only")
            unsupported.add(claim.path)
            continue
        said, heard = content_terms(claim.text), _cited_terms(claim, evidence)
        if said & heard:
            continue
        if not said or (heard and _is_ascii(said) != _is_ascii(heard)):
            # Numbers are compared as written; words of different scripts can't be, and some texts have none.
            why = "is in another script than the evidence that it cites" if said else "has no word to compare"
            warnings.append(f"{claim.path} ({claim.text!r:.80}) {why}: nobody knows whether that says so")
        elif len(said) >= _STATEMENT_TERMS:
            problems.append(f"{claim.path} {_UNHEARD}")
            unsupported.add(claim.path)
        else:
            warnings.append(f"{claim.path} ({claim.text!r:.80}) {_UNHEARD}")
    return Findings(
        tuple(problems[:_MAX_PROBLEMS]), frozenset(unsupported), tuple(warnings), fits_schema=True
    )


def unsupported_reason(text: str, evidence_ids: Iterable[str], evidence: Mapping[str, Evidence]) -> str:
    """Why the cited evidence doesn't bear a statement, where both can be compared; else nothing."""
    said, heard = content_terms(text), _terms_of(evidence_ids, evidence)
    if len(said) < _STATEMENT_TERMS or not heard or said & heard or _is_ascii(said) != _is_ascii(heard):
        return ""
    return _UNHEARD


def _cited_terms(claim: AnswerClaim, evidence: Mapping[str, Evidence]) -> frozenset[str]:
    return _terms_of(claim.evidence_ids, evidence)


def _terms_of(evidence_ids: Iterable[str], evidence: Mapping[str, Evidence]) -> frozenset[str]:
    known = (evidence[name] for name in evidence_ids if name in evidence)
    return frozenset(term for piece in known for term in content_terms(piece.text))


def _told_id(name: str) -> str:
    return repr(name) if _ID.fullmatch(name) else "what is no id"


def _is_ascii(terms: frozenset[str]) -> bool:
    return sum(term.isascii() for term in terms) * 2 > len(terms)
