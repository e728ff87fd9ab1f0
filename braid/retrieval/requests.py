"""What may be asked, and which vectors it lets pass."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from braid.domain.asset.asset import Modality
from braid.domain.errors import InvalidInputError
from braid.domain.search.hit import MAX_QUERY_CHARACTERS, SearchRequest
from braid.domain.search.vector_index import Narrowing

__all__ = ["check_request", "narrowing_of"]

_MAX_PICTURE_BYTES = 4_000_000
_MOST_HITS = 100


def check_request(request: SearchRequest) -> None:
    """Raises InvalidInputError that says what is wrong with a request, for whoever asked."""
    if sum(map(bool, (request.text.strip(), request.picture, request.similar_to))) != 1:
        raise InvalidInputError("a search needs a text, a picture or assets to compare with: one of them")
    if len(request.text) > MAX_QUERY_CHARACTERS:
        raise InvalidInputError(
            f"a query has at most {MAX_QUERY_CHARACTERS} characters, not {len(request.text)}: search for a"
            " sentence of it"
        )
    if request.picture:
        try:
            size = len(base64.b64decode(request.picture, validate=True))
        except binascii.Error as error:
            raise InvalidInputError("the picture isn't base64") from error
        if not 0 < size <= _MAX_PICTURE_BYTES:
            raise InvalidInputError(f"a picture has 1 to {_MAX_PICTURE_BYTES} bytes, not {size}")
    if request.modality and request.modality not in tuple(Modality):
        raise InvalidInputError(f"there is no modality {request.modality!r}; there are {', '.join(Modality)}")
    if not 1 <= request.limit <= _MOST_HITS:
        raise InvalidInputError(f"limit is 1 to {_MOST_HITS}, not {request.limit}")
    if request.since:
        _seconds(request.since)


def narrowing_of(request: SearchRequest) -> Narrowing:
    """Which vectors a request lets be found."""
    return Narrowing(
        profile=request.profile,
        modality=request.modality,
        since=_seconds(request.since) if request.since else None,
        without_assets=tuple(request.similar_to),
    )


def _seconds(moment: str) -> int:
    try:
        found = datetime.fromisoformat(moment)
        return int((found if found.tzinfo else found.astimezone()).timestamp())
    except (ValueError, OverflowError) as error:
        raise InvalidInputError(f"{moment!r} is no moment such as 2026-11-29 or 2026-11-29T10:00Z") from error
