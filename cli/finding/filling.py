"""Fills the search index: asset by asset, or in batches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import typer
from rich.progress import Progress

from cli.answers.batches import MIN_RECORDS
from cli.answers.trials import cost_of
from cli.errors import EXIT_MISUSE, CommandError
from cli.finding.deployed_search import DeployedSearch, not_indexed
from cli.finding.embedding_batches import (
    EmbeddingBatch,
    PreparedJob,
    embedding_batches,
    prepare,
    read_batch,
    submit,
)
from cli.options import console, out
from cli.target import Target

__all__ = ["assets_with_results", "index_all", "index_in_batches"]

_AT_ONCE = 5


def index_all(deployed: DeployedSearch) -> dict[str, Any]:
    """Indexes every asset and says how many vectors that made; what the index is now, with counts.

    ``failed`` counts the assets that aren't in the index, or not in all of it; ``left_out`` what a model gave
    no vector for.
    """
    ids = assets_with_results(deployed.target)
    names = ("vectors", "model_calls", "left_out", "unchanged", "failed")
    counts = {"assets": len(ids), **dict.fromkeys(names, 0)}
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("indexing", total=len(ids))
        for at in range(0, len(ids), _AT_ONCE):
            for asset in deployed.index("index", ids[at : at + _AT_ONCE])["assets"]:
                if reason := not_indexed(asset):
                    counts["failed"] += 1
                    console.print(f"{asset['asset_id']}: {reason}", style="red", markup=False)
                for name in ("vectors", "model_calls", "left_out"):
                    counts[name] += asset.get(name, 0)
                counts["unchanged"] += bool(asset.get("is_unchanged"))
            progress.update(bar, completed=min(len(ids), at + _AT_ONCE))
    console.print(
        f"{counts['assets']} assets: {counts['vectors']} vectors, {counts['model_calls']} made now,"
        f" {counts['unchanged']} assets unchanged, {counts['failed']} failed",
        highlight=False,
    )
    if counts["left_out"]:
        console.print(
            f"{counts['left_out']} texts or pictures have no vector: a model made nothing of them",
            highlight=False,
        )
    return {**deployed.index("status"), **{name: counts[name] for name in counts if name != "assets"}}


def index_in_batches(deployed: DeployedSearch, *, yes: bool) -> dict[str, Any]:
    """Says how far batches are, reads those that are over, and else submits what isn't embedded yet.

    Without ``yes`` the price is confirmed first. Returns what the function says of the index, with ``batch``.
    """
    batches = embedding_batches(deployed)
    if running := [batch for batch in batches if batch.is_running]:
        told = _say_how_far(running)
    elif batches:
        told = _read(deployed, batches)
    else:
        told = _submit(deployed, yes=yes)
    return {**deployed.index("status"), **told}


def assets_with_results(target: Target) -> list[str]:
    """Every asset that has results, whenever it was processed; which of them may be found is seen later."""
    pages = target.s3.get_paginator("list_objects_v2").paginate(
        Bucket=target.results_bucket, Prefix="assets/", Delimiter="/"
    )
    return [each["Prefix"].split("/")[1] for page in pages for each in page.get("CommonPrefixes", [])]


def _submit(deployed: DeployedSearch, *, yes: bool) -> dict[str, Any]:
    ids = assets_with_results(deployed.target)
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("writing what isn't embedded", total=len(ids))
        prepared = prepare(
            deployed, ids, now=datetime.now(UTC), tell=lambda count: progress.update(bar, completed=count)
        )
    wanted = [job for job in prepared if job.is_enough]
    for job in prepared:
        console.print(_priced(job), markup=False, highlight=False)
    if not wanted:
        console.print(
            f"nothing was submitted: a batch job takes at least {MIN_RECORDS} texts or pictures; `braid index"
            " --all` asks for them one by one",
            markup=False,
            highlight=False,
        )
        return {"batch": {"submitted": 0, "usd": 0.0}}
    usd = sum(job.usd for job in wanted)
    if not yes:
        if not out.is_terminal:
            raise CommandError(f"this would cost ${usd:.4f}; say --yes if you mean it", exit_code=EXIT_MISUSE)
        typer.confirm(f"Have them embedded for ${usd:.4f}, within a day?", abort=True)
    for job in wanted:
        submit(deployed, job)
    records = sum(job.records for job in wanted)
    console.print(
        f"{records} submitted; `braid index --all --batch` says how far they are, and indexes them",
        markup=False,
        highlight=False,
    )
    return {"batch": {"submitted": records, "usd": round(usd, 6)}}


def _priced(job: PreparedJob) -> str:
    what = "pictures" if job.index_name.startswith("pictures.") else "texts"
    price = (
        f"${job.usd:.4f} in a batch, at an assumed half of the price"
        if job.is_enough
        else "too few for a job"
    )
    return f"{job.records} {what} for {job.model_id}: {price}"


def _say_how_far(batches: Sequence[EmbeddingBatch]) -> dict[str, Any]:
    jobs = [job for batch in batches for job in batch.jobs]
    for job in jobs:
        message = f": {job.message}" if job.message else ""
        console.print(
            f"{job.index_name}: {job.status}, {job.done} of {job.total or '?'}{message}",
            markup=False,
            highlight=False,
        )
    return {"batch": {"running": sum(job.is_running for job in jobs)}}


def _read(deployed: DeployedSearch, batches: Sequence[EmbeddingBatch]) -> dict[str, Any]:
    kept = unanswered = calls = failed = 0
    usd = 0.0
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("indexing", total=sum(len(batch.unread) for batch in batches))
        for batch in batches:
            for job in batch.jobs:
                if job.message:
                    console.print(f"{job.index_name}: {job.status}: {job.message}", markup=False)
            for part in read_batch(deployed, batch):
                kept += part["kept"]
                unanswered += part["unanswered"]
                calls += part["model_calls"]
                failed += len(part["failed"])
                usd += cost_of(part["usage"])
                for asset_id, error in part["failed"].items():
                    console.print(f"{asset_id}: {error}", style="red", markup=False)
                progress.advance(bar)
    estimated = " estimated at AWS prices" if deployed.target.is_local else ""
    console.print(
        f"{kept} vectors from the batch for ${usd:.6f}{estimated}, {unanswered} not answered,"
        f" {calls} asked for one by one; `braid index --all` indexes what is left",
        markup=False,
        highlight=False,
    )
    counts = {"vectors": kept, "unanswered": unanswered, "model_calls": calls, "usd": round(usd, 6)}
    return {"batch": counts, "failed": failed}
