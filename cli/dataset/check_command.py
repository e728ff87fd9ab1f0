"""`braid dataset check`: every line that a tuning job or an evaluation would stumble over, before it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from braid.domain.datasets.checking import CheckOptions, FileCheck
from braid.domain.datasets.comparing import compare_files
from braid.domain.datasets.formats import DatasetFormat, DatasetRole
from braid.domain.datasets.problems import Problem
from cli.dataset.files import check_path, read_policy, rules_named
from cli.errors import EXIT_MISUSE, EXIT_PROBLEMS, CommandError
from cli.options import Json, Stack, console, out, print_json

__all__ = ["Format", "check", "look_of"]

Format = Annotated[DatasetFormat, typer.Option("--for", metavar="FORMAT", help=" | ".join(DatasetFormat))]
_IN_S3 = "s3"
_MOST_CLASSES = 8


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines")],
    kind: Format,
    role: Annotated[
        DatasetRole | None,
        typer.Option(metavar="ROLE", help="train (the default), validation or evaluation (that of gen-qa)"),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="the training file, of which nothing may be in FILE"),
    ] = None,
    uri: Annotated[
        str | None, typer.Option(metavar="S3_URI", help="where FILE will lie: media must be in its bucket")
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="the service role's IAM policy: every medium must be inside it"),
    ] = None,
    pictures: Annotated[
        str | None,
        typer.Option(metavar="PLACE", help=f"where to open pictures: a folder, or {_IN_S3} for S3 itself"),
    ] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE", help="make the findings of a rule warnings, such as personal-data"),
    ] = None,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Check a data set before a job is started on it.

    Each problem is printed with its line and rule, all wrong keys of a line together; line 0 is the file as a
    whole. The exit status is 3 where there are problems, 0 where there are none or only warnings.
    """
    options = CheckOptions(
        dataset_uri=_dataset_uri(uri),
        policy=read_policy(policy),
        look=look_of(pictures, stack),
        allowed=rules_named(allow or ()),
    )
    role = role or _usual_role(kind, against)
    found = check_path(file, kind, role, options)
    problems = list(found.problems)
    if against is not None:
        trained_on = DatasetFormat.NOVA_TEXT if kind is DatasetFormat.GEN_QA else kind
        train = check_path(against, trained_on, DatasetRole.TRAIN, replace(options, dataset_uri=None))
        problems += [
            replace(each, is_warning=each.rule in options.allowed) for each in compare_files(train, found)
        ]
        problems.sort(key=lambda each: each.line)
    _print(problems, as_json=as_json)
    if not as_json:
        _summarise(file, found, problems)
    if any(not each.is_warning for each in problems):
        raise typer.Exit(EXIT_PROBLEMS)


def _usual_role(kind: DatasetFormat, against: Path | None) -> DatasetRole:
    if kind is DatasetFormat.GEN_QA:
        return DatasetRole.EVALUATION
    return DatasetRole.VALIDATION if against else DatasetRole.TRAIN


def _dataset_uri(uri: str | None) -> str | None:
    from braid.domain.datasets.rules.role_policy import bucket_and_key

    try:
        return uri and "s3://{}/{}".format(*bucket_and_key(uri))
    except ValueError as error:
        raise CommandError(f"--uri: {error}", exit_code=EXIT_MISUSE) from error


def look_of(pictures: str | None, stack: str | None) -> Callable[[str], Any] | None:
    """What opens pictures where ``--pictures`` says. Raises ``CommandError`` where that is no place."""
    if pictures is None:
        return None
    from cli.dataset.pictures import in_folder, in_s3  # imports Pillow, which help does without

    if pictures == _IN_S3:
        from cli.options import chosen_target

        return in_s3(chosen_target(stack).s3)
    folder = Path(pictures)
    if not folder.is_dir():
        raise CommandError(f"--pictures: {folder} is no folder", exit_code=EXIT_MISUSE)
    return in_folder(folder)


def _print(problems: list[Problem], *, as_json: bool) -> None:
    for each in problems:
        if as_json:
            row = {"line": each.line, "rule": each.rule.value, "problem": each.problem}
            print_json({**row, "is_warning": each.is_warning}, indent=None)
        else:
            where = f"line {each.line}" if each.line else "file"
            level = "warning: " if each.is_warning else ""
            out.print(f"{where}: {level}{each.problem}  [{each.rule}]", markup=False, highlight=False)


def _summarise(file: Path, found: FileCheck, problems: list[Problem]) -> None:
    warnings = sum(each.is_warning for each in problems)
    classes = ", ".join(f"{name} {count:,}" for name, count in list(found.labels.items())[:_MOST_CLASSES])
    more = f" and {len(found.labels) - _MOST_CLASSES:,} more" if len(found.labels) > _MOST_CLASSES else ""
    console.print(
        f"{file}: {found.line_count:,} lines, {len(problems) - warnings:,} problems, {warnings:,} warnings"
        + (f"; classes: {classes}{more}" if classes else ""),
        markup=False,
        highlight=False,
    )
