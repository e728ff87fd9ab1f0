"""Fusion with the help of a model: words are compared first, meanings where a model for them is set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from braid.domain.evidence.timeline import Timeline
from braid.domain.profile.sections.fusion import Thresholds
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from lambdas.fusion.fuse import fuse, timeline_of, without_collector
from lambdas.fusion.prepare import FusionInput, prepare
from lambdas.fusion.semantic.embed import embed_texts
from lambdas.fusion.semantic.plan import texts_to_embed

__all__ = ["fuse_by_meaning"]


def fuse_by_meaning(
    given: FusionInput,
    thresholds: Thresholds,
    evidence_budget_tokens: int,
    *,
    embedding_model_ids: Sequence[str],
    store: DocumentStore,
    retries: Retries,
    bedrock: Any = None,
) -> Timeline:
    """What ``fuse`` makes of the input; by meaning too where ``embedding_model_ids`` names a model.

    Where the model can't be had the timeline is that of the words alone and lists what is missing. Raises
    ``ThrottledError`` or ``ServiceUnavailableError`` while the state machine may still retry.
    """
    if not embedding_model_ids:
        return fuse(given, thresholds, evidence_budget_tokens)
    with without_collector():
        prepared = prepare(given, thresholds)
        wanted = texts_to_embed(prepared, thresholds)
        embedded = embed_texts(
            wanted.texts, model_id=embedding_model_ids[0], store=store, retries=retries, bedrock=bedrock
        )
        timeline = timeline_of(prepared, thresholds, evidence_budget_tokens, embedded.vectors)
    warnings = list(timeline.warnings)
    if embedded.vectors and wanted.pair_count < wanted.of_pairs:
        warnings.append(
            f"by meaning {wanted.pair_count} of {wanted.of_pairs} pairs were compared, spread over all:"
            f" at most {thresholds.max_embedded_texts} texts go to the model (fusion.max_embedded_texts)"
        )
    return replace(timeline, warnings=tuple(warnings), missing=embedded.missing, usage=embedded.usage)
