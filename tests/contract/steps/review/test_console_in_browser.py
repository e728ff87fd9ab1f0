"""Twenty answers reviewed by keyboard alone, and every view looked at by axe-core at both widths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from braid.domain.asset.asset import AssetKind, AssetRef, AssetStatus, Source
from braid.runtime.now import utc_now
from braid.store.records import RecordClosing
from console.catalogue import VIEWS
from lambdas.review import handler_decide
from tests.browser.conftest import Visit
from tests.browser.test_access import violations
from tests.contract.console.what_was_made import Tuning, admit_media, judge_posts, make_picture, tune
from tests.contract.steps.review.waiting_executions import Desk
from tests.doubles.lambda_context import CONTEXT
from tests.doubles.served_console import FunctionsHere, Served, served, target_over

ANSWERS = 20
_IS_SHOWN = """() => {
  const shown = document.querySelector('#detail [data-asset]')?.dataset.asset;
  return Boolean(shown) && shown === document.querySelector('#queue .chosen')?.dataset.asset;
}"""
_OUTCOMES = "[...document.querySelectorAll('#queue .outcome:not([hidden])')].map(each => each.textContent)"


@pytest.fixture(scope="module")
def console(desk: Desk) -> Iterator[Served]:
    storage = desk.storage
    target = target_over(
        storage.session,
        storage.endpoint,
        inbox=storage.inbox,
        results=storage.results,
        table=storage.table,
        state_machine_arn=desk.machine_arn,
        functions=FunctionsHere({"review": handler_decide.handler}, CONTEXT),
    )
    vars(target)["cloudformation"] = Tuning()
    with served(target) as running:
        yield running


@pytest.fixture(scope="module")
def details(desk: Desk) -> list[str]:
    """The pages of one thing each, with something to show on them."""
    storage, now = desk.storage, utc_now()
    kinds = {"looked-posts": "moderation", "looked-draft": "generate", "looked-film": "general"}
    for name, profile in kinds.items():
        asset = AssetRef(name, 1, profile, Source("inbox", f"inbox/{profile}/{name}.jsonl", "v1"))
        kind = AssetKind.POSTS if name == "looked-posts" else None
        storage.records.put_received(asset, received_at=now, now=now, kind=kind)
        storage.records.close(asset, RecordClosing(AssetStatus.SUCCEEDED, None, None, "arn:x"), now=now)
    judge_posts(storage, "looked-posts", "I will stab you", "lovely")
    make_picture(storage, "looked-draft")
    admit_media(storage, "looked-film", b"", "video/mp4")
    tune(storage, "looked-run", has_ended=True)
    return [
        *("/posts/looked-posts", "/generation/looked-draft", "/assets/looked-film"),
        *("/tuning/looked-run", "/assets/nobody"),
    ]


@pytest.fixture
def page(chromium: Browser, console: Served) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.goto(console.access.url)
    yield opened
    context.close()


def until(page: Page, script: str) -> None:
    for _ in range(600):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {script}")


@pytest.mark.slow
def test_twenty_answers_are_reviewed_by_keyboard_alone(
    page: Page, console: Served, desk: Desk, folder: str
) -> None:
    waiting = {each.asset.asset_id: each for each in (desk.wait(f"{folder}/{at}") for at in range(ANSWERS))}
    page.goto(f"http://127.0.0.1:{console.access.port}{console.access.base}/review")
    pressed: dict[str, str] = {}
    while len(pressed) < ANSWERS:
        until(page, "document.querySelector('#queue .chosen')")
        asset_id = page.evaluate("document.querySelector('#queue .chosen').dataset.asset")
        if asset_id not in waiting:  # another test's, of which nothing may be left to show
            page.keyboard.press("j")
            until(page, f"document.querySelector('#queue .chosen').dataset.asset !== '{asset_id}'")
            continue
        until(page, _IS_SHOWN)
        decision = "reject" if len(pressed) % 5 == 4 else "approve"
        page.keyboard.press(decision[0])
        if decision == "reject":
            until(page, "document.getElementById('reason').open")
            page.keyboard.type("the price is wrong")
            page.keyboard.press("Tab")
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
        until(page, f"document.querySelector('#queue [data-asset=\"{asset_id}\"]').matches('.settled')")
        pressed[asset_id] = decision
    # The last one is taken back and approved: nothing was sent yet.
    last = list(pressed)[-1]
    assert waiting[last].is_running
    page.keyboard.press("u")
    until(page, _IS_SHOWN)
    page.keyboard.press("a")
    pressed[last] = "approve"

    until(page, f"{_OUTCOMES}.filter(each => ['approved', 'rejected'].includes(each)).length === {ANSWERS}")

    decided: Counter[Any] = Counter()
    for asset_id, each in waiting.items():
        output = each.output()
        assert output["decision"] == pressed[asset_id]
        decided[output["decision"]] += 1
    assert decided == {"approve": ANSWERS - 3, "reject": 3}


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_view_is_for_everybody_and_asks_nobody_else(
    chromium: Browser,
    console: Served,
    desk: Desk,
    folder: str,
    details: list[str],
    width: int,
    scheme: Any,
) -> None:
    desk.wait(folder)
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    visit = Visit(context.new_page())
    visit.page.on("request", lambda request: visit.requests.append(request.url))
    visit.page.on("pageerror", lambda error: visit.said.append(str(error)))
    home = f"http://127.0.0.1:{console.access.port}{console.access.base}"
    visit.page.goto(console.access.url)
    # A look takes a second: pages of one thing are seen at both widths and in both themes, not in each pair.
    paths = [view.path for view in VIEWS] + (details if (width == 390) == (scheme == "dark") else [])
    for path in paths:
        visit.page.goto(home + path)
        if path == "/review":
            until(visit.page, _IS_SHOWN)
        assert violations(visit) == [], path
        assert visit.value("document.documentElement.scrollWidth <= innerWidth"), path
    assert [url for url in visit.requests if not url.startswith((home, "data:"))] == []
    assert visit.said == []
    context.close()


@pytest.mark.slow
def test_what_is_veiled_is_unveiled_by_keyboard(page: Page, console: Served, details: list[str]) -> None:
    home = f"http://127.0.0.1:{console.access.port}{console.access.base}"
    page.goto(home + details[1])
    page.evaluate("document.querySelector('.veil-button').focus()")
    before = page.evaluate("getComputedStyle(document.querySelector('.veil-button img')).filter")
    page.keyboard.press("Enter")
    after = page.evaluate("getComputedStyle(document.querySelector('.veil-button img')).filter")
    page.goto(home + details[2])
    page.evaluate("document.querySelector('video').focus()")
    reached = page.evaluate("document.activeElement.tagName")
    page.evaluate("document.querySelector('.unveil').focus()")
    page.keyboard.press("Enter")

    assert ("blur" in before, after) == (True, "none")
    assert reached != "VIDEO"
    assert page.evaluate("document.activeElement.tagName") == "VIDEO"
    assert page.evaluate("document.querySelector('video').paused")
