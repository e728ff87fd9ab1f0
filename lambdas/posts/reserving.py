"""What a file of posts is expected to cost, held against its profile's budget and the day's money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from braid.admission.posts import AdmittedPosts, expected_usd
from braid.domain.asset.admission import Gate
from braid.domain.model_registry import foundation_model_id
from braid.runtime.library import post_rules, profile
from braid.runtime.prices import price_book
from braid.store.reservations import Reservation
from lambdas.posts.judges import route_of

__all__ = ["hold_to_budget", "reservation"]


def _expected(admitted: AdmittedPosts, model_ids: Mapping[str, str], *, is_batch: bool) -> float:
    asked = profile(admitted.admission.asset.profile)
    return expected_usd(
        admitted,
        asked,
        foundation_model_id(route_of(asked, model_ids).profile_id),
        price_book(),
        words=post_rules(together=asked.posts.per_call > 1),
        is_batch=is_batch and asked.posts.batch,
    )


def hold_to_budget(admitted: AdmittedPosts, model_ids: Mapping[str, str], *, is_batch: bool) -> AdmittedPosts:
    """The same, rejected where the profile's budget is smaller than what the file is expected to cost."""
    asked = profile(admitted.admission.asset.profile)
    most = asked.budget.max_usd
    if not most:
        return admitted
    usd = _expected(admitted, model_ids, is_batch=is_batch)
    is_over = usd > most
    reason = (
        f"It is expected to cost ${usd:.2f}, more than the ${most:g} of the profile '{asked.name}'. Drop less"
        " at once, or raise max_usd in its [budget]."
    )
    gate = Gate("budget", usd, "USD", "reject" if is_over else "pass", reason if is_over else None)
    admission = replace(admitted.admission, gates=(*admitted.admission.gates, gate))
    if not is_over:
        return replace(admitted, admission=admission)
    return AdmittedPosts(replace(admission, members=(), modalities=()), reason)


def reservation(
    admitted: AdmittedPosts, model_ids: Mapping[str, str], *, is_batch: bool, limit_usd: int
) -> Reservation | None:
    """What the day has to have room for; nothing where a day may cost anything (``limit_usd`` of 0)."""
    if limit_usd <= 0 or not admitted.is_admitted:
        return None
    usd = _expected(admitted, model_ids, is_batch=is_batch)
    return Reservation(Decimal(str(usd)), Decimal(limit_usd))
