"""`braid tune recipe`: what a job of one's own needs; `braid tune metrics`: what its evaluation left."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.errors import EXIT_MISUSE, EXIT_PROBLEMS, CommandError
from cli.options import Json, console, out, print_json

if TYPE_CHECKING:
    from braid.domain.tuning.recipes.instances import InstanceOption
    from braid.domain.tuning.recipes.job import RecipeJob
    from braid.domain.tuning.records import DataReport

__all__ = ["metrics", "recipe"]

_JOB_FILE = "job.json"
_S3_FOLDER = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[^/\s]+)+/?")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/\S+")


def recipe(
    name: Annotated[str, typer.Argument(metavar="NAME", help="the job's: letters, digits and hyphens")],
    data: Annotated[
        Path, typer.Option("--data", metavar="FOLDER", help="train.jsonl, validation.jsonl, gen_qa.jsonl")
    ],
    to: Annotated[str, typer.Option("--to", metavar="S3-FOLDER", help="where the job reads and writes")],
    role: Annotated[str, typer.Option("--role", metavar="ARN", help="the role that the job takes")],
    folder: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="where recipe.yaml and job.json are written")
    ],
    instances: Annotated[
        int, typer.Option("--instances", metavar="COUNT", help="how many ml.p5.48xlarge train: 4, 8 or 16")
    ] = 4,
    model: Annotated[
        str | None,
        typer.Option("--evaluate", metavar="S3-FOLDER", help="evaluate the tuned model there instead"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write recipe and request of a SageMaker job that tunes Nova Lite for texts on instances.

    Says what the job would cost, and which commands upload the data and begin it; does neither. The recipe is
    that of "Customizing text content moderation with Amazon Nova". The exit status is 3 where the data has
    problems.
    """
    from braid.domain.errors import InvalidInputError
    from braid.domain.tuning.recipes.instances import evaluation_option, training_options
    from braid.domain.tuning.recipes.job import evaluation_job, training_job
    from cli.costs.prices import price_book

    place = _checked("--to", to, _S3_FOLDER, "s3://BUCKET/FOLDER").rstrip("/")
    _checked("--role", role, _ROLE, "arn:aws:iam::ACCOUNT:role/NAME")
    if model is not None:
        _checked("--evaluate", model, _S3_FOLDER, "s3://BUCKET/FOLDER")
    try:
        if model is None:
            job = training_job(name, place=place, role_arn=role, instances=instances)
        else:
            job = evaluation_job(name, place=place, role_arn=role, model_uri=model)
    except InvalidInputError as error:
        raise CommandError(str(error), exit_code=EXIT_MISUSE) from error
    report = _checked_data(data, place)
    if model is None:
        options = training_options(report.training_rows, price_book())
        chosen = _chosen(options, instances)
    else:
        options = [chosen := evaluation_option(report.evaluation_rows, price_book())]
    _write(folder, job)
    commands = _commands(data, folder, job)
    if as_json:
        print_json({"commands": commands, "estimated_usd": chosen.usd, "price_source": chosen.price_source})
        return
    _show(options, chosen)
    out.print(f"recipe.yaml and {_JOB_FILE} are in {folder}. What begins the job:", highlight=False)
    for command in commands:
        out.print(f"  {command}", highlight=False, soft_wrap=True)


def metrics(
    archive: Annotated[Path, typer.Argument(metavar="FILE", help="the output.tar.gz of an evaluation")],
    as_json: Json = False,
) -> None:
    """Show the figures in what an evaluation by a recipe left."""
    from braid.aws.tuning.evaluation_archive import read_archive
    from braid.domain.errors import InvalidServiceOutputError

    try:
        found = read_archive(archive.read_bytes())
    except OSError as error:
        raise CommandError(f"{archive} can't be read: {error.strerror}", exit_code=EXIT_MISUSE) from error
    except InvalidServiceOutputError as error:
        raise CommandError(f"{archive}: {error}", exit_code=EXIT_MISUSE) from error
    if as_json:
        print_json({"metrics": found.metrics, "event_files": list(found.event_files)})
        return
    for called, figure in sorted(found.metrics.items()):
        out.print(f"{called:20} {figure:.4f}", highlight=False)
    for path in found.event_files:
        out.print(f"for TensorBoard: {path}", highlight=False)


