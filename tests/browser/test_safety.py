"""Nothing that an asset says or is called runs, loads or shows what it shouldn't."""

from __future__ import annotations

import pytest

from tests.browser import assets
from tests.browser.conftest import Opening

PWN = "window.__pwned=1;alert(1)"
HOSTILE = (
    f"</script><script>{PWN}</script>",
    f"<img src=x onerror='{PWN}'><svg onload='{PWN}'>",
    f'" onmouseover="{PWN}" autofocus onfocus="{PWN}" x="',
    f"</style><style>@import 'https://evil.example/x.css'</style></title><script>{PWN}</script>",
    f"--> </c><script>{PWN}</script>\n\n00:00.000 --> 99:00.000\n<b onclick={PWN}>",
    "javascript:window.__pwned=1//${script}$style\u2028\u202e",
)
NAMES = (
    "inbox/general/javascript:window.__pwned=1.mp4",
    'inbox/general/"><script>window.__pwned=1</script> #1 50%25?.mp4',
    "inbox/general/..%2f..%2fetc%2fpasswd.mp4",
    "inbox/general/data:text/html,<script>window.__pwned=1</script>",
    "inbox/general/'onerror='window.__pwned=1",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_only_words(opened: Opening, words: str) -> None:
    visit = opened(assets.talk(words=words))
    visit.until("document.getElementById('player').readyState >= 1")
    for element in ("#the-answer a.chip", "#u0002 p span", "#k0002 img", "#tracks a", "summary"):
        visit.page.locator(element).first.hover()
        visit.page.locator(element).first.click()
    assert visit.value("window.__pwned") is None
    assert visit.requests == visit.said == []
    assert visit.value("document.scripts.length") == 1
    assert words.split("\n", maxsplit=1)[0][:40] in visit.page.inner_text("#transcript")


@pytest.mark.parametrize("key", NAMES)
def test_a_hostile_name_is_only_a_name_and_its_file_still_plays(opened: Opening, key: str) -> None:
    visit = opened(assets.talk(key))
    visit.until("document.getElementById('player').readyState >= 1")
    visit.page.locator("#the-answer a.chip").first.click()
    assert visit.value("window.__pwned") is None
    assert visit.requests == visit.said == []
    assert key.rsplit("/", 1)[-1] == visit.value("document.querySelector('h1').textContent")


def test_what_is_injected_all_the_same_neither_runs_nor_loads(opened: Opening) -> None:
    """The policy, should the escaping ever fail."""
    visit = opened(assets.photo())
    visit.value(
        """() => {
            const script = document.createElement('script');
            script.textContent = 'window.__pwned = 1';
            document.body.append(script);
            const image = new Image();
            image.src = 'https://evil.example/pixel.gif';
            document.body.append(image);
            document.body.insertAdjacentHTML('beforeend', '<p onclick="window.__pwned=1" id="trap">x</p>');
            document.getElementById('trap').click();
            const style = document.createElement('style');
            style.textContent = 'h1 { display: none }';
            document.head.append(style);
        }"""
    )
    visit.page.wait_for_timeout(200)
    assert visit.value("window.__pwned") is None
    assert visit.page.locator("h1").is_visible()
    assert visit.requests == []
    assert len([line for line in visit.said if "Content Security Policy" in line]) >= 4


@pytest.mark.parametrize("javascript", [True, False])
def test_a_disturbing_picture_stays_blurred_until_it_is_asked_for(opened: Opening, javascript: bool) -> None:
    visit = opened(assets.disturbing(), javascript=javascript)
    veil = visit.page.locator("#k0001 details.veil")
    assert veil.get_attribute("open") is None
    picture = veil.locator("img")
    before = picture.screenshot()
    veil.locator("summary").focus()
    visit.page.keyboard.press("Enter")
    assert veil.get_attribute("open") is not None
    assert picture.screenshot() != before
    if javascript:
        assert visit.value("getComputedStyle(document.querySelector('#k0001 img')).filter") == "none"
        visit.page.locator("#k0001 summary").click()
        assert "blur" in visit.value("getComputedStyle(document.querySelector('#k0001 img')).filter")
    assert visit.page.locator("#k0002 img").is_visible()
    assert visit.page.locator("#k0002 details").count() == 0


def test_a_video_with_disturbing_pictures_is_shown_only_by_hand(opened: Opening) -> None:
    visit = opened(assets.disturbing())
    assert not visit.page.locator("#player").is_visible()
    visit.page.locator("#the-answer a.chip").first.click()
    visit.page.wait_for_timeout(200)
    assert not visit.page.locator("#player").is_visible()
    assert visit.value("document.getElementById('player').paused")
    visit.page.click("#player-veil summary")
    assert visit.page.locator("#player").is_visible()
