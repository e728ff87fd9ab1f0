"""What a vector carries: what filters may name, the words by which it is found, and what a hit shows."""

from __future__ import annotations

import json
from collections.abc import Sequence

from braid.domain.search.hit import Citation
from braid.domain.search.space import CITATION_KEY, TERMS_KEY
from braid.domain.wire import encode
from braid.text.search_terms import search_terms

__all__ = ["metadata_of"]

# Of the 2 KB that filters may name, what is searched by words takes this much.
_MAX_TERMS_BYTES = 1_000


def metadata_of(citation: Citation, at: int, language: str | None) -> dict[str, str | int]:
    """The metadata of a citation's vector; ``at`` is when its asset was processed, in seconds since 1970."""
    return {
        "asset": citation.asset_id,
        "profile": citation.profile,
        "modality": citation.modality.value,
        "kind": citation.kind,
        "at": at,
        TERMS_KEY: _within(search_terms(citation.text, language), _MAX_TERMS_BYTES) or "-",
        CITATION_KEY: json.dumps(encode(citation), ensure_ascii=False, separators=(",", ":")),
    }


def _within(terms: Sequence[str], most_bytes: int) -> str:
    kept, size = [], 0
    for term in terms:
        size += len(term.encode()) + 1
        if size > most_bytes:
            break
        kept.append(term)
    return " ".join(kept)
