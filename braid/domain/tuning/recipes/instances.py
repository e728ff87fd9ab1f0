"""What instances a recipe runs on, and what that costs: hours × instances × the price of one hour.

The article's $55 for an hour fits one instance-hour of a p5.48xlarge, and its job has four: about four times
that.
"""

from __future__ import annotations

from dataclasses import dataclass

from braid.domain.money.price_book import PriceBook

__all__ = ["EVALUATED_PER_HOUR", "InstanceOption", "evaluation_option", "training_options"]

# "processing 100,000 test instances using the trained Nova Lite model takes approximately one hour using a
# single p5.48xlarge instance": what the article says, and nobody here has measured.
EVALUATED_PER_HOUR = 100_000
# Replicas that recipes of Nova Lite allow, by instance type.
_REPLICAS = {"p5.48xlarge": (4, 8, 16), "p4d.24xlarge": (4, 8, 16), "g6.48xlarge": (1,)}
_ROWS_PER_HOUR_ON_FOUR = 10_000  # the article's: 10,000 rows in about an hour


@dataclass(frozen=True)
class InstanceOption:
    """``usd`` is ``None`` where the price book has no price: such an option can't be chosen."""

    instance_type: str
    count: int
    hours: float
    usd_per_hour: float | None
    usd: float | None
    price_source: str


def training_options(rows: int, book: PriceBook) -> list[InstanceOption]:
    """Every choice for training on so many rows, the cheapest first and those without a price last.

    Hours go down with the instances, which is the best that can be hoped for; at least one is billed.
    """
    options = [
        _option(instance_type, count, max(1.0, rows / _ROWS_PER_HOUR_ON_FOUR * 4 / count), book)
        for instance_type, counts in _REPLICAS.items()
        for count in counts
    ]
    return sorted(options, key=lambda option: (option.usd is None, option.usd or 0.0, option.count))


def evaluation_option(rows: int, book: PriceBook) -> InstanceOption:
    """What asking so many rows takes, by the article's own figure; loading the model takes its time too."""
    return _option("p5.48xlarge", 1, max(1.0, rows / EVALUATED_PER_HOUR), book)


def _option(instance_type: str, count: int, hours: float, book: PriceBook) -> InstanceOption:
    entry = book.find("ec2", instance_type, "hour")
    return InstanceOption(
        f"ml.{instance_type}",
        count,
        round(hours, 2),
        entry.unit_price_usd if entry else None,
        round(hours * count * entry.unit_price_usd, 2) if entry else None,
        entry.source if entry else "not in the price book",
    )
