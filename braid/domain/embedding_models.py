"""The models that give vectors: of texts, or of texts and pictures in one space. Rows of the registry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from braid.domain.errors import ConfigError

__all__ = ["EmbeddingModel", "JointEmbeddingModel", "embedding_problems", "is_day", "living"]


@dataclass(frozen=True)
class EmbeddingModel:
    """A live model that gives texts vectors; asked in its ``dialect``, by its own id, in one region.

    The price is USD per million tokens; ``end_of_life`` is an ISO date where one is announced.
    Batch jobs take some of them.
    """

    model_id: str
    dialect: str
    dimensions: tuple[int, ...]
    max_tokens: int
    input_usd_per_million: float
    status: str
    sources: tuple[str, ...]
    end_of_life: str | None = None
    takes_batches: bool = False

    def dimensions_for(self, wanted: int) -> int:
        """As many numbers as are wanted where the model offers that, else the first that it offers."""
        return wanted if wanted in self.dimensions else self.dimensions[0]

    @property
    def is_billed(self) -> bool:
        """Whether it has a price: what runs on a machine of one's own has none."""
        return self.input_usd_per_million > 0


@dataclass(frozen=True)
class JointEmbeddingModel(EmbeddingModel):
    """A live model that gives texts and pictures vectors in one space; ``picture_usd`` for each picture.

    ``regions`` are those that offer it, where they are known. ``alike_cosine`` is from which cosine on
    two pictures show the like, where somebody measured it.
    """

    picture_usd: float = 0.0
    regions: tuple[str, ...] = ()
    alike_cosine: float | None = None


E = TypeVar("E", bound=EmbeddingModel)


def living(models: Iterable[E], called: str, model_id: str, on: date | None) -> E:
    """The model of that id; a test of its life where a day is given. Raises ConfigError that lists them."""
    alive = [
        model
        for model in models
        if on is None or model.end_of_life is None or date.fromisoformat(model.end_of_life) > on
    ]
    for model in alive:
        if model.model_id == model_id:
            return model
    known = ", ".join(model.model_id for model in alive) or "none"
    raise ConfigError(f"{model_id} is no living {called} of the registry, which has {known}")


def embedding_problems(model: EmbeddingModel) -> list[str]:
    """What is wrong with a row, in words."""
    problems = []
    if min((model.max_tokens, *model.dimensions), default=0) <= 0 or not model.dimensions:
        problems.append(f"{model.model_id}: dimensions and limits must be positive")
    if model.input_usd_per_million < 0:
        problems.append(f"{model.model_id}: prices can't be negative")
    if not model.sources:
        problems.append(f"{model.model_id}: name the sources of its limits and prices")
    if model.end_of_life is not None and not is_day(model.end_of_life):
        problems.append(f"{model.model_id}: {model.end_of_life} isn't a date such as 2026-11-20")
    return problems


def is_day(text: str) -> bool:
    """Whether it is a date such as 2026-11-20."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
