"""Train against evaluation: nothing of one may be in the other, and both are written alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from braid.domain.datasets.checking import FileCheck
from braid.domain.datasets.grammar import AnswerGrammar
from braid.domain.datasets.problems import Problem, Rule

__all__ = ["compare_files"]

_MOST_SHOWN = 3
_LEAST_SHARE = 0.01


def compare_files(train: FileCheck, evaluation: FileCheck) -> tuple[Problem, ...]:
    """What is wrong with the pair; lines are those of ``evaluation``.

    Content, near duplicates and source assets of the training file are leakage. Answers and prompts have to
    be written in one way: what was tuned on another one isn't measured.
    """
    found = []
    leaked = set()
    for content, line in evaluation.contents.items():
        if content in train.contents:
            leaked.add(line)
            said = f"the same as line {train.contents[content]} of the training file"
            found.append(Problem(line, Rule.LEAKAGE, said))
    for line, other in train.near.shared_with(evaluation.near):
        if line not in leaked:
            said = f"hardly differs from line {other} of the training file"
            found.append(Problem(line, Rule.LEAKAGE, said))
    for source, line in evaluation.sources.items():
        if source in train.sources:
            said = f"made from {source}, as line {train.sources[source]} of the training file is"
            found.append(Problem(line, Rule.LEAKAGE, said))
    found += _grammars(train.grammars, evaluation.grammars)
    found += _templates(train, evaluation)
    return tuple(sorted(found, key=lambda each: each.line))


def _grammars(train: Mapping[AnswerGrammar, int], evaluation: Mapping[AnswerGrammar, int]) -> list[Problem]:
    taught, asked = _used(train), _used(evaluation)
    if not taught or not asked or asked <= taught:
        return []
    said = f"its answers are {_names(asked)}, those of the training file {_names(taught)}; use one for both"
    return [Problem(0, Rule.GRAMMAR, said)]


def _templates(train: FileCheck, evaluation: FileCheck) -> list[Problem]:
    taught, asked = train.template.parts, evaluation.template.parts
    if not taught or not asked or taught == asked:
        return []
    found = []
    for parts, where in ((taught - asked, "the training file"), (asked - taught, "this file")):
        if parts:
            shown = "; ".join(repr(part[:60]) for part in sorted(parts)[:_MOST_SHOWN])
            more = f" and {len(parts) - _MOST_SHOWN} more" if len(parts) > _MOST_SHOWN else ""
            said = f"only the prompts of {where} say {shown}{more}: one prompt for both"
            found.append(Problem(0, Rule.GRAMMAR, said))
    return found


def _used(grammars: Mapping[AnswerGrammar, int]) -> set[AnswerGrammar]:
    total = sum(grammars.values())
    return {grammar for grammar, count in grammars.items() if count >= _LEAST_SHARE * total}


def _names(grammars: Iterable[AnswerGrammar]) -> str:
    return " and ".join(sorted(each.value for each in grammars))
