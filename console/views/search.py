"""Search: moments, pages and pictures, each with where it stands."""

from __future__ import annotations

import itertools

from rich.text import Text
from starlette.requests import Request
from starlette.responses import Response

from braid.domain.asset.asset import Modality
from cli.errors import CommandError
from cli.finding.deployed_search import find_search
from cli.finding.hits import KINDS, excerpt, hits_of
from console.context import context_of
from console.pages import page
from console.views.assets import profile_names

__all__ = ["show"]

_LIMIT = 30
_MAX_QUERY_CHARACTERS = 1_000


def show(request: Request) -> Response:
    """The form, and the hits where something was asked for."""
    asked = request.query_params
    text, profile = asked.get("text", "").strip(), asked.get("profile", "").strip()
    modality = asked.get("modality", "") if asked.get("modality", "") in list(Modality) else ""
    trouble, hits, missing, near = "", [], [], 0
    if len(text) > _MAX_QUERY_CHARACTERS:
        trouble = f"a query has at most {_MAX_QUERY_CHARACTERS} characters: search for a sentence of it"
    elif text:
        try:
            answer = find_search(context_of(request).target).find(
                text=text, profile=profile, modality=modality, limit=_LIMIT, nearest="nearest" in asked
            )
            hits, missing = hits_of(answer), list(answer.get("missing", []))
            near = int(answer.get("near_misses", 0))
        except CommandError as error:
            trouble = error.message
    return page(
        request,
        "search.html",
        title="Search",
        text=text,
        profile=profile,
        modality=modality,
        modalities=list(Modality),
        profiles=profile_names(),
        hits=[(hit, KINDS.get(hit.kind, hit.kind), _pieces(excerpt(hit))) for hit in hits],
        missing=missing,
        near_misses=near,
        trouble=trouble,
    )


def _pieces(found: Text) -> list[tuple[str, bool]]:
    """The excerpt in pieces, and whether each is a word that matched."""
    cuts = sorted({0, len(found), *(edge for span in found.spans for edge in (span.start, span.end))})
    return [
        (found.plain[begin:end], any(span.start <= begin < span.end for span in found.spans))
        for begin, end in itertools.pairwise(cuts)
    ]
