"""Search by words or by a picture: moments, pages and pictures, each with where it stands."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from rich.text import Text
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from braid.domain.asset.asset import Modality
from braid.domain.evidence.vision import KeyframeAnalysis, is_disturbing
from braid.domain.search.hit import MAX_QUERY_CHARACTERS, Hit
from cli.errors import CommandError
from cli.finding.deployed_search import find_search
from cli.finding.hits import KINDS, excerpt, hits_of
from cli.finding.places import Places
from cli.finding.query_pictures import MAX_FILE_BYTES, query_picture
from cli.target import Target
from console.context import context_of
from console.pages import page
from console.requests import read_bytes
from console.views.assets import profile_names

__all__ = ["by_picture", "show"]

_LIMIT = 30
_READ_AT_ONCE = 8


@dataclass(frozen=True)
class _Shown:
    """A hit with what a page shows of it; ``pieces`` are its words, and whether each matched."""

    hit: Hit
    kind: str
    pieces: list[tuple[str, bool]]
    keyframe: KeyframeAnalysis | None

    @property
    def is_veiled(self) -> bool:
        return self.keyframe is not None and is_disturbing(self.keyframe)


def show(request: Request) -> Response:
    """The form, and the hits where words were asked for."""
    text = request.query_params.get("text", "").strip()
    found = _nothing()
    if len(text) > MAX_QUERY_CHARACTERS:
        trouble = f"a query has at most {MAX_QUERY_CHARACTERS} characters: search for a sentence of it"
        found = _nothing(trouble)
    elif text:
        found = _found(request, text=text)
    return page(
        request,
        "search.html",
        title="Search",
        text=text,
        most_characters=MAX_QUERY_CHARACTERS,
        modalities=list(Modality),
        profiles=profile_names(),
        **_narrowed(request),
        **found,
    )


async def by_picture(request: Request) -> Response:
    """The hits of a picture that was sent, as a part of the page; an error says what is wrong with it."""
    body = await read_bytes(request, MAX_FILE_BYTES)
    return await run_in_threadpool(_by_picture, request, body)


def _by_picture(request: Request, body: bytes) -> Response:
    name = request.query_params.get("name", "") or "the picture"
    found = _found(request, picture=query_picture(io.BytesIO(body), name))
    html = page(request, "search_hits.html", text="", **_narrowed(request), **found)
    return JSONResponse({"html": bytes(html.body).decode()})


def _narrowed(request: Request) -> dict[str, Any]:
    asked = request.query_params
    modality = asked.get("modality", "")
    return {
        "profile": asked.get("profile", "").strip(),
        "modality": modality if modality in list(Modality) else "",
    }


def _nothing(trouble: str = "") -> dict[str, Any]:
    shown = {"hits": [], "missing": [], "near_misses": 0, "is_nearest": False, "is_bridged": False}
    return {**shown, "is_asked": False, "trouble": trouble}


def _found(request: Request, **query: str) -> dict[str, Any]:
    """What the templates show of an answer, or what is in its way."""
    target, is_nearest = context_of(request).target, "nearest" in request.query_params
    try:
        answer = find_search(target).find(**query, **_narrowed(request), limit=_LIMIT, nearest=is_nearest)
    except CommandError as error:
        return _nothing(error.message)
    hits = hits_of(answer)
    return {
        "hits": list(_shown(target, hits)),
        "missing": list(answer.get("missing", [])),
        "near_misses": int(answer.get("near_misses", 0)),
        "is_nearest": bool(answer.get("is_nearest")),
        "is_bridged": any("bridge" in hit.found_by for hit in hits),
        "is_asked": True,
        "trouble": "",
    }


def _shown(target: Target, hits: Sequence[Hit]) -> Iterator[_Shown]:
    places = Places(target)
    one_of_each = {hit.asset_id: hit for hit in hits if hit.modality is Modality.VISION}
    with ThreadPoolExecutor(_READ_AT_ONCE) as pool:  # it keeps what it has read of an asset
        list(pool.map(places.keyframe, one_of_each.values()))
    for hit in hits:
        yield _Shown(hit, KINDS.get(hit.kind, hit.kind), _pieces(excerpt(hit)), places.keyframe(hit))


def _pieces(found: Text) -> list[tuple[str, bool]]:
    """The excerpt in pieces, and whether each is a word that matched."""
    cuts = sorted({0, len(found), *(edge for span in found.spans for edge in (span.start, span.end))})
    return [
        (found.plain[begin:end], any(span.start <= begin < span.end for span in found.spans))
        for begin, end in itertools.pairwise(cuts)
    ]
