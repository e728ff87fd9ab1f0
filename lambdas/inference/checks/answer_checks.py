"""What is wrong with an answer: its shape, what it cites, what no evidence supports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from braid.domain.answer.answer import AnswerClaim
from braid.domain.answer.claims import find_claims, value_at
from braid.domain.evidence.observation import Evidence
from braid.domain.profile.schema_pointers import schema_at
from braid.runtime.answer_schema import schema_problem
from braid.text.languages import base_language
from braid.text.names import names_of
from lambdas.inference.checks.absences import said_after_all, unsaid
from lambdas.inference.checks.claim_check import Judgement, judge, language_of
from lambdas.inference.checks.supporting_lines import supporting_lines

__all__ = ["Findings", "check"]

# A title or a topic may name what its evidence only describes.
_NAMING = frozenset({"title", "name", "term"})
_SHORT_NAME = 4
_MAX_PROBLEMS = 12
# What a repair tells the model stands outside of the fence: of an invented id no more than an id's letters.
_ID = re.compile(r"[\w.:-]{1,40}")


@dataclass(frozen=True)
class Findings:
    """``problems`` in words that a model can act on; ``unsupported`` are the paths of claims to drop.

    An answer without problems may have ``warnings``: short names that share too few words with their
    evidence, and claims that can't be compared with it.
    ``broken_rules`` are those of the problems that are the profile's own rules.
    """

    problems: tuple[str, ...]
    unsupported: frozenset[str]
    warnings: tuple[str, ...]
    fits_schema: bool
    broken_rules: tuple[str, ...] = ()

    def also(self, broken: Sequence[str]) -> Findings:
        """The same with the profile's own rules that the answer breaks, which are told first."""
        return replace(self, problems=(*broken, *self.problems), broken_rules=tuple(broken))

    def refusing(self, misfits: Sequence[tuple[str, str]]) -> Findings:
        """The same with items, by path and reason, that a declared check of the profile refuses."""
        reasons = [reason for _, reason in misfits]
        return replace(
            self,
            problems=(*reasons, *self.problems)[:_MAX_PROBLEMS],
            unsupported=self.unsupported.union(path for path, _ in misfits),
        )


def check(
    answer: Mapping[str, Any],
    schema: Mapping[str, Any],
    evidence: Mapping[str, Evidence],
    language_code: str | None = None,
    unchecked: frozenset[str] = frozenset(),
) -> Findings:
    """Checks an answer against its schema, and every string beside ``evidence_ids`` against what it cites.

    ``language_code`` is the asset's. ``unchecked`` are members, by JSON pointer with ``*`` for any item, that
    state nothing: copied from a list of the profile. Neither do members whose schema lists their values.
    """
    misfit = schema_problem(answer, schema)
    if misfit:
        return Findings((f"the answer doesn't fit its schema: {misfit}",), frozenset(), (), fits_schema=False)
    problems: list[str] = []
    unsupported: set[str] = set()
    warnings: list[str] = []
    texts = (piece.text for piece in evidence.values())
    asset_names = names_of(texts, base_language(language_code) or "en")
    for claim in find_claims(answer):
        unknown = [name for name in claim.evidence_ids if name not in evidence]
        if unknown or not claim.evidence_ids:
            cited = ", ".join(map(_told_id, unknown[:5])) or "nothing"
            problems.append(f"{claim.path} cites {cited}: cite evidence_id values of the evidence lines only")
            unsupported.add(claim.path)
            continue
        pieces = [evidence[name] for name in claim.evidence_ids]
        for member, text in _statements(answer, schema, claim, unchecked):
            judgement = judge(text, pieces, language_code, asset_names)
            is_name = member.rsplit("/", 1)[-1] in _NAMING
            told = member if text != claim.text else claim.path
            untrue = tuple(_denied_too_much(text, pieces, evidence, language_code))
            reasons = [f"{told} {problem}" for problem in (*judgement.problems, *untrue)]
            if judgement.doubt and not untrue:
                warnings.append(f"{told} ({text!r:.80}) {judgement.doubt}: nobody knows whether that says so")
            elif not judgement.has_enough_words:
                reason = f"{told}{f' ({text!r:.80})' if is_name else ''} {_too_few(judgement)}"
                if is_name and judgement.content_count < _SHORT_NAME:
                    warnings.append(reason)
                else:
                    reasons.append(reason)
            if reasons:
                if others := supporting_lines(text, evidence, language_code, asset_names):
                    reasons.append(f"{told} is supported by {' and '.join(others)}: cite that")
                problems.extend(reasons)
                unsupported.add(claim.path)
    return Findings(
        tuple(problems[:_MAX_PROBLEMS]), frozenset(unsupported), tuple(warnings), fits_schema=True
    )


def _statements(
    answer: Mapping[str, Any], schema: Mapping[str, Any], claim: AnswerClaim, unchecked: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Each string beside a claim's ``evidence_ids`` that states something, with its pointer."""
    found = value_at(answer, claim.path) if claim.path else answer
    members = {name: value for name, value in found.items() if isinstance(value, str) and value.strip()}
    if {"name", "value"} <= members.keys():
        del members["name"]  # what a buyer filters by; the value is what is said
    for name, text in members.items():
        pointer = f"{claim.path}/{name}"
        pattern = "/".join("*" if part.isdigit() else part for part in pointer.split("/"))
        described = schema_at(schema, pattern.replace("*", "0")) or {}
        if pattern not in unchecked and not {"enum", "const", "pattern", "format"} & described.keys():
            yield pointer, text


def _denied_too_much(
    text: str, cited: Sequence[Evidence], evidence: Mapping[str, Evidence], language_code: str | None
) -> Iterator[str]:
    """What a statement says isn't said, and a line says, cited or not."""
    language = language_of(text, language_code)
    for absence in unsaid(text, cited, language):
        if (name := said_after_all(absence, evidence, language)) is not None:
            yield f"says that something isn't said ({absence.written!r:.60}), and {name} says it"


def _too_few(judgement: Judgement) -> str:
    shared, count = judgement.shared_count, judgement.content_count
    much = f"shares {shared} of its {count} words" if shared else "shares no word"
    return f"{much} with the evidence that it cites: cite what says it, or leave it out"


def _told_id(name: str) -> str:
    return repr(name) if _ID.fullmatch(name) else "what is no id"
