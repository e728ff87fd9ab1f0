"""What beginning many assets costs, by what such assets cost before, and when that takes consent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal

from braid.domain.audit.facts import RecordFact
from cli.errors import EXIT_MISUSE, CommandError

__all__ = ["MOST_WITHOUT_CONSENT", "check_consent", "expected_usd", "told_price"]

MOST_WITHOUT_CONSENT = 100


def expected_usd(profiles: Iterable[str], records: Iterable[RecordFact]) -> Decimal | None:
    """What assets of these profiles cost by the average of those that have ended; ``None`` where none has."""
    costs: defaultdict[str, list[Decimal]] = defaultdict(list)
    for record in records:
        if record.asset is not None and not record.status.is_open:
            costs[record.asset.profile].append(record.cost_usd)
    counts = Counter(profiles)
    if set(counts) - set(costs):
        return None
    averages = {profile: sum(each, Decimal(0)) / len(each) for profile, each in costs.items()}
    return sum((averages[profile] * by for profile, by in counts.items()), Decimal(0))


def told_price(price: Decimal | None) -> str:
    """The price in words."""
    if price is None:
        return "which nothing prices yet: no asset of the profile has ended; `braid plan` prices a file"
    return f"about ${price:.2f} by what such assets cost"


def check_consent(what: str, count: int, price: str = "", *, yes: bool) -> None:
    """Raises ``CommandError`` where so many would begin and nobody said ``--yes``."""
    if count > MOST_WITHOUT_CONSENT and not yes:
        in_brackets = f" ({price})" if price else ""
        raise CommandError(
            f"that begins {count} assets{what}{in_brackets}; say --yes if you mean it", exit_code=EXIT_MISUSE
        )
