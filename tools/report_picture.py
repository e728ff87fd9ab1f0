"""Draws the picture of a report that README.md shows: of the demo's mug, in headless Chromium.

    make demo && .venv/bin/python -m tools.report_picture .braid/reports/mug-*/report.html

It needs the developers' tools (`make setup-dev`) and Chromium, or the program that BRAID_CHROMIUM names.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.screenshot import screenshot

_PICTURE = Path(__file__).resolve().parents[1] / "docs" / "report-of-a-mug.png"
_WIDTH, _HEIGHT = 900, 1090


def main() -> None:
    """Draws the upper part of the page that the first argument names."""
    parser = argparse.ArgumentParser(
        "python -m tools.report_picture", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("report", type=Path, help="report.html of an asset")
    report: Path = parser.parse_args().report
    if not report.is_file():
        parser.error(f"there is no file {report}")
    screenshot(report.resolve().as_uri(), _PICTURE, width=_WIDTH, height=_HEIGHT)


if __name__ == "__main__":
    main()
