"""What kills a decoder kills a process that plans, and not the console."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import BinaryIO

import pytest

from cli.dropping.drop import PlannedAsset, Upload
from cli.errors import CommandError
from console.dropping.planning_process import Planner
from console.dropping.ranged_file import BrowserFile, Ranges

TEXT = b"The Trail Runner is a light shoe. " * 20


@dataclass(frozen=True)
class Deadly(BrowserFile):
    """A file that ends the process that opens it, as a decoder's crash does."""

    def open(self, mode: str = "rb") -> BinaryIO:
        os._exit(11)


def asset(file: BrowserFile) -> PlannedAsset:
    return PlannedAsset(file.name, (Upload(f"inbox/general/{file.name}", file),))


@pytest.mark.slow
def test_after_a_crash_the_next_file_is_planned() -> None:
    planner = Planner()
    deadly = asset(Deadly("deadly.mp4", Ranges(9)))
    harmless = asset(BrowserFile("shoe.txt", Ranges(len(TEXT), {0: TEXT})))
    try:
        with pytest.raises(CommandError, match=r"deadly\.mp4: looking at it failed"):
            planner.plan(deadly, "general", None)
        summary = planner.plan(harmless, "general", None)
    finally:
        planner.rest()

    assert summary is not None
    assert (summary.reason, summary.media_type) == (None, "text/plain")
    assert 0 < summary.expected_usd <= summary.bound_usd


@pytest.mark.slow
def test_missing_bytes_are_named_and_no_plan_is_made_up() -> None:
    planner = Planner()
    file = BrowserFile("shoe.txt", Ranges(len(TEXT)))
    try:
        summary = planner.plan(asset(file), "general", None)
    finally:
        planner.rest()

    assert (summary, file.ranges.needed) == (None, 0)
