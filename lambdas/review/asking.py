"""What a reviewer is told, and until when there is time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from braid.domain.answer.review import DEADLINE_WORDS, ReviewRequest
from braid.domain.asset.asset import AssetRef, execution_name
from braid.domain.clock import iso, parse_iso
from braid.domain.legible import one_line
from braid.domain.profile.sections.review import ReviewPlan

__all__ = ["invitation", "review_request", "schedule_name"]

_IDENTITY_LENGTH = 20


def review_request(plan: ReviewPlan, reasons: Sequence[str], now: str) -> ReviewRequest:
    """The request with the profile's deadline, counted from ``now``."""
    deadline = parse_iso(now) + timedelta(hours=plan.deadline_hours)
    return ReviewRequest(tuple(reasons), now, iso(deadline), plan.on_deadline)


def schedule_name(asset: AssetRef) -> str:
    """The deadline's entry, at most 64 characters: the asset's digest and attempt tell it apart."""
    name = execution_name(asset.asset_id, asset.attempt)
    digest = asset.asset_id[-_IDENTITY_LENGTH:]
    return f"{digest}{name.removeprefix(asset.asset_id)}"


def invitation(asset: AssetRef, request: ReviewRequest) -> tuple[str, str]:
    """Subject and message of the notification. Neither holds the task token, nor any content.

    A file's name can't pass for lines of ours.
    """
    key = one_line(asset.source.key)
    name = key.rsplit("/", 1)[-1]
    lines = [
        f"{key} (profile {asset.profile}) awaits a decision:",
        *(f"- {one_line(reason)}" for reason in request.reasons),
        "",
        f"Without one by {request.deadline} it is {DEADLINE_WORDS[request.on_deadline]}.",
        "",
        f"braid review show {asset.asset_id}",
        f"braid review approve {asset.asset_id}",
        f"braid review edit {asset.asset_id}",
        f"braid review reject {asset.asset_id} --note WHY",
    ]
    return f"Braid: {name} awaits review", "\n".join(lines)