def _checked(option: str, text: str, form: re.Pattern[str], example: str) -> str:
    if not form.fullmatch(text):
        raise CommandError(f"{option} takes {example}, not {text!r}", exit_code=EXIT_MISUSE)
    return text


def _checked_data(data: Path, place: str) -> DataReport:
    """How much there is. Ends the command where the data isn't for texts, or has problems."""
    from braid.domain.datasets.rules.role_policy import bucket_and_key
    from braid.domain.tuning.data_check import check_run_data
    from braid.domain.tuning.plan import Way
    from cli.tuning.data_folder import Wanted, prepare_run

    bucket, _ = bucket_and_key(place)
    prepared = prepare_run(Wanted("recipe", data, {}), bucket=bucket, now=datetime.now(UTC))
    plan = prepared.plan
    if plan.way is not Way.NOVA_TEXT:
        raise CommandError(
            f"{data} has pictures with captions, and the recipe trains texts; `braid tune run` takes both",
            exit_code=EXIT_MISUSE,
        )
    claims = (plan.training, plan.validation, plan.evaluation)
    lines = {claim: prepared.files[claim.key].splitlines() for claim in claims}
    report, problems = check_run_data(plan, lines)
    for text in (*problems, *report.warnings):
        console.print(text, highlight=False)
    if problems:
        raise typer.Exit(EXIT_PROBLEMS)
    return report


def _chosen(options: Sequence[InstanceOption], count: int) -> InstanceOption:
    from braid.domain.tuning.recipes.requests import INSTANCE_TYPE

    by_count = {option.count: option for option in options if option.instance_type == INSTANCE_TYPE}
    if count not in by_count:
        known = ", ".join(map(str, sorted(by_count)))
        raise CommandError(
            f"--instances takes one of {known}, not {count}: the recipe knows no other number",
            exit_code=EXIT_MISUSE,
        )
    return by_count[count]


def _write(folder: Path, job: RecipeJob) -> None:
    from braid.domain.tuning.recipes.nova_recipe import write_yaml
    from braid.domain.tuning.recipes.requests import RECIPE_FILE

    files = {RECIPE_FILE: write_yaml(job.recipe), _JOB_FILE: json.dumps(job.request, indent=2) + "\n"}
    for file_name in files:
        if (folder / file_name).exists():
            raise CommandError(
                f"{folder / file_name} is there already; --out names another folder", exit_code=EXIT_MISUSE
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file_name, text in files.items():
            (folder / file_name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{folder} can't be written: {error.strerror}", exit_code=EXIT_MISUSE) from error


def _commands(data: Path, folder: Path, job: RecipeJob) -> list[str]:
    from braid.domain.tuning.recipes.requests import RECIPE_FILE, REGION

    copies = [
        shlex.join(["aws", "s3", "cp", str((folder if name == RECIPE_FILE else data) / name), uri])
        for name, uri in job.uploads.items()
    ]
    request = f"file://{folder / _JOB_FILE}"
    begin = ["aws", "sagemaker", "create-training-job", "--region", REGION, "--cli-input-json", request]
    return [*copies, shlex.join(begin)]


def _show(options: Sequence[InstanceOption], chosen: InstanceOption) -> None:
    from rich.table import Table

    table = Table("", "instances", "hours", "USD an hour", "USD", box=None)
    for option in options:
        table.add_row(
            "*" if option is chosen else "",
            f"{option.count} x {option.instance_type}",
            f"{option.hours:g}",
            "unknown" if option.usd_per_hour is None else f"{option.usd_per_hour:.2f}",
            "unknown" if option.usd is None else f"{option.usd:.2f}",
        )
    out.print(table)
    out.print(f"price from {chosen.price_source}", highlight=False)
