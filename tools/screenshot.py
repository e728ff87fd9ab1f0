"""A picture of a page of our own, drawn by headless Chromium, or the program that BRAID_CHROMIUM names."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

__all__ = ["screenshot"]


def screenshot(address: str, picture: Path, *, width: int, height: int, full_page: bool = False) -> None:
    """Draws the page at ``address`` into ``picture``, PNG; sizes in pixels, all of it with ``full_page``."""
    browser_path = os.environ.get("BRAID_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        # Chromium refuses its sandbox to root, which containers run as; the page is our own.
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
        page.goto(address, wait_until="networkidle")
        page.screenshot(path=picture, full_page=full_page)
        browser.close()
