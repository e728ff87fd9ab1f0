"""Rules about a file as a whole: its name, how many lines it has, how they are spread over classes."""

from __future__ import annotations

from collections.abc import Mapping

from braid.domain.datasets.formats import COUNT_BOUNDS, DatasetFormat, DatasetRole
from braid.domain.datasets.problems import Problem, Rule

__all__ = ["ENOUGH_FOR_LORA", "GEN_QA_NAME", "file_problems"]

GEN_QA_NAME = "gen_qa.jsonl"
# Found in customising Nova Lite for moderation by LoRA: 10,000 examples sufficed, 28,000 overfitted
# (AWS blog, "Customizing text content moderation with Amazon Nova", 2025).
ENOUGH_FOR_LORA, OVERFITTED = 10_000, 28_000
_LOPSIDED = 10
# Answers are classes where they repeat: so many different ones, of so many lines each, at least.
_MOST_CLASSES, _LEAST_PER_CLASS = 1_000, 2


def file_problems(
    kind: DatasetFormat,
    role: DatasetRole,
    line_count: int,
    labels: Mapping[str, int],
    file_name: str | None,
) -> list[Problem]:
    """What is wrong with the file, at line 0."""
    found = []
    if kind is DatasetFormat.GEN_QA and file_name not in (None, GEN_QA_NAME):
        said = f"the evaluation reads one file of the name {GEN_QA_NAME}, not {file_name}"
        found.append(Problem(0, Rule.NAME, said))
    if not line_count:
        found.append(Problem(0, Rule.EMPTY, "the file is empty"))
    bounds = COUNT_BOUNDS.get((kind, role))
    if bounds is not None and (said_of_count := bounds.problem(line_count, "lines")):
        found.append(Problem(0, Rule.COUNT, said_of_count))
    if kind is DatasetFormat.NOVA_TEXT and role is DatasetRole.TRAIN and line_count > ENOUGH_FOR_LORA:
        said = (
            f"{line_count:,} examples: {ENOUGH_FOR_LORA:,} suffice for LoRA, {OVERFITTED:,} overfitted"
            f" where that was tried; `braid dataset split --limit {ENOUGH_FOR_LORA}` draws them by class"
        )
        found.append(Problem(0, Rule.COUNT, said, is_warning=True))
    return found + _balance(kind, labels)


def _balance(kind: DatasetFormat, labels: Mapping[str, int]) -> list[Problem]:
    total = sum(labels.values())
    if not labels or len(labels) > _MOST_CLASSES or total < _LEAST_PER_CLASS * len(labels):
        return []
    (most, many), (least, few) = (choose(labels.items(), key=lambda item: item[1]) for choose in (max, min))
    if len(labels) == 1:
        said = f"every answer is {most!r:.60}: there is nothing to tell apart"
        return [Problem(0, Rule.BALANCE, said, is_warning=kind is DatasetFormat.GEN_QA)]
    if many > _LOPSIDED * few:
        said = (
            f"classes are lopsided: {most!r:.60} has {many:,} examples, {least!r:.60} {few:,}"
            f" (of {len(labels):,} classes)"
        )
        return [Problem(0, Rule.BALANCE, said, is_warning=True)]
    return []
