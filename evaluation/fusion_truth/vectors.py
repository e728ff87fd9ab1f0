"""Vectors of a material's texts, by the encoder that stands behind the local Bedrock."""

from __future__ import annotations

from collections.abc import Mapping

from braid.domain.profile.sections.fusion import Thresholds
from lambdas.fusion.prepare import FusionInput, prepare
from lambdas.fusion.semantic.compare import Vector
from lambdas.fusion.semantic.plan import texts_to_embed
from local.engines.text.embeddings import embed

__all__ = ["vectors_for"]

_known: dict[str, Vector] = {}


def vectors_for(material: FusionInput) -> Mapping[str, Vector]:
    """The vectors of all texts that ``texts_to_embed`` wants."""
    thresholds = Thresholds()
    texts = texts_to_embed(prepare(material, thresholds), thresholds).texts
    new = [text for text in texts if text not in _known]
    if new:
        _known.update(zip(new, embed(new).tolist(), strict=True))
    return {text: _known[text] for text in texts}
