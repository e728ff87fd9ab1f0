"""The checklist in the report: what is open, in words, and nothing that an asset says as markup."""

from __future__ import annotations

from braid.domain.accessibility.accessibility import Accessibility, Criterion, CriterionStatus, MediaFacts
from braid.domain.accessibility.wcag import checklist
from braid.report.accessibility import accessibility_section


def test_what_concerns_the_asset_is_shown_and_counted() -> None:
    shown = accessibility_section(checklist(MediaFacts("video", has_summary=True, languages=("en",))))
    assert shown is not None
    assert "1.2.2" in shown
    assert "1.2.4" not in shown, "nothing live"
    assert "3.1.1" in shown
    assert "Judged as video: not met 1, needs a person 6, not applicable 4, not checked 4" in shown
    assert "not a statement of conformance" in shown


def test_profiles_without_a_checklist_have_no_section() -> None:
    assert accessibility_section(None) is None


def test_reasons_are_text() -> None:
    hostile = Criterion("1.1.1", "Non-text", "A", CriterionStatus.NOT_MET, "<img src=x>", "</td><script>")
    shown = accessibility_section(Accessibility("video", (hostile,)))
    assert shown is not None
    assert "<img" not in shown
    assert "<script" not in shown
