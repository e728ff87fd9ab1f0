"""`braid process`: features of everything below a prefix, with the price first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from braid.domain.asset.asset import DEFAULT_PROFILE
from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Seconds, Stack, chosen_target, console, out, print_json

if TYPE_CHECKING:
    from cli.processing.jobs import DeployedProcessing
    from cli.processing.planning import JobPlan

__all__ = ["process"]

_EXIT_FAILED, _EXIT_TIMEOUT = 4, 5


def process(
    uri: Annotated[
        str | None, typer.Argument(metavar="S3_URI", help="s3://bucket/prefix; none lists the jobs")
    ] = None,
    profile: Annotated[
        str, typer.Option(metavar="PROFILE", help="whose gates and keyframes hold")
    ] = DEFAULT_PROFILE,
    instance_type: Annotated[
        str, typer.Option("--type", metavar="TYPE", help="of the instances")
    ] = "ml.m5.xlarge",
    instances: Annotated[int, typer.Option(metavar="COUNT", min=1, max=20, help="how many")] = 1,
    hours: Annotated[
        float, typer.Option(metavar="HOURS", min=0.05, max=120.0, help="after which the job is stopped")
    ] = 2.0,
    again: Annotated[bool, typer.Option("--again", help="make features anew that are there")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="begin; without it only the price is printed")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="wait until the job has ended")] = False,
    timeout: Seconds = 7200.0,
    stop: Annotated[str | None, typer.Option(metavar="NAME", help="stop this job instead")] = None,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Make features of many objects in a Processing job, with the price first.

    Keyframes and passages of everything below a prefix, as the steps make them, with no AI service asked:
    `braid dataset build --from features` begins from them. Exit status with --wait: 0 where all objects were
    gone through, 4 where any failed or the job did, 5 after --timeout.
    """
    from cli.processing.jobs import find_processing

    if stop is not None and uri is not None:
        raise CommandError("give either S3_URI or --stop NAME", exit_code=EXIT_MISUSE)
    place = None if uri is None else _place(uri)
    deployed = find_processing(chosen_target(stack))
    if stop is not None:
        deployed.stop(stop)
        console.print(f"[dim]{stop} is being stopped[/]", highlight=False)
    elif place is None:
        for job in deployed.jobs():
            print_json({"name": job["ProcessingJobName"], "status": job["ProcessingJobStatus"]}, indent=None)
    else:
        plan = _plan(deployed, place, instance_type, instances, hours)
        if not yes:
            _print(as_json, plan.as_json())
            console.print("[dim]nothing was begun; --yes begins the job[/]", highlight=False)
            return
        console.print(
            f"[dim]{len(plan.objects):,} objects, ${plan.expected_usd:.2f} expected, ${plan.bound_usd:.2f} "
            f"at most ({plan.priced_as})[/]",
            highlight=False,
        )
        name = _begin(deployed, plan, profile, again=again)
        if wait:
            _wait(deployed, name, timeout, as_json=as_json)
        else:
            _print(as_json, {"name": name, "status": "InProgress", **plan.as_json()})


def _plan(
    deployed: DeployedProcessing, place: tuple[str, str], instance_type: str, instances: int, hours: float
) -> JobPlan:
    from cli.costs.prices import price_book
    from cli.processing.planning import list_objects, plan_job

    bucket, prefix = place
    objects = list_objects(deployed.target, bucket, prefix)
    if not objects:
        raise CommandError(f"there is nothing below s3://{bucket}/{prefix}", exit_code=EXIT_MISUSE)
    return plan_job(objects, price_book(), instance_type=instance_type, instance_count=instances, hours=hours)


def _begin(deployed: DeployedProcessing, plan: JobPlan, profile: str, *, again: bool) -> str:
    from datetime import UTC, datetime

    from cli.costs.planning import knobs_of_stack
    from cli.dropping.drop import check_profile

    if deployed.target.is_local:
        check_profile(profile)
    name = deployed.new_name(datetime.now(UTC).strftime("%Y%m%dT%H%M%S"))
    deployed.begin(name, plan, knobs_of_stack(deployed.target), profile, again=again)
    return name


def _wait(deployed: DeployedProcessing, name: str, timeout: float, *, as_json: bool) -> None:
    from cli.costs.prices import price_book

    found = deployed.follow(name, timeout_seconds=timeout)
    _print(as_json, deployed.told(found, price_book()))
    status = found["ProcessingJobStatus"]
    if status != "Completed":
        raise typer.Exit(_EXIT_FAILED if status in ("Failed", "Stopped") else _EXIT_TIMEOUT)


def _place(uri: str) -> tuple[str, str]:
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    if not uri.startswith("s3://") or not bucket:
        raise CommandError(f"{uri!r} isn't s3://bucket/prefix", exit_code=EXIT_MISUSE)
    return bucket, prefix


def _print(as_json: bool, told: dict[str, Any]) -> None:
    if as_json or not out.is_terminal:
        print_json(told, indent=None)
        return
    for key, value in told.items():
        if value is not None:
            shown = f"{value:,}" if isinstance(value, int) else str(value)
            out.print(f"{key.replace('_', ' '):18}{shown}", highlight=False)
