"""A browser for the tests of a file.

One driver at a time: a second beside it can't be started, and while one runs nothing else may run an event
loop in the process.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find_chromium() -> str | None:
    """Where a Chromium is: what BRAID_CHROMIUM names, else one on the PATH."""
    named = os.environ.get("BRAID_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _NAMES)), None)
    return found or (str(_MAC) if _MAC.exists() else None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser; where there is none, the tests are skipped and say how to get one."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium: apt-get install chromium, or set BRAID_CHROMIUM to one")
    from playwright.sync_api import sync_playwright  # a second to import, for a few tests

    with sync_playwright() as driver:
        # A container's root has no sandbox; what is opened here is our own page, without a network.
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--mute-audio"])
        yield browser
        browser.close()
