"""Least privilege: after everything that these tests did, each permission was used, or says why it wasn't.

A permission that is missing needs no test of its own: IAM is enforced, so that what needed it fails.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.after_run.role_usage import read_reasons
from tests.e2e.after_run.whole_run import WholeRun
from tests.e2e.conftest import ROOT, Deployed, usage_so_far

REASONS = Path(__file__).parent / "after_run" / "unused_permissions.toml"


@pytest.fixture
def whole(whole_run: WholeRun, request: pytest.FixtureRequest) -> None:
    """Skips unless everything else ran."""
    this = Path(__file__).relative_to(ROOT).as_posix()
    if gap := whole_run.gap(request.config.args, but=this):
        pytest.skip(f"only a whole run of tests/e2e shows what is unused: {gap}")


@pytest.mark.usefixtures("whole")
def test_every_permission_was_used_or_says_why_it_was_not(deployed: Deployed) -> None:
    reasons = read_reasons(REASONS.read_text("utf-8"))
    unexplained = usage_so_far(deployed).unexplained(reasons)
    assert [f"{each.role}: {each.shown}" for each in unexplained] == [], (
        "take the grant away, use it in a test, or give a reason in after_run/unused_permissions.toml"
    )


@pytest.mark.usefixtures("whole")
def test_no_reason_speaks_of_what_is_used_or_not_granted(deployed: Deployed) -> None:
    reasons = read_reasons(REASONS.read_text("utf-8"))
    assert [reason.because for reason in usage_so_far(deployed).idle(reasons)] == []
