"""What kills, holds up or feeds a decoder ends a process that plans, and not the console."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import pytest

from cli.dropping.drop import PlannedAsset, Upload
from cli.errors import CommandError
from console.dropping.planning_process import Limits, Planner
from console.dropping.ranged_file import BrowserFile, Ranges

TEXT = b"The Trail Runner is a light shoe. " * 20


@dataclass(frozen=True)
class Deadly(BrowserFile):
    """A file that ends the process that opens it, as a decoder's crash does."""

    def open(self, mode: str = "rb") -> BinaryIO:
        os._exit(11)


@dataclass(frozen=True)
class Endless(BrowserFile):
    """A file that nobody ever gets to the end of."""

    def open(self, mode: str = "rb") -> BinaryIO:
        threading.Event().wait()
        raise AssertionError("it never ends")


@dataclass(frozen=True)
class Growing(BrowserFile):
    """A file that takes more and more memory, as an archive bomb does."""

    def open(self, mode: str = "rb") -> BinaryIO:
        taken = []
        while True:
            taken.append(bytearray(64 * 1024**2))


@dataclass(frozen=True)
class Surprising(BrowserFile):
    """A file at which a decoder fails with an error of its own."""

    def open(self, mode: str = "rb") -> BinaryIO:
        raise ZeroDivisionError


@pytest.fixture
def planner() -> Iterator[Planner]:
    made = Planner()
    yield made
    made.rest()


def asset(file: BrowserFile) -> PlannedAsset:
    return PlannedAsset(file.name, (Upload(f"inbox/general/{file.name}", file),))


def harmless() -> BrowserFile:
    return BrowserFile("shoe.txt", Ranges(len(TEXT), {0: TEXT}))


@pytest.mark.slow
def test_after_a_crash_and_an_error_the_next_file_is_planned(planner: Planner) -> None:
    with pytest.raises(CommandError, match=r"deadly\.mp4: looking at it failed; drop other files"):
        planner.plan(asset(Deadly("deadly.mp4", Ranges(9))), "general", None)
    with pytest.raises(CommandError, match=r"odd\.mp4: looking at it failed; drop other files"):
        planner.plan(asset(Surprising("odd.mp4", Ranges(9))), "general", None)

    summary = planner.plan(asset(harmless()), "general", None)

    assert summary is not None
    assert (summary.reason, summary.media_type) == (None, "text/plain")
    assert 0 < summary.expected_usd <= summary.bound_usd


@pytest.mark.slow
def test_a_look_that_never_ends_is_ended() -> None:
    planner = Planner(Limits(seconds=0.01))  # too short for any file: it has ended without a race

    with pytest.raises(CommandError, match=r"endless\.mp4: looking at it took more than 0 s"):
        planner.plan(asset(Endless("endless.mp4", Ranges(9))), "general", None)

    assert planner._running is None


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory")
def test_a_look_that_takes_all_memory_is_ended() -> None:
    planner = Planner(Limits(memory_bytes=1024**3))
    greedy = PlannedAsset("bomb", (Upload("inbox/general/bomb", Growing("bomb", Ranges(9))),))

    with pytest.raises(CommandError, match="bomb: looking at it took more than 1 GiB of memory"):
        planner.plan(greedy, "general", None)

    assert planner._running is None


@pytest.mark.slow
def test_missing_bytes_are_named_and_no_plan_is_made_up(planner: Planner) -> None:
    file = BrowserFile("shoe.txt", Ranges(len(TEXT)))

    assert (planner.plan(asset(file), "general", None), file.ranges.needed) == (None, 0)


@pytest.mark.slow
def test_roles_in_a_bundle_are_looked_up_in_the_process_too(planner: Planner) -> None:
    absent = BrowserFile("shoe.txt", Ranges(len(TEXT)))
    assert (planner.bundle([absent], "inbox/general/", "shoes"), absent.ranges.needed) == (None, 0)
    with pytest.raises(CommandError, match="shoes: looking at it failed"):
        planner.bundle([Deadly("deadly.mp4", Ranges(9))], "inbox/general/", "shoes")

    file = harmless()
    made = planner.bundle([file], "inbox/general/", "shoes")

    assert made is not None
    assert (made.name, made.told) == ("shoes.bundle", "shoe.txt as text")
    assert made.uploads[0].path is file
