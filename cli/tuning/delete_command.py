"""`braid tune delete`: everything that a run made goes, and its data; its figures stay."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Stack, chosen_target, out, print_json

__all__ = ["delete"]


def delete(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="a run's id")],
    yes: Annotated[bool, typer.Option("--yes", help="don't ask")] = False,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Delete the model that a run made, what serves it, and the run's data.

    A run that goes on is stopped first. The model isn't in use any more; a profile that names it is answered
    by its tier, until another is named and deployed. Estimate, receipt and figures of the run stay.
    """
    from cli.tuning.deployed_tuning import find_tuning

    tuning = find_tuning(chosen_target(stack))
    if run_id not in tuning.run_ids():
        raise CommandError(
            f"there is no run {run_id!r}; name it in full, as `braid models` does", exit_code=EXIT_MISUSE
        )
    if not yes:
        if not out.is_terminal:
            raise CommandError("deleting can't be undone; say --yes if you mean it", exit_code=EXIT_MISUSE)
        typer.confirm(f"Delete the model of {run_id} and its data? This can't be undone.", abort=True)
    tuning.stop(run_id)
    summary = tuning.tear_down(run_id, status="DELETED", reason="somebody deleted it")
    data = [key for key, _ in tuning.keys(f"work/tuning/{run_id}/")]
    tuning.remove(data)
    if as_json:
        print_json({"run_id": run_id, "status": "DELETED", "summary": summary, "objects": len(data)})
    else:
        out.print(f"{run_id}: {summary}; {len(data)} objects of its data", markup=False, highlight=False)
