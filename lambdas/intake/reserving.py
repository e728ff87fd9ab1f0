"""What an asset is expected to cost, held against its profile's budget and taken of the day's money."""

from __future__ import annotations

from decimal import Decimal

from braid.admission.budget import hold_to_budget
from braid.admission.estimate import EstimateKnobs, estimate
from braid.admission.gates import GateLog
from braid.domain.asset.admission import Admission
from braid.domain.profile.profile import Profile
from braid.domain.profile.sections.budget import Budget
from braid.runtime.library import profile
from braid.runtime.prices import price_book
from braid.store.reservations import Reservation
from lambdas.intake.admitting import AdmissionVerdict

__all__ = ["check_budget", "reservation", "reservation_of_rerun"]


def check_budget(admission: Admission, asked: Profile, gates: GateLog, *, knobs: EstimateKnobs) -> Budget:
    """What follows from the budget of the profile. ``InvalidAssetError`` where it refuses it."""
    return hold_to_budget(admission, asked, knobs, price_book(), gates)


def reservation(verdict: AdmissionVerdict, *, limit_usd: int, knobs: EstimateKnobs) -> Reservation | None:
    """What the day has to have room for; nothing where a day may cost anything (``limit_usd`` of 0)."""
    return _reserve(verdict.admission, limit_usd, knobs, is_analysed=False)


def reservation_of_rerun(admission: Admission, *, limit_usd: int, knobs: EstimateKnobs) -> Reservation | None:
    """The same for what was analysed by an earlier attempt: it is only asked again."""
    return _reserve(admission, limit_usd, knobs, is_analysed=True)


def _reserve(
    admission: Admission, limit_usd: int, knobs: EstimateKnobs, *, is_analysed: bool
) -> Reservation | None:
    if limit_usd <= 0:
        return None
    asked = profile(admission.asset.profile)
    if admission.budget.is_downgraded:
        asked = asked.downgraded()
    expected = estimate(admission, asked, knobs, price_book(), is_analysed=is_analysed).expected
    return Reservation(Decimal(str(expected.total_usd)), Decimal(limit_usd))
