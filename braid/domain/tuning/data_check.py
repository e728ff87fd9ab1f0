"""Checks a run's three files by all rules, and each against the others; says how much there is of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from braid.domain.claim_check import Claim
from braid.domain.datasets.checking import CheckOptions, FileCheck, check_file
from braid.domain.datasets.comparing import compare_files
from braid.domain.datasets.formats import DatasetFormat, DatasetRole
from braid.domain.datasets.problems import Problem, Rule
from braid.domain.datasets.rules.role_policy import reading_policy
from braid.domain.tuning.plan import TuningPlan, Way
from braid.domain.tuning.records import DataReport

__all__ = ["check_run_data"]

_LEAST_BATCH_RECORDS = 100  # of a batch job, by which picture models are evaluated


def check_run_data(plan: TuningPlan, lines: Mapping[Claim, Sequence[bytes]]) -> tuple[DataReport, list[str]]:
    """The sizes and warnings, and a sentence for each problem; ``lines`` are those of the plan's files."""
    evaluated_as = DatasetFormat.GEN_QA if plan.way is Way.NOVA_TEXT else plan.way.data_format
    wanted = (
        ("training", plan.training, plan.way.data_format, DatasetRole.TRAIN),
        ("validation", plan.validation, plan.way.data_format, DatasetRole.VALIDATION),
        ("evaluation", plan.evaluation, evaluated_as, DatasetRole.EVALUATION),
    )
    checks: dict[str, FileCheck] = {}
    problems: list[str] = []
    warnings: list[str] = []
    sizes: dict[str, tuple[int, int]] = {}
    for called, claim, kind, role in wanted:
        own = lines[claim]
        sizes[called] = sum(1 for line in own if line.strip()), sum(map(len, own))
        options = CheckOptions(
            file_name=claim.key.rpartition("/")[2],
            dataset_uri=claim.uri,
            policy=reading_policy([claim.uri]),  # as the role that trains may
            allowed=frozenset(Rule(name) for name in plan.allowed_rules),
        )
        checks[called] = check_file(own, kind, role, options)
        problems += _told(called, checks[called].problems, warnings)
    for called in ("validation", "evaluation"):
        problems += _told(called, compare_files(checks["training"], checks[called]), warnings)
    if plan.way is Way.TITAN_IMAGE and sizes["evaluation"][0] < _LEAST_BATCH_RECORDS:
        problems.append(
            f"evaluation: a batch job asks about {_LEAST_BATCH_RECORDS} records at least, and there are"
            f" {sizes['evaluation'][0]} pairs"
        )
    report = DataReport(
        training_rows=sizes["training"][0],
        validation_rows=sizes["validation"][0],
        evaluation_rows=sizes["evaluation"][0],
        training_characters=sizes["training"][1],
        evaluation_characters=sizes["evaluation"][1],
        warnings=tuple(warnings),
    )
    return report, problems


def _told(called: str, found: Sequence[Problem], warnings: list[str]) -> list[str]:
    """A sentence for each problem; those that stop nothing go to ``warnings``."""
    told: list[str] = []
    for problem in found:
        where = f"{called}, line {problem.line}" if problem.line else called
        (warnings if problem.is_warning else told).append(f"{where}: {problem.problem}")
    return told
