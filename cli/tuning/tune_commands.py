"""`braid tune`: begin a run, follow it, approve it, compare, and see what is left."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Stack, chosen_target, console, out, print_json
from cli.tuning.leftover_command import leftovers

__all__ = ["tune_app"]

tune_app = typer.Typer(
    add_completion=False,
    help="Fit a model to labelled examples, and use it if it is better.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
RunId = Annotated[
    str | None,
    typer.Argument(
        metavar="[RUN]", help="a run's id, or its name for the newest; default: the newest of all"
    ),
]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="who decides")]


@tune_app.command()
def run(
    name: Annotated[str, typer.Argument(metavar="NAME", help="what is tuned, such as a profile's name")],
    data: Annotated[
        Path,
        typer.Option("--data", metavar="FOLDER", help="holds train.jsonl, validation.jsonl, gen_qa.jsonl"),
    ],
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="a hyperparameter")
    ] = None,
    allow: Annotated[
        list[str] | None, typer.Option("--allow", metavar="RULE", help="let findings of a rule be warnings")
    ] = None,
    hours: Annotated[
        int, typer.Option("--hours", min=0, max=72, help="keep throughput of a picture model for so long")
    ] = 0,
    wait: Annotated[bool, typer.Option("--wait", help="follow the run to its end")] = False,
    timeout: Annotated[
        float,
        typer.Option("--timeout", metavar="SECONDS", min=0, help="stop waiting after this many seconds"),
    ] = 86_400.0,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Begin a run: check, estimate, train, compare, and put into use what is better.

    With --wait the exit status is 0 where the tuned model is in use, 3 where it is no better or the run was
    refused, 4 where it failed, 5 where it goes on.
    """
    from braid.runtime.library import profile_names
    from cli.tuning.data_folder import Wanted, put_data
    from cli.tuning.deployed_tuning import find_tuning
    from cli.tuning.following import EXIT_BY_STATUS, follow

    tuning = find_tuning(chosen_target(stack))
    wanted = Wanted(
        name=name,
        folder=data,
        hyperparameters=_pairs(set_ or []),
        profile=name if name in profile_names() else "",
        provisioned_hours=hours,
        allowed_rules=_rules(allow or []),
    )
    plan = put_data(tuning, wanted, now=datetime.now(UTC), tell=_tell)
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
    if EXIT_BY_STATUS[end.status]:
        raise typer.Exit(EXIT_BY_STATUS[end.status])


@tune_app.command()
def status(run_id: RunId = None, as_json: Json = False, stack: Stack = None) -> None:
    """Say how far a run is, what it costs and what came of it."""
    from braid.domain.tuning.estimate import TuningEstimate
    from braid.domain.tuning.records import Evaluation, TuningEnd
    from cli.tuning.deployed_tuning import find_tuning
    from cli.tuning.shown import comparison_of, show_comparison, show_estimate

    tuning = find_tuning(chosen_target(stack))
    found = tuning.find_run(run_id)
    states = tuning.states(found) if tuning.status(found) else []
    cost = tuning.document(found, "estimate.json", TuningEstimate)
    measured = tuning.document(found, "evaluation.json", Evaluation)
    end = tuning.document(found, "end.json", TuningEnd)
    if as_json:
        print_json(
            {
                "run_id": found,
                "state": states[-1] if states else "",
                "status": end.status if end else "RUNNING",
                "reason": end.reason if end else "",
                "estimated_usd": cost.total_usd if cost else None,
                "comparison": comparison_of(measured) if measured else None,
            }
        )
        return
    out.print(f"{found}: {end.status + ': ' + end.reason if end else states[-1] if states else 'not begun'}")
    if cost:
        show_estimate(out, cost)
    if measured:
        show_comparison(out, measured)


@tune_app.command()
def approve(run_id: RunId = None, by: By = "", stack: Stack = None) -> None:
    """Let a waiting run spend what was estimated."""
    _decide(run_id, by, stack, approved=True)


@tune_app.command()
def reject(run_id: RunId = None, by: By = "", stack: Stack = None) -> None:
    """End a waiting run before it spends anything."""
    _decide(run_id, by, stack, approved=False)


@tune_app.command()
def compare(run_id: RunId = None, as_json: Json = False, stack: Stack = None) -> None:
    """Compare the tuned model with its base on rows that neither was trained with."""
    from braid.domain.tuning.records import Evaluation
    from cli.tuning.deployed_tuning import find_tuning
    from cli.tuning.shown import comparison_of, show_comparison

    tuning = find_tuning(chosen_target(stack))
    found = tuning.find_run(run_id)
    measured = tuning.document(found, "evaluation.json", Evaluation)
    if measured is None:
        raise CommandError(f"{found} hasn't compared anything yet: `braid tune status` says how far it is")
    if as_json:
        print_json({"run_id": found, **comparison_of(measured)})
    else:
        show_comparison(out, measured)


@tune_app.command()
def report(
    run_id: RunId = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="PATH", help="default: RUN.html")
    ] = None,
    stack: Stack = None,
) -> None:
    """Write a run's report: loss, confusion, reliability, slices, cost."""
    from cli.tuning.deployed_tuning import find_tuning
    from cli.tuning.report_file import write_report

    tuning = find_tuning(chosen_target(stack))
    found = tuning.find_run(run_id)
    path = output or Path(f"{found}.html")
    write_report(tuning, found, path)
    out.print(str(path), highlight=False)


tune_app.command()(leftovers)


def _decide(run_id: str | None, by: str, stack: str | None, *, approved: bool) -> None:
    from cli.tuning.deployed_tuning import find_tuning

    if not by.strip():
        raise CommandError("--by NAME says who decides", exit_code=EXIT_MISUSE)
    tuning = find_tuning(chosen_target(stack))
    found = tuning.find_run(run_id)
    told = tuning.decide(found, approved=approved, by=by)
    out.print(f"{found}: {told['summary']} by {by} (about ${told['usd']:.2f})", highlight=False)


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
