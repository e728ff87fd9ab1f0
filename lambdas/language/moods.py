"""The mood of a long text out of the moods of its pieces. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from braid.domain.evidence.language import Sentiment

__all__ = ["mean_sentiment"]


def mean_sentiment(moods: Sequence[tuple[int, Sentiment]]) -> Sentiment | None:
    """The mean, weighted by the pieces' lengths and named after the strongest; of a single piece its own."""
    if len(moods) <= 1:
        return moods[0][1] if moods else None
    length = sum(weight for weight, _ in moods)

    def mean(name: str) -> float:
        value = sum(weight * float(getattr(mood, name)) for weight, mood in moods) / length
        return round(value, 6)

    positive, negative, neutral, mixed = map(mean, ("positive", "negative", "neutral", "mixed"))
    strongest = max(positive, negative, neutral, mixed)
    if strongest == neutral:  # of equals the least daring
        return Sentiment("neutral", positive, negative, neutral, mixed)
    if strongest == mixed:
        return Sentiment("mixed", positive, negative, neutral, mixed)
    return Sentiment("positive" if strongest == positive else "negative", positive, negative, neutral, mixed)
