"""Which rule made a decision, and what every side said: the member ``decision_basis`` of ``answer.json``."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DecisionBasis", "ServiceFinding", "Vote"]


@dataclass(frozen=True)
class Vote:
    """What one modality votes for, by its own evidence alone. ``cast`` is false where it cast no vote."""

    modality: str
    vote: str
    cast: bool = True


@dataclass(frozen=True)
class ServiceFinding:
    """What a service's own moderation found, and the decision that the profile's thresholds make of it."""

    source: str
    category: str
    confidence: float
    vote: str
    evidence_id: str


@dataclass(frozen=True)
class DecisionBasis:
    """``rule`` says in words what made the ``decision``; ``model_decision`` is what the model had decided."""

    decision: str
    rule: str
    model_decision: str
    votes: tuple[Vote, ...]
    services: tuple[ServiceFinding, ...] = ()
