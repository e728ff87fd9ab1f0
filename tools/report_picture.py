"""Draws the picture of a report that README.md shows: of the demo's mug, in headless Chromium.

    make demo && .venv/bin/python -m tools.report_picture .braid/reports/mug-*/report.html

It needs the developers' tools (`make setup-dev`) and Chromium, or the program that BRAID_CHROMIUM names.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

_PICTURE = Path(__file__).resolve().parents[1] / "docs" / "report-of-a-mug.png"
_WIDTH, _HEIGHT = 900, 1090


def main() -> None:
    """Draws the upper part of the page that the first argument names."""
    page_path = Path(sys.argv[1]).resolve()
    browser_path = os.environ.get("BRAID_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        # Chromium refuses its sandbox to root, which containers run as; the page is our own.
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, color_scheme="light")
        page.goto(page_path.as_uri(), wait_until="networkidle")
        page.screenshot(path=_PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
