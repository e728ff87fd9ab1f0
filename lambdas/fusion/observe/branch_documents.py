"""Reads what the branches left, so that it can be fused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import Modality
from braid.domain.asset.branch_outcome import BranchOutcome
from braid.domain.claim_check import Claim
from braid.domain.evidence.language import LanguageAnalysis, LanguageSource, unanalyzed
from braid.domain.evidence.passages import Passages
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.vision import Vision
from braid.domain.money.accounting import Meter, MissingOperation
from braid.store.documents import DocumentStore
from lambdas.fusion.choose.verdict import reason_of
from lambdas.fusion.prepare import FusionInput

__all__ = ["Branches", "merge_language", "read_branches"]

T = TypeVar("T")
Branches = Mapping[Modality, BranchOutcome]


def read_branches(branches: Branches, admission: Claim, store: DocumentStore) -> FusionInput:
    """The documents of all branches; their language analyses as one, which is stored as ``language.json``."""

    def found(modality: Modality, cls: type[T]) -> T | None:
        claim = branches[modality].document
        return store.get_document(cls, claim) if claim else None

    analyses = [
        store.get_document(LanguageAnalysis, branch.language)
        for branch in branches.values()
        if branch.language
    ]
    language = merge_language(analyses, branches)
    store.put_document(store.result_key("language.json"), language)
    return FusionInput(
        admission=store.get_document(Admission, admission),
        transcript=found(Modality.SPEECH, Transcript),
        vision=found(Modality.VISION, Vision),
        passages=found(Modality.TEXT, Passages),
        language=language,
    )


def merge_language(
    analyses: Iterable[LanguageAnalysis], branches: Mapping[Modality, BranchOutcome]
) -> LanguageAnalysis:
    """All sources in one document; usage is added up, each missing operation is listed once.

    A branch whose words could not be analysed at all (``unanalyzed``) is listed as such.
    """
    meter = Meter()
    missing: dict[str, str] = {}
    sources: list[LanguageSource] = []
    for analysis in analyses:
        sources.extend(analysis.sources)
        for item in analysis.missing:
            missing.setdefault(item.operation, item.reason)
        for used in analysis.usage:
            meter.count(used.service, used.operation, used.unit, used.quantity)
    for modality, branch in branches.items():
        if branch.outcome == "unanalyzed":
            missing.setdefault(unanalyzed(modality), reason_of(branch))
    return LanguageAnalysis(
        sources=tuple(sources),
        missing=tuple(MissingOperation(name, reason) for name, reason in sorted(missing.items())),
        usage=meter.usage(),
    )
