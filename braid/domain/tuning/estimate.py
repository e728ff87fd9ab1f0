"""What a run will cost, before anything of it is paid: shown to whoever approves, and refused if unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from braid.domain.money.accounting import Usage
from braid.domain.money.price_book import PriceBook
from braid.domain.tuning.plan import TuningPlan, Way

__all__ = [
    "DataSize",
    "TuningEstimate",
    "TuningLine",
    "answers_usage",
    "batch_usage",
    "decide_on_budget",
    "estimate",
    "throughput_usage",
    "training_usage",
]

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
    wanted = [("training", training_usage(plan, size))]
    if plan.way is Way.NOVA_TEXT:
        asked = size.evaluation_characters / _CHARACTERS_PER_TOKEN * _BASE_AND_TUNED
        told = size.evaluation_rows * _ANSWER_TOKENS * _BASE_AND_TUNED
        questions, answers = answers_usage(plan, asked, told)
        wanted += [("questions of the evaluation", questions), ("answers of the evaluation", answers)]
    else:
        wanted.append(("pictures of the evaluation", batch_usage(plan, size.evaluation_rows)))
    wanted.append(("keeping the model for a month", Usage("bedrock", "CustomModel", "model_month", 1)))
    hours = plan.provisioned_hours
    if hours:
        wanted.append(("provisioned throughput", throughput_usage(plan)))
    lines = tuple(_line(book, what, usage) for what, usage in wanted)
    by_the_hour = [line for line in lines if line.unit == "model_unit_hour"]
    per_hour = sum((line.cost_usd or 0.0) / line.quantity for line in by_the_hour)
    return TuningEstimate(lines, round(per_hour, 4), hours)


def training_usage(plan: TuningPlan, size: DataSize) -> Usage:
    """What the whole training is billed as; a job that is stopped before its end costs less."""
    base = plan.way.base_model
    if plan.way is Way.NOVA_TEXT:
        tokens = size.training_characters / _CHARACTERS_PER_TOKEN * plan.epochs
        return Usage("sagemaker", f"CreateTrainingJob:{base}", "training_token", tokens)
    seen = size.training_rows * plan.epochs
    return Usage("bedrock", f"CreateModelCustomizationJob:{base}:0", "image_seen", seen)


def answers_usage(plan: TuningPlan, input_tokens: float, output_tokens: float) -> tuple[Usage, Usage]:
    """What text models are asked and answer; a tuned one costs what its base does."""
    operation = f"Converse:{plan.way.base_model}"
    return (
        Usage("bedrock", operation, "input_token", input_tokens),
        Usage("bedrock", operation, "output_token", output_tokens),
    )


def batch_usage(plan: TuningPlan, pictures: int) -> Usage:
    """What both batch jobs look at; captions cost next to nothing beside pictures."""
    operation = f"ModelInvocationJob:{plan.way.base_model}:0"
    return Usage("bedrock", operation, "image", pictures * _BASE_AND_TUNED)


def throughput_usage(plan: TuningPlan) -> Usage:
    """The hours for which a picture model's throughput is kept."""
    operation = f"ProvisionedModelThroughput:{plan.way.base_model}:0"
    return Usage("bedrock", operation, "model_unit_hour", max(plan.provisioned_hours, _LEAST_HOURS))


def decide_on_budget(found: TuningEstimate, *, max_usd: float, without_approval_usd: float) -> Decision:
    """``refuse`` over the cap or with an unknown price, ``ask`` a person over the smaller sum."""
    if found.unknown or found.total_usd > max_usd:
        return "refuse"
    return "ask" if found.total_usd > without_approval_usd else "go"


def _line(book: PriceBook, what: str, usage: Usage) -> TuningLine:
    entry = book.find(usage.service, usage.operation, usage.unit)
    quantity = round(usage.quantity, 1)
    if entry is None or entry.operation != usage.operation:  # a price for everything else is none for this
        return TuningLine(what, quantity, usage.unit, None, "not in the price book")
    cost = round(usage.quantity * entry.unit_price_usd, 6)
    return TuningLine(what, quantity, usage.unit, cost, entry.source)
