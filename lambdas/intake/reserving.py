"""What of a day's money an admitted asset is expected to take."""

from __future__ import annotations

from decimal import Decimal

from braid.admission.estimate import EstimateKnobs, estimate
from braid.domain.asset.admission import Admission
from braid.runtime.library import price_book, profile
from braid.store.reservations import Reservation

__all__ = ["reservation"]


def reservation(admission: Admission, *, limit_usd: int, knobs: EstimateKnobs) -> Reservation | None:
    """What the day has to have room for; nothing where a day may cost anything (``limit_usd`` of 0)."""
    if limit_usd <= 0:
        return None
    expected = estimate(admission, profile(admission.asset.profile), knobs, price_book()).expected
    return Reservation(Decimal(str(expected.total_usd)), Decimal(limit_usd))
