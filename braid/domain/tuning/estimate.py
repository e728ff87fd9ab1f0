"""What a run will cost, before anything of it is paid: shown to whoever approves, and refused if unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from braid.domain.money.price_book import PriceBook
from braid.domain.tuning.plan import TuningPlan, Way

__all__ = ["DataSize", "TuningEstimate", "TuningLine", "decide_on_budget", "estimate"]

_CHARACTERS_PER_TOKEN = 4  # of English; Nova's tokenizer isn't public
_ANSWER_TOKENS = 40
_BASE_AND_TUNED = 2
_LEAST_HOURS = 1  # throughput is billed by the hour from its creation

Decision = Literal["go", "ask", "refuse"]


@dataclass(frozen=True)
class DataSize:
    """How much is trained on and evaluated with."""

    training_rows: int
    training_characters: int
    evaluation_rows: int
    evaluation_characters: int


@dataclass(frozen=True)
class TuningLine:
    """One thing that is paid for; ``cost_usd`` is ``None`` where nobody knows its price."""

    what: str
    quantity: float
    unit: str
    cost_usd: float | None
    price_source: str


@dataclass(frozen=True)
class TuningEstimate:
    """All lines; ``usd_per_hour`` is what keeps running after the run, for ``hours``."""

    lines: tuple[TuningLine, ...]
    usd_per_hour: float
    hours: int
    schema_version: str = "1"

    @property
    def total_usd(self) -> float:
        """Of all lines whose price is known."""
        return round(sum(line.cost_usd or 0.0 for line in self.lines), 4)

    @property
    def unknown(self) -> tuple[str, ...]:
        """What has no price: such a run is refused."""
        return tuple(line.what for line in self.lines if line.cost_usd is None)


def estimate(plan: TuningPlan, size: DataSize, book: PriceBook) -> TuningEstimate:
    """The lines of a run, at the book's prices."""
    if plan.way is Way.NOVA_TEXT:
        tokens = size.training_characters / _CHARACTERS_PER_TOKEN * plan.epochs
        asked = size.evaluation_characters / _CHARACTERS_PER_TOKEN * _BASE_AND_TUNED
        told = size.evaluation_rows * _ANSWER_TOKENS * _BASE_AND_TUNED
        base = plan.way.base_model
        wanted = [
            ("training", "sagemaker", f"CreateTrainingJob:{base}", "training_token", tokens),
            ("questions of the evaluation", "bedrock", f"Converse:{base}", "input_token", asked),
            ("answers of the evaluation", "bedrock", f"Converse:{base}", "output_token", told),
        ]
    else:
        base = f"{plan.way.base_model}:0"
        seen = size.training_rows * plan.epochs
        asked = size.evaluation_rows * _BASE_AND_TUNED
        wanted = [
            ("training", "bedrock", f"CreateModelCustomizationJob:{base}", "image_seen", seen),
            ("pictures of the evaluation", "bedrock", f"ModelInvocationJob:{base}", "image", asked),
        ]
    wanted.append(("keeping the model for a month", "bedrock", "CustomModel", "model_month", 1))
    hours = plan.provisioned_hours
    if hours:
        wanted.append(
            (
                "provisioned throughput",
                "bedrock",
                f"ProvisionedModelThroughput:{base}",
                "model_unit_hour",
                max(hours, _LEAST_HOURS),
            )
        )
    lines = tuple(_line(book, *item) for item in wanted)
    by_the_hour = [line for line in lines if line.unit == "model_unit_hour"]
    per_hour = sum((line.cost_usd or 0.0) / line.quantity for line in by_the_hour)
    return TuningEstimate(lines, round(per_hour, 4), hours)


def decide_on_budget(found: TuningEstimate, *, max_usd: float, without_approval_usd: float) -> Decision:
    """``refuse`` over the cap or with an unknown price, ``ask`` a person over the smaller sum."""
    if found.unknown or found.total_usd > max_usd:
        return "refuse"
    return "ask" if found.total_usd > without_approval_usd else "go"


def _line(book: PriceBook, what: str, service: str, operation: str, unit: str, quantity: float) -> TuningLine:
    entry = book.find(service, operation, unit)
    if entry is None or entry.operation != operation:  # a price for everything else is none for this
        return TuningLine(what, round(quantity, 1), unit, None, "not in the price book")
    return TuningLine(what, round(quantity, 1), unit, round(quantity * entry.unit_price_usd, 6), entry.source)
