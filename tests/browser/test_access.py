"""Reports are for everybody: axe-core finds nothing, phones and long recordings are no exception."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import assets
from tests.browser.conftest import Opening, Visit
from tests.browser.report_building import Reported

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MAKERS: dict[str, Callable[[], Reported]] = {
    "talk": assets.talk,
    "photo": assets.photo,
    "document": assets.agreement_paper,
    "bundle": assets.bundle,
    "partial": assets.partial,
    "disturbing": assets.disturbing,
    "rejected": assets.rejected,
}
MAX_PAGE_BYTES = 15_000_000
MAX_LOAD_MS = 15_000


def violations(visit: Visit) -> list[str]:
    """What axe-core objects to, one line each."""
    if not AXE.exists():
        pytest.skip("axe-core isn't installed: run `make setup-dev`")
    if not visit.value("'axe' in window"):
        visit.value(AXE.read_text("utf-8"))
    found = visit.value("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    return [f"{item['id']}: {item['nodes'][0]['html'][:200]}" for item in found]


# In pixels: "completeness" in letters below each other is nothing that people read.
NARROWEST_GATE_NAME = (
    "Math.min(1000, ...[...document.querySelectorAll('.gates td:first-child')].map(e => e.clientWidth))"
)


# Words up to this long stay whole: file names, names of models, operations' parts. Hidden ones aren't read.
_BROKEN_WORDS = r"""longest => {
  document.querySelectorAll('details').forEach(each => { each.open = true; });
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const broken = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const parent = node.parentElement.getBoundingClientRect();
    if (parent.width <= 1 || node.parentElement.closest('script, style, .until, h2')) continue;
    for (const word of node.data.matchAll(/[A-Za-z0-9._]+/g)) {
      if (word[0].length > longest) continue;
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const boxes = [...range.getClientRects()].filter(box => box.width > 0);
      if (new Set(boxes.map(box => Math.round(box.top))).size > 1) broken.push(word[0]);
    }
  }
  return broken;
}"""
_LONGEST_WHOLE_WORD = 16


@pytest.mark.parametrize("name", MAKERS)
def test_no_column_is_so_narrow_that_names_break_in_the_middle(opened: Opening, name: str) -> None:
    visit = opened(MAKERS[name](), has_media=False)
    for width in (390, 700, 1280):
        visit.page.set_viewport_size({"width": width, "height": 844})
        assert visit.value(_BROKEN_WORDS, _LONGEST_WHOLE_WORD) == [], f"{width} pixels"


@pytest.mark.parametrize("name", MAKERS)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(opened: Opening, name: str) -> None:
    visit = opened(MAKERS[name]())
    for scheme in ("light", "dark"):
        visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two that it knows
        for width in (1280, 390):
            visit.page.set_viewport_size({"width": width, "height": 844})
            assert violations(visit) == [], f"{scheme}, {width} pixels"
            assert visit.value("document.documentElement.scrollWidth") <= width
    assert visit.requests == []


@pytest.mark.parametrize("name", MAKERS)
def test_the_names_of_gates_stay_words_on_a_phone(opened: Opening, name: str) -> None:
    visit = opened(MAKERS[name](), has_media=False)
    visit.page.set_viewport_size({"width": 390, "height": 844})
    assert visit.value(NARROWEST_GATE_NAME) >= 60
    assert visit.value("document.documentElement.scrollWidth") <= 390


def test_every_id_is_there_once_and_every_link_leads_to_one(opened: Opening) -> None:
    for maker in MAKERS.values():
        visit = opened(maker(), has_media=False)
        ids = visit.value("[...document.querySelectorAll('[id]')].map(e => e.id)")
        links = visit.value(
            "[...document.querySelectorAll('a[href^=\"#\"]')].map(e => e.getAttribute('href'))"
        )
        assert len(ids) == len(set(ids))
        assert {link[1:] for link in links if not link.startswith("#t=")} <= set(ids)


def test_a_citation_of_a_document_leads_to_its_page(opened: Opening) -> None:
    visit = opened(assets.agreement_paper())
    visit.page.locator("#the-answer a.chip.text").first.click()
    assert visit.value("document.querySelector(':target').closest('.page') !== null")
    visit.page.locator("#the-answer a.chip.vision").first.click()
    assert visit.value("document.querySelector(':target').tagName") == "FIGURE"


@pytest.mark.slow
def test_ten_hours_stay_usable(opened: Opening) -> None:
    reported = assets.ten_hours()
    assert len(reported.page) <= MAX_PAGE_BYTES
    visit = opened(reported, has_media=False)
    loaded_ms = visit.value("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert loaded_ms < MAX_LOAD_MS
    assert (
        visit.value("Math.max(...[...document.querySelectorAll('#tracks g')].map(g => g.childElementCount))")
        < 520
    )
    visit.value("location.hash = '#t=20000'")
    visit.until("document.querySelector('[aria-current=true]')")
    inside = """() => {
        const line = document.querySelector('[aria-current=true]').getBoundingClientRect();
        const box = document.getElementById('transcript').getBoundingClientRect();
        return line.top >= box.top && line.bottom <= box.bottom;
    }"""
    visit.until(inside)
    moment = float(visit.value("document.querySelector('[aria-current=true]').dataset.t"))
    assert 19_960 < moment <= 20_000
