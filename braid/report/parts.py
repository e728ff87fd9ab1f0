"""What every part of the report is built with: sections that name themselves, tables that fit a phone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from braid.report.markup import Markup, join, tag

__all__ = ["breakable", "section", "table"]

# Behind what, and before what, an operation's long name may go on in the next line.
_BREAKS = re.compile(r"(?<=[:_.])|(?<=[a-z])(?=[A-Z])")


def section(name: str, title: str, *children: Markup | None, class_: str | None = None) -> Markup:
    """A landmark with a heading; ``name`` is where the page's own navigation leads."""
    heading = tag("h2", title, id=f"{name}-title")
    return tag(
        "section", heading, *children, id=f"the-{name}", aria_labelledby=f"{name}-title", class_=class_
    )


def breakable(name: str) -> Markup:
    """A service's name for something, which breaks between its words: ``rekognition:Detect·Labels``."""
    return join(_BREAKS.split(name), tag("wbr"))


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[Markup | str]],
    numbers: Sequence[str] = (),
    class_: str | None = None,
) -> Markup:
    """A table with a head; the columns named in ``numbers`` end flush."""
    kinds = ["number" if title in numbers else None for title in head]
    titles = [tag("th", title, scope="col", class_=kind) for title, kind in zip(head, kinds, strict=True)]
    body = [
        tag("tr", *(tag("td", cell, class_=kind, dir="auto") for cell, kind in zip(row, kinds, strict=True)))
        for row in rows
    ]
    return tag("table", tag("thead", tag("tr", *titles)), tag("tbody", *body), class_=class_)
