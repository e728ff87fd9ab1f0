"""Planning in a process of its own, which may die of a stranger's file and takes its memory along."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from cli.dropping.drop import PlannedAsset
from cli.errors import CommandError
from console.dropping.ranged_file import BrowserFile

__all__ = ["Planner", "Summary"]


@dataclass(frozen=True)
class Summary:
    """What would come of one asset, as the page shows it. ``reason`` is set where it would be rejected."""

    reason: str | None
    media_type: str
    modalities: tuple[str, ...]
    services: tuple[str, ...]
    latency_seconds: float
    expected_usd: float
    bound_usd: float


class Planner:
    """The process, which is started when something is planned and ended by ``rest``."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def plan(self, asset: PlannedAsset, profile: str, stack_name: str | None) -> Summary | None:
        """The plan with the knobs of ``cdk.json`` or of a stack; ``None`` where bytes are missing.

        Then ``needed`` is set at the file's ranges. Raises ``CommandError`` where the process died.
        """
        if self._pool is None:
            # A forked process would begin with the server's sockets and threads' locks.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(max_workers=1, mp_context=context)
        try:
            summary, needed = self._pool.submit(_plan, asset, profile, stack_name).result()
        except BrokenProcessPool as error:
            self._pool = None
            raise CommandError(f"{asset.name}: looking at it failed; drop other files without it") from error
        for file, start in zip(_files(asset), needed, strict=True):
            file.ranges.needed = start
        return summary

    def rest(self) -> None:
        """Ends the process, with whatever decoders have taken."""
        if self._pool is not None:
            self._pool.shutdown(wait=False)
            self._pool = None


def _files(asset: PlannedAsset) -> list[BrowserFile]:
    return [item.path for item in asset.uploads if isinstance(item.path, BrowserFile)]


def _plan(
    asset: PlannedAsset, profile: str, stack_name: str | None
) -> tuple[Summary | None, Sequence[int | None]]:
    """In the process: the summary, and of each file the block that is missing."""
    # These import decoders of films and pictures.
    from cli.answers.trials import read_folder
    from cli.costs.planning import knobs_of, knobs_of_stack, plan_asset
    from cli.costs.prices import price_book
    from cli.target import find_target

    knobs = knobs_of() if stack_name is None else knobs_of_stack(find_target(stack_name))
    needed: list[int | None] = []
    try:
        plan = plan_asset(asset, read_folder(profile)[0], knobs, price_book())
    except Exception:
        needed = [file.ranges.needed for file in _files(asset)]
        if not any(start is not None for start in needed):
            raise
        return None, needed
    # What a reader met where bytes were missing may have been taken for the file's end.
    needed = [file.ranges.needed for file in _files(asset)]
    if any(start is not None for start in needed):
        return None, needed
    return (
        Summary(
            plan.reason,
            plan.admission.media_type,
            tuple(map(str, plan.admission.modalities)),
            plan.services,
            plan.estimate.latency_seconds,
            plan.estimate.expected.total_usd,
            plan.estimate.bound.total_usd,
        ),
        needed,
    )
