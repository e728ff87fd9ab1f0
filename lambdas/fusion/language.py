"""The language analyses of all branches as one document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from braid.domain.asset.asset import Modality
from braid.domain.asset.execution_state import BranchOutcome
from braid.domain.evidence.language import LanguageAnalysis, LanguageSource, unanalyzed
from braid.domain.money.accounting import Meter, MissingOperation
from lambdas.fusion.verdict import reason_of

__all__ = ["merge_language"]


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
