"""`braid tune run`: begin a run, from a folder of data or from what reviewers decided."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.errors import EXIT_MISUSE, EXIT_PROBLEMS, CommandError
from cli.options import Json, Stack, chosen_target, console, out, print_json

if TYPE_CHECKING:
    from cli.tuning.data_folder import PreparedRun

__all__ = ["run"]


def run(
    name: Annotated[str, typer.Argument(metavar="NAME", help="what is tuned, such as a profile's name")],
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="FOLDER",
            help="train.jsonl, validation.jsonl, gen_qa.jsonl; default: NAME's reviews",
        ),
    ] = None,
    days: Annotated[
        int, typer.Option(metavar="DAYS", min=1, help="without --data: reviews of so many UTC days")
    ] = 90,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", metavar="FOLDER", help="without --data: where the data set is kept"),
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="a hyperparameter")
    ] = None,
    allow: Annotated[
        list[str] | None, typer.Option("--allow", metavar="RULE", help="let findings of a rule be warnings")
    ] = None,
    hours: Annotated[
        int, typer.Option("--hours", min=0, max=72, help="keep throughput of a picture model for so long")
    ] = 0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="check the data and say what it would cost; nothing begins")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="follow the run to its end")] = False,
    timeout: Annotated[
        float,
        typer.Option("--timeout", metavar="SECONDS", min=0, help="stop waiting after this many seconds"),
    ] = 86_400.0,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Begin a run: check, estimate, train, compare, and put into use what is better.

    Without --data the data set is made of what people approved and corrected in the profile NAME. With --wait
    the exit status is 0 where the tuned model is in use, 3 where it is no better or the run was refused, 4
    where it failed, 5 where it goes on. --dry-run: 3 where the data has problems.
    """
    from braid.runtime.library import profile_names
    from cli.tuning.data_folder import Wanted, prepare_run, put_run
    from cli.tuning.deployed_tuning import find_tuning
    from cli.tuning.following import EXIT_BY_STATUS, follow
    from cli.tuning.reviewed_data import put_reviews

    if data is not None and keep is not None:
        raise CommandError("--keep is for a data set made of reviews: no --data", exit_code=EXIT_MISUSE)
    hyperparameters, rules = _pairs(set_ or []), _rules(allow or [])
    tuning = find_tuning(chosen_target(stack))
    with tempfile.TemporaryDirectory() as scratch:
        folder = data or keep or Path(scratch)
        if data is None:
            put_reviews(tuning.target, name, folder, days=days, tell=_tell)
        wanted = Wanted(
            name=name,
            folder=folder,
            hyperparameters=hyperparameters,
            profile=name if name in profile_names() else "",
            provisioned_hours=hours,
            allowed_rules=rules,
        )
        prepared = prepare_run(wanted, bucket=tuning.target.results_bucket, now=datetime.now(UTC))
        if dry_run:
            raise typer.Exit(_rehearse(prepared, as_json=as_json))
        put_run(tuning, prepared, tell=_tell)
    plan = prepared.plan
    tuning.start(plan)
    _tell(f"run {plan.run_id} has begun")
    if not wait:
        if as_json:
            print_json({"run_id": plan.run_id, "status": "RUNNING"})
        return
    end = follow(tuning, plan.run_id, timeout_seconds=timeout, tell=_tell)
    if as_json:
        print_json({"run_id": end.run_id, "status": end.status, "reason": end.reason})
    else:
        out.print(f"{end.run_id}: {end.status}: {end.reason}", highlight=False)
        if end.status == "REGISTERED" and plan.profile:
            _tell(f"`braid models --use {plan.name}` lets the profile ask it, once it is deployed")
    if EXIT_BY_STATUS[end.status]:
        raise typer.Exit(EXIT_BY_STATUS[end.status])


def _rehearse(prepared: PreparedRun, *, as_json: bool) -> int:
    """What the run's first two states would say; the exit status."""
    from braid.domain.tuning.data_check import check_run_data
    from braid.domain.tuning.estimate import DataSize, estimate
    from cli.costs.prices import price_book
    from cli.tuning.shown import show_estimate

    plan = prepared.plan
    files = (plan.training, plan.validation, plan.evaluation)
    lines = {claim: prepared.files[claim.key].splitlines() for claim in files}
    report, problems = check_run_data(plan, lines)
    size = DataSize(
        report.training_rows,
        report.training_characters,
        report.evaluation_rows,
        report.evaluation_characters,
    )
    found = estimate(plan, size, price_book())
    if as_json:
        rows = {"training": report.training_rows, "validation": report.validation_rows}
        print_json(
            {
                "rows": {**rows, "evaluation": report.evaluation_rows},
                "problems": problems,
                "warnings": list(report.warnings),
                "estimated_usd": found.total_usd,
                "unknown_prices": list(found.unknown),
            }
        )
    else:
        for text in (*problems, *report.warnings):
            _tell(text)
        out.print(
            f"{report.training_rows} rows to train with, {report.validation_rows} to validate,"
            f" {report.evaluation_rows} to compare on",
            highlight=False,
        )
        show_estimate(out, found)
    return EXIT_PROBLEMS if problems else 0


def _pairs(given: list[str]) -> dict[str, str]:
    pairs = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not key.strip() or not value.strip():
            raise CommandError(f"--set takes KEY=VALUE, not {text!r}", exit_code=EXIT_MISUSE)
        pairs[key.strip()] = value.strip()
    return pairs


def _rules(given: list[str]) -> tuple[str, ...]:
    from braid.domain.datasets.checking import ALLOWABLE

    known = sorted(rule.value for rule in ALLOWABLE)
    for text in given:
        if text not in known:
            raise CommandError(
                f"--allow takes one of {', '.join(known)}, not {text!r}", exit_code=EXIT_MISUSE
            )
    return tuple(given)


def _tell(text: str) -> None:
    console.print(text, highlight=False)
