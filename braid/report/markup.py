"""HTML that can't be broken by what it shows: everything is escaped unless it was built here."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterable
from pathlib import Path
from string import Template
from typing import Self

__all__ = ["Markup", "join", "page", "tag"]

_HERE = Path(__file__).parent
_VOID_TAGS = frozenset({"br", "img", "hr", "input", "track", "wbr"})


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


def join(children: Iterable[str | None], between: str = "") -> Markup:
    """Children side by side, each escaped unless it is markup."""
    return Markup(between.join(Markup.of(child) for child in children if child is not None))


def page(
    title: str,
    body: Markup,
    *,
    header: Markup | None = None,
    footer: Markup | None = None,
    style: str = "",
    script: str = "",
    media_sources: Iterable[str] = (),
) -> bytes:
    """A whole document that asks nothing of the network.

    ``body`` is its main part, ``style`` comes after the common style sheet. ``style`` and ``script`` are
    ours, never an asset's; the policy names their hashes, so that nothing else is applied or runs. Pictures
    are data; sound and moving pictures come from ``media_sources`` alone, which are sources of the policy.
    """
    styles = (_HERE / "page.css").read_text("utf-8") + style
    policy = [
        "default-src 'none'",
        "img-src data:",
        f"style-src '{_digest(styles)}'",
        *([f"script-src '{_digest(script)}'"] if script else []),
        *([f"media-src {' '.join(media_sources)}"] if media_sources else []),
        "base-uri 'none'",
        "form-action 'none'",
    ]
    document = Template((_HERE / "page.html").read_text("utf-8")).substitute(
        policy="; ".join(policy),
        style=styles,
        title=html.escape(title),
        header=header or "",
        body=body,
        footer=footer or "",
        script=f"<script>{script}</script>" if script else "",
    )
    # A lone surrogate can't be encoded; it comes from a broken file name and is shown as a question mark.
    return document.encode("utf-8", errors="replace")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
