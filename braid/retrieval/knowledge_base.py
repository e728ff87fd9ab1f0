"""A knowledge base of Bedrock as one more list: documents that Braid never processed, beside its own hits."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from braid.aws.bedrock.knowledge_base import KnowledgeBase, Retrieved, RetrievedKind
from braid.domain.asset.asset import Modality
from braid.domain.search.hit import Hit, SearchRequest
from braid.text.search_terms import matched_words

__all__ = ["KnowledgeBaseList"]

_MODALITIES: Mapping[RetrievedKind, Modality] = {
    "text": Modality.TEXT,
    "row": Modality.TEXT,
    "image": Modality.VISION,
    "video": Modality.VISION,
    "audio": Modality.SPEECH,
}
_LEAST_DEPTH = 30


class KnowledgeBaseList:
    """Asks one knowledge base.

    Its scores compare with no background, so that it can't say that nothing is there: of a text's results
    those count in which a word of it stands, and others where what is nearest is asked for.
    """

    def __init__(self, knowledge_base_id: str, base: KnowledgeBase | None = None) -> None:
        self.name = f"knowledge base {knowledge_base_id}"
        self._source = f"bedrock:Retrieve:{knowledge_base_id}"
        self._base = base or KnowledgeBase(knowledge_base_id)

    def hits(self, request: SearchRequest) -> tuple[list[Hit], int]:
        """What a request finds there, the best first, and how many are probably not meant.

        Nothing where it is narrowed down by what the base doesn't know (profile, time), and for what is like
        an asset.
        """
        if request.profile or request.since or request.similar_to:
            return [], 0
        depth = max(_LEAST_DEPTH, request.limit)
        if request.picture:
            found = self._base.retrieve(jpeg=base64.b64decode(request.picture), limit=depth)
        else:
            found = self._base.retrieve(" ".join(request.text.split()), limit=depth)
        hits = [self._hit(each, request.text) for each in found]
        hits = [hit for hit in hits if request.modality in ("", hit.modality)]
        kept = [hit for hit in hits if hit.matched or request.nearest or request.picture]
        return kept, len(hits) - len(kept)

    def _hit(self, found: Retrieved, text: str) -> Hit:
        matched, _ = matched_words(text, found.text) if text else ((), 0)
        return Hit(
            asset_id="",
            attempt=0,
            evidence_id=_address(found),
            modality=_MODALITIES[found.kind],
            kind="retrieved",
            span=found.span,
            text=found.text,
            score=0.0,
            source=self._source,
            name=unquote(urlsplit(found.uri).path.rpartition("/")[2]) or found.uri,
            profile="",
            matched=matched,
            found_by=("knowledge base",),
        )


def _address(found: Retrieved) -> str:
    """The document with the place in it, as browsers know places of films and PDFs."""
    if found.span.start_ms is not None and found.span.end_ms is not None:
        return f"{found.uri}#t={found.span.start_ms / 1000:g},{found.span.end_ms / 1000:g}"
    return f"{found.uri}#page={found.span.page}" if found.span.page else found.uri
