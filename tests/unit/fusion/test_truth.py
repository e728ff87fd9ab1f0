"""Agreement against generated truth: topics and kinds of noise that no threshold was fitted on."""

from __future__ import annotations

from benchmarks.fusion.agreement import AGREEMENT


def test_agreements_are_recognised_and_strengths_mean_what_they_say() -> None:
    rows = AGREEMENT.measure()
    assert sum(row.bound is not None for row in rows) >= 12
    assert [row for row in rows if not row.is_within] == []
