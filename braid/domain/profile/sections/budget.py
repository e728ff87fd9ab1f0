"""What one asset may be expected to cost: the ``[budget]`` section of ``profile.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["Budget", "BudgetPlan", "OnExcess"]

OnExcess = Literal["reject", "downgrade", "review"]


@dataclass(frozen=True)
class BudgetPlan:
    """An asset that is expected to cost more than ``max_usd`` (0 sets no budget) is treated ``on_excess``.

    ``reject``: it ends REJECTED before anything is paid. ``downgrade``: the cheapest models are asked,
    pictures are neither described nor shown to a model; it is rejected if that doesn't suffice. ``review``:
    it is analysed as ever, and a person looks at its answer.
    """

    max_usd: float = 0.0
    on_excess: OnExcess = "reject"

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        if self.max_usd < 0:
            yield "budget.max_usd can't be negative"
        if self.on_excess not in get_args(OnExcess):
            yield f"budget.on_excess must be {', '.join(get_args(OnExcess))}, not {self.on_excess!r}"


@dataclass(frozen=True)
class Budget:
    """What follows from the budget for the steps behind; nothing where an asset keeps to it."""

    is_downgraded: bool = False
    review_reason: str = ""
