"""The writer of docs/performance.md, reliability.md, engines.md, parts of search, customising and designing.

A section stands between two marks and is replaced alone, so that one benchmark can be measured again without
the others; what is written outside of the marks stays.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rows import Row, figure

__all__ = [
    "CUSTOMISING",
    "DESIGNING",
    "ENGINES",
    "PAGES",
    "PERFORMANCE",
    "RELIABILITY",
    "SEARCH",
    "Page",
    "section",
    "with_section",
    "write_section",
]

_DOCS = Path(__file__).resolve().parents[1] / "docs"
_WIDTH = 118
_NOTE = (
    "<!-- Sections are written by `make bench`; bounds in brackets are held by `make bench-check`, those of"
    " short sections\nwhere none is named. -->"
)


@dataclass(frozen=True)
class Page:
    """A page of measured sections, and how it begins before anything was measured."""

    path: Path
    title: str
    about: str

    @property
    def beginning(self) -> str:
        """The page without sections."""
        return f"# {self.title}\n\n{_wrapped(self.about)}\n\n{_NOTE}\n"


PERFORMANCE = Page(
    _DOCS / "performance.md",
    "Performance",
    "How long things take and how that grows. Times are processor time, so that other work on the machine"
    " counts little. Each section says where and when it was measured;"
    " `python -m benchmarks --page performance` measures all of them again, `make bench ARGUMENTS=NAME` one.",
)
RELIABILITY = Page(
    _DOCS / "reliability.md",
    "Reliability",
    "How often things are right, theme by theme, and what happens where they aren't. Each section says where"
    " and when it was measured; `python -m benchmarks --page reliability` measures all of them again,"
    " `make bench ARGUMENTS=NAME` one.",
)

CUSTOMISING = Page(
    _DOCS / "customising.md",
    "Customising a model",
    "What tuning gains where it was measured.",
)
DESIGNING = Page(
    _DOCS / "designing.md",
    "Designing a multimodal pipeline",
    "What each workflow pattern takes.",
)
ENGINES = Page(
    _DOCS / "engines.md",
    "Engines",
    "What answers on one machine in place of the AI services: how good it is, what it costs, and what it"
    " can't judge. `braid engines` shows what is in use on yours. Each section says where and when it was"
    " measured; `make bench` measures again.",
)

SEARCH = Page(
    _DOCS / "search.md",
    "Search",
    "How things are found again, and how well. `make bench` measures again.",
)
PAGES = {page.path.stem: page for page in (PERFORMANCE, RELIABILITY, ENGINES, SEARCH, CUSTOMISING, DESIGNING)}


def section(title: str, about: str, subject: str, rows: Sequence[Row], measured_on: str) -> str:
    """A section in Markdown: heading, how it was measured, a table with a line per name, ``measured_on``."""
    columns = list(dict.fromkeys((row.measure, row.unit) for row in rows))
    cells = {(row.name, row.measure, row.unit): _cell(row) for row in rows}
    heads = [subject, *(f"{measure} ({unit})" if unit else measure for measure, unit in columns)]
    lines = [
        [name, *(cells.get((name, *column), "–") for column in columns)]
        for name in dict.fromkeys(row.name for row in rows)
    ]
    table = [heads, ["---", *("--:" for _ in columns)], *lines]
    drawn = "\n".join(f"| {' | '.join(line)} |" for line in table)
    return f"## {title}\n\n{_wrapped(about)}\n\n{drawn}\n\n{_wrapped(measured_on)}\n"


def with_section(text: str, name: str, written: str) -> str:
    """``text`` with the section ``name`` replaced, or added at the end where it has none."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    block = f"{begin}\n{written}{end}\n"
    before, found, rest = text.partition(f"{begin}\n")
    if not found:
        return f"{text.rstrip()}\n\n{block}"
    _, closed, after = rest.partition(f"{end}\n")
    if not closed:
        raise ValueError(f"the section {name} begins but has no line {end}")
    return f"{before}{block}{after}"


def write_section(page: Page, name: str, written: str) -> None:
    """Puts the section ``name`` into its page, which is begun where it isn't there."""
    text = page.path.read_text("utf-8") if page.path.exists() else page.beginning
    page.path.write_text(with_section(text, name, written), "utf-8")


def _wrapped(paragraph: str) -> str:
    return textwrap.fill(paragraph, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _cell(row: Row) -> str:
    if row.bound is None:
        return figure(row.value)
    return f"{figure(row.value)} ({row.bound}{'' if row.is_within else ', broken'})"
