"""`braid tune`: begin a run, follow it, approve it, compare, and see what is left."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.errors import EXIT_MISUSE, CommandError
from cli.groups import command_group
from cli.options import Json, Stack, chosen_target, out, print_json
from cli.tuning.delete_command import delete
from cli.tuning.leftover_command import leftovers
from cli.tuning.log_command import logs
from cli.tuning.recipe_command import metrics, recipe
from cli.tuning.run_command import run

__all__ = ["tune_app"]

tune_app = command_group("Fit a model to labelled examples, and use it if it is better.")
tune_app.command()(run)
RunId = Annotated[
    str | None,
    typer.Argument(metavar="RUN", help="a run's id, or its name for the newest; default: the newest of all"),
]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="who decides")]


@tune_app.command()
def status(run_id: RunId = None, as_json: Json = False, stack: Stack = None) -> None:
    """Say how far a run is, what it costs and what came of it."""
    from braid.domain.money.receipt import Receipt
    from braid.domain.tuning.estimate import TuningEstimate
    from braid.domain.tuning.records import Evaluation, TuningEnd
    from cli.tuning.deployed_tuning import find_tuning
    from cli.tuning.shown import comparison_of, show_comparison, show_estimate

    tuning = find_tuning(chosen_target(stack))
    found = tuning.find_run(run_id)
    states = tuning.states(found) if tuning.status(found) else []
    cost = tuning.document(found, "estimate.json", TuningEstimate)
    paid = tuning.document(found, "receipt.json", Receipt)
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
                "cost_usd": paid.total_usd if paid else None,
                "comparison": comparison_of(measured) if measured else None,
            }
        )
        return
    out.print(f"{found}: {end.status + ': ' + end.reason if end else states[-1] if states else 'not begun'}")
    if cost:
        show_estimate(out, cost)
    if paid:
        out.print(f"${paid.total_usd:.4f} spent so far, at AWS prices", highlight=False)
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


tune_app.command()(logs)
tune_app.command()(delete)
tune_app.command()(leftovers)
tune_app.command()(recipe)
tune_app.command()(metrics)


def _decide(run_id: str | None, by: str, stack: str | None, *, approved: bool) -> None:
    from cli.tuning.deployed_tuning import find_tuning

    if not by.strip():
        raise CommandError("--by NAME says who decides", exit_code=EXIT_MISUSE)
    tuning = find_tuning(chosen_target(stack))
    found = tuning.find_run(run_id)
    told = tuning.decide(found, approved=approved, by=by)
    out.print(f"{found}: {told['summary']} by {by} (about ${told['usd']:.2f})", highlight=False)
