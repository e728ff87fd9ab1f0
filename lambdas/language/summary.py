"""One line about an analysis. Pure."""

from __future__ import annotations

from braid.domain.evidence.language import LanguageAnalysis

__all__ = ["summarize"]


def summarize(analysis: LanguageAnalysis) -> str:
    """One line for the Step Functions console, about the one source of a step."""
    (source,) = analysis.sources
    if not source.text.strip():
        return f"no words in the {source.source.replace('_', ' ')}"
    mood = f", {source.sentiment.label}" if source.sentiment else ""
    lacking = (
        f"; missing: {', '.join(item.operation for item in analysis.missing)}" if analysis.missing else ""
    )
    return (
        f"{len(source.text)} characters of {source.language_code or 'unknown language'}:"
        f" {len(source.entities)} entities, {len(source.key_phrases)} key phrases,"
        f" {len(source.pii)} pieces of personal data{mood}{lacking}"
    )
