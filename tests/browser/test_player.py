"""A report in a real browser: moments play, captions are on, the transcript follows."""

from __future__ import annotations

import pytest

from tests.browser import assets
from tests.browser.conftest import Opening, Visit
from tests.browser.report_building import SAMPLES, Reported

CITATION = "#the-answer a.chip[data-t='12.6']"
PLAYED = "document.getElementById('player')"


@pytest.fixture(scope="module")
def talk() -> Reported:
    """The sample's talk."""
    return assets.talk()


def ready(visit: Visit) -> Visit:
    """Waits until the player knows what it plays."""
    visit.until(f"{PLAYED}.readyState >= 1")
    return visit


def test_a_citation_seeks_the_player_and_gives_it_the_focus(opened: Opening, talk: Reported) -> None:
    visit = ready(opened(talk))
    visit.page.click(CITATION)
    visit.until(f"{PLAYED}.currentTime >= 12.6 && !{PLAYED}.paused")
    assert visit.value(f"{PLAYED}.currentTime") < 14
    assert visit.value("document.activeElement.id") == "player"
    assert visit.value("location.hash") == "#t=12.6"
    # Whoever came by keyboard goes back as they came.
    visit.page.keyboard.press("Escape")
    assert visit.value(f'document.activeElement === document.querySelector("{CITATION}")')
    assert visit.requests == visit.said == []


def test_captions_are_on_from_the_start_and_show_what_is_said(opened: Opening, talk: Reported) -> None:
    visit = ready(opened(talk))
    visit.until(f"{PLAYED}.textTracks[0]?.cues?.length > 4")
    assert visit.value(f"[{PLAYED}.textTracks.length, {PLAYED}.textTracks[0].mode]") == [1, "showing"]
    visit.page.click(CITATION)
    visit.until(f"{PLAYED}.textTracks[0].activeCues.length > 0")
    assert "water the plants" in visit.value(f"{PLAYED}.textTracks[0].activeCues[0].text").replace("\n", " ")


@pytest.mark.parametrize(
    ("mark", "seconds"),
    [
        ("#u0004 a.time", 19.1),
        ("#u0004 p span", 19.1),
        ("#k0003 a.time", 13.8),
        ("#k0003 img", 13.8),
        ("#tracks a[data-t='20.3']", 20.3),
        ("#the-agreement a.time[data-t='6.5']", 6.5),
        ("#the-evidence a.time[data-t='25.1']", 25.1),
    ],
)
def test_everything_with_a_time_leads_there(
    opened: Opening, talk: Reported, mark: str, seconds: float
) -> None:
    visit = ready(opened(talk))
    visit.page.locator(mark).first.click()
    visit.until(f"{PLAYED}.currentTime >= {seconds} && {PLAYED}.currentTime < {seconds + 1.5}")


def test_the_transcript_and_the_cursor_follow(opened: Opening, talk: Reported) -> None:
    visit = ready(opened(talk))
    visit.value(f"{PLAYED}.currentTime = 26")
    visit.until("document.querySelector('#u0005 [aria-current=true]')")
    assert visit.value("document.querySelectorAll('[aria-current=true]').length") == 1
    place = float(visit.value("document.getElementById('cursor').getAttribute('x1')").rstrip("%"))
    assert place == pytest.approx(100 * 26 / 33.75, abs=0.5)
    assert visit.value("getComputedStyle(document.getElementById('cursor')).visibility") == "visible"


def test_who_scrolls_the_transcript_is_left_alone_until_they_ask(opened: Opening, talk: Reported) -> None:
    visit = ready(opened(talk, height=620))
    page_top = visit.value("scrollY")
    visit.value(f"{PLAYED}.currentTime = 26")
    visit.until("document.getElementById('transcript').scrollTop > 0")
    assert visit.value("scrollY") == page_top
    visit.page.hover("#transcript")
    visit.page.mouse.wheel(0, -2000)
    visit.until("document.getElementById('transcript').scrollTop === 0")
    assert visit.page.get_attribute("#follow", "aria-pressed") == "false"
    visit.value(f"{PLAYED}.currentTime = 28")
    visit.page.wait_for_timeout(400)
    assert visit.value("document.getElementById('transcript').scrollTop") == 0
    visit.page.click("#follow")
    visit.until("document.getElementById('transcript').scrollTop > 0")


def test_a_link_with_a_moment_opens_there_without_playing(opened: Opening, talk: Reported) -> None:
    visit = opened(talk, fragment="#t=19.5")
    visit.until(f"{PLAYED}.currentTime === 19.5")
    assert visit.value(f"{PLAYED}.paused")
    assert visit.value("document.querySelector('[aria-current=true]').closest('.utterance').id") == "u0004"


def test_the_keyboard_reaches_each_track_once_and_walks_along_it(opened: Opening, talk: Reported) -> None:
    visit = ready(opened(talk))
    stops = "document.querySelectorAll('#tracks a:not([tabindex])').length"
    assert visit.value(stops) == visit.value("document.querySelectorAll('#tracks g').length") == 4
    visit.page.locator("#tracks a:not([tabindex])").first.focus()
    visit.page.keyboard.press("ArrowRight")
    assert visit.value("document.activeElement.dataset.t") == "6.2"
    assert visit.value(stops) == 4
    visit.page.keyboard.press("Enter")
    visit.until(f"{PLAYED}.currentTime >= 6.2 && {PLAYED}.currentTime < 8")


def test_a_file_that_is_not_there_is_asked_for_and_every_link_still_leads_somewhere(
    opened: Opening, talk: Reported
) -> None:
    visit = opened(talk, has_media=False)
    visit.page.wait_for_selector("#no-media:not([hidden])")
    assert "talk.mp4 isn’t beside this page" in visit.page.inner_text("#no-media")
    visit.page.click(CITATION)
    assert visit.value("location.hash") == "#u0003"
    assert visit.value("document.querySelector(':target').id") == "u0003"
    visit.page.set_input_files("#choose", SAMPLES / "talk.mp4")
    ready(visit)
    visit.page.wait_for_selector("#no-media", state="hidden")
    visit.page.click(CITATION)
    visit.until(f"{PLAYED}.currentTime >= 12.6")


def test_what_is_embedded_plays_without_a_file(opened: Opening) -> None:
    visit = ready(opened(assets.embedded_talk(), has_media=False))
    assert visit.value(f"{PLAYED}.duration") == pytest.approx(33.75, abs=0.1)
    visit.page.click(CITATION)
    visit.until(f"{PLAYED}.currentTime >= 12.6")
    assert visit.requests == visit.said == []


def test_without_a_script_the_page_is_whole(opened: Opening, talk: Reported) -> None:
    visit = opened(talk, javascript=False)
    for words in ("Answer", "Plant the seeds in March", "Keyframes", "Receipt", "0.019016"):
        assert visit.page.get_by_text(words).first.is_visible(), words
    visit.page.click(CITATION)
    assert visit.page.url.endswith("#u0003")
    assert visit.page.locator("#u0003").is_visible()
