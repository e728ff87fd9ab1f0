"""Tuning: runs with their pictures, models in use, and the approval of what a run costs."""

from __future__ import annotations

import re

from botocore.exceptions import ClientError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cli.aws_errors import explain
from cli.errors import EXIT_MISUSE, CommandError
from cli.tuning.deployed_tuning import DeployedTuning, find_tuning
from cli.tuning.report_file import confusion_tables, read_losses, run_pictures
from cli.tuning.shown import models_of
from console.context import DENIED, Context, context_of
from console.pages import page
from console.reading.tuning_runs import Run, read_run, read_runs
from console.requests import read_json

__all__ = ["decide", "detail", "show"]

_LISTED = 25
_RUN_ID = re.compile(r"[a-z0-9-]{1,64}")
_FORBIDDEN, _CONFLICT, _UNPROCESSABLE = 403, 409, 422


def show(request: Request) -> Response:
    """The newest runs and the models in use; where nothing is tuned, how to begin."""
    tuning, trouble = _tuning(context_of(request))
    runs, count = read_runs(tuning, limit=_LISTED) if tuning else ([], 0)
    return page(
        request,
        "tuning.html",
        title="Tuning",
        runs=runs,
        run_count=count,
        models=models_of(tuning.books()) if tuning else [],
        trouble=trouble,
    )


def detail(request: Request) -> Response:
    """One run: progress, cost, comparison and pictures."""
    context = context_of(request)
    tuning, run = _run(request)
    training, validation = read_losses(tuning, run.run_id)
    found = run.evaluation
    return page(
        request,
        "tuning_run.html",
        title=run.run_id,
        run=run,
        pictures=run_pictures(found, training, validation),
        confusion=confusion_tables(found) if found and found.truth else "",
        hindrance=context.hindrance("tuning"),
    )


async def decide(request: Request) -> Response:
    """Lets a waiting run spend what was estimated, or ends it; said once the function has returned."""
    asked = await read_json(request)
    return await run_in_threadpool(_decide, request, asked.get("approved"))


def _decide(request: Request, approved: object) -> Response:
    context = context_of(request)
    if hindrance := context.hindrance("tuning"):
        return _problem(hindrance, _FORBIDDEN)
    if not isinstance(approved, bool):
        return _problem("say whether it is approved: true or false", _UNPROCESSABLE)
    try:
        tuning, run = _run(request)
        if not run.awaits_approval:
            return _problem(f"{run.run_id} isn't waiting for an approval", _CONFLICT)
        told = tuning.decide(run.run_id, approved=approved, by=context.user)
    except CommandError as error:
        return _problem(error.message, _CONFLICT)
    except ClientError as error:
        if error.response["Error"]["Code"] not in DENIED:
            raise
        return _problem(context.deny("tuning", explain(error)), _FORBIDDEN)
    return JSONResponse({"run_id": run.run_id, "said": told["summary"]})


def _run(request: Request) -> tuple[DeployedTuning, Run]:
    run_id = request.path_params["run_id"]
    if not _RUN_ID.fullmatch(run_id):
        raise CommandError("there is no such run", exit_code=EXIT_MISUSE)
    tuning = find_tuning(context_of(request).target)
    return tuning, read_run(tuning, run_id)


def _tuning(context: Context) -> tuple[DeployedTuning | None, str]:
    """The tuning of the deployment, or why there is none."""
    try:
        return find_tuning(context.target), ""
    except CommandError as error:
        return None, error.message


def _problem(sentence: str, status: int) -> Response:
    return JSONResponse({"error": sentence}, status_code=status)
