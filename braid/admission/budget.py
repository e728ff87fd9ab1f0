"""Holds what an asset is expected to cost against its profile's budget."""

from __future__ import annotations

from typing import NoReturn

from braid.admission.estimate import EstimateKnobs, estimate
from braid.admission.gates import GateLog
from braid.domain.asset.admission import Admission
from braid.domain.money.price_book import PriceBook
from braid.domain.profile.profile import Profile
from braid.domain.profile.sections.budget import Budget

__all__ = ["hold_to_budget"]

_GATE, _UNIT = "budget", "USD"


def hold_to_budget(
    admission: Admission, profile: Profile, knobs: EstimateKnobs, book: PriceBook, gates: GateLog
) -> Budget:
    """What the profile wants done about an asset that is too dear, told as a gate.

    Raises ``InvalidAssetError`` where that is to refuse it.
    """
    plan = profile.budget
    if not plan.max_usd:
        return Budget()
    usd = estimate(admission, profile, knobs, book).expected.total_usd
    if usd <= plan.max_usd:
        gates.passed(_GATE, usd, _UNIT)
        return Budget()
    told = (
        f"It is expected to cost ${usd:.2f}, more than the ${plan.max_usd:g} of the profile '{profile.name}'"
    )
    if plan.on_excess == "review":
        gates.warn(_GATE, usd, _UNIT, f"{told}: a person looks at its answer.")
        return Budget(review_reason=f"it was expected to cost ${usd:.2f}, more than ${plan.max_usd:g}")
    if plan.on_excess == "downgrade":
        cheapest = estimate(admission, profile.downgraded(), knobs, book).expected.total_usd
        if cheapest > plan.max_usd:
            _reject(gates, usd, f"{told}, and ${cheapest:.2f} with the cheapest models")
        gates.warn(_GATE, usd, _UNIT, f"{told}: the cheapest models answer it, without looking at pictures.")
        return Budget(is_downgraded=True)
    return _reject(gates, usd, told)


def _reject(gates: GateLog, usd: float, told: str) -> NoReturn:
    gates.reject(_GATE, usd, _UNIT, f"{told}. Drop less at once, or raise max_usd in its [budget].")
