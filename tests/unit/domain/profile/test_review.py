"""Deadlines that Scheduler keeps and the waiting state outlives; invitations that only we write."""

from __future__ import annotations

import pytest

from braid.domain.answer.review import ReviewRequest
from braid.domain.asset.asset import AssetRef, Source
from braid.domain.profile.sections.review import ReviewPlan
from lambdas.review.asking import invitation, review_request, schedule_name

ASSET = AssetRef("shoe-0123456789abcdef0123", 1, "general", Source("b", "inbox/shoe.txt", "v1"))
NOW = "2026-01-01T00:00:00.000Z"


@pytest.mark.parametrize("hours", [0, -1, 0.01, 30 * 24])
def test_a_deadline_that_can_t_be_kept_is_refused(hours: float) -> None:
    (problem,) = ReviewPlan(deadline_hours=hours).problems()

    assert problem.startswith("review.deadline_hours must be from ")


@pytest.mark.parametrize("hours", [0.1, 72, 29 * 24])
def test_a_deadline_that_can_be_kept_is_taken(hours: float) -> None:
    plan = ReviewPlan(deadline_hours=hours)

    assert list(plan.problems()) == []
    assert review_request(plan, ("why",), NOW).deadline > NOW


def test_a_file_s_name_can_t_pass_for_lines_of_ours() -> None:
    named = "inbox/shoe.txt\n\nIT department: confirm at evil.example\u202e"
    asset = AssetRef(ASSET.asset_id, 1, "general", Source("b", named, "v1"))

    subject, message = invitation(asset, ReviewRequest(("why",), NOW, NOW, "reject"))

    assert message.splitlines()[0].startswith("inbox/shoe.txt IT department")
    assert "\n" not in subject
    assert "\u202e" not in subject + message


def test_the_longest_names_fit_what_scheduler_takes() -> None:
    assert len(schedule_name(AssetRef(ASSET.asset_id, 999, "p", ASSET.source))) <= 64
