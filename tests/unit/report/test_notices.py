"""What the publisher and the recorder tell people in the same words."""

from __future__ import annotations

import pytest

from braid.domain.asset.admission import Gate
from braid.domain.asset.asset import AssetRef, AssetStatus, Source
from braid.report.notices import gate_table
from braid.store.closing import AssetClosing
from lambdas.closing.notice import report_page


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (0.00278, "of samples", "0.28 % of samples"),
        (0.117, "of time", "12 % of time"),
        (1.0, "of pages", "100 % of pages"),
        (0.9, "of pages", "90 % of pages"),
        (9.228, "s", "9.2 s"),
        (0.4, "s", "0.4 s"),
        (134742, "bytes", "134,742 bytes"),
        (-3.8, "dBFS", "-3.8 dBFS"),
        (0.2743, "", "0.2743"),
        ("800 × 1057", "px", "800 × 1057 px"),
    ],
)
def test_what_a_gate_measured_is_told_as_people_say_it(value: float | str, unit: str, told: str) -> None:
    assert f"<td>{told}</td>" in gate_table([Gate("any", value, unit, "pass")])


def test_a_rejected_bundle_is_called_by_its_folder() -> None:
    source = Source("b", "inbox/general/lecture.bundle/manifest.json", "v1")
    ending = AssetClosing(
        asset=AssetRef("a-1", 1, "general", source),
        status=AssetStatus.REJECTED,
        reason="no",
        execution_arn="arn",
        started_at=None,
        finished_at="2026-11-20T10:11:12.000Z",
        results={},
        copies={},
    )
    assert b'<h1 dir="auto">lecture.bundle</h1>' in report_page(ending)
