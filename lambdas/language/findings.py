"""What has been found out about one source so far. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from braid.domain.evidence.language import Entity, KeyPhrase, PiiEntity, Sentiment, Toxicity
from braid.domain.money.accounting import Usage

__all__ = ["Findings"]


@dataclass(frozen=True)
class Findings:
    """The answers as they lie in ``work/`` where a try ended early, so that a retry asks for the rest only.

    ``answered`` names the operations that are done; ``usage`` is what all tries together were billed.
    """

    language: str | None = None
    answered: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    key_phrases: tuple[KeyPhrase, ...] = ()
    sentiment: Sentiment | None = None
    pii: tuple[PiiEntity, ...] = ()
    toxicity: tuple[Toxicity, ...] = ()
    usage: tuple[Usage, ...] = ()
