"""One browser for all: the Chromium that is installed, headless, without a network."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.report_building import SAMPLES, Reported

_PATIENCE_SECONDS = 30


@dataclass
class Visit:
    """A report that is open in the browser, and everything that it tried to reach or said."""

    page: Page
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def value(self, script: str, argument: Any = None) -> Any:
        """What a piece of script gives in the page."""
        return self.page.evaluate(script, argument)

    def until(self, script: str) -> None:
        """Waits until a piece of script gives something true.

        The driver's own waiting evaluates strings inside the page, which the page's policy forbids.
        """
        ends = time.monotonic() + _PATIENCE_SECONDS
        while not self.value(script):
            assert time.monotonic() < ends, f"never true: {script}"
            self.page.wait_for_timeout(50)


Opening = Callable[..., Visit]


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Opening]:
    """Opens a report as the file that a person has, with its media beside it where ``has_media``.

    Whatever isn't the page or that media is recorded and refused. Console messages, uncaught errors and
    dialogs are recorded.
    """
    contexts = []

    def open_it(
        reported: Reported,
        *,
        has_media: bool = True,
        width: int = 1280,
        height: int = 900,
        scheme: str = "light",
        javascript: bool = True,
        fragment: str = "",
    ) -> Visit:
        path = tmp_path / "report.html"
        path.write_bytes(reported.page)
        allowed = {path.as_uri()}
        if has_media and reported.media is not None:
            beside = tmp_path / reported.media.file_name
            shutil.copy(SAMPLES / "talk.mp4", beside)
            allowed.add(beside.as_uri())
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]  # "light" or "dark"
            java_script_enabled=javascript,
            reduced_motion="reduce",
            offline=True,
        )
        contexts.append(context)
        visit = Visit(context.new_page())

        def guard(route: Route) -> None:
            url = route.request.url
            if url.split("#")[0] in allowed or url.startswith(("data:", "blob:")):
                route.continue_()
            else:
                visit.requests.append(url)
                route.abort()

        context.route("**/*", guard)
        visit.page.on("console", lambda message: visit.said.append(message.text))
        visit.page.on("pageerror", lambda error: visit.said.append(str(error)))
        visit.page.on("dialog", lambda dialog: (visit.said.append(dialog.message), dialog.dismiss()))
        visit.page.goto(f"{path.as_uri()}{fragment}")
        return visit

    yield open_it
    for context in contexts:
        context.close()
