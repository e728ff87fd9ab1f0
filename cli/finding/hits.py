"""Hits on a terminal: which asset, where in it, and the words that matched."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.style import Style
from rich.text import Text

from braid.domain.search.hit import Hit
from braid.domain.wire import decode, encode
from cli.printable import printable

__all__ = ["KINDS", "as_line", "excerpt", "hits_of", "show_hits"]

_SHOWN_CHARACTERS = 150
KINDS = {
    "utterance": "said",
    "cue": "caption",
    "passage": "written",
    "description": "described",
    "detected_text": "read in the picture",
    "labels": "labels",
    "keyframe": "picture",
    "whole": "about",
}
_INDENT = "   "


def hits_of(answer: Mapping[str, Any]) -> list[Hit]:
    """The hits of what the search function answers."""
    return [decode(Hit, hit) for hit in answer["hits"]]


def as_line(hit: Hit) -> dict[str, Any]:
    """A hit as a line of ``--json``; the members that scripts rely on come first."""
    first = ("asset_id", "evidence_id", "modality", "span", "text", "score", "source")
    value = encode(hit)
    return {**{name: value[name] for name in first}, **value}


def show_hits(
    console: Console,
    hits: list[Hit],
    *,
    link: Callable[[Hit], str] = lambda _hit: "",
    picture: Callable[[Hit], str] = lambda _hit: "",
) -> None:
    """Each hit in three or four lines: the asset and the place, its words, and its ids.

    ``link`` gives the address that its name leads to, ``picture`` what the terminal draws a picture of;
    nothing for none.
    """
    for number, hit in enumerate(hits, 1):
        place = " · ".join(filter(None, [hit.member, hit.span.brief, KINDS.get(hit.kind, hit.kind)]))
        console.print(
            Text.assemble(
                (f"{number}. ", "dim"),
                (printable(hit.name), _name_style(link(hit))),
                "  ",
                (printable(place), "cyan"),
            )
        )
        if drawn := picture(hit):
            console.file.write(drawn)  # rich would count its bytes as columns
        _print_indented(console, excerpt(hit))
        found_by = f"{hit.asset_id} {hit.evidence_id}, by {', '.join(hit.found_by)}"
        _print_indented(console, Text(found_by, style="dim"))
    if any("bridge" in hit.found_by for hit in hits):
        console.print(Text("bridge: labels stand in for a model of pictures", style="dim"))


def _print_indented(console: Console, text: Text) -> None:
    """In lines of their own, none of which ends in blanks, as rich's padding would have it."""
    for line in text.wrap(console, max(20, console.width - len(_INDENT))):
        line.rstrip()
        console.print(Text(_INDENT) + line)


def _name_style(address: str) -> Style:
    return Style(bold=True, link=address or None)


def excerpt(hit: Hit) -> Text:
    """The words around the first match, with every match marked."""
    text = printable(hit.text)
    marked = [match.span() for word in hit.matched for match in re.finditer(_stem_pattern(word), text, re.I)]
    begin = max(0, min((at for at, _ in marked), default=0) - _SHOWN_CHARACTERS // 3)
    if begin:
        begin = text.find(" ", begin) + 1 or begin
    end = min(len(text), begin + _SHOWN_CHARACTERS)
    if end < len(text):
        end = text.rfind(" ", begin, end) if " " in text[begin:end] else end
    shown = Text("… " if begin else "")
    lead = len(shown)
    shown.append(text[begin:end] + (" …" if end < len(text) else ""))
    for at, until in marked:
        if begin <= at and until <= end:
            shown.stylize("bold yellow", lead + at - begin, lead + until - begin)
    return shown


def _stem_pattern(word: str) -> str:
    """Where a word of the query stands, inflected or not: what matched was its stem."""
    stem = word[: max(4, len(word) - 3)] if len(word) > 4 else word
    return rf"\b{re.escape(stem)}\w*"
