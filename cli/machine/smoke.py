"""`braid doctor --smoke`: one short recording through a deployment, its price said first, nothing left."""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import typer
from rich.console import Console

from braid.domain.asset.asset import DEFAULT_PROFILE, AssetStatus
from cli.answers.trials import read_folder
from cli.costs.planning import knobs_of_stack, plan_asset
from cli.costs.prices import price_book
from cli.dropping.drop import plan_drop, upload
from cli.dropping.outcomes import DropOutcome
from cli.dropping.progress import follow
from cli.errors import CommandError
from cli.machine.doctor import Finding
from cli.machine.refusals import guarded
from cli.options import chosen_target, console
from cli.repair.delete_commands import delete_asset
from cli.showing.records import read_result
from cli.showing.results import get_result
from cli.target import PROJECT_ROOT, Target

__all__ = ["MAX_USD", "SAMPLE", "smoke_findings", "smoke_if_agreed", "smoke_price_usd"]

# Five seconds of speech: one sentence of the demo's talk.
SAMPLE = PROJECT_ROOT / "samples" / "smoke.m4a"
MAX_USD = 0.02
_WITHIN_SECONDS = 180.0


def smoke_price_usd(target: Target) -> float:
    """What the sample is expected to cost in this deployment, in USD at list prices. Asks for nothing paid.

    Raises ``CommandError`` where that is more than ``MAX_USD``, or where the deployment would reject it.
    """
    (asset,) = plan_drop([SAMPLE], profile=DEFAULT_PROFILE, bundle=None)
    plan = plan_asset(asset, read_folder(DEFAULT_PROFILE)[0], knobs_of_stack(target), price_book())
    if plan.reason is not None:
        raise CommandError(f"this deployment would reject the sample: {plan.reason}")
    expected = plan.estimate.expected.total_usd
    if expected > MAX_USD:
        raise CommandError(
            f"the smoke test would cost ${expected:.4f} in this deployment, and may cost ${MAX_USD:.2f}; "
            "`braid plan samples/smoke.m4a --stack NAME` says what for"
        )
    return expected


def smoke_if_agreed(stack: str | None, *, yes: bool) -> Iterator[Finding]:
    """Says the price, asks where it is to be paid, and lets the sample through; with ``yes`` without asking.

    What is in the way is a finding: what was found before shall be read all the same.
    """

    def let_through() -> Iterator[Finding]:
        target = chosen_target(stack)
        price = smoke_price_usd(target)
        paid = "here nothing is paid" if target.is_local else "your account pays it"
        console.print(
            f"The smoke test drops five seconds of speech: ${price:.4f} at AWS's list prices; {paid}"
        )
        if target.is_local or yes or typer.confirm("Drop it?"):
            yield from smoke_findings(target, console)
        else:
            yield Finding("Smoke", True, "not tried: you said no")

    needs = "what `plan --stack`, `drop`, `status`, `show` and `delete` need"
    try:
        yield from guarded("Smoke", needs, let_through)
    except CommandError as error:
        yield Finding("Smoke", False, error.message, "braid doctor --smoke again, once that is mended")


def smoke_findings(target: Target, console: Console) -> Iterator[Finding]:
    """Drops the sample, waits for its end, looks at what came of it, and deletes all of it, whatever came."""
    name = f"braid-smoke-{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}{SAMPLE.suffix}"
        shutil.copyfile(SAMPLE, path)
        (planned,) = plan_drop([path], profile=DEFAULT_PROFILE, bundle=None)
        asset_id = upload(target, planned)
    try:
        (done,) = follow(
            target,
            [(name, asset_id, DEFAULT_PROFILE)],
            timeout_seconds=_WITHIN_SECONDS,
            console=console,
        )
        yield from _looked_at(target, done)
    finally:
        kept = delete_asset(target, asset_id)
    detail = f"{len(kept.results)} objects, {len(kept.sources)} versions and {len(kept.marks)} marks are gone"
    yield Finding("Smoke: deleted", True, detail)


def _looked_at(target: Target, done: DropOutcome) -> Iterator[Finding]:
    logs = f"braid logs {done.asset_id} --stack {target.stack_name}"
    if done.status in (AssetStatus.RECEIVED, AssetStatus.PROCESSING):
        detail = f"still {done.status} after {_WITHIN_SECONDS:.0f} s"
        yield Finding("Smoke: processed", False, detail, f"braid audit --stack {target.stack_name}")
        return
    if done.status not in (AssetStatus.SUCCEEDED, AssetStatus.PARTIAL):
        yield Finding("Smoke: processed", False, f"{done.status}: {done.reason}", logs)
        return
    seconds = f" in {done.duration_seconds:.0f} s" if done.duration_seconds is not None else ""
    yield Finding("Smoke: processed", True, f"{done.status}{seconds}, {done.states_executed} states")
    for missing in done.missing or ():
        # A laptop lacks engines that AWS has: nothing to fix there.
        remedy = "" if target.is_local else f"braid doctor --stack {target.stack_name}"
        yield Finding(f"Smoke: {missing['operation']}", target.is_local, missing["reason"], remedy)
    yield _heard(target, done, logs)
    cost = done.cost_usd or 0.0
    detail = f"${cost:.4f} by the receipt"
    yield Finding(
        "Smoke: cost",
        cost <= MAX_USD,
        detail,
        "" if cost <= MAX_USD else f"braid cost --stack {target.stack_name}",
    )


def _heard(target: Target, done: DropOutcome, logs: str) -> Finding:
    """Whether words were heard: what everything after stands on."""
    result = read_result(target, done.asset_id)
    if "transcript" not in result.results:
        return Finding("Smoke: words heard", False, "there is no transcript", logs)
    transcript = json.loads(get_result(target, result, "transcript"))
    words = [word for each in transcript["utterances"] for word in each["text"].split()]
    return Finding(
        "Smoke: words heard",
        bool(words),
        f"{len(words)} words of {transcript['language_code']}",
        "" if words else logs,
    )
