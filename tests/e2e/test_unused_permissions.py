"""Least privilege: after everything that these tests did, each permission was used, or says why it wasn't.

A permission that is missing needs no test of its own: IAM is enforced, so that what needed it fails.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.after_run.role_usage import Usage, read_reasons
from tests.e2e.after_run.whole_run import WholeRun
from tests.e2e.conftest import ROOT, Deployed, together, usage_so_far

# All stacks with roles but the data catalogue's: no engine of a laptop stands in for Athena and Glue.
COUNTED = {"erasing", "generation", "operations", "pipeline", "processing", "search", "tuning"}
REASONS = Path(__file__).parent / "after_run" / "unused_permissions.toml"


@pytest.fixture
def whole(whole_run: WholeRun, request: pytest.FixtureRequest) -> None:
    """Skips unless everything else ran."""
    this = Path(__file__).relative_to(ROOT).as_posix()
    if gap := whole_run.gap(request.config.args, but=this):
        pytest.skip(f"only a whole run of tests/e2e shows what is unused: {gap}")


@pytest.fixture
def usage(deployed: Deployed, usages: list[Usage]) -> Usage:
    """Of this deployment so far, and of those with other knobs that have ended."""
    return together([usage_so_far(deployed), *usages])


@pytest.mark.usefixtures("whole")
def test_every_stack_that_a_laptop_can_deploy_was_counted(usage: Usage) -> None:
    assert {permission.role.partition("/")[0] for permission in usage.counts} == COUNTED


@pytest.mark.usefixtures("whole")
def test_every_permission_was_used_or_says_why_it_was_not(usage: Usage) -> None:
    reasons = read_reasons(REASONS.read_text("utf-8"))
    unexplained = usage.unexplained(reasons)
    assert [f"{each.role}: {each.shown}" for each in unexplained] == [], (
        "take the grant away, use it in a test, or give a reason in after_run/unused_permissions.toml"
    )


@pytest.mark.usefixtures("whole")
def test_no_reason_speaks_of_what_is_used_or_not_granted(usage: Usage) -> None:
    reasons = read_reasons(REASONS.read_text("utf-8"))
    assert [reason.because for reason in usage.idle(reasons)] == []
