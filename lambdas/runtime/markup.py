"""HTML that can't be broken by what it shows: everything is escaped unless it was built here."""

from __future__ import annotations

import base64
import hashlib
import html
from pathlib import Path
from string import Template
from typing import Self

__all__ = ["Markup", "join", "page", "tag"]

_HERE = Path(__file__).parent
_VOID_TAGS = frozenset({"br", "img", "hr", "wbr"})


class Markup(str):
    """A string that is HTML already; only this module makes it from others."""

    __slots__ = ()

    @classmethod
    def of(cls, value: str) -> Self:
        """``value`` as it is if it is markup, else escaped."""
        return value if isinstance(value, cls) else cls(html.escape(value))


def tag(name: str, *children: str | None, **attributes: str | int | None) -> Markup:
    """One element. ``class_`` becomes ``class``, ``data_x`` ``data-x``; what is ``None`` is left out."""
    text = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID_TAGS:
        return Markup(f"<{name}{text}>")
    return Markup(f"<{name}{text}>{join(children)}</{name}>")


def join(children: tuple[str | None, ...] | list[Markup], between: str = "") -> Markup:
    """Children side by side, each escaped unless it is markup."""
    return Markup(between.join(Markup.of(child) for child in children if child is not None))


def page(title: str, body: Markup) -> bytes:
    """A whole document that asks nothing of the network: one style sheet, no script, pictures as data."""
    style = (_HERE / "page.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = Template((_HERE / "page.html").read_text("utf-8"))
    document = template.substitute(
        style=style, style_hash=f"sha256-{digest}", title=html.escape(title), body=body
    )
    # A lone surrogate can't be encoded; it comes from a broken file name and is shown as a question mark.
    return document.encode("utf-8", errors="replace")
