"""The search page in a browser: its pictures are drawn, it fits, it is for everybody, and takes a picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from braid.domain.evidence.vision import ModerationCategory
from tests.browser.conftest import Visit
from tests.browser.test_access import violations
from tests.contract.console.conftest import Answering, Table
from tests.contract.console.test_search_view import (
    RETRIEVED,
    SAID,
    SEEN,
    picture,
    publish,
)
from tests.doubles.served_console import Served

_DRAWN = "[...document.querySelectorAll('.thumb img')].map(each => each.naturalWidth)"


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_hits_are_shown_with_their_pictures(
    chromium: Browser,
    table: Table,
    console: Served,
    answering: Answering,
    tmp_path: Path,
    width: int,
    scheme: str,
) -> None:
    publish(table)
    publish(table, ModerationCategory("Explicit", 0.99), name="b-talk")
    long = replace(RETRIEVED, evidence_id="https://docs.example.org/" + "a-long-address/" * 12)
    answering(SAID, SEEN, replace(SEEN, asset_id="b-talk"), long)
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]  # "light" or "dark"
        reduced_motion="reduce",
    )
    visit = Visit(context.new_page())
    visit.page.on("pageerror", lambda error: visit.said.append(str(error)))
    visit.page.goto(console.access.url)
    visit.page.goto(f"http://127.0.0.1:{console.access.port}{console.access.base}/search?text=ferry")

    def is_as_it_should_be() -> None:
        visit.until(f"{_DRAWN}.join() === '320,320'")
        assert "blur" in visit.value("getComputedStyle(document.querySelector('.veil-button img')).filter")
        assert visit.value("document.documentElement.scrollWidth <= innerWidth")
        assert violations(visit) == []

    is_as_it_should_be()
    visit.page.screenshot(path=tmp_path / "hits.png", full_page=True)
    sent = tmp_path / "harbour.png"
    sent.write_bytes(picture("navy", "PNG"))
    visit.page.evaluate("document.getElementById('found').replaceChildren()")
    visit.page.set_input_files("#by-picture", sent)
    is_as_it_should_be()
    sent.write_bytes(b"just words")
    visit.page.set_input_files("#by-picture", sent)
    visit.until("document.getElementById('found').textContent.includes('no picture')")
    assert visit.said == []
    context.close()
